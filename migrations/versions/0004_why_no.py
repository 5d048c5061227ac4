"""Why a hand or an invitation became a no, where nobody wrote a sentence."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("bid", sa.Column("why_no", sa.String(length=8), nullable=False, server_default=""))
    op.execute(
        "UPDATE bid SET why_no = 'own' WHERE seat_id IS NOT NULL"
        " AND (state = 'withdrawn' AND by_id = person_id OR state = 'declined' AND by_id <> person_id)"
    )
    op.execute("UPDATE bid SET why_no = 'lead' WHERE seat_id IS NOT NULL AND state = 'withdrawn' AND why_no = ''")
    op.execute("UPDATE bid SET why_no = 'taken' WHERE seat_id IS NOT NULL AND state = 'declined' AND why_no = ''")


def downgrade() -> None:
    op.drop_column("bid", "why_no")
