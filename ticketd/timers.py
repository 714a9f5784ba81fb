"""What the passing of time makes happen: pending tickets that open, digests of notices, reports."""

import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from ticketd.core.clock import Clock
from ticketd.core.errors import Temporary
from ticketd.core.events import SYSTEM, Reminded
from ticketd.core.lifecycle import Happening
from ticketd.core.reports.schedule import Schedule
from ticketd.desk.act import act
from ticketd.desk.bounces import note_late
from ticketd.desk.notices import send_digest
from ticketd.desk.record import record
from ticketd.desk.tickets import existing, move
from ticketd.desk.work import Desk
from ticketd.report import scheduled
from ticketd.store import digests, outbox, tickets, waiting

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=5)
LATE, VERY_LATE = timedelta(minutes=15), timedelta(hours=4)
"""An answer that has not left: then it stands on the ticket, then its agents are told."""
DRIFT, HELD = timedelta(minutes=2), timedelta(minutes=15)
"""A clock that jumps so far makes nothing happen for a while: it may jump back."""


class Timers:
    """Looks every few seconds whether a moment has come; one transaction for each thing that is due."""

    def __init__(
        self, desk: Desk, clock: Clock, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._steady = steady
        """Seconds of a clock that nobody sets."""
        self._last = (clock(), steady())
        self._next = steady()
        self._held_until = 0.0

    def step(self) -> bool:
        """Do what is due; whether there was anything. Temporary where the database is away."""
        steady = self._steady()
        if steady < self._next:
            return False
        now, self._next = self._clock(), steady + EVERY.total_seconds()
        self._heal(now, steady)
        if steady < self._held_until:
            return False
        late = self._late(now)
        with self._desk.database.reading() as session:
            waking = tickets.waking(session, now)
            agents = digests.due(session, now - self._desk.settings.budgets.digest_every)
            reminders = waiting.due_reminders(session, now)
        reports = scheduled.due(self._desk, now) if self._desk.settings.reports else []
        for number in waking:
            self._each("ticket", number, self._wake)
        for agent in agents:
            self._each("digest", agent, self._digest)
        for reminder in reminders:
            self._each("reminder", reminder, self._remind)
        for report in reports:
            self._each("report", report[0].name, partial(self._report, *report))
        return bool(late or waking or agents or reminders or reports)

    def _heal(self, now: datetime, steady: float) -> None:
        """See whether the clock has jumped: then nothing is done in haste."""
        before, steady_before = self._last
        self._last = (now, steady)
        drift = (now - before) - timedelta(seconds=steady - steady_before)
        if abs(drift) <= DRIFT:
            return
        self._held_until = steady + HELD.total_seconds()
        log.warning("the clock has jumped by %s; what is due by time waits for %s", drift, HELD)

    def _late(self, now: datetime) -> bool:
        """Answers that have not left yet."""
        with self._desk.database.reading() as session:
            very = {row.id for row in outbox.late(session, now - VERY_LATE, told=2)}
            some = {row.id for row in outbox.late(session, now - LATE, told=1)}
        hours = int(VERY_LATE.total_seconds()) // 3600
        for mail in sorted(very | some):
            with act(self._desk, now) as work:
                row = outbox.by_id(work.session, mail)
                if row is not None:
                    note_late(work, row, hours if mail in very else 0)
        return bool(very or some)

    def _each(self, what: str, key: int | str, do: Callable[[Any], None]) -> None:
        """One that fails is no reason for the others to wait."""
        try:
            do(key)
        except Temporary:
            raise
        except Exception:
            log.exception("%s %s: what was due could not be done", what, key)

    def _wake(self, number: int) -> None:
        """The customer was silent for as long as the agent wanted to wait."""
        with act(self._desk, self._clock()) as work:
            ticket = existing(work, number)
            # Another daemon, or an agent, may have been quicker.
            if ticket.pending_until is not None and ticket.pending_until <= work.now:
                move(work, ticket, Happening.WAIT_IS_OVER, SYSTEM)

    def _remind(self, reminder: int) -> None:
        with act(self._desk, self._clock()) as work:
            due = waiting.take_reminder(work.session, reminder)
            if due is not None:
                ticket = existing(work, due.ticket)
                record(work, ticket, Reminded(due.agent, due.at.isoformat()), SYSTEM)

    def _report(self, schedule: Schedule, day: date, _name: str) -> None:
        scheduled.send_due(self._desk, schedule, day, self._clock())

    def _digest(self, agent: str) -> None:
        with act(self._desk, self._clock()) as work:
            send_digest(work, agent)
