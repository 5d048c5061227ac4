"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("key", name=op.f("uq_attempt_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.Column("confidants", sa.JSON(), nullable=False),
        sa.Column("coach_questions", sa.JSON(), nullable=False),
        sa.Column("guides", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("key", name=op.f("uq_partner_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("domain", sa.String(length=60), nullable=False),
        sa.Column("agreements", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('starting', 'active', 'closed')", name=op.f("ck_pit_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pit")),
        sa.UniqueConstraint("key", name=op.f("uq_pit_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pit_state"), ["state"], unique=False)

    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("noun", "ref", name=op.f("uq_search_entry_noun_ref")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "square_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_square_count")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=120), nullable=False),
        sa.Column("result", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("nonce", name=op.f("uq_submission_nonce")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "help_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("promised_days", sa.Integer(), nullable=False),
        sa.Column("staffed_by", sa.String(), nullable=False),
        sa.Column("readers", sa.String(length=8), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('active', 'closed')", name=op.f("ck_help_line_state")),
        sa.CheckConstraint("promised_days >= 1", name=op.f("ck_help_line_promised_days")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_help_line_pit_id_pit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_line")),
        sa.UniqueConstraint("key", name=op.f("uq_help_line_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sought", sa.String(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("steward", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("outdoors", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("wants", sa.String(), nullable=False),
        sa.Column("room", sa.Integer(), nullable=True),
        sa.Column("about_shown_to", sa.String(length=8), nullable=False),
        sa.Column("wants_shown_to", sa.String(length=8), nullable=False),
        sa.Column("skills_shown_to", sa.String(length=8), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("suggestions", sa.Boolean(), nullable=False),
        sa.Column("welcomed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role = 'colleague' OR NOT steward", name=op.f("ck_person_steward")),
        sa.CheckConstraint("role IN ('colleague', 'board', 'partner')", name=op.f("ck_person_role")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_person_partner_id_partner")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_person_pit_id_pit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_pit_id"), ["pit_id"], unique=False)

    op.create_table(
        "founder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_founder_person_id_person")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_founder_pit_id_pit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_founder")),
        sa.UniqueConstraint("pit_id", "person_id", name=op.f("uq_founder_pit_id_person_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("founder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_founder_person_id"), ["person_id"], unique=False)

    op.create_table(
        "help_line_helper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("at_most", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["help_line.id"], name=op.f("fk_help_line_helper_line_id_help_line")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_help_line_helper_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_line_helper")),
        sa.UniqueConstraint("line_id", "person_id", name=op.f("uq_help_line_helper_line_id_person_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("help_line_helper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_line_helper_person_id"), ["person_id"], unique=False)

    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("theme", sa.String(length=80), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=False),
        sa.Column("trekker_id", sa.Integer(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("offered_lead_id", sa.Integer(), nullable=True),
        sa.Column("offered_pit_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sought_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round_ends", sa.Date(), nullable=True),
        sa.Column("round_told", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_reason", sa.String(), nullable=False),
        sa.Column("look_again", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effect_seen", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('idea', 'seeking', 'forming', 'running', 'paused', 'finished', 'handed-over', 'let-go', 'stopped')",
            name=op.f("ck_issue_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('forming', 'running', 'paused') OR trekker_id IS NOT NULL", name=op.f("ck_issue_trekker")
        ),
        sa.CheckConstraint(
            "trekker_id IS NULL OR deputy_id IS NULL OR trekker_id <> deputy_id", name=op.f("ck_issue_deputy")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_issue_author_id_person")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_issue_deputy_id_person")),
        sa.ForeignKeyConstraint(["offered_lead_id"], ["person.id"], name=op.f("fk_issue_offered_lead_id_person")),
        sa.ForeignKeyConstraint(["offered_pit_id"], ["pit.id"], name=op.f("fk_issue_offered_pit_id_pit")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_issue_pit_id_pit")),
        sa.ForeignKeyConstraint(["trekker_id"], ["person.id"], name=op.f("fk_issue_trekker_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_pit_id"), ["pit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_theme"), ["theme"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_trekker_id"), ["trekker_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_digest")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("group", sa.String(length=60), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("esco", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_skill_merged_into")),
        sa.CheckConstraint("kind IN ('knowledge', 'process')", name=op.f("ck_skill_kind")),
        sa.CheckConstraint("state IN ('proposed', 'active', 'merged')", name=op.f("ck_skill_state")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["skill.id"], name=op.f("fk_skill_merged_into_id_skill")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_skill_proposed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("key", name=op.f("uq_skill_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_state"), ["state"], unique=False)

    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("pair", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'countered', 'done', 'declined', 'withdrawn', 'overtaken', 'expired')",
            name=op.f("ck_swap_state"),
        ),
        sa.CheckConstraint("proposer_id <> other_id", name=op.f("ck_swap_two_people")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_swap_other_id_person")),
        sa.ForeignKeyConstraint(["proposer_id"], ["person.id"], name=op.f("fk_swap_proposer_id_person")),
        sa.ForeignKeyConstraint(["turn_id"], ["person.id"], name=op.f("fk_swap_turn_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_proposer_id"), ["proposer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_swap_live_pair",
            ["pair"],
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'countered')"),
            postgresql_where=sa.text("state IN ('proposed', 'countered')"),
        )

    op.create_table(
        "issue_partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_partner_issue_id_issue")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_issue_partner_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_partner")),
        sa.UniqueConstraint("issue_id", "partner_id", name=op.f("uq_issue_partner_issue_id_partner_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("issue_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_partner_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "issue_pit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_pit_issue_id_issue")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_issue_pit_pit_id_pit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_pit")),
        sa.UniqueConstraint("issue_id", "pit_id", name=op.f("uq_issue_pit_issue_id_pit_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("issue_pit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_pit_pit_id"), ["pit_id"], unique=False)

    op.create_table(
        "person_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.CheckConstraint("level IN ('can', 'teaches', 'learns')", name=op.f("ck_person_skill_level")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_skill_person_id_person")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_person_skill_skill_id_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_skill")),
        sa.UniqueConstraint("person_id", "skill_id", name=op.f("uq_person_skill_person_id_skill_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("person_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_skill_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "pit_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_pit_skill_pit_id_pit")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_pit_skill_skill_id_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pit_skill")),
        sa.UniqueConstraint("pit_id", "skill_id", name=op.f("uq_pit_skill_pit_id_skill_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pitstop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("for_pit", sa.Boolean(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("readers", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=True),
        sa.Column("turn", sa.String(length=6), nullable=False),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("front", sa.Boolean(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("picked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_place", sa.String(), nullable=False),
        sa.Column("refer_to_id", sa.Integer(), nullable=True),
        sa.Column("hand_to_id", sa.Integer(), nullable=True),
        sa.Column("helped", sa.String(length=6), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("readers IN ('line', 'pit', 'everyone')", name=op.f("ck_pitstop_readers")),
        sa.CheckConstraint(
            "state IN ('asked', 'picked-up', 'planned', 'answered', 'closed', 'referred', 'withdrawn')",
            name=op.f("ck_pitstop_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('picked-up', 'planned', 'answered') OR helper_id IS NOT NULL", name=op.f("ck_pitstop_helper")
        ),
        sa.CheckConstraint("turn IN ('asker', 'helper', 'nobody')", name=op.f("ck_pitstop_turn")),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_pitstop_asker_id_person")),
        sa.ForeignKeyConstraint(["hand_to_id"], ["person.id"], name=op.f("fk_pitstop_hand_to_id_person")),
        sa.ForeignKeyConstraint(["helper_id"], ["person.id"], name=op.f("fk_pitstop_helper_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_pitstop_issue_id_issue")),
        sa.ForeignKeyConstraint(["line_id"], ["help_line.id"], name=op.f("fk_pitstop_line_id_help_line")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_pitstop_pit_id_pit")),
        sa.ForeignKeyConstraint(["refer_to_id"], ["help_line.id"], name=op.f("fk_pitstop_refer_to_id_help_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pitstop")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pitstop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pitstop_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pitstop_helper_id"), ["helper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pitstop_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pitstop_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pitstop_pit_id"), ["pit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pitstop_state"), ["state"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_question_answered_by_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_question_by_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_question_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("asks", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("state <> 'filled' OR holder_id IS NOT NULL", name=op.f("ck_seat_holder")),
        sa.CheckConstraint("state <> 'open' OR holder_id IS NULL", name=op.f("ck_seat_free")),
        sa.CheckConstraint("state IN ('open', 'filled', 'ended')", name=op.f("ck_seat_state")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_seat_holder_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_seat_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(
            "ix_seat_open_until",
            ["until", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_seat_state"), ["state"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("posting_id", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("learns_id", sa.Integer(), nullable=True),
        sa.Column("less_fun", sa.Boolean(), nullable=False),
        sa.Column("mandate", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.String(length=6), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered", sa.String(length=4), nullable=True),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_from_id", sa.Integer(), nullable=True),
        sa.Column("taken_offer", sa.String(length=4), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handover_done", sa.String(), nullable=False),
        sa.Column("handover_left", sa.String(), nullable=False),
        sa.Column("handover_tip", sa.String(), nullable=False),
        sa.Column("hours_left", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("thanks", sa.String(), nullable=False),
        sa.Column("asked", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('taken', 'reported', 'done')) = (holder_id IS NOT NULL)", name=op.f("ck_task_holder")
        ),
        sa.CheckConstraint("choice IN ('first', 'hands')", name=op.f("ck_task_choice")),
        sa.CheckConstraint(
            "offered IS NULL OR (offered IN ('give', 'swap') AND state = 'taken')", name=op.f("ck_task_offered")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'taken', 'reported', 'done', 'withdrawn', 'expired', 'scrapped')",
            name=op.f("ck_task_state"),
        ),
        sa.CheckConstraint("hands >= 0", name=op.f("ck_task_hands")),
        sa.CheckConstraint("hours >= 1", name=op.f("ck_task_hours")),
        sa.CheckConstraint("places >= 1", name=op.f("ck_task_places")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_task_author_id_person")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_task_holder_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_task_issue_id_issue")),
        sa.ForeignKeyConstraint(["learns_id"], ["skill.id"], name=op.f("fk_task_learns_id_skill")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_task_pit_id_pit")),
        sa.ForeignKeyConstraint(["posting_id"], ["task.id"], name=op.f("fk_task_posting_id_task")),
        sa.ForeignKeyConstraint(["taken_from_id"], ["person.id"], name=op.f("fk_task_taken_from_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(
            "ix_task_offered_due",
            ["due", "id"],
            unique=False,
            sqlite_where=sa.text("offered IS NOT NULL"),
            postgresql_where=sa.text("offered IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_task_open_due",
            ["due", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_task_open_hours",
            ["hours", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_task_open_pit",
            ["pit_id", "due", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_task_open_posted",
            ["posted_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_task_pit_id"), ["pit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_posting_id"), ["posting_id"], unique=False)
        batch_op.create_index("ix_task_state_due", ["state", "due", "id"], unique=False)
        batch_op.create_index(
            "uq_task_one_place_each",
            ["posting_id", "holder_id"],
            unique=True,
            sqlite_where=sa.text("state = 'taken'"),
            postgresql_where=sa.text("state = 'taken'"),
        )

    op.create_table(
        "update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_update_by_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_update_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("update", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_update_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "bid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('raised', 'invited', 'waiting', 'accepted', 'declined', 'withdrawn', 'left')",
            name=op.f("ck_bid_state"),
        ),
        sa.CheckConstraint("(task_id IS NULL) <> (seat_id IS NULL)", name=op.f("ck_bid_one_thing")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_bid_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bid_person_id_person")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_bid_seat_id_seat")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_bid_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_bid_seat",
            ["seat_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
        )
        batch_op.create_index(
            "uq_bid_task",
            ["task_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
        )

    op.create_table(
        "leg",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("swap_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_leg_giver_id_person")),
        sa.ForeignKeyConstraint(["swap_id"], ["swap.id"], name=op.f("fk_leg_swap_id_swap")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_leg_taker_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_leg_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("leg", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leg_swap_id"), ["swap_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_leg_task_id"), ["task_id"], unique=False)

    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("pitstop_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'shared', 'archived')", name=op.f("ck_lesson_state")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_lesson_author_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_lesson_issue_id_issue")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_lesson_pit_id_pit")),
        sa.ForeignKeyConstraint(["pitstop_id"], ["pitstop.id"], name=op.f("fk_lesson_pitstop_id_pitstop")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_lesson_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_pit_id"), ["pit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_state"), ["state"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pitstop_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_message_by_id_person")),
        sa.ForeignKeyConstraint(["pitstop_id"], ["pitstop.id"], name=op.f("fk_message_pitstop_id_pitstop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_pitstop_id"), ["pitstop_id"], unique=False)

    op.create_table(
        "seat_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_skill_seat_id_seat")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_seat_skill_skill_id_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_skill")),
        sa.UniqueConstraint("seat_id", "skill_id", name=op.f("uq_seat_skill_seat_id_skill_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("seat_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "task_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_task_skill_skill_id_skill")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_skill_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_skill")),
        sa.UniqueConstraint("task_id", "skill_id", name=op.f("uq_task_skill_task_id_skill_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("task_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("verb", sa.String(length=30), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("whom_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("swap_id", sa.Integer(), nullable=True),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("pitstop_id", sa.Integer(), nullable=True),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("help_line_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_event_by_id_person")),
        sa.ForeignKeyConstraint(["help_line_id"], ["help_line.id"], name=op.f("fk_event_help_line_id_help_line")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_event_issue_id_issue")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_event_lesson_id_lesson")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_event_pit_id_pit")),
        sa.ForeignKeyConstraint(["pitstop_id"], ["pitstop.id"], name=op.f("fk_event_pitstop_id_pitstop")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_event_seat_id_seat")),
        sa.ForeignKeyConstraint(["swap_id"], ["swap.id"], name=op.f("fk_event_swap_id_swap")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_event_task_id_task")),
        sa.ForeignKeyConstraint(["whom_id"], ["person.id"], name=op.f("fk_event_whom_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_event_issue",
            ["issue_id"],
            unique=False,
            sqlite_where=sa.text("issue_id IS NOT NULL"),
            postgresql_where=sa.text("issue_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_event_pit",
            ["pit_id"],
            unique=False,
            sqlite_where=sa.text("pit_id IS NOT NULL"),
            postgresql_where=sa.text("pit_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_event_pitstop",
            ["pitstop_id"],
            unique=False,
            sqlite_where=sa.text("pitstop_id IS NOT NULL"),
            postgresql_where=sa.text("pitstop_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_event_seat",
            ["seat_id"],
            unique=False,
            sqlite_where=sa.text("seat_id IS NOT NULL"),
            postgresql_where=sa.text("seat_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_event_swap",
            ["swap_id"],
            unique=False,
            sqlite_where=sa.text("swap_id IS NOT NULL"),
            postgresql_where=sa.text("swap_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_event_task",
            ["task_id"],
            unique=False,
            sqlite_where=sa.text("task_id IS NOT NULL"),
            postgresql_where=sa.text("task_id IS NOT NULL"),
        )

    op.create_table(
        "lesson_helped",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_helped_lesson_id_lesson")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lesson_helped_person_id_person")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_lesson_helped_pit_id_pit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_helped")),
        sa.UniqueConstraint("lesson_id", "person_id", name=op.f("uq_lesson_helped_lesson_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_notification_event_id_event")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("person_id", "event_id", name=op.f("uq_notification_person_id_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("ix_notification_inbox", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "ix_notification_outbox",
            ["event_id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )
        batch_op.create_index(
            "ix_notification_unread",
            ["person_id", "id"],
            unique=False,
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notification_unread",
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_notification_outbox",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )
        batch_op.drop_index("ix_notification_inbox")

    op.drop_table("notification")
    op.drop_table("lesson_helped")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_event_task",
            sqlite_where=sa.text("task_id IS NOT NULL"),
            postgresql_where=sa.text("task_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_event_swap",
            sqlite_where=sa.text("swap_id IS NOT NULL"),
            postgresql_where=sa.text("swap_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_event_seat",
            sqlite_where=sa.text("seat_id IS NOT NULL"),
            postgresql_where=sa.text("seat_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_event_pitstop",
            sqlite_where=sa.text("pitstop_id IS NOT NULL"),
            postgresql_where=sa.text("pitstop_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_event_pit", sqlite_where=sa.text("pit_id IS NOT NULL"), postgresql_where=sa.text("pit_id IS NOT NULL")
        )
        batch_op.drop_index(
            "ix_event_issue",
            sqlite_where=sa.text("issue_id IS NOT NULL"),
            postgresql_where=sa.text("issue_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_event_at"))

    op.drop_table("event")
    with op.batch_alter_table("task_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_skill_skill_id"))

    op.drop_table("task_skill")
    with op.batch_alter_table("seat_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_skill_skill_id"))

    op.drop_table("seat_skill")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_pitstop_id"))

    op.drop_table("message")
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_state"))
        batch_op.drop_index(batch_op.f("ix_lesson_pit_id"))
        batch_op.drop_index(batch_op.f("ix_lesson_issue_id"))
        batch_op.drop_index(batch_op.f("ix_lesson_author_id"))

    op.drop_table("lesson")
    with op.batch_alter_table("leg", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leg_task_id"))
        batch_op.drop_index(batch_op.f("ix_leg_swap_id"))

    op.drop_table("leg")
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bid_task",
            sqlite_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
        )
        batch_op.drop_index(
            "uq_bid_seat",
            sqlite_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('raised', 'invited', 'waiting', 'accepted')"),
        )
        batch_op.drop_index(batch_op.f("ix_bid_person_id"))

    op.drop_table("bid")
    with op.batch_alter_table("update", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_update_issue_id"))

    op.drop_table("update")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_task_one_place_each",
            sqlite_where=sa.text("state = 'taken'"),
            postgresql_where=sa.text("state = 'taken'"),
        )
        batch_op.drop_index("ix_task_state_due")
        batch_op.drop_index(batch_op.f("ix_task_posting_id"))
        batch_op.drop_index(batch_op.f("ix_task_pit_id"))
        batch_op.drop_index(
            "ix_task_open_posted", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "ix_task_open_pit", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "ix_task_open_hours", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "ix_task_open_due", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "ix_task_offered_due",
            sqlite_where=sa.text("offered IS NOT NULL"),
            postgresql_where=sa.text("offered IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_task_issue_id"))
        batch_op.drop_index(batch_op.f("ix_task_holder_id"))
        batch_op.drop_index(batch_op.f("ix_task_author_id"))

    op.drop_table("task")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_state"))
        batch_op.drop_index(
            "ix_seat_open_until", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_seat_issue_id"))
        batch_op.drop_index(batch_op.f("ix_seat_holder_id"))

    op.drop_table("seat")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_issue_id"))

    op.drop_table("question")
    with op.batch_alter_table("pitstop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pitstop_state"))
        batch_op.drop_index(batch_op.f("ix_pitstop_pit_id"))
        batch_op.drop_index(batch_op.f("ix_pitstop_line_id"))
        batch_op.drop_index(batch_op.f("ix_pitstop_issue_id"))
        batch_op.drop_index(batch_op.f("ix_pitstop_helper_id"))
        batch_op.drop_index(batch_op.f("ix_pitstop_asker_id"))

    op.drop_table("pitstop")
    op.drop_table("pit_skill")
    with op.batch_alter_table("person_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_skill_skill_id"))
        batch_op.drop_index(batch_op.f("ix_person_skill_person_id"))

    op.drop_table("person_skill")
    with op.batch_alter_table("issue_pit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_pit_pit_id"))

    op.drop_table("issue_pit")
    with op.batch_alter_table("issue_partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_partner_partner_id"))

    op.drop_table("issue_partner")
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_swap_live_pair",
            sqlite_where=sa.text("state IN ('proposed', 'countered')"),
            postgresql_where=sa.text("state IN ('proposed', 'countered')"),
        )
        batch_op.drop_index(batch_op.f("ix_swap_state"))
        batch_op.drop_index(batch_op.f("ix_swap_proposer_id"))
        batch_op.drop_index(batch_op.f("ix_swap_other_id"))

    op.drop_table("swap")
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skill_state"))

    op.drop_table("skill")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_trekker_id"))
        batch_op.drop_index(batch_op.f("ix_issue_theme"))
        batch_op.drop_index(batch_op.f("ix_issue_state"))
        batch_op.drop_index(batch_op.f("ix_issue_pit_id"))
        batch_op.drop_index(batch_op.f("ix_issue_deputy_id"))
        batch_op.drop_index(batch_op.f("ix_issue_author_id"))

    op.drop_table("issue")
    with op.batch_alter_table("help_line_helper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_line_helper_person_id"))

    op.drop_table("help_line_helper")
    with op.batch_alter_table("founder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_founder_person_id"))

    op.drop_table("founder")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_pit_id"))
        batch_op.drop_index(batch_op.f("ix_person_partner_id"))

    op.drop_table("person")
    op.drop_table("help_line")
    op.drop_table("submission")
    op.drop_table("square_count")
    op.drop_table("search_entry")
    with op.batch_alter_table("pit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pit_state"))

    op.drop_table("pit")
    op.drop_table("partner")
    op.drop_table("municipality")
    op.drop_table("attempt")
