"""Promises: when a ticket is due."""

import sqlalchemy as sa
from alembic import op

from ticketd.store.tables import UtcTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing is promised yet; the daemon reckons what is open once policies are configured."""
    for name in (
        "first_reply_due",
        "next_reply_due",
        "resolution_due",
        "sla_due_at",
        "sla_next_at",
    ):
        op.add_column("ticket", sa.Column(name, UtcTime(), nullable=True))
    op.add_column(
        "ticket", sa.Column("sla_version", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_index(op.f("ix_ticket_sla_next_at"), "ticket", ["sla_next_at"])
    op.create_index("ix_ticket_status_sla_due_at", "ticket", ["status", "sla_due_at"])
