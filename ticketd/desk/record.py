"""The only writer of history: every act ends here."""

from datetime import datetime

from ticketd.core.events import Event, words
from ticketd.store import Session
from ticketd.store.tables import Activity, Ticket

SYSTEM = "system"
CUSTOMER = "customer"


def record(session: Session, ticket: Ticket, event: Event, by: str, now: datetime) -> None:
    """Note what happened to a ticket. `by`: an agent's key, `customer`, `system` or an address."""
    name, data = words(event)
    session.add(Activity(ticket=ticket.number, at=now, by=by, event=name, data=data))
    ticket.updated_at = max(now, ticket.updated_at)
