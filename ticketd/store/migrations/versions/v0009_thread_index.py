"""Outlook's Thread-Index of what a person wrote last."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """What is there has none, and is threaded by References as before."""
    op.add_column(
        "participant", sa.Column("thread_index", sa.Text(), nullable=False, server_default="")
    )
