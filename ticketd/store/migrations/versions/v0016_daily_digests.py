"""When agents want their digest of the day, and the reports that they have asked for."""

import sqlalchemy as sa
from alembic import op

from ticketd.store.tables import Id, UtcTime

revision = "0016"
down_revision = "0014"


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "daily_digest",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_daily_digest")),
    )
    op.create_table(
        "report_asked",
        sa.Column("id", Id, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_asked")),
    )
