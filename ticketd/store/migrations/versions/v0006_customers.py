"""Customers as people with several addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "customer",
        sa.Column("id", _Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_table(
        "customer_address",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_customer_address")),
    )
    op.create_index(op.f("ix_customer_address_customer"), "customer_address", ["customer"])
