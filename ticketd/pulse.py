"""Who lives: each process of the daemon says in shared memory until when its silence is normal; the supervisor looks.

A process that hangs says nothing any more. A database or a mail server that is away is an answer, not a hang: no
restart would mend that.
"""

import mmap
import time
from collections.abc import Callable, Sequence

_DOUBLE = 8
PATIENCE = 60.0
"""Seconds: the parser may take 30 for one mail, a commit 20."""


class Pulse:
    """Signs of life of some processes; made before they part. Each process writes its own place alone."""

    def __init__(
        self, names: Sequence[str], patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:  # fmt: skip
        self.patience = patience
        self._at = {name: place for place, name in enumerate(names)}
        self._until = memoryview(mmap.mmap(-1, _DOUBLE * len(names))).cast("d")
        self._is_there = memoryview(mmap.mmap(-1, len(names)))
        self._clock = clock

    def beat(self, name: str, patience: float | None = None) -> None:
        """A step was made. The next sign comes within this many seconds: who waits for a mail server needs more."""
        self._until[self._at[name]] = self._clock() + (patience or self.patience)
        self._is_there[self._at[name]] = 1

    def begins(self, name: str) -> None:
        """A process of this name is started: it has as long to give its first sign."""
        self._until[self._at[name]] = self._clock() + self.patience
        self._is_there[self._at[name]] = 0

    def all_begun(self) -> bool:
        """Whether each of them has given a sign since it was started."""
        return all(self._is_there)

    def is_overdue(self, name: str) -> bool:
        """Whether it has been silent for longer than it said."""
        return self._clock() > self._until[self._at[name]]
