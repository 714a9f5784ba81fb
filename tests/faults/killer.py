"""kill -9 at random instants, and processes that are stopped and go on: seeded, so that a run can be told."""

import contextlib
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.process import Daemon, eventually, wait


def children(pid: int) -> list[int]:
    """The processes that any thread of a process started."""
    found: list[int] = []
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, told.read_text().split())
    return sorted(found)


def child(pid: int, name: str) -> int:
    """The process of the daemon that `ps` calls `ticketd:name`."""
    (found,) = (
        p for p in children(pid) if Path(f"/proc/{p}/comm").read_text().strip() == f"ticketd:{name}"
    )
    return found


def family(pid: int) -> list[int]:
    """A process and all that came of it."""
    found = [pid]
    for child in children(pid):
        found += family(child)
    return found


def send(pids: list[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def supervisor(daemon: Daemon) -> int:
    assert daemon.process is not None
    return daemon.process.pid


class Killer:
    """Kills a daemon again and again."""

    def __init__(self, seed: int, soonest: float = 0.2, latest: float = 2.0) -> None:
        self.chance = random.Random(seed)
        self.kills = 0
        self._soonest, self._latest = soonest, latest

    def waits(self) -> None:
        wait(self.chance.uniform(self._soonest, self._latest))

    def kills_all(self, daemon: Daemon) -> None:
        """The whole group at one instant, as a power switch does to processes."""
        process = daemon.process
        assert process is not None
        # Each parser leads a group of its own.
        parsers = [p for c in children(process.pid) for p in children(c)]
        os.killpg(process.pid, signal.SIGKILL)
        send(parsers, signal.SIGKILL)
        process.wait(30)
        daemon.process = None
        self.kills += 1

    def kills_one(self, daemon: Daemon) -> None:
        """Any one process but the supervisor, as the kernel does when memory runs out."""
        victims = family(supervisor(daemon))[1:]
        if victims:
            send([self.chance.choice(victims)], signal.SIGKILL)
            self.kills += 1

    def kills_something(self, daemon: Daemon, one_of: int = 4) -> None:
        """Mostly everything, now and then a single process. The daemon runs again afterwards."""
        if self.chance.randrange(one_of) == 0:
            self.kills_one(daemon)
            # One that died five times within a minute is given up (exit 70), and systemd starts it again.
            wait(0.1)
            if daemon.process is not None and daemon.process.poll() is None:
                return
            daemon.process = None
        else:
            self.kills_all(daemon)
        daemon.start(wait_for_doors=False)
        eventually(daemon.is_open, 60)


@contextlib.contextmanager
def stopped(daemon: Daemon) -> Iterator[None]:
    """Every process of a daemon stands still (SIGSTOP), then goes on."""
    pids = family(supervisor(daemon))
    send(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        send(pids, signal.SIGCONT)
