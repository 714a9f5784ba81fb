"""Owners of incoming mail: several daemons on one database, and what a dead one was at work on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nobody is at work on anything while a schema is upgraded."""
    op.add_column("inbox", sa.Column("owner", sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
    # Both queues are worked in an order that the index has: a long queue costs no more than a short one.
    op.drop_index("ix_inbox_state_next_at", "inbox")
    op.create_index("ix_inbox_state_id", "inbox", ["state", "id"])
    op.drop_index("ix_outbox_state_next_at", "outbox")
    op.create_index("ix_outbox_state_priority_id", "outbox", ["state", "priority", "id"])
