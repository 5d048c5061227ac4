"""Accounts that are erased, the security log, the second step of signing in; and events that nobody changes.

A later migration that rebuilds `event` or `security_event` in batch mode on SQLite drops the triggers on it: it must
make them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = depends_on = None

KEPT = ("event", "security_event")  # what is written there stays, but for what `forgetting` opens
CLOSED = "NOT EXISTS (SELECT 1 FROM forgetting)"
STAYS = f"""CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF {CLOSED} THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END IF;
IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
RETURN OLD; END $$"""


def upgrade() -> None:
    op.add_column("person", sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "forgetting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nobody_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nobody_id"],
            ["forgetting.id"],
            name=op.f("fk_forgetting_nobody_id_forgetting"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgetting")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "security_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("whom_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        *(of_person("security_event", name) for name in ("by_id", "whom_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
        sqlite_autoincrement=True,
    )
    for column in ("at", "kind"):
        op.create_index(op.f(f"ix_security_event_{column}"), "security_event", [column])
    for column in ("by_id", "whom_id"):
        given = sa.text(f"{column} IS NOT NULL")
        name = f"ix_security_event_{column}"
        op.create_index(name, "security_event", [column], sqlite_where=given, postgresql_where=given)
    op.create_table(
        "authenticator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        of_person("authenticator", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
        sa.UniqueConstraint("person_id", name=op.f("uq_authenticator_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        of_person("recovery_code", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_code_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])
    close()


def of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    """The column names somebody."""
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"))


def close() -> None:
    """From here on, what happened stays as it was written."""
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for act in ("update", "delete"):
                op.execute(f"CREATE TRIGGER {table}_{act} BEFORE {act} ON {table} WHEN {CLOSED} {refuse}")
        return
    op.execute(STAYS)
    for table in KEPT:
        for act, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_stays_{each.lower()}"
            op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION stays()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER event_update")
        op.execute("DROP TRIGGER event_delete")
    else:
        for table in KEPT:
            for each in ("row", "statement"):
                op.execute(f"DROP TRIGGER {table}_stays_{each} ON {table}")
        op.execute("DROP FUNCTION stays()")
    for table in ("recovery_code", "authenticator", "security_event", "forgetting"):
        op.drop_table(table)
    op.drop_column("person", "erased")
    op.drop_column("person", "erase_at")
