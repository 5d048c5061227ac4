"""One place a person until a posting is done; and whether the author of a task can still answer for it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None

PLACE, COLUMNS = "uq_task_one_place_each", ["posting_id", "holder_id"]


def one_place_each(where: str) -> None:
    op.drop_index(PLACE, "task")
    op.create_index(PLACE, "task", COLUMNS, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.add_column("task", sa.Column("author_left", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE task SET author_left = true WHERE author_id IN (SELECT id FROM person WHERE NOT active OR role = 'board')"
    )
    one_place_each("state IN ('taken', 'reported')")


def downgrade() -> None:
    one_place_each("state = 'taken'")
    op.drop_column("task", "author_left")
