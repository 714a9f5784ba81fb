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
from ticketd.core.rules import Rule
from ticketd.desk.act import act
from ticketd.desk.alerts import Alerts
from ticketd.desk.bounces import note_late
from ticketd.desk.digest import send_digest
from ticketd.desk.handover import return_unaccepted
from ticketd.desk.promises import settle, tell
from ticketd.desk.quiet import quiet_ticket
from ticketd.desk.record import record
from ticketd.desk.rule_times import due_tickets
from ticketd.desk.rules import run_timed
from ticketd.desk.tickets import existing, move
from ticketd.desk.work import Desk
from ticketd.report import scheduled
from ticketd.report.asked import send_asked
from ticketd.store import Session, digests, handovers, outbox, reports, tickets, waiting
from ticketd.store import promises as stored_promises

log = logging.getLogger(__name__)
EVERY, RULES_EVERY = timedelta(seconds=5), timedelta(seconds=60)
QUIET_EVERY = timedelta(hours=1)
AT_ONCE = 200
"""So many tickets are reckoned anew in one transaction."""
LATE, VERY_LATE = timedelta(minutes=15), timedelta(hours=4)
"""An answer that has not left: then it stands on the ticket, then its agents are told."""
DRIFT, HELD = timedelta(minutes=2), timedelta(minutes=15)
"""A clock that jumps so far makes nothing happen for a while: it may jump back."""


class Timers:
    """Looks every few seconds whether a moment has come; one transaction for each thing that is due."""

    def __init__(
        self, desk: Desk, clock: Clock, steady: Callable[[], float] = time.monotonic,
        alerts: Alerts | None = None,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._clock = clock
        self._alerts = alerts
        self._steady = steady
        """Seconds of a clock that nobody sets."""
        self._last = (clock(), steady())
        self._next = steady()
        self._rules_at = steady()
        self._held_until = 0.0
        self._looked_at: dict[int, datetime] = {}
        """When a quiet ticket was looked at last: most of them have days left."""
        self._is_reckoned = False

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
        self._reckon(now)
        due = self._due(now, steady)
        for what, key, do in due:
            self._each(what, key, do)
        told = self._alerts is not None and self._alerts.step(now)
        return bool(late or due or told)

    def _due(self, now: datetime, steady: float) -> list[tuple[str, object, Callable[[Any], None]]]:
        """Everything whose moment has come: what it is called, which one, and what is done then."""
        found: list[tuple[str, object, Callable[[Any], None]]] = []
        with self._desk.database.reading() as session:
            digest = digests.due(session, now - self._desk.settings.budgets.digest_every)
            for what, keys, do in (
                ("ticket", tickets.waking(session, now), self._wake),
                ("digest", digest, self._digest),
                ("report asked for", reports.asked(session), self._asked_for),
                ("reminder", waiting.due_reminders(session, now), self._remind),
                ("quiet ticket", self._quiet(session, now), self._close_quiet),
                ("hand-over of ticket", handovers.due(session, now), self._return),
                ("target of ticket", stored_promises.to_tell(session, now), self._target),
                ("rule", self._timed(session, now, steady), self._rule),
            ):
                found += [(what, key, do) for key in keys]
        for report in scheduled.due(self._desk, now):
            found.append(("report", report[0].name, partial(self._report, *report)))
        return found

    def _timed(self, session: Session, now: datetime, steady: float) -> list[tuple[Rule, int]]:
        """Once a minute: the rules on time, and the tickets that they may be due for."""
        if steady < self._rules_at:
            return []
        self._rules_at = steady + RULES_EVERY.total_seconds()
        return due_tickets(session, self._desk.settings, now)

    def _rule(self, due: tuple[Rule, int]) -> None:
        with act(self._desk, self._clock()) as work:
            run_timed(work, existing(work, due[1]), due[0])

    def _heal(self, now: datetime, steady: float) -> None:
        """See whether the clock has jumped: then nothing is done in haste."""
        before, steady_before = self._last
        self._last = (now, steady)
        drift = (now - before) - timedelta(seconds=steady - steady_before)
        if abs(drift) <= DRIFT:
            return
        self._held_until = steady + HELD.total_seconds()
        log.warning("the clock has jumped by %s; what is due by time waits for %s", drift, HELD)

    def _return(self, number: int) -> None:
        with act(self._desk, self._clock()) as work:
            return_unaccepted(work, number)

    def _quiet(self, session: Session, now: datetime) -> list[int]:
        """Tickets of silent customers, once in a while; each department has its own patience."""
        found: list[int] = []
        for department in self._desk.settings.own.departments:
            if department.auto_close is not None:
                warning = department.auto_close_warning
                shortest = min(warning, department.auto_close - warning)
                found += tickets.quiet(session, [department.key], now - shortest)
        return [n for n in found if self._looked_at.get(n, now - QUIET_EVERY) <= now - QUIET_EVERY]

    def _close_quiet(self, number: int) -> None:
        with act(self._desk, self._clock()) as work:
            self._looked_at[number] = work.now
            quiet_ticket(work, number)

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

    def _each(self, what: str, key: object, do: Callable[[Any], None]) -> None:
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

    def _target(self, number: int) -> None:
        """A target will soon be missed, or was."""
        with act(self._desk, self._clock()) as work:
            tell(work, existing(work, number))

    def _reckon(self, now: datetime) -> None:
        """After the policies have changed: when open tickets are due by the new ones, a few at a time."""
        version = self._desk.settings.sla.version
        if self._is_reckoned:
            return
        with self._desk.database.reading() as session:
            numbers = stored_promises.reckoned_otherwise(session, version, AT_ONCE)
        if numbers:
            with act(self._desk, now) as work:
                for number in numbers:
                    settle(work, existing(work, number))
        self._is_reckoned = not numbers

    def _report(self, schedule: Schedule, day: date, _name: str) -> None:
        scheduled.send_due(self._desk, schedule, day, self._clock())

    def _asked_for(self, number: int) -> None:
        send_asked(self._desk, number, self._clock)

    def _digest(self, agent: str) -> None:
        with act(self._desk, self._clock()) as work:
            send_digest(work, agent)
