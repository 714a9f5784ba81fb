"""What customers and agents do to tickets: each function is one act in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime

from ticketd.core.addresses import Agent, is_address, normalise
from ticketd.core.errors import Refused
from ticketd.core.events import (
    AgentReplied,
    AlsoReceived,
    Assigned,
    CustomerWrote,
    DepartmentAdded,
    Opened,
    StatusChanged,
)
from ticketd.core.inbound import Attachment, InboundMail
from ticketd.core.language import language_of
from ticketd.core.lifecycle import Happening, Status, after
from ticketd.core.settings import Settings
from ticketd.core.subjects import plain_subject
from ticketd.core.text import clean_text, header_text
from ticketd.desk.mails import Postbox
from ticketd.desk.record import CUSTOMER, SYSTEM, record
from ticketd.store import Session, blobs, tickets
from ticketd.store.database import Database
from ticketd.store.tables import (
    Message,
    MessageAttachment,
    Outbox,
    Participant,
    Ticket,
    TicketDepartment,
)

CLOSE_REASONS = ("solved", "not-solved", "duplicate", "spam", "no-answer")


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


def open_ticket(session: Session, settings: Settings, new: NewTicket, now: datetime) -> Ticket:
    """Begin a ticket for a customer."""
    ticket = Ticket(
        number=tickets.next_number(session, settings.first_number),
        subject=header_text(new.subject) or "(no subject)",
        status=Status.NEW,
        department=new.department,
        customer_address=new.address,
        customer_name=new.name,
        language=new.language,
        channel=new.channel,
        links=[n for n in (new.claims, new.follows) if n],
        opened_at=now,
        updated_at=now,
    )
    session.add(ticket)
    ticket.departments.append(TicketDepartment(department=new.department))
    ticket.people.append(
        Participant(address=new.address, name=new.name, last_message_id=new.message_id)
    )
    session.flush()
    event = Opened(new.department, ticket.subject, claims=new.claims, follows=new.follows)
    record(session, ticket, event, CUSTOMER, now)
    return ticket


def existing(session: Session, number: int) -> Ticket:
    """The ticket of this number, locked. Refused where there is none."""
    ticket = tickets.locked(session, number)
    if ticket is None:
        raise Refused(f"there is no ticket #{number}")
    return ticket


def opened_by(
    settings: Settings, department: str, mail: InboundMail, *, claims: int, follows: int
) -> NewTicket:
    """The ticket that a mail opens."""
    home = settings.department(department)
    return NewTicket(
        department=department,
        subject=plain_subject(mail.subject, settings.name),
        address=mail.author.address,
        name=mail.author.name,
        language=language_of(f"{mail.subject}\n{mail.text}", home.language, settings.languages),
        claims=claims,
        follows=follows,
        message_id=mail.message_id,
    )


def add_message(
    session: Session, database: Database, ticket: Ticket, incoming: Incoming, now: datetime
) -> Message:
    """Put a mail on a ticket. Of the ticket's people, its author is the one who spoke last."""
    mail = incoming.mail
    message = Message(
        ticket=ticket.number,
        kind=incoming.kind,
        author_address=mail.author.address,
        author_name=mail.author.name,
        by=CUSTOMER,
        at=incoming.received_at,
        text=mail.text,
        full_text=mail.full_text,
        has_html=mail.has_html,
        trust=incoming.trust,
        message_id=mail.message_id,
        soft_key=incoming.soft_key,
        inbox_id=incoming.inbox_id,
    )
    session.add(message)
    session.flush()
    _attach(session, database, message, mail.attachments, now)
    event = CustomerWrote(message.id, incoming.kind, mail.author.address)
    record(session, ticket, event, CUSTOMER, now)
    return message


def note_last_message(session: Session, ticket: Ticket, address: str, message_id: str) -> None:
    """Our next mail to this person answers that one."""
    for person in tickets.participants(session, ticket.number):
        if person.address == address:
            person.last_message_id = message_id


def _attach(
    session: Session,
    database: Database,
    message: Message,
    files: tuple[Attachment, ...],
    now: datetime,
) -> None:
    for file in files:
        sha256 = blobs.put(session, database.blobs, file.content, now)
        session.add(
            MessageAttachment(
                message=message.id,
                name=file.name,
                type=file.type,
                size=len(file.content),
                sha256=sha256,
                content_id=file.content_id,
                inline=file.inline,
            )
        )


