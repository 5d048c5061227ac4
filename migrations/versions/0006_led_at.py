"""Since when somebody moves an issue."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("issue", sa.Column("led_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE issue SET led_at = coalesce(started_at, sought_at, created_at) WHERE trekker_id IS NOT NULL")


def downgrade() -> None:
    op.drop_column("issue", "led_at")
