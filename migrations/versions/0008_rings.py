"""Wishes, and the swap rings that are found in them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = depends_on = None

TASK, PERSON, WISH = "task.id", "person.id", "wish.id"


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("pit_id", sa.Integer(), nullable=True),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_until", sa.Date(), nullable=True),
        sa.Column("starred_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("goes_first", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('standing', 'met', 'revoked', 'lapsed', 'over')", name=op.f("ck_wish_state")),
        sa.CheckConstraint("kind IN ('tasks', 'filter')", name=op.f("ck_wish_kind")),
        sa.ForeignKeyConstraint(["person_id"], [PERSON], name=op.f("fk_wish_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], [TASK], name=op.f("fk_wish_task_id_task")),
        sa.ForeignKeyConstraint(["pit_id"], ["pit.id"], name=op.f("fk_wish_pit_id_pit")),
        sa.ForeignKeyConstraint(["starred_id"], [TASK], name=op.f("fk_wish_starred_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sqlite_autoincrement=True,
    )
    for column in ("state", "person_id", "task_id"):
        op.create_index(op.f(f"ix_wish_{column}"), "wish", [column])
    partial("uq_wish_standing_task", "wish", "task_id", "state = 'standing' AND task_id IS NOT NULL")
    partial("uq_wish_standing_free", "wish", "person_id", "state = 'standing' AND task_id IS NULL")
    link("wish_task", "task")
    link("wish_skill", "skill")
    link("refused_leg", "task", sa.Column("at", sa.DateTime(timezone=True), nullable=False))
    op.create_table(
        "ring",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("chain", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'done', 'dissolved')", name=op.f("ck_ring_state")),
        sa.CheckConstraint("(state = 'proposed') = (ended_at IS NULL)", name=op.f("ck_ring_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ring_state"), "ring", ["state"])
    op.create_table(
        "ring_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ring_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("gives_id", sa.Integer(), nullable=True),
        sa.Column("takes_id", sa.Integer(), nullable=True),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ring_id"], ["ring.id"], name=op.f("fk_ring_link_ring_id_ring")),
        sa.ForeignKeyConstraint(["wish_id"], [WISH], name=op.f("fk_ring_link_wish_id_wish")),
        sa.ForeignKeyConstraint(["person_id"], [PERSON], name=op.f("fk_ring_link_person_id_person")),
        sa.ForeignKeyConstraint(["gives_id"], [TASK], name=op.f("fk_ring_link_gives_id_task")),
        sa.ForeignKeyConstraint(["takes_id"], [TASK], name=op.f("fk_ring_link_takes_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_link")),
        sqlite_autoincrement=True,
    )
    for column in ("ring_id", "wish_id", "person_id"):
        op.create_index(op.f(f"ix_ring_link_{column}"), "ring_link", [column])
    partial("uq_ring_link_live_gives", "ring_link", "gives_id", "live AND gives_id IS NOT NULL")
    partial("uq_ring_link_live_wish", "ring_link", "wish_id", "live")
    op.add_column("municipality", sa.Column("cleared_on", sa.Date(), nullable=True))
    for thing in ("ring", "wish"):
        # In SQL, which both databases read: a batch on SQLite would rebuild the largest table for one column.
        refers = f"CONSTRAINT fk_event_{thing}_id_{thing} REFERENCES {thing} (id)"
        op.execute(f"ALTER TABLE event ADD COLUMN {thing}_id INTEGER {refers}")
        partial(f"ix_event_{thing}", "event", f"{thing}_id", f"{thing}_id IS NOT NULL", unique=False)


def partial(name: str, table: str, column: str, where: str, *, unique: bool = True) -> None:
    """An index of only the rows where a condition holds."""
    condition = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=condition, postgresql_where=condition)


def link(table: str, other: str, *more: sa.Column) -> None:
    """A table that ties wishes to other things."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column(f"{other}_id", sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["wish_id"], [WISH], name=op.f(f"fk_{table}_wish_id_wish")),
        sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("wish_id", f"{other}_id", name=op.f(f"uq_{table}_wish_id_{other}_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{table}_{other}_id"), table, [f"{other}_id"])


def downgrade() -> None:
    for thing in ("ring", "wish"):
        op.drop_index(f"ix_event_{thing}", "event")
    op.execute("DELETE FROM notification WHERE event_id IN (SELECT id FROM event WHERE noun IN ('ring', 'wish'))")
    op.execute("DELETE FROM event WHERE noun IN ('ring', 'wish')")
    for thing in ("ring", "wish"):
        op.drop_column("event", f"{thing}_id")
    op.drop_column("municipality", "cleared_on")
    for table in ("ring_link", "ring", "refused_leg", "wish_skill", "wish_task", "wish"):
        op.drop_table(table)
