"""Stories beside the tickets: added to with each event, made anew from the history, held against it."""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ticketd.core.figures import Happened
from ticketd.core.reports.story import whole
from ticketd.store.prepared import Prepared
from ticketd.store.tables import Activity, Ticket, table_of

_TICKET, _ACTIVITY = table_of(Ticket), table_of(Activity)
_AT_A_TIME = 500
_MINE = _TICKET.c.number == bindparam("of")
_ADD = Prepared(_TICKET.update().where(_MINE).values(story=_TICKET.c.story + bindparam("more")))
_SET = Prepared(_TICKET.update().where(_MINE).values(story=bindparam("all")))
_LOCK = Prepared(select(_TICKET.c.number).where(_MINE).with_for_update())
_COLUMNS = tuple(_ACTIVITY.c[name] for name in ("at", "event", "data", "act", "by"))
_HISTORY = Prepared(
    select(*_COLUMNS).where(_ACTIVITY.c.ticket == bindparam("of")).order_by(_ACTIVITY.c.id)
)
Tell = Callable[[int], None]


def add(session: Session, number: int, more: str) -> None:
    """What an event says, behind the rest; the database does it, so that of two at once neither is lost."""
    _ADD.run(session, {"of": number, "more": more})


def rebuild(session: Session, number: int, opened_at: datetime) -> None:
    """Make the story of a ticket anew; whoever is adding to it goes on behind."""
    _LOCK.run(session, {"of": number})
    history = [Happened(*row) for row in _HISTORY.rows(session, of=number)]
    _SET.run(session, {"of": number, "all": whole(history, opened_at)})


def wrong(
    session: Session, tell: Tell = lambda _count: None
) -> Iterator[tuple[int, datetime, str]]:
    """The tickets whose story is not that of their history: number, when it was opened, what it should say.

    `tell` is told of each ticket looked at.
    """
    last = -1
    while True:
        page = select(_TICKET.c.number, _TICKET.c.opened_at, _TICKET.c.story)
        page = page.where(_TICKET.c.number > last).order_by(_TICKET.c.number).limit(_AT_A_TIME)
        tickets = session.execute(page).all()
        if not tickets:
            return
        first, last = tickets[0].number, tickets[-1].number
        told: dict[int, list[Happened]] = {ticket.number: [] for ticket in tickets}
        rows = select(_ACTIVITY.c.ticket, *_COLUMNS).where(_ACTIVITY.c.ticket.between(first, last))
        for number, *row in session.execute(rows.order_by(_ACTIVITY.c.id)):
            told[number].append(Happened(*row))
        for number, opened_at, story in tickets:
            right = whole(told[number], opened_at)
            if right != story:
                yield number, opened_at, right
        tell(len(tickets))


def mend(session: Session, tell: Tell = lambda _count: None) -> int:
    """Write the right ones; how many were wrong."""
    mended = 0
    for number, _, right in wrong(session, tell):
        _SET.run(session, {"of": number, "all": right})
        mended += 1
    return mended


def count(session: Session) -> int:
    """How many tickets there are."""
    return int(session.execute(select(func.count()).select_from(_TICKET)).scalar_one())
