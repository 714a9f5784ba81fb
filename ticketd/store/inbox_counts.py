"""How many mails came in, for those who watch the desk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketd.store.inbox import first_id
from ticketd.store.tables import Inbox


@dataclass(frozen=True, slots=True)
class Totals:
    """What `status` says of the inbox."""

    waiting: int
    quarantined: int
    oldest: datetime | None


def totals(session: Session) -> Totals:
    """How many wait, how many are quarantined, and since when the oldest waits."""
    counts = dict(session.execute(select(Inbox.state, func.count()).group_by(Inbox.state)).all())
    oldest = session.execute(
        select(func.min(Inbox.received_at)).where(Inbox.state.in_(("waiting", "working")))
    ).scalar()
    waiting = counts.get("waiting", 0) + counts.get("working", 0)
    return Totals(waiting, counts.get("quarantined", 0), oldest)


def automatic(session: Session, since: datetime, until: datetime) -> int:
    """How many mails of machines came in this time and are on no ticket."""
    came = (Inbox.id >= first_id(None, since), Inbox.id < first_id(None, until))
    is_one = (*came, Inbox.kind == "automatic", Inbox.ticket.is_(None))
    statement = select(func.count()).select_from(Inbox).where(*is_one)
    return int(session.execute(statement).scalar_one())
