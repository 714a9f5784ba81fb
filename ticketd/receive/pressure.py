"""How busy the doors are: told across processes, so that intake lets them go first.

SQLite has one write lock. A mail at the door holds a client up; a mail in the inbox is safe and can wait.
"""

import mmap
import threading
import time
from collections.abc import Callable

PATIENCE = 0.05
"""Seconds that intake waits at most for the doors, before each mail: it slows down, it never stands still."""
CROWD = 0.01
"""Where two commits follow each other within so many seconds, another one is to be expected within as many."""
_LOOK = 0.001
_OPEN_END = 1e12


class Pressure:
    """Until when the doors go first, in memory that parent and children share; made before they part."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._until = memoryview(mmap.mmap(-1, 8)).cast("d")
        self._clock = clock
        self._stored_at = -1.0
        self._moment = threading.Event()

    def waits(self) -> None:
        """A mail waits at the doors for its commit. One process writes, others read."""
        self._until[0] = _OPEN_END

    def stored(self, waiting: int) -> None:
        """A commit took mails in, and so many wait for the next one."""
        now = self._clock()
        is_crowd, self._stored_at = now - self._stored_at < CROWD, now
        if not waiting:
            self._until[0] = now + CROWD if is_crowd else 0.0

    def is_high(self) -> bool:
        """Whether the doors go first just now."""
        return self._until[0] > self._clock()

    def let_pass(self) -> None:
        """Wait until the doors are quiet, but no longer than `PATIENCE`."""
        for _ in range(round(PATIENCE / _LOOK)):
            if not self.is_high():
                return
            self._moment.wait(_LOOK)
