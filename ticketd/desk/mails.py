"""What the desk writes to people outside: ack, answer, closing and reopening notice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ticketd.core.account_codes import has_account_code
from ticketd.core.addresses import Agent, Department
from ticketd.core.customer_words import REOPEN, SOLVED, STATUS, STOP
from ticketd.core.events import CUSTOMER, SYSTEM, MailWithheld
from ticketd.core.inbound import Attachment, Mailbox
from ticketd.core.lifecycle import Status
from ticketd.core.signatures import signature
from ticketd.core.subjects import subject_tag, ticket_subject
from ticketd.core.words import customer_word
from ticketd.desk import buttons
from ticketd.desk.budgets import note_told, why_silent
from ticketd.desk.post import Mail, Reader, new_id, put
from ticketd.desk.promises import promised
from ticketd.desk.record import record
from ticketd.desk.texts import suggest
from ticketd.desk.work import Work
from ticketd.mail.dates import moment
from ticketd.mail.render import Rendered
from ticketd.store import tickets
from ticketd.store.rows import insert
from ticketd.store.tables import Message, Outbox, Participant, Ticket

_QUOTED_LINES = 60
HOUR = timedelta(hours=1)


def ack(work: Work, ticket: Ticket, *, show_subject: bool, follows: int = 0) -> list[Outbox]:
    """Confirm a new ticket. Nothing of an unproven author's mail is shown (relay spam)."""
    department = work.settings.department(ticket.department)
    tag, due = subject_tag(ticket.number, work.settings.name), promised(work, ticket)
    values = values_of(work, ticket, department) | {
        "subject": ticket.subject[:80] if show_subject else "",
        "follows": subject_tag(follows, work.settings.name) if follows else "",
        "wrote": ticket.channel == "email",
        "due": moment(due, department.timezone, ticket.language) if due else "",
        "articles": suggest(work, ticket),
        "buttons": buttons.row(work, ticket, ticket.customer_address, STATUS, SOLVED),
    }
    mail = Mail(
        kind="ack",
        subject=subject_of(work, ticket) if show_subject else f"{tag} {department.name}",
        body=work.desk.renderer.render("ack", ticket.language, values),
        author=Mailbox(department.name, department.address),
    )
    # A display name is the sender's choosing too.
    return _to_customer(work, ticket, mail, names_them=show_subject)


def reply(
    work: Work, ticket: Ticket, agent: Agent, message: Message, *,
    closing: bool, attachments: tuple[Attachment, ...] = (),
) -> list[Outbox]:  # fmt: skip
    """An agent's answer to everybody outside who takes part."""
    department = work.settings.department(ticket.department)
    people = tickets.participants(work.session, ticket.number)
    mail = Mail(
        kind="reply",
        subject=subject_of(work, ticket),
        body=Rendered("", ""),
        body_for=lambda reader: answer(
            work, ticket, agent, message.text, closing=closing, reader=reader
        ),
        author=Mailbox(f"{agent.name} – {department.name}", department.address),
        by_person=True,
        message=message.id,
        attachments=attachments,
    )
    return put(work, ticket, mail, [_reader(person) for person in people])


def answer(
    work: Work, ticket: Ticket, agent: Agent, text: str, *,
    closing: bool, reader: Reader | None = None,
) -> Rendered:  # fmt: skip
    """An agent's text as this person reads it; without one, as the customer."""
    department = work.settings.department(ticket.department)
    people = tickets.participants(work.session, ticket.number)
    address = reader.box.address if reader else ticket.customer_address
    is_customers = address == ticket.customer_address
    words = (STATUS, STOP) if not is_customers else () if closing else (SOLVED,)
    asks = closing and is_customers
    values = values_of(work, ticket, department) | {
        "buttons": buttons.row(work, ticket, address, *words),
        "ratings": buttons.ratings(work, ticket, address) if asks else "",
        "text": text.strip("\n"),
        "closing": closing,
        "agent": agent.name,
        "signature": signature(agent, department, work.settings.name),
        **_quoted(work, ticket, department, people),
    }
    return work.desk.renderer.render("reply", ticket.language, values)


def closed(work: Work, ticket: Ticket) -> list[Outbox]:
    """Tell the customer that the ticket is closed."""
    return _status(work, ticket, "closed", "closing")


def reopened(work: Work, ticket: Ticket) -> list[Outbox]:
    """Tell the customer that we have opened the ticket again."""
    return _status(work, ticket, "reopened", "notice")


def closing_soon(work: Work, ticket: Ticket, at: datetime) -> list[Outbox]:
    """Tell a silent customer when the ticket closes by itself."""
    zone = work.settings.department(ticket.department).timezone
    return _status(
        work, ticket, "closing-soon", "notice", {"at": moment(at, zone, ticket.language)}
    )


def _status(
    work: Work, ticket: Ticket, template: str, kind: str, more: dict[str, Any] | None = None
) -> list[Outbox]:
    why = why_silent(work, ticket.customer_address)
    if why:
        record(work, ticket, MailWithheld(template, why), SYSTEM)
        return []
    note_told(work, ticket)
    department = work.settings.department(ticket.department)
    address = ticket.customer_address
    is_closed = template == "closed"
    values = values_of(work, ticket, department) | {
        "buttons": buttons.row(work, ticket, address, REOPEN if is_closed else SOLVED),
        "ratings": buttons.ratings(work, ticket, address) if is_closed else "",
        **(more or {}),
    }
    mail = Mail(
        kind=kind,
        subject=subject_of(work, ticket),
        body=work.desk.renderer.render(template, ticket.language, values),
        author=Mailbox(department.name, department.address),
    )
    return _to_customer(work, ticket, mail, names_them=True)


