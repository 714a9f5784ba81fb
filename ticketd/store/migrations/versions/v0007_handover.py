"""Tickets that wait to be accepted by the agent who was given them; what other systems say of customers."""

import sqlalchemy as sa
from alembic import op

from ticketd.store.tables import UtcTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "handover",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_until"), "handover", ["until"])
    op.create_table(
        "looked_up",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_looked_up")),
    )
