"""Acks: counts what was spent, asks the core, puts the mail or the reason on the ticket."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ticketd.core.account_codes import has_account_code
from ticketd.core.acks import AckFacts, why_no_ack
from ticketd.core.addresses import is_address
from ticketd.core.classify import wants_no_response
from ticketd.core.correspondent import correspondent
from ticketd.core.events import SYSTEM, AckWithheld
from ticketd.core.inbound import Attachment, InboundMail
from ticketd.core.spam import spam_sign
from ticketd.core.trust import Trust
from ticketd.core.undelivered import BAD_WITHIN
from ticketd.desk import mails
from ticketd.desk.budgets import is_muted, note_round, used_by
from ticketd.desk.record import record
from ticketd.desk.storms import note_storm
from ticketd.desk.work import Work
from ticketd.mail.compose import Unbuildable
from ticketd.mail.render import BadTemplate
from ticketd.store import spent
from ticketd.store.rows import savepoint
from ticketd.store.spent import Uses
from ticketd.store.tables import Ticket

_EVERYBODY = "unauthenticated"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewMail:
    """The mail that an ack answers."""

    mail: InboundMail
    trust: Trust
    received_at: datetime
    follows: int = 0
    is_proven_agent: bool = False


@dataclass(frozen=True, slots=True)
class CannedText:
    """A canned reply with its values filled in, and its files."""

    text: str
    files: tuple[Attachment, ...] = ()


def acknowledge(work: Work, ticket: Ticket, new: NewMail) -> None:
    """Send the ack of a new ticket, or note on the ticket why none leaves."""
    used = used_by(work, ticket.customer_address)
    why = note_storm(work, ticket) or work.no_ack.get(ticket.number, "")
    why = why or why_no_ack(_facts(work, ticket.customer_address, new, used), work.settings.budgets)
    _send(work, ticket, new, used, why)


def acknowledge_again(work: Work, ticket: Ticket, new: NewMail) -> None:
    """The ack of a customer's further mail, where they are switched on (`budgets.follow_up_per_hour`)."""
    budgets, who = work.settings.budgets, str(ticket.number)
    if not budgets.follow_up_per_hour or new.mail.author.address != ticket.customer_address:
        return
    used = used_by(work, ticket.customer_address)
    before = spent.spent_since(work.session, "follow-up", who, work.now - _HOUR)
    why = why_no_ack(_facts(work, ticket.customer_address, new, used, before), budgets)
    if _send(work, ticket, new, used, why):
        spent.spend(work.session, "follow-up", who, work.now, ticket.number)


def acknowledge_call(work: Work, ticket: Ticket, trust: Trust = Trust.LOCAL) -> None:
    """The ack of what an agent wrote down for a customer: nobody's mail caused it, the address counts all the same.

    `trust`: of whoever chose the words, where that was not the agent.
    """
    used = used_by(work, ticket.customer_address)
    facts = replace(_facts(work, ticket.customer_address, None, used), trust=trust)
    why = work.no_ack.get(ticket.number, "") or why_no_ack(facts, work.settings.budgets)
    _send(work, ticket, None, used, why, shows=trust >= Trust.SPF)


def answer_by_rule(work: Work, ticket: Ticket, new: NewMail | None, text: CannedText) -> str:
    """A canned reply that nobody chose: it is counted, and kept back, as an ack is. Why it stays, or an empty text."""
    used = used_by(work, ticket.customer_address)
    why = why_no_ack(_facts(work, ticket.customer_address, new, used), work.settings.budgets)
    if not why:
        shows = new is None or new.trust >= Trust.SPF
        mails.canned(work, ticket, text.text, text.files, show_subject=shows)
        _count(work, ticket, new, used)
    return why


def answer_without_ticket(work: Work, new: NewMail, write: Callable[[], object]) -> str:
    """`write` an answer to a mail that opens no ticket: it is counted, and kept back, as an ack is.

    Why it stays, or an empty text.
    """
    address = new.mail.author.address
    used = used_by(work, address)
    why = why_no_ack(_facts(work, address, new, used), work.settings.budgets)
    if not why:
        try:
            with savepoint(work.session):
                write()
        except (Unbuildable, BadTemplate) as error:
            return str(error)
        # No round: whoever reads one article after the other is no machine.
        _spend(work, address, new)
    return why


def _facts(
    work: Work, address: str, new: NewMail | None, used: Uses, follow_ups: int = 0
) -> AckFacts:
    settings = work.settings
    own, hour = settings.own, work.now - _HOUR
    mail = new.mail if new else None
    return AckFacts(
        trust=new.trust if new else Trust.LOCAL,
        trust_configured=settings.trust.configured,
        addressed_publicly=mail is None
        or any(own.department_for(box.address) for box in (*mail.to, *mail.cc)),
        wants_no_response=mail is not None and wants_no_response(mail),
        has_no_address=bool(address) and not is_address(address),
        is_own_address=not address or own.is_ours(address),
        is_spam=mail is not None and bool(spam_sign(settings.spam, mail)),
        has_account_code=mail is not None and has_account_code(mail.subject, mail.full_text),
        is_muted=is_muted(work, used),
        is_proven_agent=new is not None and new.is_proven_agent,
        acks_last_hour=used.since("ack", hour),
        acks_last_day=used.since("ack", work.now - _DAY),
        unauthenticated_last_hour=spent.spent_since(work.session, "ack", _EVERYBODY, hour),
        bounces_lately=spent.spent_since(work.session, "bounce", address, work.now - BAD_WITHIN),
        follow_ups_last_hour=follow_ups,
    )


def _send(
    work: Work, ticket: Ticket, new: NewMail | None, used: Uses, why: str, *, shows: bool = True
) -> bool:
    """Put the ack into the outbox and count it; whether it could be. `shows`: the subject, if the mail may be shown."""
    if not why:
        try:
            with savepoint(work.session):
                shows = shows and (new is None or new.trust >= Trust.SPF)
                mails.ack(work, ticket, show_subject=shows, follows=new.follows if new else 0)
        except (Unbuildable, BadTemplate) as error:
            # The customer's words are worth more than our ack.
            why = str(error)
    if why:
        record(work, ticket, AckWithheld(why), SYSTEM)
        return False
    _count(work, ticket, new, used)
    return True


def _count(work: Work, ticket: Ticket, new: NewMail | None, used: Uses) -> None:
    """An automatic mail to the customer has been written."""
    if new is not None and not new.is_proven_agent:
        note_round(work, ticket, used, new.received_at)
    _spend(work, ticket.customer_address, new, ticket.number)


def _spend(work: Work, address: str, new: NewMail | None, number: int | None = None) -> None:
    spent.spend(work.session, "ack", correspondent(address), work.now, number)
    if new is not None and new.trust < Trust.SPF:
        spent.spend(work.session, "ack", _EVERYBODY, work.now)
