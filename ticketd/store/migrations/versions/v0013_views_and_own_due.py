"""Saved views; when agents want a ticket to be done, how long they worked on it, and what it refers to."""

import sqlalchemy as sa
from alembic import op

from ticketd.store.tables import UtcTime

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    """Nothing that is there changes."""
    op.create_table(
        "saved_view",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "name", name=op.f("pk_saved_view")),
    )
    op.add_column("ticket", sa.Column("agent_due", UtcTime(), nullable=True))
    op.add_column(
        "ticket", sa.Column("minutes", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("ticket", sa.Column("refs", sa.JSON(), nullable=False, server_default="[]"))
