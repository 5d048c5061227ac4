"""Whom to ask about this site."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("municipality", sa.Column("contact", sa.String(320), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("municipality", "contact")
