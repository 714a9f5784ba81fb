"""Budgets know the ticket that they were used for: a storm remembers its first one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Uses from before have no ticket; none of them is a storm."""
    op.add_column("spent", sa.Column("ticket", sa.BigInteger(), nullable=True))
