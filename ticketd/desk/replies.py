"""What agents say: a reply, a note, a closing or reopening word; a ticket for somebody who called."""

from dataclasses import dataclass
from datetime import datetime

from ticketd.core import fields
from ticketd.core.addresses import Agent, Department, is_address, is_handle, normalise
from ticketd.core.errors import Refused
from ticketd.core.events import AckWithheld, AgentReplied, Assigned, CustomerWrote, Noted
from ticketd.core.inbound import Attachment
from ticketd.core.lifecycle import Happening, Status
from ticketd.core.sentences import say
from ticketd.core.text import clean_text, header_text
from ticketd.core.tokens import without_tokens
from ticketd.core.trust import Trust
from ticketd.desk import mails
from ticketd.desk.acks import acknowledge_call
from ticketd.desk.budgets import note_told, why_silent
from ticketd.desk.custom import check_ready_to_close
from ticketd.desk.handover import accept_by_acting
from ticketd.desk.language import language_for
from ticketd.desk.reach import check_reach
from ticketd.desk.record import record
from ticketd.desk.rules import ask_rules
from ticketd.desk.tickets import NewTicket, move, open_ticket, put_message
from ticketd.desk.work import Work
from ticketd.store.tables import Message, Outbox, Ticket

CLOSE_REASONS = ("solved", "not-solved", "duplicate", "spam", "no-answer")


@dataclass(frozen=True, slots=True)
class Source:
    """The mail that an agent said something by."""

    inbox_id: int
    soft_key: str
    trust: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent writes to the customer: its text, its files, and what becomes of the ticket."""

    text: str
    closing: bool = False
    reason: str = "solved"
    attachments: tuple[Attachment, ...] = ()
    until: datetime | None = None
    """When the ticket opens by itself, where the customer stays silent."""
    stays_open: bool = False
    """There is more to do than to wait for the customer."""
    source: "Source | None" = None


def said(text: str, nothing: str) -> str:
    """A text that can be stored. Refused, with this sentence, where it is empty."""
    clean = clean_text(text).strip()
    if not clean:
        raise Refused(nothing)
    return clean


def agent_message(
    work: Work,
    ticket: Ticket,
    kind: str,
    agent: Agent,
    text: str,
    files: tuple[Attachment, ...] = (),
    source: Source | None = None,
) -> Message:
    """What an agent wrote, as an entry on the ticket: a reply or a note."""
    message = Message(
        ticket=ticket.number,
        kind=kind,
        author_address=agent.addresses[0],
        author_name=agent.name,
        by=agent.key,
        at=work.now,
        text=text,
        full_text=text,
        trust=source.trust if source else "local",
        soft_key=source.soft_key if source else "",
        inbox_id=source.inbox_id if source else None,
    )
    put_message(work, message, files)
    return message


def reply(work: Work, ticket: Ticket, agent: Agent, new: Reply) -> list[Outbox]:
    """Answer everybody outside who takes part. Refused where there is nothing to say or nobody to say it to."""
    home = work.settings.department(ticket.department)
    plain = without_tokens(new.text, work.settings.domain, home.address)
    text = said(plain, "an empty text sends nothing")
    check_reach(work, ticket)
    _may_answer(home, ticket, agent)
    if new.until is not None and ticket.status == Status.CLOSED:
        raise Refused("#{number} is closed; reopen it before it can wait", number=ticket.number)
    if new.closing:
        _may_close(work, ticket, agent, new.reason)
        check_ready_to_close(work, ticket, new.reason)
    message = agent_message(work, ticket, "reply", agent, text, new.attachments, new.source)
    rows = mails.reply(
        work, ticket, agent, message, closing=new.closing, attachments=new.attachments
    )
    if not rows and not is_handle(ticket.customer_address):
        raise Refused(
            "{address} is an address of ours, nobody would read it", address=ticket.customer_address
        )
    message.message_id = rows[0].message_id if rows else ""
    ticket.first_reply_at = ticket.first_reply_at or work.now
    if ticket.assignee is None:
        ticket.assignee = agent.key
        record(work, ticket, Assigned(agent.key), agent.key)
    accept_by_acting(work, ticket, agent)
    record(work, ticket, AgentReplied(message.id, new.closing), agent.key)
    if new.closing:
        move(work, ticket, Happening.AGENT_CLOSED, agent.key, reason=new.reason)
    else:
        stays = new.stays_open and new.until is None
        happening = Happening.AGENT_KEEPS_OPEN if stays else Happening.AGENT_REPLIED
        move(work, ticket, happening, agent.key, until=new.until)
    return rows


def _may_answer(home: Department, ticket: Ticket, agent: Agent) -> None:
    if not home.answers and agent.role != "lead":
        raise Refused(
            "#{number} is with {home}, which does not answer customers; write a note, and hand it on: "
            "#handback or #dept",
            number=ticket.number,
            home=home.name,
        )


def _may_close(work: Work, ticket: Ticket, agent: Agent, reason: str) -> None:
    home = work.settings.department(ticket.department)
    if not home.closes and agent.role != "lead" and reason in {"solved", "not-solved"}:
        raise Refused(
            "#{number} is with {home}, which closes nothing; hand it on: #handback or #dept",
            number=ticket.number,
            home=home.name,
        )


def draft(
    work: Work, ticket: Ticket, agent: Agent, text: str,
    files: tuple[Attachment, ...] = (), source: Source | None = None,
) -> Message:  # fmt: skip
    """Keep a text that is not sent yet; only agents see it."""
    text = said(text, "an empty text is no draft")
    return agent_message(work, ticket, "draft", agent, text, files, source)


def unconfirmed(
    work: Work, ticket: Ticket, agent: Agent, text: str,
    files: tuple[Attachment, ...] = (), source: Source | None = None,
) -> Message:  # fmt: skip
    """Keep what is in an agent's name and waits for the agent to confirm it: nobody's words until then."""
    text = said(text, "an empty text waits for nothing")
    message = agent_message(work, ticket, "unverified", agent, text, files, source)
    message.by = agent.addresses[0]
    return message


def note(
    work: Work, ticket: Ticket, agent: Agent, text: str,
    files: tuple[Attachment, ...] = (), source: Source | None = None,
) -> Message:  # fmt: skip
    """Write something that only agents see. Refused where there is nothing to say."""
    text = said(text, "an empty text is no note")
    message = agent_message(work, ticket, "note", agent, text, files, source)
    record(work, ticket, Noted(message.id), agent.key)
    return message


def close(work: Work, ticket: Ticket, agent: Agent, reason: str, *, tell: bool) -> list[Outbox]:
    """Close a ticket, and tell its customer. Refused where it is closed already."""
    if reason not in CLOSE_REASONS:
        raise Refused(
            "'{reason}' is no reason; use one of {known}", reason=reason, known=CLOSE_REASONS
        )
    if ticket.status == Status.CLOSED:
        raise Refused("#{number} is closed already", number=ticket.number)
    _may_close(work, ticket, agent, reason)
    check_ready_to_close(work, ticket, reason)
    move(work, ticket, Happening.AGENT_CLOSED, agent.key, reason=reason)
    return mails.closed(work, ticket) if tell and reason != "spam" and _has_reader(ticket) else []


def reopen(work: Work, ticket: Ticket, agent: Agent, *, tell: bool) -> list[Outbox]:
    """Open a closed or pending ticket again; of a closed one the customer hears. Refused where it is open."""
    if ticket.status in {Status.NEW, Status.OPEN}:
        raise Refused(
            "#{number} is {status} already", number=ticket.number, status=say(ticket.status)
        )
    was_closed = ticket.status == Status.CLOSED
    move(work, ticket, Happening.AGENT_REOPENED, agent.key)
    return mails.reopened(work, ticket) if tell and was_closed and _has_reader(ticket) else []


def tell_status(work: Work, ticket: Ticket) -> list[Outbox]:
    """Tell the customer how it stands. Refused where nobody would read it, or they got as many as they may."""
    address = ticket.customer_address
    why = why_silent(work, address) if _has_reader(ticket) else "nobody would read it"
    if why:
        raise Refused(
            "#{number}: {address} is told nothing: {why}",
            number=ticket.number,
            address=address,
            why=say(why),
        )
    note_told(work, ticket)
    return mails.status(work, [ticket], address)


def _has_reader(ticket: Ticket) -> bool:
    return is_address(normalise(ticket.customer_address))


@dataclass(frozen=True, slots=True)
class Call:
    """What a customer said by telephone, in a chat, over the counter."""

    customer: str
    name: str
    department: str
    subject: str
    text: str
    channel: str = "phone"
    writes_first: bool = False
    """The text is the agent's, and goes to the customer."""
    attachments: tuple[Attachment, ...] = ()


