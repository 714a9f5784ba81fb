"""Builds the desk from the configuration, starts its processes, keeps them alive, stops them.

The supervisor is this process: it holds the lock and the listening sockets and does nothing else. It
forks two children before it has any thread or connection: the doors, and the desk (intake and sender).
"""

import contextlib
import logging
import os
import secrets
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ticketd.config.document import ConfigError, Fault
from ticketd.config.load import secret
from ticketd.config.schema import Config
from ticketd.config.settings import make_keys, settings_of
from ticketd.core.clock import system_clock
from ticketd.core.settings import Settings
from ticketd.desk.mails import Postbox
from ticketd.intake import Intake
from ticketd.loops import Loop
from ticketd.mail.render import shipped
from ticketd.mail.worker import ParserProcess
from ticketd.receive.door import DoorLimits
from ticketd.receive.doors import Doors
from ticketd.receive.pressure import Pressure
from ticketd.receive.sockets import bind
from ticketd.send.capture import Capture
from ticketd.send.sender import Sender, Way
from ticketd.send.smarthost import Smarthost, Smtp
from ticketd.store import cleaning, schema, workers
from ticketd.store.database import Database
from ticketd.store.lock import Lock

log = logging.getLogger(__name__)
STOP_SECONDS = 60.0
RESTARTS, RESTARTS_WITHIN = 5, 60.0
EX_OK, EX_SOFTWARE = 0, 70
CLEAN_EVERY = 3600.0


def prepare(config: Config) -> Settings:
    """Make the state folder, the keys and an absent database. ConfigError where the schema does not fit."""
    config.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = make_keys(config.state_dir)
    database = open_database(config)
    try:
        fitting = schema.version(database)
        if fitting is None:
            schema.create(database)
        elif fitting != schema.HEAD:
            what = f"the schema is {fitting}, this program needs {schema.HEAD}; run `ticketd db upgrade`"
            raise ConfigError([Fault("database", what)])
        database.protect()
    finally:
        database.close()
    return settings_of(config, keys)


def open_database(config: Config) -> Database:
    """The database that the configuration names."""
    return Database(config.database_url, config.blob_folder)


def way_out(config: Config) -> Way:
    """How mail leaves."""
    outgoing = config.outgoing
    if outgoing.capture is not None:
        return Capture(outgoing.capture)
    host, _, port = outgoing.smtp.rpartition(":")
    return Smtp(
        Smarthost(
            host or outgoing.smtp,
            int(port or 25),
            outgoing.tls,
            outgoing.user or "",
            secret(outgoing.password) or "",
            config.domain,
        )
    )


def bind_all(config: Config) -> list[tuple[str, socket.socket]]:
    """All listening sockets, before anything else is started."""
    listen = config.listen
    places = [("smtp", place) for place in listen.smtp] + [("lmtp", place) for place in listen.lmtp]
    return [(via, bind(place)) for via, place in places]


