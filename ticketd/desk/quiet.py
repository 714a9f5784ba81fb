"""Pending tickets whose customer stays silent: a warning, and days later the closing."""

from ticketd.core.events import SYSTEM, ClosingSoon
from ticketd.core.lifecycle import Happening, Status
from ticketd.desk import mails
from ticketd.desk.record import record
from ticketd.desk.tickets import existing, move
from ticketd.desk.work import Work
from ticketd.store import tickets


def quiet_ticket(work: Work, number: int) -> None:
    """Warn, or close what was warned of before; nothing where somebody has moved meanwhile."""
    ticket = existing(work, number)
    department = work.settings.department(ticket.department)
    after, warn = department.auto_close, department.auto_close_warning
    waits_for_a_moment = ticket.pending_until is not None
    if ticket.status != Status.PENDING or after is None or waits_for_a_moment:
        return
    quiet = work.now - ticket.updated_at
    if tickets.last_event(work.session, number) == "closing_soon":
        if quiet >= warn:
            move(work, ticket, Happening.QUIET_FOR_LONG, SYSTEM, reason="no-answer")
            mails.closed(work, ticket)
    elif quiet >= after - warn:
        record(work, ticket, ClosingSoon((work.now + warn).isoformat()), SYSTEM)
        mails.closing_soon(work, ticket, work.now + warn)
