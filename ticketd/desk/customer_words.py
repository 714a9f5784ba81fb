"""Does what a customer's link, question or digit says; only for who takes part in the ticket."""

from collections.abc import Sequence

from ticketd.core.customer_words import (
    RATINGS,
    REOPEN,
    SOLVED,
    STATUS,
    STOP,
    UNSUBSCRIBE,
    asked_status,
    comment_in,
    purpose_of,
    rating_of,
)
from ticketd.core.decide import OpenTicket
from ticketd.core.events import CUSTOMER, SYSTEM, MailWithheld, PersonRemoved, Rated
from ticketd.core.lifecycle import Happening, Status
from ticketd.core.threads import Found
from ticketd.core.trust import Trust
from ticketd.desk import daily, mails, tickets
from ticketd.desk.arrive import Arrival
from ticketd.desk.budgets import note_told, used_by, why_silent
from ticketd.desk.record import record
from ticketd.desk.texts import note_solved
from ticketd.store import acts, reports
from ticketd.store import tickets as stored
from ticketd.store.tables import Ticket

_MOST_LISTED = 20


def take_word(arrival: Arrival, found: Found | None) -> tuple[int, str] | None:
    """Do what the mail says, if it is such a mail: the ticket, and the word. None where it is an ordinary one."""
    mail = arrival.read.mail
    if arrival.read.trust is Trust.FAIL or mail.author_is_ambiguous:
        return None
    for word, claim in arrival.read.target.words:
        ticket = _of(arrival, claim.number)
        keys = arrival.work.settings.keys
        if ticket is not None and keys.verifies(claim, purpose_of(word), word, mail.author.address):
            return _do(arrival, ticket, word)
    return _status_by_subject(arrival) or _bare_rating(arrival, found)


def take_unsubscribe(arrival: Arrival) -> str:
    """End a subscription to a scheduled report where its own reader asks for it; its name, or an empty text.

    The token is the proof: it was sent to that address alone.
    """
    work, author = arrival.work, arrival.read.mail.author.address
    for word, claim in arrival.read.target.words:
        if word != UNSUBSCRIBE or not work.settings.keys.verifies(
            claim, purpose_of(word), word, author
        ):
            continue
        for schedule in work.settings.reports:
            if schedule.number == claim.number:
                reports.stop(work.session, schedule.name, author, work.now)
                return schedule.name
        if stopped := _stop_digest(arrival, claim.number):
            return stopped
    return ""


def _stop_digest(arrival: Arrival, number: int) -> str:
    """The same for an agent's own digest of the day."""
    agent = arrival.work.settings.agent_by_address(arrival.read.mail.author.address)
    own = daily.own(arrival.work, agent) if agent is not None else None
    if agent is None or own is None or own.number != number:
        return ""
    daily.choose(arrival.work, agent, "off")
    return own.name


def _of(arrival: Arrival, number: int) -> Ticket | None:
    """The ticket of this number, if the author takes part in it."""
    ticket = stored.by_number(arrival.work.session, number)
    if ticket is None or arrival.read.mail.author.address not in {p.address for p in ticket.people}:
        return None
    return tickets.existing(arrival.work, ticket.number)


def _do(arrival: Arrival, ticket: Ticket, word: str) -> tuple[int, str]:
    work = arrival.work
    if comment_in(arrival.read.mail.text):
        arrival.add_words(ticket)
    if word == SOLVED:
        _solved(arrival, ticket)
    elif word == REOPEN:
        return _reopen(arrival, ticket), word
    elif word == STOP:
        _stop(arrival, ticket)
    elif word == STATUS:
        _tell(arrival, [ticket])
    elif word in RATINGS:
        _rate(arrival, ticket, int(word[-1]), comment_in(arrival.read.mail.text))
    work.tickets.setdefault(ticket.number, ticket)
    return ticket.number, word


