"""The ticket of last resort: whatever was answered 250 is seen by a person."""

from datetime import datetime

from ticketd.core.route import route
from ticketd.core.settings import Settings
from ticketd.desk.tickets import NewTicket, open_ticket
from ticketd.store import Session, inbox
from ticketd.store.tables import Inbox, Message, MessageAttachment, Ticket

SUBJECT = "Unreadable mail"
TEXT = "This mail could not be read. It is attached as it came."


def open_last_resort(session: Session, settings: Settings, item: Inbox, now: datetime) -> Ticket:
    """A ticket made from the envelope alone, with the raw mail attached; nobody outside is told."""
    envelope = inbox.envelope_of(item)
    departments = route(envelope.rcpt_to, settings.own).departments
    home = departments[0] if departments else settings.own.departments[0].key
    new = NewTicket(
        department=home,
        subject=SUBJECT,
        address=envelope.mail_from or "unknown",
        name="",
        language=settings.department(home).language,
    )
    ticket = open_ticket(session, settings, new, now)
    message = Message(
        ticket=ticket.number,
        kind="unverified",
        author_address=envelope.mail_from or "unknown",
        at=item.received_at,
        text=TEXT,
        full_text=TEXT,
        inbox_id=item.id,
    )
    session.add(message)
    session.flush()
    file = MessageAttachment(
        message=message.id,
        name="unreadable.eml",
        type="message/rfc822",
        size=item.size,
        sha256=item.sha256,
    )
    session.add(file)
    return ticket
