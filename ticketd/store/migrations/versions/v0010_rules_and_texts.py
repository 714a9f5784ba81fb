"""Rules, canned replies and articles: blocked senders, and what was used how often."""

import sqlalchemy as sa
from alembic import op

from ticketd.store.tables import UtcTime

revision = "0010"
down_revision = "0009"

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "blocked_sender",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_blocked_sender")),
    )
    op.create_table(
        "text_use",
        sa.Column("id", _Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_use")),
    )
    op.create_index("ix_text_use_kind_name", "text_use", ["kind", "name"])
    op.create_index(op.f("ix_text_use_ticket"), "text_use", ["ticket"])
