"""What an import has brought already, so that a second run goes on where the first one ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketd.core.events import Imported, words
from ticketd.store import blobs
from ticketd.store.database import Database
from ticketd.store.inbox import first_id
from ticketd.store.rows import append
from ticketd.store.tables import Activity, Inbox, Message, Ticket

VIA = "import"
_EVENT = words(Imported("", ""))[0]


def known(session: Session) -> dict[str, int]:
    """The SHA-256 of every mail that was imported, and its ticket."""
    statement = select(Inbox.sha256, Inbox.ticket).where(Inbox.via == VIA)
    return {sha256: ticket for sha256, ticket in session.execute(statement) if ticket}


def tags(session: Session) -> dict[str, int]:
    """The tags that other desks have given, and our tickets."""
    statement = select(Activity.ticket, Activity.data).where(Activity.event == _EVENT)
    found = [(data["tag"], ticket) for ticket, data in session.execute(statement)]
    return {tag: ticket for tag, ticket in found if tag}


def open_ones(session: Session, before: datetime) -> list[int]:
    """Imported tickets that are not closed and on which nothing has happened since then."""
    imported = select(Activity.ticket).where(Activity.event == _EVENT)
    statement = select(Ticket.number).where(
        Ticket.number.in_(imported), Ticket.status != "closed", Ticket.updated_at < before
    )
    return list(session.execute(statement.order_by(Ticket.number)).scalars())


def answered(session: Session, numbers: Sequence[int]) -> set[int]:
    """Those of these tickets whose newest mail is an answer of ours."""
    statement = select(Message.ticket, Message.kind).where(
        Message.ticket.in_(numbers), Message.kind.in_(("customer", "reply"))
    )
    rows = session.execute(statement.order_by(Message.at, Message.id))
    newest = {number: kind for number, kind in rows}  # noqa: C416 - rows are no pairs to mypy
    return {number for number, kind in newest.items() if kind == "reply"}


def next_id(session: Session, now: datetime) -> int:
    """The first free id of a mail; the ones above it are free, too."""
    return first_id(session.execute(select(func.max(Inbox.id))).scalar_one_or_none(), now)


def put(
    session: Session, database: Database, raw: bytes, told: dict[str, Any], *,
    at: datetime, now: datetime, recipients: Sequence[str],
) -> None:  # fmt: skip
    """Keep a mail as one that was worked in long ago; `told` has its id."""
    row = {
        "state": "done", "via": VIA, "recipients": [[r, ""] for r in recipients],
        "sha256": blobs.put(session, database.blobs, raw, now), "size": len(raw), "received_at": at, "next_at": at,
        "step": VIA, "reasons": ["imported from an archive"],
    }  # fmt: skip
    append(session, Inbox, row | told)
