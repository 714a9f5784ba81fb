"""Followers, undo, digests, and the search."""

import sqlalchemy as sa
from alembic import op

from ticketd.core.text import fold, header_text
from ticketd.store.search_index import statements
from ticketd.store.tables import UtcTime

revision = "0002"
down_revision = "0001"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nothing is lost: what was written before is found by the search too."""
    op.add_column(
        "ticket", sa.Column("followers", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("ticket", sa.Column("pending_until", UtcTime(), nullable=True))
    op.create_index("ix_ticket_pending_until", "ticket", ["pending_until"])
    op.add_column("activity", sa.Column("act", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_activity_act", "activity", ["act"])
    op.create_table(
        "digest_line",
        sa.Column("id", _ID, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_line")),
    )
    op.create_index("ix_digest_line_agent", "digest_line", ["agent"])
    op.create_table(
        "search_text",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_text")),
    )
    op.create_index("ix_search_text_ticket", "search_text", ["ticket"])
    op.create_index("ix_search_text_message", "search_text", ["message"])
    connection = op.get_bind()
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    _index_what_is_there(connection)


def _index_what_is_there(connection: sa.Connection) -> None:
    insert = sa.text(
        "INSERT INTO search_text (ticket, message, folded) VALUES (:ticket, :message, :folded)"
    )
    tickets = connection.execute(
        sa.text("SELECT number, subject, summary, customer_name, customer_address FROM ticket")
    )
    for number, *words in tickets.all():
        values = {
            "ticket": number,
            "message": None,
            "folded": fold("\n".join(map(header_text, words))),
        }
        connection.execute(insert, values)
    files: dict[int, list[str]] = {}
    for message, name in connection.execute(sa.text("SELECT message, name FROM attachment")):
        files.setdefault(message, []).append(name)
    messages = connection.execute(sa.text("SELECT ticket, id, full_text FROM message"))
    for number, message, text in messages.all():
        folded = fold("\n".join([text, *files.get(message, [])]))
        connection.execute(insert, {"ticket": number, "message": message, "folded": folded})
