"""What the passing of time makes happen: pending tickets that open, digests of notices."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ticketd.core.clock import Clock
from ticketd.core.errors import Temporary
from ticketd.core.events import SYSTEM
from ticketd.core.lifecycle import Happening
from ticketd.desk.act import act
from ticketd.desk.notices import send_digest
from ticketd.desk.tickets import existing, move
from ticketd.desk.work import Desk
from ticketd.store import digests, tickets

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=5)


class Timers:
    """Looks every few seconds whether a moment has come; one transaction for each thing that is due."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._next = clock()

    def step(self) -> bool:
        """Do what is due; whether there was anything. Temporary where the database is away."""
        now = self._clock()
        if now < self._next:
            return False
        self._next = now + EVERY
        with self._desk.database.reading() as session:
            waking = tickets.waking(session, now)
            agents = digests.due(session, now - self._desk.settings.budgets.digest_every)
        for number in waking:
            self._each("ticket", number, self._wake)
        for agent in agents:
            self._each("digest", agent, self._digest)
        return bool(waking or agents)

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

    def _digest(self, agent: str) -> None:
        with act(self._desk, self._clock()) as work:
            send_digest(work, agent)
