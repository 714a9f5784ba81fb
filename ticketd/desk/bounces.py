"""A mail of ours came back: mark it on its ticket, so that its agent knows."""

from collections.abc import Sequence

from ticketd import maillog
from ticketd.core.events import SYSTEM, AddressMarked, DeliveryFailed, DeliveryLate
from ticketd.core.inbound import BounceReport, InboundMail
from ticketd.core.lifecycle import Happening
from ticketd.core.route import Route
from ticketd.core.text import header_text
from ticketd.core.undelivered import BAD_AFTER, BAD_WITHIN, marks_address, reason, report_about
from ticketd.desk.record import enter, record
from ticketd.desk.tickets import move
from ticketd.desk.work import Work
from ticketd.store import outbox, spent, tickets
from ticketd.store.tables import Message, Outbox, Ticket


def take_bounce(work: Work, mail: InboundMail, route: Route) -> int | None:
    """Match a bounce to a mail of ours; the ticket's number, or None where it matches nothing.

    Only a valid bounce address or a Message-ID of ours counts: a forged bounce changes nothing.
    """
    row = _by_address(work, route) or _by_message_id(work, (*mail.returned_ids, *mail.in_reply_to))
    if row is None:
        return None
    report = report_about(row.rcpt_to, mail.bounces)
    if report is None:
        # A mail system complains without saying about what: an entry, and nothing is moved by it.
        report = BounceReport(row.rcpt_to, "delayed", "", header_text(mail.subject))
    maillog.came_back(row.id, row.ticket, row.rcpt_to, report.action, reason(report))
    return not_delivered(work, row, report)


def _by_address(work: Work, route: Route) -> Outbox | None:
    """The mail whose reverse-path the notice was sent to."""
    valid = [c.number for c in route.bounces if work.settings.keys.verifies(c, "bounce")]
    return next(iter(outbox.by_ids(work.session, valid)), None) if valid else None


def _by_message_id(work: Work, ids: Sequence[str]) -> Outbox | None:
    """The mail that the notice gives back; further Message-IDs may be quoted in that mail itself."""
    found = {row.message_id: row for row in outbox.by_message_ids(work.session, ids)}
    return next((found[one] for one in ids if one in found), None)


def note_late(work: Work, row: Outbox, hours: int) -> None:
    """An answer has not left yet: an entry on its ticket; with `hours` its agents are told as well."""
    ticket = tickets.locked(work.session, row.ticket) if row.ticket else None
    row.told = 2 if hours else 1
    if ticket is not None:
        record(work, ticket, DeliveryLate(row.rcpt_to, row.answer[:200], hours), SYSTEM)


def not_delivered(work: Work, row: Outbox, report: BounceReport) -> int | None:
    """Note a failure or a delay of one outgoing mail; a failed answer opens its ticket again."""
    ticket = tickets.locked(work.session, row.ticket) if row.ticket else None
    if ticket is None:
        return None
    if report.action == "delayed":
        record(work, ticket, DeliveryLate(row.rcpt_to, reason(report)), SYSTEM)
    elif report.action == "failed":
        _failed(work, ticket, row, report)
    return ticket.number


def _failed(work: Work, ticket: Ticket, row: Outbox, report: BounceReport) -> None:
    answer, is_known = reason(report), row.is_returned
    row.answer = f"{Outbox.RETURNED}{answer}"
    message = work.session.get(Message, row.message) if row.message else None
    event = DeliveryFailed(row.rcpt_to, answer)
    if message is not None:
        message.undelivered = _outcome(work, row)
    if message is None or message.kind != "reply" or is_known:
        # Only what a person wrote is missed: a lost ack or notice moves nothing, and nobody is told; nor twice.
        enter(work, ticket, event, SYSTEM)
    else:
        ticket.is_flagged = True
        record(work, ticket, event, SYSTEM)
        move(work, ticket, Happening.ANSWER_FAILED, SYSTEM)
    if marks_address(report) and not is_known:
        _mark_address(work, ticket, row.rcpt_to)


def _outcome(work: Work, row: Outbox) -> str:
    """What the message shows: the reason, for each recipient where there are several."""
    rows = outbox.of_message(work.session, row.message or 0)
    lost = [(r.rcpt_to, r.answer.removeprefix(Outbox.RETURNED)) for r in rows if r.is_returned]
    if len(rows) < 2:
        return lost[0][1]
    return "; ".join(f"{to}: {answer}" for to, answer in lost)[:1000]


def _mark_address(work: Work, ticket: Ticket, address: str) -> None:
    """Count it; the second one in thirty days is told on the ticket, as acks stop with it."""
    spent.spend(work.session, "bounce", address, work.now)
    if spent.spent_since(work.session, "bounce", address, work.now - BAD_WITHIN) == BAD_AFTER:
        enter(work, ticket, AddressMarked(address, BAD_AFTER), SYSTEM)
