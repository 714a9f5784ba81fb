"""Builds the desk from the configuration, starts its processes, keeps them alive, stops them.

The supervisor is this process: it holds the lock and the listening sockets and does nothing else. It
forks three children before it has any thread or connection: the doors, intake and the sender; with
`metrics.listen` a fourth one that answers monitoring.
"""

import contextlib
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ticketd import meters, service_manager
from ticketd.build import open_database
from ticketd.config.document import ConfigError, Fault
from ticketd.config.keys import keys_file, read_keys
from ticketd.config.labels import labels_of
from ticketd.config.load import load
from ticketd.config.schema import Config
from ticketd.config.settings import settings_of
from ticketd.config.texts import text_folders
from ticketd.core.clock import system_clock
from ticketd.core.settings import Settings
from ticketd.loops import call
from ticketd.mail.render import BadTemplate, Renderer
from ticketd.pulse import PATIENCE, Pulse
from ticketd.receive.door import DoorLimits
from ticketd.receive.doors import Doors
from ticketd.receive.pressure import Pressure
from ticketd.watched import serve_metrics
from ticketd.watching import Prints, Watch, fingerprint
from ticketd.working import IntakeProcess, SenderProcess

log = logging.getLogger(__name__)
STOP_SECONDS = 60.0
RESTARTS, RESTARTS_WITHIN = 5, 60.0
EX_OK, EX_SOFTWARE = 0, 70
NEEDS_RESTART = ("listen", "database", "state_dir", "blobs", "metrics")
"""What the supervisor holds itself: a reload leaves these as they are."""