def _solved(arrival: Arrival, ticket: Ticket) -> None:
    work = arrival.work
    if ticket.status == Status.CLOSED:
        return
    note_solved(work, ticket)
    tickets.move(work, ticket, Happening.CUSTOMER_SOLVED, CUSTOMER, reason="solved")
    if _may_tell(arrival, ticket):
        mails.closed(work, ticket)
        note_told(work, ticket)


def _reopen(arrival: Arrival, ticket: Ticket) -> int:
    """Within `reopen_within`; later it is a new ticket that names the old one."""
    work = arrival.work
    closed_at = ticket.closed_at or ticket.updated_at
    if ticket.status == Status.CLOSED and not work.settings.reopens(
        ticket.department, work.now - closed_at
    ):
        step = OpenTicket((ticket.department,), with_ack=True, follows=ticket.number)
        return arrival.open(step).number
    tickets.customer_wrote(work, ticket)
    return ticket.number


def _stop(arrival: Arrival, ticket: Ticket) -> None:
    """A follower outside gets no more of it; a customer is who the ticket is for."""
    address = arrival.read.mail.author.address
    person = next(p for p in ticket.people if p.address == address)
    if person.role == "customer":
        return
    acts.remove_person(arrival.work.session, ticket.number, address)
    arrival.work.session.expire(ticket, ["people"])
    record(arrival.work, ticket, PersonRemoved(address, person.name), address)


def _rate(arrival: Arrival, ticket: Ticket, score: int, comment: str) -> bool:
    """Once for each closing."""
    if ticket.status != Status.CLOSED or ticket.rating is not None:
        return False
    ticket.rating = score
    record(
        arrival.work,
        ticket,
        Rated(score, arrival.read.mail.author.address, comment[:2000]),
        CUSTOMER,
    )
    return True


def _status_by_subject(arrival: Arrival) -> tuple[int, str] | None:
    """`status 1042`, or `status` for all own tickets; of others' tickets nobody learns whether they exist."""
    work, mail = arrival.work, arrival.read.mail
    number = asked_status(mail.subject, work.settings.name)
    if number is None:
        return None
    if number:
        one = _of(arrival, number)
        found = [one] if one is not None else []
    else:
        newest = stored.of_customer(work.session, mail.author.address)[:_MOST_LISTED]
        # A closed one that nobody spoke of lately is no news.
        found = [t for t in newest if t.status != Status.CLOSED] or list(newest[:1])
    if not found:
        return None
    _tell(arrival, found)
    return found[0].number, STATUS


def _tell(arrival: Arrival, found: Sequence[Ticket]) -> None:
    """The answer goes to the address on the ticket: it needs no trust."""
    if _may_tell(arrival, found[0]):
        mails.status(arrival.work, found, arrival.read.mail.author.address)
        note_told(arrival.work, found[0], arrival.read.mail.author.address)


def _may_tell(arrival: Arrival, ticket: Ticket) -> bool:
    """An automatic mail counts like an ack: a machine that presses our links gets five an hour."""
    work, address = arrival.work, arrival.read.mail.author.address
    budgets, used = work.settings.budgets, used_by(work, address)
    hour = used.since("ack", work.now - mails.HOUR) + used.since("told", work.now - mails.HOUR)
    why = why_silent(work, address)
    if not why and budgets.enabled and hour >= budgets.acks_per_hour:
        why = "budget of the address for this hour is empty"
    if why:
        record(work, ticket, MailWithheld("status", why), SYSTEM)
    return not why


def _bare_rating(arrival: Arrival, found: Found | None) -> tuple[int, str] | None:
    """A text of one digit to a closed ticket that has no rating yet, whichever mail it answers."""
    score = rating_of(arrival.read.mail.text)
    if not score or found is None or not found.is_closed or not found.takes_part:
        return None
    ticket = tickets.existing(arrival.work, found.number)
    if not _rate(arrival, ticket, score, ""):
        return None
    arrival.add_words(ticket)
    return ticket.number, f"rate-{score}"
