"""What the history says of a ticket's promises, and which tickets are to be looked at."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from ticketd.core.figures import Happened
from ticketd.core.lifecycle import Status
from ticketd.core.promises import EVENTS
from ticketd.store.prepared import Prepared
from ticketd.store.tables import Activity, Ticket, table_of

_ACTIVITY = table_of(Activity)
_HISTORY = Prepared(
    select(*(_ACTIVITY.c[name] for name in ("at", "event", "data", "act", "by")))
    .where(
        _ACTIVITY.c.ticket == bindparam("number"),
        or_(*(_ACTIVITY.c.event == event for event in EVENTS)),
    )
    .order_by(_ACTIVITY.c.id)
)
_OPEN = tuple(status.value for status in Status if status is not Status.CLOSED)


def history(session: Session, number: int) -> list[Happened]:
    """What has to do with promises, in order."""
    return [Happened(*row) for row in _HISTORY.rows(session, number=number)]


def to_tell(session: Session, now: datetime) -> list[int]:
    """Tickets of which agents are to be warned, or told that a target was missed; the most urgent first."""
    statement = select(Ticket.number).where(Ticket.sla_next_at <= now).order_by(Ticket.sla_next_at)
    return list(session.execute(statement).scalars())


def reckoned_otherwise(session: Session, version: int, limit: int) -> list[int]:
    """Tickets that are not closed and were reckoned by other policies."""
    statement = select(Ticket.number).where(Ticket.status.in_(_OPEN), Ticket.sla_version != version)
    return list(session.execute(statement.order_by(Ticket.number).limit(limit)).scalars())
