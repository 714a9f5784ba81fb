"""The second process of the daemon: intake, timers and sender as loops; and an eye on the configuration."""

import contextlib
import logging
import os
import select
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from ticketd.build import open_database, way_out
from ticketd.config.schema import Config
from ticketd.core.clock import system_clock
from ticketd.core.settings import Settings
from ticketd.desk.work import Desk
from ticketd.intake import Intake
from ticketd.loops import Loop
from ticketd.mail.render import Renderer
from ticketd.mail.worker import ParserProcess
from ticketd.receive.pressure import Pressure
from ticketd.send.sender import Sender
from ticketd.store import cleaning, workers
from ticketd.store.presence import Presence
from ticketd.timers import Timers

log = logging.getLogger(__name__)
JOIN_SECONDS = 30.0
CLEAN_EVERY, RENEW_EVERY = 3600.0, 5.0


class DeskProcess:
    """Intake and sender as loops of one process."""

    def __init__(
        self, config: Config, settings: Settings, renderer: Renderer, pressure: Pressure
    ) -> None:
        self._database = open_database(config)
        desk = Desk(self._database, settings, renderer)
        self._parser = ParserProcess()
        self._reader = ThreadPoolExecutor(1, "reader")
        self._presence = Presence(self._database)
        self._holds_doubts = config.outgoing.in_doubt == "hold"
        owner = self._presence.owner
        self._sender = Sender(
            desk, way_out(config), owner, system_clock, holds_doubts=self._holds_doubts
        )
        self._timers = Timers(desk, system_clock)
        let_pass = pressure.let_pass if self._database.is_sqlite else _at_once
        self._intake = Intake(desk, self._parser.parse, owner, system_clock, let_pass, self._reader)
        self._sending = Loop("sender", self._sender.step, self._beat)
        self._working = Loop("intake", self._intake_step, self._beat)
        self._stopped = False
        self._clean_at = self._renew_at = 0.0

    def _intake_step(self) -> bool:
        if time.monotonic() >= self._clean_at:
            self._clean_at = time.monotonic() + CLEAN_EVERY
            cleaning.clean(self._database, system_clock())
        if time.monotonic() >= self._renew_at:
            self._renew_at = time.monotonic() + RENEW_EVERY
            if self._presence.renew(holds_doubts=self._holds_doubts):
                self._sending.wake()
        worked = (self._presence.leads and self._timers.step()) or self._intake.step()
        if worked:
            self._sending.wake()
        return worked

    def _beat(self, name: str, error: str) -> None:
        with self._database.transaction() as session:
            trouble = self._sender.trouble if name == "sender" else ""
            workers.beat(session, name, system_clock(), error or trouble)

    def run(self, wake: int, life: int) -> None:
        """Work until SIGTERM, or until the supervisor is gone."""
        signal.signal(signal.SIGTERM, self._stop)
        waker_read, waker_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(waker_write, warn_on_full_buffer=False)
        # Every statement lets the other threads run; with Python's 5 ms each mail waited for them again and again.
        sys.setswitchinterval(0.0003)
        for loop in (self._working, self._sending):
            loop.start()
        while not self._stopped:
            ready, _, _ = select.select([wake, life, waker_read], [], [])
            if life in ready:
                break
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 65536)
                self._working.wake()
        for loop in (self._working, self._sending):
            loop.stop()
        for loop in (self._working, self._sending):
            if not loop.join(JOIN_SECONDS):
                log.warning("%s does not end in time", loop.name)
        self._sender.close()
        self._reader.shutdown(wait=False, cancel_futures=True)
        self._parser.stop()
        self._presence.leave()

    def _stop(self, *_: object) -> None:
        self._stopped = True


def _at_once() -> None:
    """PostgreSQL has no one write lock: nobody needs to be let pass."""
