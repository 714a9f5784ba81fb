"""Mails of an archive become tickets: as if they had come when they were written, and nobody is told."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ticketd.core.addresses import Agent
from ticketd.core.archive import Skimmed, Threads
from ticketd.core.events import SYSTEM, AgentReplied, Imported
from ticketd.core.inbound import InboundMail
from ticketd.core.lifecycle import Happening, Status
from ticketd.desk import tickets
from ticketd.desk.act import act
from ticketd.desk.find import soft_key
from ticketd.desk.record import record
from ticketd.desk.tickets import Incoming, NewTicket
from ticketd.desk.work import Desk, Work
from ticketd.store import imports
from ticketd.store import tickets as stored
from ticketd.store.tables import Message, Ticket

_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class Archived:
    """One mail of an archive, as read."""

    mail: InboundMail
    raw: bytes
    skimmed: Skimmed
    at: datetime
    """When it was written."""


@dataclass(frozen=True, slots=True)
class Went:
    """What became of a mail."""

    ticket: int | None
    """None where there is nobody who could be a customer."""
    is_new: bool


def bring_in_all(
    desk: Desk, items: Sequence[Archived], threads: Threads, department: str, now: datetime
) -> list[Went]:
    """Put each mail on its ticket, or on a new one, in one transaction; where each went, in their order.

    `department` gets what was written to none of ours. The import is the one act on several mails at once: what is
    lost with its transaction stands in the archive still, and is taken when the import is said again.
    """
    went = []
    with act(desk, now, may_be_forgotten=True) as work:
        threads.known = partial(_of_message_id, work)
        next_id = imports.next_id(work.session, now)
        for inbox_id, item in enumerate(items, next_id):
            work.now, work.act = item.at, secrets.token_hex(8)
            found = threads.find(item.skimmed)
            number = _bring_in(work, item, found, department, inbox_id, now)
            if number is not None:
                threads.note(item.skimmed, number)
            went.append(Went(number, is_new=found is None))
            # What is long over concerns nobody.
            work.happened.clear()
    return went


def _of_message_id(work: Work, message_id: str) -> int | None:
    return next(iter(stored.numbers_of(work.session, message_id)), None)


def _bring_in(
    work: Work, item: Archived, number: int | None, department: str, inbox_id: int, now: datetime
) -> int | None:
    mail, settings = item.mail, work.settings
    key = soft_key(mail, item.raw)
    again = stored.by_soft_key(work.session, key, _LONG_AGO) if key else None
    if again is not None:
        return again.ticket
    author = mail.author.address
    agent = settings.agent_by_address(author)
    is_ours = agent is not None or settings.own.is_ours(author)
    ticket = _held(work, number) if number is not None else None
    if ticket is None:
        ticket = _open(work, item, department, is_ours=is_ours)
        if ticket is None:
            return None
    told = {
        "id": inbox_id, "mail_from": author, "ticket": ticket.number, "message_id": mail.message_id, "author": author,
        "kind": "human", "trust": "none",
    }  # fmt: skip
    imports.put(
        work.session, work.desk.database, item.raw, told, at=work.now, now=now, recipients=_recipients(mail)
    )  # fmt: skip
    if is_ours:
        _reply(work, ticket, item, agent, key, inbox_id)
    else:
        incoming = Incoming(mail, inbox_id, work.now, _kind(mail), "none", key)
        tickets.add_message(work, ticket, incoming)
        tickets.note_last_mail(work, ticket, mail)
        if incoming.kind == "customer":
            tickets.customer_wrote(work, ticket)
    return ticket.number


def _held(work: Work, number: int) -> Ticket:
    """The ticket; one that an earlier mail of this transaction has changed is not read again over that."""
    return work.tickets.get(number) or tickets.existing(work, number)


_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def close_old(desk: Desk, numbers: Sequence[int], now: datetime) -> None:
    """Imported tickets that nobody has written on for long are over, since their last mail."""
    with act(desk, now, may_be_forgotten=True) as work:
        answered = imports.answered(work.session, numbers)
        # Read at once; from here on the session knows them.
        found = stored.several(work.session, numbers)
        for number in (ticket.number for ticket in found):
            ticket = tickets.existing(work, number)
            work.now, work.act = ticket.updated_at, secrets.token_hex(8)
            reason = "solved" if number in answered else "no-answer"
            tickets.move(work, ticket, Happening.AGENT_CLOSED, SYSTEM, reason=reason)
            work.happened.clear()


def _kind(mail: InboundMail) -> str:
    if mail.bounces:
        return "bounce"
    is_automatic = mail.first("auto-submitted").strip().lower() not in {"", "no"}
    return "automatic" if is_automatic else "customer"


def _recipients(mail: InboundMail) -> list[str]:
    added = [body for name in _RECIPIENTS for body in mail.all(name)]
    return list(dict.fromkeys([*added, *(box.address for box in (*mail.to, *mail.cc))]))


def _open(work: Work, item: Archived, department: str, *, is_ours: bool) -> Ticket | None:
    """The customer is who wrote it, or whom one of us wrote to."""
    mail, own = item.mail, work.settings.own
    customer = mail.author
    if is_ours:
        outside = [
            box for box in (*mail.to, *mail.cc) if box.address and not own.is_ours(box.address)
        ]
        outside = [b for b in outside if work.settings.agent_by_address(b.address) is None]
        if not outside:
            return None
        customer = outside[0]
    addresses = [*_recipients(mail), mail.author.address]
    found = next((d for d in map(own.department_for, addresses) if d is not None), None)
    new = tickets.opened_by(work, found.key if found else department, mail, claims=0, follows=0)
    ticket = tickets.open_ticket(work, _for(new, customer.address, customer.name), by=SYSTEM)
    record(work, ticket, Imported("archive", item.skimmed.tag), SYSTEM)
    return ticket


def _for(new: NewTicket, address: str, name: str) -> NewTicket:
    return NewTicket(
        new.department, new.subject, address, name, new.language, message_id=new.message_id
    )


def _reply(
    work: Work, ticket: Ticket, item: Archived, agent: Agent | None, key: str, inbox_id: int
) -> None:
    """One of us wrote it, from an own address or the department's."""
    mail, by = item.mail, agent.key if agent is not None else SYSTEM
    message = Message(
        ticket=ticket.number, kind="reply", author_address=mail.author.address, author_name=mail.author.name, by=by,
        at=work.now, text=mail.text, full_text=mail.full_text, has_html=mail.has_html, trust="none",
        message_id=mail.message_id, soft_key=key, inbox_id=inbox_id,
    )  # fmt: skip
    tickets.put_message(work, message, mail.attachments)
    ticket.first_reply_at = ticket.first_reply_at or work.now
    record(work, ticket, AgentReplied(message.id), by)
    if ticket.status != Status.CLOSED:
        tickets.move(work, ticket, Happening.AGENT_REPLIED, by)
