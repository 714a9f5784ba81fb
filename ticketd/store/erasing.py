"""Forgetting a person: their words, files, raw mails and addresses go; that there was a ticket stays."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from ticketd.core.correspondent import correspondent
from ticketd.store import blobs, customers, search, stories
from ticketd.store.hook_calls import GIVEN_UP
from ticketd.store.outbox import CALLS
from ticketd.store.tables import (
    Activity,
    Inbox,
    Message,
    MessageAttachment,
    Outbox,
    Participant,
    SearchText,
    Spent,
    Ticket,
)

GONE = "[erased]"


@dataclass(slots=True)
class Forgotten:
    """How much went."""

    tickets: list[Ticket] = field(default_factory=list)
    messages: int = 0
    mails: int = 0
    files: list[str] = field(default_factory=list)
    """Blobs that nobody uses any more: their files go when all of it is committed."""


def erase(session: Session, address: str, agents: frozenset[str]) -> Forgotten:
    """Erase everything of a customer, all addresses of the person included. It cannot be taken back."""
    found = Forgotten()
    mine = customers.addresses(session, address)
    nobody = f"erased-{secrets.token_hex(6)}@erased.invalid"
    person = customers.by_address(session, address)
    if person is not None:
        customers.forget(session, person)
    shas: set[str] = set()
    statement = select(Ticket).where(Ticket.customer_address.in_(mine))
    for ticket in session.execute(statement).scalars().all():
        _ticket(session, ticket, mine, nobody, agents, shas, found)
    # Tickets of others, in which the person only took part.
    for message in session.execute(
        select(Message).where(Message.author_address.in_(mine))
    ).scalars():
        _message(session, message, nobody, agents, shas, found)
    session.execute(delete(Participant).where(Participant.address.in_(mine)))
    _queues(session, mine, nobody, shas, found)
    _calls(session, [ticket.number for ticket in found.tickets])
    session.execute(delete(Spent).where(Spent.who.in_({*mine, *map(correspondent, mine)})))
    session.flush()
    found.files = blobs.drop_unused(session, sorted(shas))
    return found


def _ticket(
    session: Session, ticket: Ticket, mine: list[str], nobody: str, agents: frozenset[str], shas: set[str],
    found: Forgotten,
) -> None:  # fmt: skip
    for message in session.execute(
        select(Message).where(Message.ticket == ticket.number)
    ).scalars():
        _message(session, message, nobody, agents, shas, found)
    for person in session.execute(
        select(Participant).where(
            Participant.ticket == ticket.number, Participant.address.in_(mine)
        )
    ).scalars():
        person.address, person.name, person.last_message_id = nobody, "", ""
    ticket.customer_address, ticket.customer_name = nobody, ""
    ticket.subject, ticket.summary, ticket.fields = GONE, "", {}
    for row in session.execute(select(Activity).where(Activity.ticket == ticket.number)).scalars():
        row.data = _without(row.data, mine, nobody)
        row.by = nobody if row.by in mine else row.by
    session.flush()
    stories.rebuild(session, ticket.number, ticket.opened_at)
    search.index_ticket(session, ticket)
    found.tickets.append(ticket)


def _without(data: dict[str, Any], mine: list[str], nobody: str) -> dict[str, Any]:
    """The facts of an event without what a person said or is called."""
    text = json.dumps(
        {k: ("" if k in {"comment", "subject", "answer"} else v) for k, v in data.items()}
    )
    for address in mine:
        text = text.replace(json.dumps(address)[1:-1], nobody)
    return dict(json.loads(text))


def _message(
    session: Session, message: Message, nobody: str, agents: frozenset[str], shas: set[str], found: Forgotten
) -> None:  # fmt: skip
    files = select(MessageAttachment).where(MessageAttachment.message == message.id)
    shas.update(file.sha256 for file in session.execute(files).scalars())
    session.execute(delete(MessageAttachment).where(MessageAttachment.message == message.id))
    session.execute(delete(SearchText).where(SearchText.message == message.id))
    message.text = message.full_text = GONE
    if message.by == "customer" or message.by not in agents:
        message.author_address, message.author_name = nobody, ""
    message.message_id, message.soft_key, message.undelivered = "", "", ""
    found.messages += 1


def _queues(
    session: Session, mine: list[str], nobody: str, shas: set[str], found: Forgotten
) -> None:
    """Raw mails that came, and mails that went or still would."""
    came = or_(Inbox.author.in_(mine), Inbox.mail_from.in_(mine))
    for mail in session.execute(select(Inbox).where(came)).scalars():
        shas.add(mail.sha256)
        mail.author, mail.mail_from, mail.message_id = nobody, "", ""
        mail.reasons, mail.sha256 = [], ""
        found.mails += 1
    for row in session.execute(select(Outbox).where(Outbox.rcpt_to.in_(mine))).scalars():
        row.rcpt_to, row.content = nobody, b""
        if row.state in {"waiting", "held"}:
            row.state, row.answer = "failed", "its recipient was erased"
        found.mails += 1


def _calls(session: Session, numbers: list[int]) -> None:
    """What other systems were told, or still would be."""
    ours = Outbox.priority == CALLS
    for row in session.execute(select(Outbox).where(ours, Outbox.ticket.in_(numbers))).scalars():
        row.content = b""
        if row.state in {"waiting", "held"}:
            row.state, row.answer = "failed", GIVEN_UP
