"""Works the outbox off: claim, hand over, note the result; at least once, with the same bytes each time."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from ticketd import maillog
from ticketd.core.breaker import PROBE_EVERY, Breaker
from ticketd.core.clock import Clock
from ticketd.core.errors import NotOurs
from ticketd.core.inbound import BounceReport
from ticketd.core.retries import is_given_up, next_try
from ticketd.desk.act import act
from ticketd.desk.bounces import not_delivered
from ticketd.desk.work import Desk
from ticketd.send.smarthost import LONGEST_SECONDS, Away, Outcome
from ticketd.store import Session, outbox
from ticketd.store.outbox import Due

log = logging.getLogger(__name__)
BATCH = 10
_LONGEST_WAIT = timedelta(minutes=5)


class Way(Protocol):
    """How mail leaves: a smarthost, or a folder that captures it."""

    def send(
        self, name: str, mail_from: str, rcpt_to: str, content: bytes, at_dot: Callable[[], None]
    ) -> Outcome: ...

    def close(self) -> None: ...


class Sender:
    """States of a row: waiting -> sending -> dot -> sent | waiting | failed | in-doubt."""

    def __init__(
        self, desk: Desk, way: Way, owner: str, clock: Clock, *, holds_doubts: bool = False,
        lives: Callable[[float | None], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._database = desk.database
        self._way = way
        self._owner = owner
        self._clock = clock
        self._holds_doubts = holds_doubts
        """What may have been sent waits for the operator instead of being sent again."""
        self._lives = lives
        """Told before each mail how many seconds it may take, and afterwards that it is done."""
        self._untried: list[int] = []
        self._is_unclean = False
        self._failures = 0
        self._again_at: datetime | None = None
        self._breaker = Breaker()
        self.trouble = ""
        """Why nothing leaves just now; for `status`."""

    def step(self) -> bool:
        """Send a few mails; whether there was work."""
        now = self._clock()
        # A clock that jumped back must not keep the door shut.
        if self._again_at is not None and timedelta(0) < self._again_at - now <= _LONGEST_WAIT:
            return False
        # After a power loss they wait as before: it is their final dot that has to be durable.
        with self._database.transaction(may_be_forgotten=True) as session:
            self._clean_up(session, now)
            most, longest = self._breaker.most(now, BATCH), outbox.LONGEST_PAUSE
            longest += self._desk.settings.undo_window
            rows = outbox.claim(session, now, self._owner, most, longest) if most else []
        # Until all of them are noted: whatever happens, the next step finds what is left in the middle.
        self._untried = [row.id for row in rows]
        self._is_unclean = bool(rows)
        for row in rows:
            try:
                self._send(row)
            except Away as error:
                self._all_wait(self._untried, str(error))
                break
            except NotOurs as error:
                log.warning("%s", error)
            self._untried.remove(row.id)
        self._is_unclean = False
        return bool(rows) and not self._untried

    def close(self) -> None:
        """Give the connection up."""
        self._way.close()

    def _clean_up(self, session: Session, now: datetime) -> None:
        """What a step that failed has left: untried mails wait again, the one in the middle may be in doubt."""
        if not self._is_unclean:
            return
        outbox.put_back(session, self._untried[1:], self._owner, "", now)
        left = outbox.recover(session, [self._owner])
        if not self._holds_doubts:
            outbox.retry_doubts(session)
        log.warning("outbox: a step failed; %d mails that it had begun are cleaned up", left)

    def _send(self, row: Due) -> None:
        self._lives(LONGEST_SECONDS)
        outcome = self._way.send(
            f"{row.id:012d}.ticketd",
            row.mail_from,
            row.rcpt_to,
            row.content,
            lambda: outbox.at_dot(self._database, row.id, self._owner),
        )
        self._lives(None)
        self._failures, self._again_at = 0, None
        if outcome.state == "sent":
            now = self._clock()
            outbox.sent(self._database, row.id, self._owner, outcome.answer, now)
            maillog.sent(row.id, row.ticket, row.kind, row.rcpt_to, outcome.answer, row.message_id)
            self._accepted(row, now)
        else:
            self._not_sent(row, outcome)

    def _accepted(self, row: Due, now: datetime) -> None:
        self.trouble = ""
        if self._breaker.refused:
            waiting = list(self._breaker.refused)
            if self._breaker.is_open:
                log.warning("outgoing mail server accepts mail again")
            with self._database.transaction() as session:
                outbox.hurry(session, waiting, now)
        self._breaker = self._breaker.accepted(row.id)

    def _not_sent(self, row: Due, outcome: Outcome) -> None:
        now = self._clock()
        state = self._verdict(row, outcome, now)
        with act(self._desk, now) as work:
            kept = outbox.ours(work.session, row.id, self._owner)
            if kept is None:
                raise NotOurs(f"outbox={row.id} is another process's work now")
            kept.state, kept.answer, kept.owner = state, outcome.answer, ""
            if state == "waiting":
                kept.next_at = next_try(kept.attempts, now, random.uniform(-1, 1))  # noqa: S311 - spreads the load
                if self._breaker.probe_at is not None:
                    # Behind all the others: the next probe is another mail.
                    kept.next_at = max(kept.next_at, self._breaker.probe_at + PROBE_EVERY)
                maillog.deferred(row.id, row.ticket, row.kind, row.rcpt_to, outcome.answer)
            elif state == "in-doubt":
                maillog.in_doubt(row.id, row.ticket, row.kind, row.rcpt_to, outcome.answer)
            else:
                maillog.gave_up(row.id, row.ticket, row.kind, row.rcpt_to, outcome.answer)
                not_delivered(work, kept, BounceReport(row.rcpt_to, "failed", "", outcome.answer))

    def _verdict(self, row: Due, outcome: Outcome, now: datetime) -> str:
        """The state in which a mail that was not accepted ends up."""
        if outcome.is_setup:
            was_open = self._breaker.is_open
            self._breaker = self._breaker.refusal(row.id, outcome.answer, now)
            if self._breaker.is_open:
                self.trouble = f"the outgoing mail server refuses everything: {outcome.answer}"
                if not was_open:
                    log.error("%s; all mail waits, one is tried every 5 minutes", self.trouble)
            if self._breaker.is_own_fault(row.id):
                return "failed"
        if outcome.in_doubt and self._holds_doubts:
            return "in-doubt"
        if outcome.state == "waiting" and not is_given_up(row.attempts, row.first_at, now):
            return "waiting"
        return "failed"

    def _all_wait(self, mails: list[int], answer: str) -> None:
        """The server is away: these mails wait, and nobody knocks again for a while."""
        now = self._clock()
        self._failures += 1
        wait = timedelta(seconds=min(2**self._failures, _LONGEST_WAIT.total_seconds()))
        self._again_at = now + wait
        self.trouble = f"the outgoing mail server is away: {answer}"
        log.warning("%s; next try in %d s", self.trouble, wait.total_seconds())
        with self._database.transaction() as session:
            outbox.put_back(session, mails, self._owner, answer, self._again_at)
