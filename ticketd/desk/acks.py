"""The ack of a new ticket: counts what was spent, asks the core, puts the mail or the reason on the ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketd.core.acks import AckFacts, is_round, why_no_ack
from ticketd.core.classify import wants_no_response
from ticketd.core.events import AckWithheld
from ticketd.core.inbound import InboundMail
from ticketd.core.settings import Settings
from ticketd.core.trust import Trust
from ticketd.desk.mails import Postbox
from ticketd.desk.record import SYSTEM, record
from ticketd.mail.compose import Unbuildable
from ticketd.mail.render import BadTemplate
from ticketd.store import Session, spent, tickets
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


def acknowledge(
    session: Session, postbox: Postbox, ticket: Ticket, new: NewMail, now: datetime
) -> None:
    """Send the ack of a new ticket, or note on the ticket why none leaves."""
    settings = postbox.settings
    address = ticket.customer_address
    used = spent.uses(session, address, now - max(timedelta(days=1), settings.budgets.mute_for))
    storm = note_storm(session, settings, ticket, now)
    why = storm or why_no_ack(_facts(session, settings, address, new, used, now), settings.budgets)
    if why:
        record(session, ticket, AckWithheld(why), SYSTEM, now)
        return
    try:
        postbox.ack(session, ticket, now, show_subject=new.trust >= Trust.SPF, follows=new.follows)
    except (Unbuildable, BadTemplate) as error:
        # The customer's words are worth more than our ack.
        record(session, ticket, AckWithheld(str(error)), SYSTEM, now)
        return
    _spend(session, settings, address, new, used, now)


def note_storm(session: Session, settings: Settings, ticket: Ticket, now: datetime) -> str:
    """Very many tickets of one address: all are kept, below the first one, and none is acked."""
    budgets = settings.budgets
    if not budgets.enabled:
        return ""
    since = now - budgets.storm_within
    opened = tickets.opened_since(session, since, customer=ticket.customer_address)
    if opened <= budgets.storm_tickets:
        return ""
    ticket.parent = tickets.storm_parent(session, ticket.customer_address, since)
    return f"a storm: {opened} tickets of this address, all below #{ticket.parent}"


def _facts(
    session: Session, settings: Settings, address: str, new: NewMail, used: Uses, now: datetime
) -> AckFacts:
    mail, own = new.mail, settings.own
    muted_at = used.last("mute")
    hour = now - timedelta(hours=1)
    return AckFacts(
        trust=new.trust,
        trust_configured=settings.trust.configured,
        addressed_publicly=any(own.department_for(box.address) for box in (*mail.to, *mail.cc)),
        wants_no_response=wants_no_response(mail),
        is_own_address=not address or own.is_ours(address),
        is_spam=mail.first("x-spam-flag").strip().lower().startswith("yes"),
        is_muted=muted_at is not None and now - muted_at < settings.budgets.mute_for,
        acks_last_hour=used.since("ack", hour),
        acks_last_day=used.since("ack", now - timedelta(days=1)),
        unauthenticated_last_hour=spent.spent_since(session, "ack", _EVERYBODY, hour),
    )


def _spend(
    session: Session, settings: Settings, address: str, new: NewMail, used: Uses, now: datetime
) -> None:
    budgets = settings.budgets
    if is_round(used.last("ack"), new.received_at, budgets):
        spent.spend(session, "round", address, now)
        if used.since("round", now - budgets.mute_for) + 1 >= budgets.rounds:
            spent.spend(session, "mute", address, now)
    spent.spend(session, "ack", address, now)
    if new.trust < Trust.SPF:
        spent.spend(session, "ack", _EVERYBODY, now)