def customer_wrote(session: Session, ticket: Ticket, now: datetime) -> None:
    """A customer's words move the ticket: pending and closed ones open again."""
    move(session, ticket, Happening.CUSTOMER_WROTE, CUSTOMER, now)


def add_department(session: Session, ticket: Ticket, department: str, now: datetime) -> None:
    """Let a second department see the ticket."""
    if department in {d.department for d in ticket.departments}:
        return
    ticket.departments.append(TicketDepartment(ticket=ticket.number, department=department))
    record(session, ticket, DepartmentAdded(department), SYSTEM, now)


def also_received(
    session: Session, ticket: Ticket, via: str, recipient: str, now: datetime
) -> None:
    """The same mail came by a second way: one message, and a note of it."""
    record(session, ticket, AlsoReceived(via, recipient), SYSTEM, now)


def move(
    session: Session,
    ticket: Ticket,
    happening: Happening,
    by: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Change the status by the table of `core.lifecycle`."""
    old, new = ticket.status, after(ticket.status, happening)
    if old == new and not reason:
        return
    ticket.status = new
    ticket.closed_at = now if new is Status.CLOSED else None
    ticket.close_reason = reason if new is Status.CLOSED else None
    record(session, ticket, StatusChanged(old, new, reason or ""), by, now)


@dataclass(frozen=True, slots=True)
class Answer:
    """An agent's reply: its text, its files, and whether it closes the ticket."""

    text: str
    closing: bool = False
    reason: str = "solved"
    attachments: tuple[Attachment, ...] = ()


def agent_message(
    session: Session, ticket: Ticket, kind: str, agent: Agent, text: str, now: datetime
) -> Message:
    """What an agent wrote, as an entry on the ticket: a reply or a note."""
    message = Message(
        ticket=ticket.number,
        kind=kind,
        author_address=agent.addresses[0],
        author_name=agent.name,
        by=agent.key,
        at=now,
        text=text,
        full_text=text,
        trust="local",
    )
    session.add(message)
    session.flush()
    return message


def reply(
    session: Session,
    database: Database,
    postbox: Postbox,
    ticket: Ticket,
    agent: Agent,
    answer: Answer,
    now: datetime,
) -> list[Outbox]:
    """Answer everybody outside who takes part. Refused where there is nothing to say or nobody to say it to."""
    text = clean_text(answer.text).strip()
    if not text:
        raise Refused("an empty text sends nothing")
    if not is_address(ticket.customer_address):
        raise Refused(f"#{ticket.number} has no customer address to answer to")
    message = agent_message(session, ticket, "reply", agent, text, now)
    _attach(session, database, message, answer.attachments, now)
    rows = postbox.reply(
        session, ticket, agent, text, now,
        message=message.id, closing=answer.closing, attachments=answer.attachments,
    )  # fmt: skip
    if not rows:
        raise Refused(
            f"#{ticket.number}: {ticket.customer_address} is an address of ours, nobody would read it"
        )
    message.message_id = rows[0].message_id
    ticket.first_reply_at = ticket.first_reply_at or now
    if ticket.assignee is None:
        ticket.assignee = agent.key
        record(session, ticket, Assigned(agent.key), agent.key, now)
    record(session, ticket, AgentReplied(message.id, answer.closing), agent.key, now)
    if answer.closing:
        move(session, ticket, Happening.AGENT_CLOSED, agent.key, now, answer.reason)
    else:
        move(session, ticket, Happening.AGENT_REPLIED, agent.key, now)
    return rows


def close(
    session: Session,
    postbox: Postbox,
    ticket: Ticket,
    agent: Agent,
    reason: str,
    now: datetime,
    *,
    tell: bool,
) -> list[Outbox]:
    """Close a ticket, and tell its customer. Refused where it is closed already."""
    if reason not in CLOSE_REASONS:
        raise Refused(f"'{reason}' is no reason; use one of {', '.join(CLOSE_REASONS)}")
    if ticket.status == Status.CLOSED:
        raise Refused(f"#{ticket.number} is closed already")
    move(session, ticket, Happening.AGENT_CLOSED, agent.key, now, reason)
    has_reader = is_address(normalise(ticket.customer_address))
    return postbox.closed(session, ticket, now) if tell and has_reader and reason != "spam" else []
