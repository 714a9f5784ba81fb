"""The only writer of history: every act ends here."""

from ticketd.core.events import Event, Undone, words
from ticketd.core.notices import Cause
from ticketd.core.reports import story
from ticketd.desk.work import Work
from ticketd.store import stories
from ticketd.store.rows import append, change
from ticketd.store.tables import Activity, Ticket


def record(work: Work, ticket: Ticket, event: Event, by: str) -> None:
    """Note what happened to a ticket, and remember it for those whom it concerns.

    `by`: an agent's key, `customer`, `system` or an address.
    """
    enter(work, ticket, event, by)
    work.happened.setdefault(ticket.number, []).append(Cause(event, by))


def enter(work: Work, ticket: Ticket, event: Event, by: str) -> None:
    """Note what happened to a ticket, and tell nobody."""
    name, data = words(event)
    row = {"ticket": ticket.number, "at": work.now, "by": by, "event": name, "data": data}
    append(work.session, Activity, row | {"act": work.act})
    if isinstance(event, Undone):
        # What it takes back leaves the story.
        stories.rebuild(work.session, ticket.number, ticket.opened_at)
    elif told := story.short(name, data, by, story.after(work.now, ticket.opened_at)):
        stories.add(work.session, ticket.number, told)
    work.tickets[ticket.number] = ticket
    if work.now > ticket.updated_at:
        change(work.session, ticket, updated_at=work.now)
