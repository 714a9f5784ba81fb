"""When agents want their digest of the day."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0011"


def upgrade() -> None:
    """One new table; nothing that is there changes."""
    op.create_table(
        "daily_digest",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_daily_digest")),
    )