def canned(
    work: Work, ticket: Ticket, text: str, files: tuple[Attachment, ...], *, show_subject: bool
) -> list[Outbox]:
    """A canned reply that a rule sends; like an ack it shows nothing of an unproven author's mail."""
    department = work.settings.department(ticket.department)
    values = values_of(work, ticket, department) | {
        "text": text,
        "buttons": buttons.row(work, ticket, ticket.customer_address, STATUS, SOLVED),
    }
    mail = Mail(
        kind="ack",
        subject=subject_of(work, ticket) if show_subject else f"{values['tag']} {department.name}",
        body=work.desk.renderer.render("canned", ticket.language, values),
        author=Mailbox(department.name, department.address),
        attachments=files,
    )
    return _to_customer(work, ticket, mail, names_them=show_subject)


def status(work: Work, found: Sequence[Ticket], address: str) -> list[Outbox]:
    """How somebody's tickets stand, to the address that takes part in them."""
    first = found[0]
    department = work.settings.department(first.department)
    language = first.language
    lines = [
        {
            "subject": subject_of(work, ticket),
            "status": customer_word(ticket.status, language, work.settings.labels),
            "opened": moment(ticket.opened_at, department.timezone, language),
            "updated": moment(ticket.updated_at, department.timezone, language),
        }
        for ticket in found
    ]
    one = found[0] if len(found) == 1 else None
    word = REOPEN if one is not None and one.status == Status.CLOSED else SOLVED
    values = values_of(work, first, department) | {
        "rows": lines,
        "buttons": buttons.row(work, one, address, word) if one is not None else "",
    }
    mail = Mail(
        kind="notice",
        subject=subject_of(work, first),
        body=work.desk.renderer.render("status", language, values),
        author=Mailbox(department.name, department.address),
    )
    person = next(p for p in first.people if p.address == address)
    return put(work, first, mail, [_reader(person)])


def _to_customer(work: Work, ticket: Ticket, mail: Mail, *, names_them: bool) -> list[Outbox]:
    """A mail of the desk itself to the customer: an entry on the ticket too."""
    text = mail.body.text.strip()
    message = Message(
        ticket=ticket.number,
        kind="ack" if mail.kind == "ack" else "notice",
        author_address=mail.author.address,
        author_name=mail.author.name,
        by=SYSTEM,
        at=work.now,
        text=text,
        full_text=text,
        trust="local",
    )
    reader = _reader(next((p for p in ticket.people if p.role == "customer"), ticket.people[0]))
    if not names_them:
        reader = replace(reader, box=Mailbox("", reader.box.address))
    message.message_id = new_id(work, ticket, reader)
    insert(work.session, message)
    mail = replace(mail, message=message.id, message_id=message.message_id)
    return put(work, ticket, mail, [reader])


def _reader(person: Participant) -> Reader:
    box = Mailbox(person.name, person.address)
    return Reader(box, person.role, person.last_message_id, person.thread_index)


def subject_of(work: Work, ticket: Ticket) -> str:
    """The subject of every mail about a ticket."""
    return ticket_subject(ticket.number, ticket.subject, work.settings.name)


def values_of(work: Work, ticket: Ticket, department: Department) -> dict[str, Any]:
    """What every template may use."""
    return {
        "tag": subject_tag(ticket.number, work.settings.name),
        "subject": ticket.subject,
        "department": department.name,
        "company": work.settings.name,
    }


def quote(text: str, most: int = _QUOTED_LINES) -> str:
    """A text as a quotation, not longer than people read."""
    lines = text.strip().split("\n")
    shown = [*lines[:most], *(["[…]"] if len(lines) > most else [])]
    return "\n".join(f"> {line}".rstrip() for line in shown)


def _quoted(
    work: Work, ticket: Ticket, department: Department, people: Sequence[Participant]
) -> dict[str, str]:
    """The customer's last words, quoted to the customer (and to nobody who did not write them)."""
    last = tickets.last_message(work.session, ticket.number, ticket.customer_address)
    # What an agent noted from a call is the agent's wording.
    # What is not proven to be the customer's may be a forger's.
    noted = last is not None and (last.by != CUSTOMER or last.kind != "customer")
    if last is None or noted or len(people) > 1 or not last.text.strip():
        return {"quoted": "", "quoted_by": "", "quoted_at": ""}
    # A code that verifies an account has no business outside, even where it came from (D7).
    if has_account_code(ticket.subject, last.full_text):
        return {"quoted": "", "quoted_by": "", "quoted_at": ""}
    return {
        "quoted": quote(last.text),
        "quoted_by": last.author_name or last.author_address,
        "quoted_at": moment(last.at, department.timezone, ticket.language),
    }


def author_of(work: Work, ticket: Ticket, message: Message) -> str:
    """Whose words they are; of somebody else than the customer with the address."""
    agent = work.settings.agent(message.by)
    if agent is not None:
        by_call = message.kind == "customer"
        return f"{agent.name} ({ticket.channel})" if by_call else agent.name
    name, address = message.author_name, message.author_address
    if address == ticket.customer_address or not name:
        return name or address
    return f"{name} <{address}>"
