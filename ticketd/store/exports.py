"""Every mail that came, and every mail that went to people outside, in the order of time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketd.store import blobs
from ticketd.store.outbox import CALLS
from ticketd.store.tables import Blob, Inbox, Outbox, Ticket


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail, not read yet."""

    at: datetime
    id: int
    came: bool
    sender: str
    ticket: int | None


def mails(session: Session, agents: Collection[str]) -> list[Kept]:
    """All whose bytes are there; not what the desk told its own agents."""
    came = (
        select(Inbox.received_at, Inbox.id, Inbox.mail_from, Inbox.ticket)
        .join(Blob, Blob.sha256 == Inbox.sha256)
        .where(Inbox.state.in_(("done", "quarantined")))
    )
    went = select(
        func.coalesce(Outbox.sent_at, Outbox.first_at), Outbox.id, Outbox.mail_from, Outbox.ticket,
    ).where(
        Outbox.state == "sent", Outbox.priority < CALLS, Outbox.rcpt_to.not_in(list(agents)),
        Outbox.content != b"",
    )  # fmt: skip
    found = [Kept(at, i, True, sender, t) for at, i, sender, t in session.execute(came)]
    found += [Kept(at, i, False, sender, t) for at, i, sender, t in session.execute(went)]
    # Of one moment: first what came, as the rest was caused by it.
    return sorted(found, key=lambda mail: (mail.at, not mail.came, mail.id))


def content(session: Session, folder: Path | None, mail: Kept) -> bytes:
    """Its bytes. KeyError where the retention has taken them meanwhile."""
    if mail.came:
        statement = select(Inbox.sha256).where(Inbox.id == mail.id)
        return blobs.get(session, folder, session.execute(statement).scalar_one())
    return bytes(session.execute(select(Outbox.content).where(Outbox.id == mail.id)).scalar_one())


def numbers(session: Session) -> list[int]:
    """All tickets."""
    return list(session.execute(select(Ticket.number).order_by(Ticket.number)).scalars())


def ticket(session: Session, number: int) -> Ticket:
    """The ticket itself; a merged one, too."""
    return session.get_one(Ticket, number)