def open_for(
    work: Work,
    call: Call,
    agent: Agent,
    *,
    tell: bool,
    files: tuple[Attachment, ...] = (),
    trust: Trust = Trust.LOCAL,
) -> Ticket:
    """A ticket in a customer's name. Refused where a field cannot be. `trust`: that the words are the agent's."""
    address, text = normalise(call.customer), said(call.text, "an empty text opens no ticket")
    if not is_address(address):
        raise Refused("'{address}' is no mail address", address=call.customer)
    if work.settings.own.is_ours(address):
        raise Refused("{address} is an address of ours, nobody would read it", address=address)
    if not header_text(call.subject):
        raise Refused("a ticket needs a subject")
    known = tuple(d.key for d in work.settings.own.departments)
    department = fields.one_of("department", call.department, known)
    new = NewTicket(
        department=department,
        subject=call.subject,
        address=address,
        name=header_text(call.name),
        language=language_for(work, department, address, text, call.subject),
        channel=fields.one_of("channel", call.channel, fields.CHANNELS),
    )
    ticket = open_ticket(work, new, by=agent.key)
    if call.writes_first:
        ask_rules(work, ticket, None)
        reply(work, ticket, agent, Reply(text, attachments=call.attachments))
        return ticket
    message = Message(
        ticket=ticket.number,
        kind="customer",
        author_address=address,
        author_name=new.name,
        by=agent.key,
        at=work.now,
        text=text,
        full_text=text,
        trust="local",
    )
    put_message(work, message, files)
    record(work, ticket, CustomerWrote(message.id, "customer", address), agent.key)
    ask_rules(work, ticket, None)
    if not tell:
        record(work, ticket, AckWithheld("the agent asked for none"), agent.key)
        return ticket
    acknowledge_call(work, ticket, trust)
    return ticket
