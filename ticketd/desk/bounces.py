"""A mail of ours came back: mark it on its ticket, so that its agent knows."""

from datetime import datetime

from ticketd.core.events import DeliveryFailed, DeliveryLate
from ticketd.core.inbound import BounceReport, InboundMail
from ticketd.core.lifecycle import Happening
from ticketd.core.route import Route
from ticketd.core.text import header_text
from ticketd.core.tokens import Keys
from ticketd.desk.record import SYSTEM, record
from ticketd.desk.tickets import move
from ticketd.store import Session, outbox, tickets
from ticketd.store.tables import Message, Outbox


def take_bounce(
    session: Session, keys: Keys, mail: InboundMail, route: Route, now: datetime
) -> int | None:
    """Match a bounce to a mail of ours; the ticket's number, or None where it matches nothing.

    Only a valid bounce address or a Message-ID of ours counts: a forged bounce changes nothing.
    """
    rows = [
        row
        for claim in route.bounces
        if keys.verifies(claim, "bounce") and (row := outbox.by_id(session, claim.number))
    ] or outbox.by_message_ids(session, mail.returned_ids)
    if not rows:
        return None
    report = next((b for b in mail.bounces if b.recipient == rows[0].rcpt_to), None) or next(
        iter(mail.bounces), None
    )
    if report is None:
        # A mail system complains without saying about what: an entry, and nothing is moved by it.
        report = BounceReport(rows[0].rcpt_to, "delayed", "", header_text(mail.subject))
    return not_delivered(session, rows[0], report, now)


def not_delivered(session: Session, row: Outbox, report: BounceReport, now: datetime) -> int | None:
    """Note a failure or a delay of one outgoing mail; a failed answer opens its ticket again."""
    ticket = tickets.locked(session, row.ticket) if row.ticket else None
    if ticket is None:
        return None
    answer = f"{report.status} {report.diagnostic}".strip()[:200] or "no reason given"
    if report.action == "delayed":
        record(session, ticket, DeliveryLate(row.rcpt_to, answer), SYSTEM, now)
    elif report.action == "failed":
        row.answer = f"not delivered: {answer}"
        record(session, ticket, DeliveryFailed(row.rcpt_to, answer), SYSTEM, now)
        message = session.get(Message, row.message) if row.message else None
        if message is not None and message.kind == "reply":
            # Only what a person wrote is missed: a lost ack moves nothing.
            message.undelivered = answer
            ticket.is_flagged = True
            move(session, ticket, Happening.ANSWER_FAILED, SYSTEM, now)
    return ticket.number
