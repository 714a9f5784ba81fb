"""Owners of incoming mail: several daemons on one database, and what a dead one was at work on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nobody is at work on anything while a schema is upgraded."""
    op.add_column("inbox", sa.Column("owner", sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
