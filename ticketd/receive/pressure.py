"""How many mails wait at the doors for their commit: told across processes, so that intake lets them go first.

SQLite has one write lock. A mail at the door holds a client up; a mail in the inbox is safe and can wait.
"""

import mmap
import threading

PATIENCE = 0.05
"""Seconds that intake waits at most for the doors, before each mail: it slows down, it never stands still."""
_LOOK = 0.001


class Pressure:
    """A number in memory that parent and children share; made before they part."""

    def __init__(self) -> None:
        self._shared = memoryview(mmap.mmap(-1, 8)).cast("q")
        self._moment = threading.Event()

    def note(self, waiting: int) -> None:
        """The doors say how many mails wait. One process writes, others read."""
        self._shared[0] = waiting

    def let_pass(self) -> None:
        """Wait until no mail waits at the doors, but no longer than `PATIENCE`."""
        for _ in range(round(PATIENCE / _LOOK)):
            if self._shared[0] <= 0:
                return
            self._moment.wait(_LOOK)
