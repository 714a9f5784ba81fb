"""Scheduled reports: which have left, and who wants no more."""

import sqlalchemy as sa
from alembic import op

from ticketd.store.tables import UtcTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "report_sent",
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "day", name=op.f("pk_report_sent")),
    )
    op.create_table(
        "report_stop",
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "address", name=op.f("pk_report_stop")),
    )
