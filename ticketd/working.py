"""The processes behind the doors: intake with the timers, and the sender; each is one loop."""

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ticketd.build import alerts, hook_targets, open_database, way_out
from ticketd.config.schema import Config
from ticketd.core.clock import system_clock
from ticketd.core.settings import Settings
from ticketd.desk.work import Desk
from ticketd.intake import Intake
from ticketd.loops import Loop
from ticketd.mail.render import Renderer
from ticketd.mail.worker import ParserProcess
from ticketd.receive.pressure import Pressure
from ticketd.send.calls import Caller
from ticketd.send.sender import Sender
from ticketd.store import cleaning, hook_calls, inbox, outbox, retention, workers
from ticketd.store.database import Database
from ticketd.store.presence import Presence
from ticketd.timers import Timers

log = logging.getLogger(__name__)
JOIN_SECONDS = 30.0
CLEAN_EVERY, RENEW_EVERY = 3600.0, 5.0
FORGET_EVERY = 86400.0


def run(loops: Sequence[Loop], wake: int, life: int) -> None:
    """Run loops until SIGTERM, or until the supervisor is gone (`life` ends); `wake` says that there is work."""
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    waker_read, waker_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waker_write, warn_on_full_buffer=False)
    for loop in loops:
        loop.start()
    while not stopped:
        ready, _, _ = select.select([wake, life, waker_read], [], [])
        if life in ready:
            break
        if wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 65536)
            for loop in loops:
                loop.wake()
    for loop in loops:
        loop.stop()
    for loop in loops:
        if not loop.join(JOIN_SECONDS):
            log.warning("%s does not end in time", loop.name)


class Every:
    """Something that is done once in a while, between steps."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = 0.0

    def is_due(self) -> bool:
        """Whether it is time; then the next time is set."""
        if time.monotonic() < self._at:
            return False
        self._at = time.monotonic() + self._seconds
        return True


def beat(database: Database, trouble: Callable[[], str] = str) -> Callable[[str, str], None]:
    """How a loop shows that it lives, with what troubles it."""

    def tell(name: str, error: str) -> None:
        with database.transaction() as session:
            workers.beat(session, name, system_clock(), error or trouble())

    return tell


class IntakeProcess:
    """Incoming mail, and what is due by time."""

    def __init__(
        self, config: Config, settings: Settings, renderer: Renderer, pressure: Pressure,
        call_sender: Callable[[], None], lives: Callable[[], None],
    ) -> None:  # fmt: skip
        self._database = open_database(config)
        desk = Desk(self._database, settings, renderer)
        self._parser = ParserProcess()
        self._reader = ThreadPoolExecutor(1, "reader")
        self._presence = Presence(self._database, inbox, may_lead=True)
        self._timers = Timers(desk, system_clock, alerts=alerts(config, desk))
        # PostgreSQL has no one write lock: nobody needs to be let pass.
        wait_for_doors = pressure.let_pass if self._database.is_sqlite else lambda: None

        def let_pass() -> None:
            # Before each mail: one may take the parser half a minute.
            lives()
            wait_for_doors()

        self._lives = lives
        self._intake = Intake(
            desk, self._parser.parse, self._presence.owner, system_clock, let_pass, self._reader
        )
        self._call_sender = call_sender
        self._cleans, self._renews = Every(CLEAN_EVERY), Every(RENEW_EVERY)
        self._forgets, self._keep_raw = Every(FORGET_EVERY), config.retention.raw

    def run(self, wake: int, life: int) -> None:
        """Until the supervisor wants it to end."""
        # Every statement lets the reader run; with Python's 5 ms each mail waited for it again and again.
        sys.setswitchinterval(0.0003)
        run([Loop("intake", self._step, beat(self._database), self._lives)], wake, life)
        self._reader.shutdown(wait=False, cancel_futures=True)
        self._parser.stop()
        self._presence.leave()

    def _step(self) -> bool:
        if self._cleans.is_due():
            cleaning.clean(self._database, system_clock())
        if self._keep_raw is not None and self._forgets.is_due():
            retention.forget_raw(self._database, system_clock(), self._keep_raw)
        if self._renews.is_due():
            self._presence.renew()
        worked = (self._presence.leads and self._timers.step()) or self._intake.step()
        if worked:
            self._call_sender()
        return worked


class HookCalls:
    """Calls of hooks, in a thread beside the sender: it waits for others, and a mail waits for none of them."""

    NAME = "hooks"

    def __init__(self, config: Config, desk: Desk) -> None:
        self._presence = Presence(desk.database, hook_calls)
        self._caller = Caller(desk, hook_targets(config), self._presence.owner, system_clock)
        self._renews = Every(RENEW_EVERY)

    def step(self) -> bool:
        """Make calls that are due; whether there were any."""
        if self._renews.is_due():
            self._presence.renew()
        return self._caller.step()

    def leave(self) -> None:
        """No longer at work."""
        self._presence.leave()


class SenderProcess:
    """Outgoing mail."""

    def __init__(
        self, config: Config, settings: Settings, renderer: Renderer,
        lives: Callable[[float | None], None],
    ) -> None:  # fmt: skip
        self._database = open_database(config)
        self._presence = Presence(self._database, outbox)
        self._holds_doubts = config.outgoing.in_doubt == "hold"
        desk = Desk(self._database, settings, renderer)
        self._sender = Sender(
            desk, way_out(config), self._presence.owner, system_clock,
            holds_doubts=self._holds_doubts, lives=lives,
        )  # fmt: skip
        self._hooks = HookCalls(config, desk) if config.hooks else None
        self._lives = partial(lives, None)
        self._renews = Every(RENEW_EVERY)

    def run(self, wake: int, life: int) -> None:
        """Until the supervisor wants it to end."""
        tells = beat(self._database, lambda: self._sender.trouble)
        loops = [Loop("sender", self._step, tells, self._lives)]
        with self._database.transaction() as session:
            workers.forget(session, HookCalls.NAME)
        if self._hooks is not None:
            loops.append(Loop(HookCalls.NAME, self._hooks.step, beat(self._database)))
        run(loops, wake, life)
        self._sender.close()
        if self._hooks is not None:
            self._hooks.leave()
        self._presence.leave()

    def _step(self) -> bool:
        if self._renews.is_due():
            self._presence.renew()
            if not self._holds_doubts:
                with self._database.transaction() as session:
                    outbox.retry_doubts(session)
        return self._sender.step()
