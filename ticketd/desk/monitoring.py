"""Keeps one ticket for each trouble that a monitoring system writes of: opened once, and closed when it is over."""

from dataclasses import replace
from datetime import datetime

from ticketd.core.decide import AddMessage, FileOnly, OpenTicket, Step
from ticketd.core.events import SYSTEM
from ticketd.core.lifecycle import Happening, Status
from ticketd.core.monitoring import FIELD, Alert, alert_of
from ticketd.core.trust import Trust
from ticketd.desk.arrive import Read
from ticketd.desk.tickets import existing, move
from ticketd.desk.work import Work
from ticketd.store import tickets as stored
from ticketd.store.tables import Ticket


def alert_in(work: Work, read: Read) -> Alert | None:
    """What a monitor says by this mail; nothing of a mail that is not proven to be its own, where mails are."""
    trust = work.settings.trust
    least = Trust.SPF if trust.configured else Trust.NONE
    if read.trust < least or read.mail.author_is_ambiguous:
        return None
    return alert_of(work.settings.monitors, read.mail.author.address, read.mail.subject)


def watched(work: Work, read: Read, departments: tuple[str, ...], step: Step) -> Step:
    """The step for a mail of a monitor: onto the ticket of its trouble. Other mails keep theirs."""
    alert = alert_in(work, read)
    if alert is None:
        return step
    ticket = _ticket_of(work, alert, read.mail.author.address)
    if ticket is not None:
        # It says that the trouble lasts, or came back: nobody has to answer it.
        moves = ticket.status == Status.CLOSED and not alert.is_over
        return AddMessage(ticket.number, moves=moves, kind="automatic")
    if alert.is_over:
        return FileOnly(f"'{alert.key}' is over, and has no ticket")
    if isinstance(step, OpenTicket):
        return replace(step, with_ack=False, kind="automatic", claims=0, follows=0)
    return OpenTicket(departments, with_ack=False, kind="automatic")


def note_alert(work: Work, read: Read, number: int | None) -> None:
    """After its mail was taken: the ticket knows its trouble; one that is over is closed."""
    alert = alert_in(work, read) if number is not None else None
    if alert is None or number is None:
        return
    # What its mail has changed is not written yet: reading it again would lose that.
    ticket = work.tickets.get(number) or existing(work, number)
    if ticket.fields.get(FIELD) != alert.key:
        ticket.fields = {**ticket.fields, FIELD: alert.key}
    if alert.is_over and alert.monitor.closes and ticket.status != Status.CLOSED:
        move(work, ticket, Happening.AGENT_CLOSED, SYSTEM, reason="solved")


def _ticket_of(work: Work, alert: Alert, sender: str) -> Ticket | None:
    """The ticket of this trouble that is open, or was closed a moment ago; else none."""
    since = work.now - alert.monitor.again_within
    mine = (
        t
        for one in alert.monitor.senders | {sender}
        for t in stored.running(work.session, one, since)
        if t.fields.get(FIELD) == alert.key and t.close_reason not in {"merged", "duplicate"}
    )
    return max(mine, key=_newest, default=None)


def _newest(ticket: Ticket) -> tuple[bool, datetime]:
    return ticket.status != Status.CLOSED, ticket.opened_at
