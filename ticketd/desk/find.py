"""Which ticket a mail belongs to: looks the claims of a mail up, strongest first."""

import hashlib
from datetime import datetime, timedelta

from ticketd.core.inbound import InboundMail
from ticketd.core.lifecycle import Status
from ticketd.core.route import Route
from ticketd.core.settings import Settings
from ticketd.core.threads import ASKED, Evidence, Found, Pointer, made_for, pointers
from ticketd.store import Session, customers, outbox, tickets
from ticketd.store.tables import Message, Outbox, Ticket

SAME_WITHIN = timedelta(days=7)


def find_ticket(
    session: Session, settings: Settings, mail: InboundMail, target: Route, now: datetime
) -> Found | None:
    """The first claim of a mail that leads to a ticket."""
    agent = settings.agent_by_address(mail.author.address)
    others = agent.addresses if agent is not None else ()
    for pointer in (
        *_bounce_claims(session, settings, mail, target),
        *pointers(mail, target, settings.keys, settings.domain, settings.name, others),
    ):
        for number in _numbers(session, pointer):
            ticket = tickets.by_number(session, number)
            if ticket is not None and _holds(session, settings, ticket, pointer):
                return _found(session, settings, ticket, pointer, mail, now)
    return None


def _bounce_claims(
    session: Session, settings: Settings, mail: InboundMail, target: Route
) -> list[Pointer]:
    """Who answers to our bounce address got that very mail of ours: a vacation note, an old mail program.

    The address stands in every copy that is sent on: from anybody else it is somebody else's token.
    """
    valid = [c.number for c in target.bounces if settings.keys.verifies(c, "bounce")]
    rows = outbox.by_ids(session, valid) if valid else []
    # What answers a notice to an agent is the agent's own affair.
    outside = [row for row in rows if settings.agent_by_address(row.rcpt_to) is None]
    mine = mail.author.address
    return [Pointer(_by_bounce(row, mine), row.ticket) for row in outside if row.ticket]


def _by_bounce(row: Outbox, author: str) -> Evidence:
    if row.rcpt_to != author:
        return Evidence.TOKEN_OF_ANOTHER
    return Evidence.OF_ASKED if row.kind == "forward" else Evidence.TOKEN


def _numbers(session: Session, pointer: Pointer) -> list[int]:
    if pointer.message_id:
        return tickets.numbers_of(session, pointer.message_id)
    return [pointer.number]


def _holds(session: Session, settings: Settings, ticket: Ticket, pointer: Pointer) -> bool:
    """A token that was not made for the author has to fit somebody on that ticket."""
    if pointer.claim is None:
        return True
    claim, keys = pointer.claim, settings.keys
    agents = (address for agent in settings.agents for address in agent.addresses)
    return (
        any(made_for(keys, claim, p.address, is_agent=False) for p in ticket.people)
        or any(made_for(keys, claim, address) for address in agents)
        or any(
            keys.verifies(claim, "reply", ASKED, a) for a in tickets.asked(session, claim.number)
        )
    )


def _found(
    session: Session,
    settings: Settings,
    ticket: Ticket,
    pointer: Pointer,
    mail: InboundMail,
    now: datetime,
) -> Found:
    people = {p.address for p in ticket.people}
    author = mail.author.address
    takes_part = author in people
    if not takes_part and people:
        # The same person may write from another address that the desk knows of.
        takes_part = bool(people & set(customers.addresses(session, author)))
    is_closed = ticket.status == Status.CLOSED
    closed_at = ticket.closed_at or ticket.updated_at
    return Found(
        number=ticket.number,
        by=Evidence(pointer.by),
        takes_part=takes_part,
        is_closed=is_closed,
        reopens=not is_closed or settings.reopens(ticket.department, now - closed_at),
    )


def soft_key(mail: InboundMail, raw: bytes) -> str:
    """Same Message-ID, From, Date, Subject and body: the same mail, whichever way it came.

    Empty without a Message-ID; the Message-ID alone never makes two mails one (E3).
    """
    if not mail.message_id:
        return ""
    end = min(
        (at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0), default=len(raw)
    )
    body = raw[end:].replace(b"\r\n", b"\n").rstrip()
    told = "\0".join(
        (mail.message_id, mail.first("from"), mail.first("date"), mail.first("subject"))
    )
    return hashlib.sha256(told.encode("utf-8", "replace") + b"\0" + body).hexdigest()


def same_mail(session: Session, key: str, now: datetime) -> Message | None:
    """The message that this mail has become before."""
    return tickets.by_soft_key(session, key, now - SAME_WITHIN) if key else None


def text_hash(mail: InboundMail) -> str:
    """What a repeated text is recognised by."""
    return hashlib.sha256(" ".join(mail.text.split()).encode("utf-8", "replace")).hexdigest()
