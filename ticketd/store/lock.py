"""One daemon for one state folder: a lock that dies with its holder."""

import fcntl
import os
import threading
import time
from pathlib import Path

from ticketd.core.errors import Temporary

_WAIT = 3.0


class Lock:
    """Held by the daemon and its children for life (flock)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def acquire(self) -> None:
        """Take it. Temporary, naming the holder, where another daemon has it.

        Waits a moment: the children of a daemon that was killed need one to notice.
        """
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    holder = os.pread(self._file, 32, 0).decode("ascii", "replace").strip()
                    raise Temporary(
                        f"another ticketd (process {holder or 'unknown'}) uses {self._path.parent}; stop it first"
                    ) from None
                threading.Event().wait(0.05)
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give it back before the process ends."""
        os.close(self._file)
        self._file = -1
