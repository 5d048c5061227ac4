"""For whose wish the end of a chain said no, apart from who said it: the other may not learn it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None

UNIQUE, FOR, INDEX = "uq_refused_leg_wish_id_task_id", "fk_refused_leg_for_id_wish", "ix_refused_leg_for_id"


def upgrade() -> None:
    with op.batch_alter_table("refused_leg") as batch_op:
        batch_op.add_column(sa.Column("for_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(FOR, "wish", ["for_id"], ["id"])
        batch_op.drop_constraint(UNIQUE, type_="unique")
        batch_op.create_unique_constraint(f"{UNIQUE}_for_id", ["wish_id", "task_id", "for_id"])
    op.create_index(INDEX, "refused_leg", ["for_id"])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM refused_leg WHERE for_id IS NOT NULL"))
    op.drop_index(INDEX, "refused_leg")
    with op.batch_alter_table("refused_leg") as batch_op:
        batch_op.drop_constraint(f"{UNIQUE}_for_id", type_="unique")
        batch_op.create_unique_constraint(UNIQUE, ["wish_id", "task_id"])
        batch_op.drop_constraint(FOR, type_="foreignkey")
        batch_op.drop_column("for_id")
