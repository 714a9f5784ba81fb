"""Works the outbox off: claim, hand over, note the result; at least once, with the same bytes each time."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from ticketd import maillog
from ticketd.core.clock import Clock
from ticketd.core.inbound import BounceReport
from ticketd.core.retries import is_given_up, next_try
from ticketd.desk.act import act
from ticketd.desk.bounces import not_delivered
from ticketd.desk.work import Desk
from ticketd.send.smarthost import Away, Outcome
from ticketd.store import outbox
from ticketd.store.tables import Outbox

log = logging.getLogger(__name__)
BATCH = 10


class Way(Protocol):
    """How mail leaves: a smarthost, or a folder that captures it."""

    def send(
        self, name: str, mail_from: str, rcpt_to: str, content: bytes, at_dot: Callable[[], None]
    ) -> Outcome: ...

    def close(self) -> None: ...


class Sender:
    """States of a row: waiting -> sending -> dot -> sent | waiting | failed."""

    def __init__(self, desk: Desk, way: Way, owner: str, clock: Clock) -> None:
        self._desk = desk
        self._database = desk.database
        self._way = way
        self._owner = owner
        self._clock = clock
        self._must_recover = True
        self._failures = 0
        self._again_at: datetime | None = None

    def _recover(self) -> None:
        """What a killed daemon, or a step that failed, was sending is tried again."""
        with self._database.transaction() as session:
            safe, doubtful = outbox.recover(session, self._owner)
        if safe or doubtful:
            log.warning(
                "outbox: %d mails were under way, %d more at their final dot; all are sent again",
                safe,
                doubtful,
            )

    def step(self) -> bool:
        """Send a few mails; whether there was work."""
        if self._must_recover:
            self._recover()
            self._must_recover = False
        now = self._clock()
        if self._again_at is not None and now < self._again_at:
            return False
        # Until all of them are noted: whatever happens, the next step finds what is left in the middle.
        self._must_recover = True
        with self._database.transaction() as session:
            rows = outbox.claim(session, now, self._owner, BATCH)
        for at, row in enumerate(rows):
            try:
                self._send(row)
            except Away as error:
                self._all_wait(rows[at:], str(error))
                self._must_recover = False
                return False
        self._must_recover = False
        return bool(rows)

    def close(self) -> None:
        """Give the connection up."""
        self._way.close()

    def _send(self, row: Outbox) -> None:
        outcome = self._way.send(
            f"{row.id:012d}.ticketd",
            row.mail_from,
            row.rcpt_to,
            row.content,
            lambda: self._at_dot(row),
        )
        self._failures, self._again_at = 0, None
        self._note(row, outcome)

    def _at_dot(self, row: Outbox) -> None:
        with self._database.transaction() as session:
            outbox.set_state(session, row.id, "dot")

    def _note(self, row: Outbox, outcome: Outcome) -> None:
        now = self._clock()
        with act(self._desk, now) as work:
            kept = outbox.by_id(work.session, row.id)
            if kept is None:
                return
            kept.state, kept.answer, kept.owner = outcome.state, outcome.answer, ""
            if outcome.state == "sent":
                kept.sent_at = now
                maillog.sent(row.id, row.ticket, row.rcpt_to, outcome.answer, row.message_id)
                return
            if outcome.state == "waiting" and not is_given_up(kept.attempts, kept.first_at, now):
                kept.next_at = next_try(kept.attempts, now, random.uniform(-1, 1))  # noqa: S311 - spreads the load
                maillog.deferred(row.id, row.ticket, row.rcpt_to, outcome.answer)
                return
            kept.state = "failed"
            maillog.gave_up(row.id, row.ticket, row.rcpt_to, outcome.answer)
            not_delivered(work, kept, BounceReport(row.rcpt_to, "failed", "", outcome.answer))

    def _all_wait(self, rows: list[Outbox], answer: str) -> None:
        """The server is away: these mails wait, and nobody knocks again for a while."""
        now = self._clock()
        self._failures += 1
        wait = min(2**self._failures, 300)
        self._again_at = now + timedelta(seconds=wait)
        log.warning("outgoing mail server is away (%s); next try in %d s", answer, wait)
        with self._database.transaction() as session:
            for row in rows:
                outbox.put_back(session, row.id, answer, self._again_at)
