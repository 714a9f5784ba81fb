"""A loop: step until no work is left, then wait to be called. Dumb on purpose."""

import logging
import os
import threading
import time
from collections.abc import Callable

from ticketd.core.errors import Temporary

log = logging.getLogger(__name__)
Step = Callable[[], bool]


def call(pipe: int) -> None:
    """Tell the loop of another process that there is work."""
    try:
        os.write(pipe, b".")
    except BlockingIOError:
        pass  # It is full of earlier calls: the loop will come.
    except OSError as error:
        log.warning("another process cannot be called: %s", error)


class Loop:
    """Runs one step again and again in a thread of its own; survives every error."""

    def __init__(
        self, name: str, step: Step, beat: Callable[[str, str], None],
        lives: Callable[[], None] = lambda: None, idle_seconds: float = 1.0,
    ) -> None:  # fmt: skip
        self.name = name
        self._step = step
        self._beat = beat
        """Told every few seconds that the loop lives, with its last error."""
        self._lives = lives
        """Told with every turn, and while it waits: the supervisor looks for that."""
        self._idle_seconds = idle_seconds
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._error = ""
        self._failures = 0
        self._next_beat = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is work."""
        self._woken.set()

    def stop(self) -> None:
        """End after the step at hand."""
        self._stopping.set()
        self._woken.set()

    def join(self, seconds: float) -> bool:
        """Wait for the end; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            wait = self._turn()
            self._lives()
            if wait:
                self._rest(wait)

    def _rest(self, seconds: float) -> None:
        """Wait to be called, at most for so long; a loop that waits lives."""
        ends = time.monotonic() + seconds
        while not self._woken.wait(min(1.0, max(0.0, ends - time.monotonic()))):
            if time.monotonic() >= ends:
                return
            self._lives()

    def _turn(self) -> float:
        """One step; returns how long to wait before the next."""
        try:
            worked = self._step()
            self._error, self._failures = "", 0
        except Temporary as error:
            return self._failed(str(error))
        except Exception as error:
            log.exception("loop %s failed", self.name)
            return self._failed(f"{type(error).__name__}: {error}")
        self._tell()
        return 0.0 if worked else self._idle_seconds

    def _failed(self, error: str) -> float:
        self._failures += 1
        wait = float(min(2 ** (self._failures - 1), 30))
        if error != self._error:
            log.warning("loop %s waits: %s", self.name, error)
        self._error = error
        return wait

    def _tell(self) -> None:
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + 10
            try:
                self._beat(self.name, self._error)
            except Exception as error:  # noqa: BLE001 - a beat that is missed says enough
                log.debug("beat of %s: %s", self.name, error)
