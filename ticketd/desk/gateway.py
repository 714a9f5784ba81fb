"""Brings what came by chat, telephone or form to its ticket; the same message twice is one message."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ticketd.core.addresses import Agent
from ticketd.core.errors import Refused
from ticketd.core.events import CUSTOMER, SYSTEM, AckWithheld, CustomerWrote
from ticketd.core.gateway import Brought
from ticketd.core.lifecycle import Status
from ticketd.core.trust import Trust
from ticketd.desk import handling
from ticketd.desk.absence import check_permit
from ticketd.desk.acks import acknowledge_call
from ticketd.desk.customers import also_known_as
from ticketd.desk.language import language_for
from ticketd.desk.record import record
from ticketd.desk.rules import ask_rules
from ticketd.desk.tickets import NewTicket, customer_wrote, existing, open_ticket, put_message
from ticketd.desk.work import Work
from ticketd.store import customers, inbox
from ticketd.store import tickets as stored
from ticketd.store.tables import Message, Ticket

_KEY = "external:"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: opened, joined, or known (it had come before)."""

    ticket: Ticket
    what: str


def bring(work: Work, new: Brought, agent: Agent) -> Outcome:
    """Put a message on its ticket, or open one. Refused where that may not be."""
    own = work.settings.own
    if own.is_ours(new.address) or work.settings.agent_by_address(new.address) is not None:
        raise Refused("{address} is one of us, and no customer", address=new.address)
    key = f"{_KEY}{new.external_id}" if new.external_id else ""
    if key:
        # Of two gateways that bring the same at once, one waits here, and finds it below.
        inbox.take_key(work.session, key, work.now)
    before = stored.by_soft_key(work.session, key, _EVER) if key else None
    if before is not None:
        return Outcome(existing(work, before.ticket), "known")
    mine = _remembered(work, new)
    ticket = _joined(work, new, agent, mine)
    what = "joined" if ticket is not None else "opened"
    if ticket is None:
        ticket = _open(work, new)
    message = Message(
        ticket=ticket.number, kind="customer", author_address=new.address, author_name=new.name, by=CUSTOMER,
        at=new.at or work.now, text=new.text, full_text=new.text, trust="local", soft_key=key,
    )  # fmt: skip
    put_message(work, message, new.attachments)
    record(work, ticket, CustomerWrote(message.id, "customer", new.address), CUSTOMER)
    if what == "joined":
        customer_wrote(work, ticket)
        return Outcome(ticket, what)
    for name, value in new.changes:
        handling.set_field(work, ticket, name, value, agent)
    if new.tags:
        handling.tag(work, ticket, new.tags, agent)
    ask_rules(work, ticket, None)
    if new.acknowledged:
        # Whoever types an address into a form has proven nothing: its ack shows none of the words.
        acknowledge_call(work, ticket, Trust.LOCAL if new.is_verified else Trust.NONE)
    else:
        record(work, ticket, AckWithheld("the gateway asked for none"), SYSTEM)
    return Outcome(ticket, what)


def _remembered(work: Work, new: Brought) -> list[str]:
    """What the customer's file learns of it: all that this person is known by."""
    also_known_as(work, new.address, new.others, new.name)
    person = customers.by_address(work.session, new.address)
    if person is None and (new.phone or new.organisation):
        person = customers.ensure(work.session, new.address, new.name)
    if person is not None:
        person.phone = person.phone or new.phone
        person.organisation = person.organisation or new.organisation
        work.session.flush()
    return customers.addresses(work.session, new.address)


def _joined(work: Work, new: Brought, agent: Agent, mine: list[str]) -> Ticket | None:
    """The ticket that it goes on: the one that is named, or the running talk of this customer."""
    if new.ticket:
        ticket = existing(work, new.ticket)
        check_permit(work, ticket, agent)
        people = {p.address for p in stored.participants(work.session, ticket.number)}
        if not people & set(mine):
            raise Refused(
                "{address} takes no part in #{number}", address=new.address, number=new.ticket
            )
        return ticket
    if not new.joins:
        return None
    found = [t for one in mine for t in stored.of_customer(work.session, one)]
    running = [t.number for t in found if t.status != Status.CLOSED and t.channel == new.channel]
    return existing(work, max(running)) if running else None


def _open(work: Work, new: Brought) -> Ticket:
    language = new.language or language_for(
        work, new.department, new.address, new.text, new.subject
    )
    return open_ticket(
        work,
        NewTicket(
            new.department, new.subject, new.address, new.name, language, channel=new.channel
        ),
    )
