"""A mail of ours came back: mark it on its ticket, so that its agent knows."""

from ticketd.core.events import SYSTEM, DeliveryFailed, DeliveryLate
from ticketd.core.inbound import BounceReport, InboundMail
from ticketd.core.lifecycle import Happening
from ticketd.core.route import Route
from ticketd.core.text import header_text
from ticketd.desk.record import enter, record
from ticketd.desk.tickets import move
from ticketd.desk.work import Work
from ticketd.store import outbox, tickets
from ticketd.store.tables import Message, Outbox


def take_bounce(work: Work, mail: InboundMail, route: Route) -> int | None:
    """Match a bounce to a mail of ours; the ticket's number, or None where it matches nothing.

    Only a valid bounce address or a Message-ID of ours counts: a forged bounce changes nothing.
    """
    keys = work.settings.keys
    rows = [
        row
        for claim in route.bounces
        if keys.verifies(claim, "bounce") and (row := outbox.by_id(work.session, claim.number))
    ] or outbox.by_message_ids(work.session, mail.returned_ids)
    if not rows:
        return None
    report = next((b for b in mail.bounces if b.recipient == rows[0].rcpt_to), None) or next(
        iter(mail.bounces), None
    )
    if report is None:
        # A mail system complains without saying about what: an entry, and nothing is moved by it.
        report = BounceReport(rows[0].rcpt_to, "delayed", "", header_text(mail.subject))
    return not_delivered(work, rows[0], report)


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
    answer = f"{report.status} {report.diagnostic}".strip()[:200] or "no reason given"
    if report.action == "delayed":
        record(work, ticket, DeliveryLate(row.rcpt_to, answer), SYSTEM)
    elif report.action == "failed":
        row.answer = f"not delivered: {answer}"
        message = work.session.get(Message, row.message) if row.message else None
        if message is None or message.kind != "reply":
            # Only what a person wrote is missed: a lost ack or notice moves nothing, and nobody is told.
            enter(work, ticket, DeliveryFailed(row.rcpt_to, answer), SYSTEM)
            return ticket.number
        message.undelivered = answer
        ticket.is_flagged = True
        record(work, ticket, DeliveryFailed(row.rcpt_to, answer), SYSTEM)
        move(work, ticket, Happening.ANSWER_FAILED, SYSTEM)
    return ticket.number