@dataclass(slots=True)
class Child:
    """One process of the daemon, and when it was started lately."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    starts: tuple[float, ...] = ()


class Daemon:
    """The supervisor."""

    def __init__(
        self, config: Config, listeners: list[tuple[str, socket.socket]], settings: Settings
    ) -> None:
        self._config = config
        self._listeners = listeners
        self._settings = settings
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        # Only the supervisor holds the write end: when it dies, its children see the pipe end.
        self._life_read, self._life_write = os.pipe2(os.O_CLOEXEC)
        self._pressure = Pressure()
        self._children = [Child("desk", self._run_desk), Child("doors", self._run_doors)]
        self._signal = 0

    def serve(self, minutes: float | None = None) -> int:
        """Run until SIGTERM; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        sleeper_read, sleeper_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(sleeper_write, warn_on_full_buffer=False)
        deadline = time.monotonic() + minutes * 60 if minutes is not None else None
        code = EX_OK
        for child in self._children:
            self._start(child)
        while not self._signal and code == EX_OK:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                break
            select.select([sleeper_read], [], [], left)
            with contextlib.suppress(BlockingIOError):
                os.read(sleeper_read, 4096)
            code = self._reap()
        self._stop()
        return code

    def _on_signal(self, number: int, _frame: object) -> None:
        if self._signal:
            # Told twice: at once. Nothing is lost, the inbox and the outbox are durable.
            for child in self._children:
                if child.pid:
                    os.kill(child.pid, signal.SIGKILL)
            os._exit(EX_OK)
        self._signal = number

    def _start(self, child: Child) -> None:
        now = time.monotonic()
        child.starts = (*(t for t in child.starts if now - t < RESTARTS_WITHIN), now)
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal between the fork and the child's own handlers must not be lost in our handler.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        child.pid = os.fork()
        if child.pid == 0:
            self._become(child)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def _become(self, child: Child) -> None:
        code = EX_OK
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # Ctrl-C reaches the whole group: the supervisor alone decides.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            os.close(self._life_write)
            child.run()
        except BaseException:
            log.exception("%s stopped", child.name)
            code = EX_SOFTWARE
        finally:
            logging.shutdown()
            os._exit(code)

    def _reap(self) -> int:
        """Start children again that died; give up on one that dies again and again."""
        for child in self._children:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid == 0:
                continue
            child.pid = 0
            if self._signal:
                continue
            log.error("%s died (%s), starting it again", child.name, _how(status))
            if len(child.starts) >= RESTARTS:
                log.critical("%s died %d times within a minute", child.name, RESTARTS)
                return EX_SOFTWARE
            self._start(child)
        return EX_OK

    def _stop(self) -> None:
        """Doors first, then the desk: what has come in may still be worked."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self._children):
            if child.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGTERM)
        for child in reversed(self._children):
            while child.pid and time.monotonic() < deadline:
                pid, _ = os.waitpid(child.pid, os.WNOHANG)
                if pid:
                    child.pid = 0
                else:
                    select.select([], [], [], 0.02)
            if child.pid:
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
        for via, sock in self._listeners:
            name = sock.getsockname()
            sock.close()
            if isinstance(name, str) and name:
                Path(name).unlink(missing_ok=True)
            log.debug("closed %s %s", via, name)

    # -- the two children --------------------------------------------------------------------

    def _run_doors(self) -> None:
        config = self._config
        doors = Doors(
            own=self._settings.own,
            limits=DoorLimits(**config.limits.model_dump()),
            database=open_database(config),
            state_dir=config.state_dir,
            clock=system_clock,
            listeners=self._listeners,
            pressure=self._pressure,
            maildir=config.maildir,
        )
        doors.run(self._wake_write, self._life_read)

    def _run_desk(self) -> None:
        for _, sock in self._listeners:
            sock.close()
        # Understanding a mail can wait; saying 250 cannot.
        os.nice(10)
        desk = DeskProcess(self._config, self._settings, self._pressure)
        desk.run(self._wake_read, self._life_read)


def _how(status: int) -> str:
    return (
        f"signal {os.WTERMSIG(status)}"
        if os.WIFSIGNALED(status)
        else f"exit {os.WEXITSTATUS(status)}"
    )


class DeskProcess:
    """Intake and sender as loops of one process."""

    def __init__(self, config: Config, settings: Settings, pressure: Pressure) -> None:
        self._database = open_database(config)
        postbox = Postbox(settings, shipped())
        self._parser = ParserProcess()
        self._sender = Sender(self._database, way_out(config), _owner(config), system_clock)
        let_pass = pressure.let_pass if self._database.is_sqlite else _at_once
        self._intake = Intake(self._database, postbox, self._parser.parse, system_clock, let_pass)
        self._sending = Loop("sender", self._sender.step, self._beat)
        self._working = Loop("intake", self._intake_step, self._beat)
        self._stopped = False
        self._clean_at = 0.0

    def _intake_step(self) -> bool:
        if time.monotonic() >= self._clean_at:
            self._clean_at = time.monotonic() + CLEAN_EVERY
            cleaning.clean(self._database, system_clock())
        worked = self._intake.step()
        if worked:
            self._sending.wake()
        return worked

    def _beat(self, name: str, error: str) -> None:
        with self._database.transaction() as session:
            workers.beat(session, name, system_clock(), error)

    def run(self, wake: int, life: int) -> None:
        """Work until SIGTERM, or until the supervisor is gone."""
        signal.signal(signal.SIGTERM, self._stop)
        waker_read, waker_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(waker_write, warn_on_full_buffer=False)
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
            if not loop.join(STOP_SECONDS / 2):
                log.warning("%s does not end in time", loop.name)
        self._sender.close()
        self._parser.stop()

    def _stop(self, *_: object) -> None:
        self._stopped = True


def _at_once() -> None:
    """PostgreSQL has no one write lock: nobody needs to be let pass."""


def _owner(config: Config) -> str:
    """Who sends: a name for each state folder, the same after a restart and on another host."""
    path = config.state_dir / "sender"
    if not path.exists():
        path.write_text(secrets.token_hex(8), "ascii")
    return path.read_text("ascii").strip()


def lock(config: Config) -> Lock:
    """The lock that keeps a second daemon away from the same state folder."""
    config.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Lock(config.state_dir / "lock")
