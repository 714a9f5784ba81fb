"""Very many tickets at once: of one address they are kept below the first one; of one department they are an alert."""

from dataclasses import dataclass

from ticketd import maillog
from ticketd.core.correspondent import correspondent
from ticketd.core.events import SYSTEM, CrowdBegan, Event, StormBegan
from ticketd.desk.record import record
from ticketd.desk.work import Work
from ticketd.store import spent, tickets
from ticketd.store.rows import change
from ticketd.store.tables import Ticket


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of storm: what counts the tickets, what remembers the storm, and for whom."""

    counted: str
    storm: str
    who: str
    most: int


def note_storm(work: Work, ticket: Ticket) -> str:
    """Count a ticket that a mail has opened. Why it gets no ack, if it belongs to a storm; it is kept all the same."""
    budgets, address, key = work.settings.budgets, ticket.customer_address, ticket.department
    if not budgets.enabled:
        return ""
    # Everybody at once: an outage, perhaps, and all of them get their acks.
    crowd = _Kind("arrived", "crowd", key, budgets.crowd_tickets)
    _first_of(work, ticket, crowd, CrowdBegan(key, crowd.most))
    one = _Kind("opened", "storm", correspondent(address), budgets.storm_tickets)
    first = _first_of(work, ticket, one, StormBegan(address, one.most))
    if first is None:
        return ""
    if first != ticket.number:
        change(work.session, ticket, parent=first)
    return f"a storm: more than {one.most} tickets of this address, all below #{first}"


def _first_of(work: Work, ticket: Ticket, kind: _Kind, event: Event) -> int | None:
    """The ticket that the storm began with; None where these are no more than they may be."""
    budgets, session, now = work.settings.budgets, work.session, work.now
    since = now - budgets.storm_within
    is_storm = spent.is_spent(session, kind.counted, kind.who, since, kind.most)
    spent.spend(session, kind.counted, kind.who, now, ticket.number)
    if not is_storm:
        return None
    known = spent.last_use(session, kind.storm, kind.who, now - budgets.calm_after)
    first = known or spent.first_use(session, kind.counted, kind.who, since)
    number = (first.ticket if first else None) or ticket.number
    if known is None:
        number = _tell(work, number, event)
        maillog.storm(kind.who, number, kind.most)
    if known is None or now - known.at > budgets.storm_within / 2:
        # It goes on: nobody is told again until there was none for a while.
        spent.spend(session, kind.storm, kind.who, now, number)
    return number


def _tell(work: Work, number: int, event: Event) -> int:
    """One alert, on the first ticket; on an older one where that stands below it, as the storm had only paused."""
    first = tickets.locked(work.session, number)
    if first is not None and first.parent is not None:
        first = tickets.locked(work.session, first.parent)
    if first is None:
        return number
    record(work, first, event, SYSTEM)
    return first.number
