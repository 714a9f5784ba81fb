"""Agents by mail: acts that wait for a confirmation, absences, reminders."""

import sqlalchemy as sa
from alembic import op

from ticketd.store.tables import UtcTime

revision = "0005"
down_revision = "0004"

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Three new tables; nothing that is there changes."""
    op.create_table(
        "waiting_act",
        sa.Column("id", _Id, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.Column("speech", sa.Text(), nullable=False),
        sa.Column("commands", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_act")),
    )
    op.create_index("ix_waiting_act_agent_ticket", "waiting_act", ["agent", "ticket"])
    op.create_table(
        "agent_state",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("away_until", UtcTime(), nullable=True),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agent_state")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", _Id, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_ticket"), "reminder", ["ticket"])
    op.create_index(op.f("ix_reminder_at"), "reminder", ["at"])
