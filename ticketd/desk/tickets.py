"""What customers and agents do to tickets: each function is one act in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime

from ticketd.core.addresses import Agent
from ticketd.core.errors import Refused
from ticketd.core.events import (
    CUSTOMER,
    SYSTEM,
    AlsoReceived,
    Changed,
    CustomerWrote,
    DepartmentAdded,
    Noted,
    Opened,
    StatusChanged,
)
from ticketd.core.inbound import Attachment, InboundMail
from ticketd.core.lifecycle import Happening, Status, after
from ticketd.core.subjects import plain_subject
from ticketd.core.text import header_text
from ticketd.core.thread_index import thread_index
from ticketd.desk.language import language_for
from ticketd.desk.record import record
from ticketd.desk.work import Work
from ticketd.store import blobs, search, tickets
from ticketd.store.rows import append, change, insert, set_known
from ticketd.store.tables import (
    Message,
    MessageAttachment,
    Participant,
    Ticket,
    TicketDepartment,
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail with what was found out about it."""

    mail: InboundMail
    inbox_id: int
    received_at: datetime
    kind: str
    """The kind of message: customer, automatic, unverified, held, third-party, ..."""
    trust: str
    soft_key: str = ""
    agent: Agent | None = None
    """Who wrote it, where that is one of us: then it is a note."""
    asks: bool = True
    """Whether it wants an answer: thanks do not."""


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a ticket begins with."""

    department: str
    subject: str
    address: str
    name: str
    language: str
    channel: str = "email"
    claims: int = 0
    follows: int = 0
    message_id: str = ""
    """Of the mail that opens it: our first mail answers that one."""
    thread_index: str = ""


def open_ticket(work: Work, new: NewTicket, *, by: str = CUSTOMER) -> Ticket:
    """Begin a ticket for a customer."""
    session = work.session
    ticket = Ticket(
        number=tickets.next_number(work.session, work.settings.first_number),
        subject=header_text(new.subject) or "(no subject)",
        status=Status.NEW,
        department=new.department,
        customer_address=new.address,
        customer_name=new.name,
        language=new.language,
        channel=new.channel,
        links=[n for n in (new.claims, new.follows) if n],
        opened_at=work.now,
        updated_at=work.now,
    )
    insert(session, ticket)
    home = insert(session, TicketDepartment(ticket=ticket.number, department=new.department))
    customer = Participant(ticket=ticket.number, address=new.address, name=new.name)
    customer.last_message_id, customer.thread_index = new.message_id, new.thread_index
    # Known without asking: nobody else can have added to a ticket that did not exist.
    set_known(ticket, departments=[home], people=[insert(session, customer)], messages=[])
    search.index_ticket(session, ticket, is_new=True)
    event = Opened(new.department, ticket.subject, claims=new.claims, follows=new.follows)
    record(work, ticket, event, by)
    return ticket


def existing(work: Work, number: int) -> Ticket:
    """The ticket of this number, locked. Refused where there is none."""
    ticket = tickets.locked(work.session, number)
    if ticket is None:
        raise Refused("there is no ticket #{number}", number=number)
    return ticket


def opened_by(
    work: Work, department: str, mail: InboundMail, *, claims: int, follows: int
) -> NewTicket:
    """The ticket that a mail opens."""
    return NewTicket(
        department=department,
        subject=plain_subject(mail.subject, work.settings.name),
        address=mail.author.address,
        name=mail.author.name,
        language=language_for(work, department, mail.author.address, mail.text, mail.subject),
        claims=claims,
        follows=follows,
        message_id=mail.message_id,
        thread_index=thread_index(mail.first("thread-index")),
    )


def add_message(work: Work, ticket: Ticket, incoming: Incoming) -> Message:
    """Put a mail on a ticket. Of the ticket's people, its author is the one who spoke last."""
    mail = incoming.mail
    by = incoming.agent.key if incoming.agent else CUSTOMER
    message = Message(
        ticket=ticket.number,
        kind=incoming.kind,
        author_address=mail.author.address,
        author_name=mail.author.name,
        by=by,
        at=incoming.received_at,
        text=mail.text,
        full_text=mail.full_text,
        has_html=mail.has_html,
        trust=incoming.trust,
        message_id=mail.message_id,
        soft_key=incoming.soft_key,
        inbox_id=incoming.inbox_id,
    )
    put_message(work, message, mail.attachments)
    event = (
        Noted(message.id)
        if incoming.agent
        else CustomerWrote(message.id, incoming.kind, mail.author.address, incoming.asks)
    )
    record(work, ticket, event, by)
    return message


def put_message(work: Work, message: Message, files: tuple[Attachment, ...] = ()) -> None:
    """Store a message with its files, so that it can be found."""
    insert(work.session, message)
    for file in files:
        sha256 = blobs.put(work.session, work.desk.database.blobs, file.content, work.now)
        row = {
            "message": message.id,
            "name": file.name,
            "type": file.type,
            "size": len(file.content),
            "sha256": sha256,
            "content_id": file.content_id,
            "inline": file.inline,
        }
        append(work.session, MessageAttachment, row)
    search.index_message(work.session, message, [file.name for file in files])


def note_last_mail(work: Work, ticket: Ticket, mail: InboundMail) -> None:
    """Our next mail to its author answers that one."""
    index = thread_index(mail.first("thread-index"))
    for person in ticket.people:
        if person.address == mail.author.address:
            change(work.session, person, last_message_id=mail.message_id, thread_index=index)


def customer_wrote(work: Work, ticket: Ticket) -> None:
    """A customer's words move the ticket: pending and closed ones open again."""
    move(work, ticket, Happening.CUSTOMER_WROTE, CUSTOMER)


def add_department(work: Work, ticket: Ticket, department: str, by: str = SYSTEM) -> None:
    """Let a second department see the ticket."""
    if department in {d.department for d in ticket.departments}:
        return
    ticket.departments.append(TicketDepartment(ticket=ticket.number, department=department))
    record(work, ticket, DepartmentAdded(department), by)


def also_received(work: Work, ticket: Ticket, via: str, recipient: str) -> None:
    """The same mail came by a second way: one message, and a note of it."""
    record(work, ticket, AlsoReceived(via, recipient), SYSTEM)


def move(
    work: Work, ticket: Ticket, happening: Happening, by: str, *,
    reason: str | None = None, until: datetime | None = None,
) -> None:  # fmt: skip
    """Change the status by the table of `core.lifecycle`. Refused where `until` is over."""
    if until is not None and until <= work.now:
        raise Refused("{at} is over; name a moment to come", at=f"{until:%Y-%m-%d %H:%M}")
    old, new = ticket.status, after(ticket.status, happening)
    before, until = ticket.pending_until, until if new is Status.PENDING else None
    ticket.pending_until = until
    if old == new and not reason:
        if before != until:
            record(work, ticket, Changed("pending_until", _told(before), _told(until)), by)
        return
    ticket.status = new
    ticket.closed_at = work.now if new is Status.CLOSED else None
    ticket.close_reason = reason if new is Status.CLOSED else None
    if old == Status.CLOSED:
        # The next closing is asked about anew.
        ticket.rating = None
    event = StatusChanged(old, new, reason or "", until=_told(until), until_before=_told(before))
    record(work, ticket, event, by)


def _told(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
