"""The ack of a new ticket: counts what was spent, asks the core, puts the mail or the reason on the ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketd.core.acks import AckFacts, is_round, why_no_ack
from ticketd.core.classify import wants_no_response
from ticketd.core.events import SYSTEM, AckWithheld, StormBegan
from ticketd.core.inbound import InboundMail
from ticketd.core.trust import Trust
from ticketd.core.undelivered import BAD_WITHIN
from ticketd.desk import mails
from ticketd.desk.record import record
from ticketd.desk.tickets import existing
from ticketd.desk.work import Work
from ticketd.mail.compose import Unbuildable
from ticketd.mail.render import BadTemplate
from ticketd.store import spent, tickets
from ticketd.store.rows import savepoint
from ticketd.store.spent import Uses
from ticketd.store.tables import Ticket

_EVERYBODY = "unauthenticated"


@dataclass(frozen=True, slots=True)
class NewMail:
    """The mail that opened a ticket."""

    mail: InboundMail
    trust: Trust
    received_at: datetime
    follows: int = 0


def acknowledge(work: Work, ticket: Ticket, new: NewMail) -> None:
    """Send the ack of a new ticket, or note on the ticket why none leaves."""
    budgets, address = work.settings.budgets, ticket.customer_address
    since = work.now - max(timedelta(days=1), budgets.mute_for)
    used = spent.uses(work.session, address, since)
    why = note_storm(work, ticket) or why_no_ack(_facts(work, address, new, used), budgets)
    if why:
        record(work, ticket, AckWithheld(why), SYSTEM)
        return
    try:
        with savepoint(work.session):
            mails.ack(work, ticket, show_subject=new.trust >= Trust.SPF, follows=new.follows)
    except (Unbuildable, BadTemplate) as error:
        # The customer's words are worth more than our ack.
        record(work, ticket, AckWithheld(str(error)), SYSTEM)
        return
    _spend(work, address, new, used)


def note_storm(work: Work, ticket: Ticket) -> str:
    """Very many tickets of one address: all are kept, below the first one, and none is acked."""
    budgets, customer = work.settings.budgets, ticket.customer_address
    if not budgets.enabled:
        return ""
    since = work.now - budgets.storm_within
    opened = tickets.opened_since(work.session, since, customer)
    if opened <= budgets.storm_tickets:
        return ""
    parent = tickets.storm_parent(work.session, customer, since)
    ticket.parent = parent
    if opened == budgets.storm_tickets + 1 and parent is not None:
        first = existing(work, parent)
        record(work, first, StormBegan(customer, budgets.storm_tickets), SYSTEM)
    return f"a storm: {opened} tickets of this address, all below #{parent}"


def _facts(work: Work, address: str, new: NewMail, used: Uses) -> AckFacts:
    mail, settings, own = new.mail, work.settings, work.settings.own
    muted_at = used.last("mute")
    hour = work.now - timedelta(hours=1)
    return AckFacts(
        trust=new.trust,
        trust_configured=settings.trust.configured,
        addressed_publicly=any(own.department_for(box.address) for box in (*mail.to, *mail.cc)),
        wants_no_response=wants_no_response(mail),
        is_own_address=not address or own.is_ours(address),
        is_spam=mail.first("x-spam-flag").strip().lower().startswith("yes"),
        is_muted=muted_at is not None and work.now - muted_at < settings.budgets.mute_for,
        acks_last_hour=used.since("ack", hour),
        acks_last_day=used.since("ack", work.now - timedelta(days=1)),
        unauthenticated_last_hour=spent.spent_since(work.session, "ack", _EVERYBODY, hour),
        bounces_lately=spent.spent_since(work.session, "bounce", address, work.now - BAD_WITHIN),
    )


def _spend(work: Work, address: str, new: NewMail, used: Uses) -> None:
    budgets, session, now = work.settings.budgets, work.session, work.now
    if is_round(used.last("ack"), new.received_at, budgets):
        spent.spend(session, "round", address, now)
        if used.since("round", now - budgets.mute_for) + 1 >= budgets.rounds:
            spent.spend(session, "mute", address, now)
    spent.spend(session, "ack", address, now)
    if new.trust < Trust.SPF:
        spent.spend(session, "ack", _EVERYBODY, now)
