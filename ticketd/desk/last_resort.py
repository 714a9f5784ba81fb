"""The ticket of last resort: whatever was answered 250 is seen by a person."""

from ticketd.core.events import SYSTEM, LastResort
from ticketd.core.route import route
from ticketd.desk.record import record
from ticketd.desk.tickets import NewTicket, add_department, open_ticket, put_message
from ticketd.desk.work import Work
from ticketd.store.inbox import Claimed
from ticketd.store.rows import append
from ticketd.store.tables import Message, MessageAttachment, Ticket

SUBJECT = "Unreadable mail"
TEXT = "This mail could not be read. It is attached as it came."


def attach_whole(work: Work, message: Message, item: Claimed, name: str) -> None:
    """The mail as it came, beside what could be read of it."""
    file = {"message": message.id, "name": name, "type": "message/rfc822"}
    append(work.session, MessageAttachment, file | {"size": item.size, "sha256": item.sha256})


def open_last_resort(work: Work, item: Claimed, error: str) -> Ticket:
    """A ticket made from the envelope alone, with the raw mail attached; only its agents are told."""
    settings = work.settings
    envelope = item.envelope
    departments = route(envelope.rcpt_to, settings.own).departments
    home, *others = departments or (settings.own.departments[0].key,)
    new = NewTicket(
        department=home,
        subject=SUBJECT,
        address=envelope.mail_from or "unknown",
        name="",
        language=settings.department(home).language,
    )
    ticket = open_ticket(work, new)
    for department in others:
        add_department(work, ticket, department)
    message = Message(
        ticket=ticket.number,
        kind="unverified",
        author_address=envelope.mail_from or "unknown",
        at=envelope.received_at,
        text=TEXT,
        full_text=TEXT,
        inbox_id=item.id,
    )
    put_message(work, message)
    attach_whole(work, message, item, "unreadable.eml")
    record(work, ticket, LastResort(error), SYSTEM)
    return ticket
