"""What the search knows: the folded words of tickets and messages."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.core.text import fold, header_text
from ticketd.store.rows import append
from ticketd.store.tables import Message, SearchText, Ticket

_LONGEST = 200_000
"""Nobody looks for what stands behind that; the raw mail has it."""


def index_ticket(session: Session, ticket: Ticket, *, is_new: bool = False) -> None:
    """Let a ticket be found by its subject, its summary and its customer: one line for each."""
    words = (ticket.subject, ticket.summary or "", ticket.customer_name, ticket.customer_address)
    folded = fold("\n".join(map(header_text, words)))
    row = None if is_new else _line_of(session, ticket.number)
    if row is None:
        append(session, SearchText, {"ticket": ticket.number, "folded": folded})
    else:
        row.folded = folded


def _line_of(session: Session, number: int) -> SearchText | None:
    statement = select(SearchText).where(SearchText.ticket == number, SearchText.message.is_(None))
    return session.execute(statement).scalar_one_or_none()


def index_again(session: Session, message: Message, files: Sequence[str]) -> None:
    """A message has other words now, and is found by these alone."""
    session.execute(delete(SearchText).where(SearchText.message == message.id))
    index_message(session, message, files)


def index_message(session: Session, message: Message, files: Sequence[str]) -> None:
    """Let a message be found by its words and the names of its files."""
    folded = fold("\n".join([*files, message.full_text]))[:_LONGEST]
    row = {"ticket": message.ticket, "message": message.id, "folded": folded}
    append(session, SearchText, row)