@dataclass(slots=True)
class Child:
    """One process of the daemon, and when it was started lately."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    changes_until: float | None = None
    """Told to end, so that it comes back with the new configuration; and when that has taken too long."""
    starts: tuple[float, ...] = ()


class Daemon:
    """The supervisor."""

    def __init__(
        self, path: Path, config: Config, listeners: list[tuple[str, socket.socket]],
        settings: Settings,
    ) -> None:  # fmt: skip
        self._path = path.absolute()
        self._config = config
        self._keys = keys_file(config.state_dir)
        self._prints = self._fingerprint(config)
        self._renderer = Renderer(config.templates, settings.labels)
        self._listeners = listeners
        self._settings = settings
        self._intake_wakes, self._wake_intake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._sender_wakes, self._wake_sender = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        # Only the supervisor holds the write end: when it dies, its children see the pipe end.
        self._life_read, self._life_write = os.pipe2(os.O_CLOEXEC)
        self._pressure = Pressure()
        self._children = [
            Child("sender", self._run_sender),
            Child("intake", self._run_intake),
            Child("doors", self._run_doors),
        ]
        patience = min(PATIENCE, service_manager.watchdog_seconds() or PATIENCE)
        self._pulse = Pulse([child.name for child in self._children], patience)
        self._is_ready = False
        if any(via == "metrics" for via, _ in listeners):
            meters.begin(meters.folder_of(config.state_dir))
            self._children.append(Child("metrics", self._run_metrics))
        self._signal = 0
        self._must_reload = False

    def _fingerprint(self, config: Config) -> Prints:
        return fingerprint(self._path, config.templates, self._keys, text_folders(config))

    def serve(self, minutes: float | None = None, *, is_demo: bool = False) -> int:
        """Run until SIGTERM; the exit code. A demo ends with its terminal (SIGHUP), others reload."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGHUP, self._on_signal if is_demo else self._on_hup)
        signal.signal(signal.SIGUSR1, self._on_hup)
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
            # Often enough for a watchdog that wants a sign twice in its time.
            look = self._pulse.patience / 6 if self._is_ready else 0.05
            select.select([sleeper_read], [], [], look if left is None else min(left, look))
            with contextlib.suppress(BlockingIOError):
                os.read(sleeper_read, 4096)
            if self._must_reload:
                self._must_reload = False
                self.reload()
            code = self._reap()
            self._watch_children()
        service_manager.tell("STOPPING=1", "STATUS=ends what is in work")
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

    def _on_hup(self, _number: int, _frame: object) -> None:
        self._must_reload = True

    def _watch_children(self) -> None:
        """End those that hang, and tell the service manager how things stand."""
        hangs = [child for child in self._children if child.pid and self._hangs(child)]
        for child in hangs:
            log.critical("%s gives no sign of life, it is ended", child.name)
            os.kill(child.pid, signal.SIGKILL)
        if not self._is_ready and self._pulse.all_begun():
            self._is_ready = True
            service_manager.tell("READY=1", "STATUS=doors open")
        if not hangs:
            service_manager.tell("WATCHDOG=1")

    def _hangs(self, child: Child) -> bool:
        if child.changes_until is not None:
            return time.monotonic() > child.changes_until
        return child.name != "metrics" and self._pulse.is_overdue(child.name)

    def reload(self) -> None:
        """Take up the configuration, the templates and the keys as they are; bad ones leave everything as it was."""
        started = int(time.monotonic() * 1e6)
        service_manager.tell("RELOADING=1", f"MONOTONIC_USEC={started}")
        why = self._reload()
        service_manager.tell("READY=1", f"STATUS={why or 'doors open'}")

    def _reload(self) -> str:
        """Why it was refused, in one line; empty where the new configuration counts now."""
        try:
            old = self._config
            prints = self._fingerprint(old)
            new, settings, renderer = self._read_again()
            if (new.templates, *text_folders(new)) != (old.templates, *text_folders(old)):
                prints = self._fingerprint(new)
        except (ConfigError, BadTemplate, OSError) as error:
            for line in str(error).splitlines():
                log.error("reload refused, the old configuration stays: %s", line)
            return f"reload refused: {next(iter(str(error).splitlines()), '')}"
        kept = {name: getattr(self._config, name) for name in NEEDS_RESTART}
        for name, old in kept.items():
            if getattr(new, name) != old:
                log.warning("reload: `%s` has changed; that counts from the next restart", name)
        self._config, self._settings = new.model_copy(update=kept), settings
        self._renderer, self._prints = renderer, prints
        log.info("reload: %s", self._path)
        for child in self._children:
            if child.pid:
                # The supervisor keeps the sockets: who knocks meanwhile waits for a moment.
                child.changes_until = time.monotonic() + STOP_SECONDS
                os.kill(child.pid, signal.SIGTERM)
        return ""

    def _read_again(self) -> tuple[Config, Settings, Renderer]:
        """Everything that a reload takes up. ConfigError or BadTemplate where a part of it is wrong."""
        config = load(self._path)
        renderer = Renderer(config.templates, labels_of(config.labels))
        if faults := renderer.check(config.languages):
            raise BadTemplate("\n".join(faults))
        if not config.departments:
            raise ConfigError([Fault(f"{self._path}: departments", "there must be at least one")])
        return config, settings_of(config, read_keys(self._config.state_dir)), renderer

    def _start(self, child: Child) -> None:
        now = time.monotonic()
        child.starts = (*(t for t in child.starts if now - t < RESTARTS_WITHIN), now)
        if child.name != "metrics":
            self._pulse.begins(child.name)
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
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
            # Ctrl-C reaches the whole group: the supervisor alone decides.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            os.close(self._life_write)
            meters.belongs_to(child.name)
            with contextlib.suppress(OSError):
                # What `ps` and `top` call it.
                Path("/proc/self/comm").write_text(f"ticketd:{child.name}")
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
            if child.changes_until is not None:
                child.changes_until, child.starts = None, ()
                self._start(child)
                continue
            log.error("%s died (%s), starting it again", child.name, _how(status))
            if len(child.starts) >= RESTARTS:
                log.critical("%s died %d times within a minute", child.name, RESTARTS)
                return EX_SOFTWARE
            self._start(child)
        return EX_OK

    def _stop(self) -> None:
        """Doors first, then the others: what has come in may still be worked."""
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
            name, is_kept = sock.getsockname(), service_manager.was_passed(sock)
            sock.close()
            if isinstance(name, str) and name and not is_kept:
                Path(name).unlink(missing_ok=True)
            log.debug("closed %s %s", via, name)

    # -- the children ------------------------------------------------------------------------

    def _run_doors(self) -> None:
        config = self._config
        doors = Doors(
            own=self._settings.own,
            limits=DoorLimits(**config.limits.model_dump()),
            database=open_database(config),
            state_dir=config.state_dir,
            clock=system_clock,
            listeners=[(via, sock) for via, sock in self._listeners if via != "metrics"],
            pressure=self._pressure,
            lives=partial(self._pulse.beat, "doors"),
            maildir=config.maildir,
        )
        doors.run(partial(call, self._wake_intake), self._life_read)

    def _run_intake(self) -> None:
        self._goes_behind()
        folders = text_folders(self._config)
        watch = Watch(
            self._path, self._config.templates, self._keys, folders, self._prints, os.getppid()
        )
        watch.start()
        intake = IntakeProcess(
            self._config,
            self._settings,
            self._renderer,
            self._pressure,
            partial(call, self._wake_sender),
            partial(self._pulse.beat, "intake"),
        )
        intake.run(self._intake_wakes, self._life_read)
        watch.stop()

    def _run_sender(self) -> None:
        self._goes_behind()
        lives = partial(self._pulse.beat, "sender")
        sender = SenderProcess(self._config, self._settings, self._renderer, lives)
        sender.run(self._sender_wakes, self._life_read)

    def _run_metrics(self) -> None:
        place = next(sock.dup() for via, sock in self._listeners if via == "metrics")
        self._goes_behind()
        names = [child.name for child in self._children if child.name != "metrics"]
        serve_metrics(
            self._config,
            place,
            self._life_read,
            lambda: list(filter(self._pulse.is_overdue, names)),
        )

    def _goes_behind(self) -> None:
        """A process that is not at the doors: understanding a mail can wait, saying 250 cannot."""
        for _, sock in self._listeners:
            sock.close()
        os.nice(10)


def _how(status: int) -> str:
    return (
        f"signal {os.WTERMSIG(status)}"
        if os.WIFSIGNALED(status)
        else f"exit {os.WEXITSTATUS(status)}"
    )
