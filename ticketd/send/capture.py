"""Keeps outgoing mail in a Maildir instead of sending it: for the demo, for staging, for tests."""

import os
from collections.abc import Callable
from pathlib import Path

from ticketd.send.smarthost import Away, Outcome


class Capture:
    """A way out that leads nowhere: one file for each mail and recipient."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(
        self, name: str, mail_from: str, rcpt_to: str, content: bytes, at_dot: Callable[[], None]
    ) -> Outcome:
        """Write the mail. The same mail twice is the same file, so that even a crash doubles nothing."""
        head = f"Return-Path: <{mail_from}>\r\nDelivered-To: {rcpt_to}\r\n".encode()
        try:
            for part in ("tmp", "new", "cur"):
                (self._folder / part).mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / "tmp" / name
            with unfinished.open("wb") as file:
                file.write((head + content).replace(b"\r\n", b"\n"))
                file.flush()
                os.fsync(file.fileno())
            at_dot()
            unfinished.rename(self._folder / "new" / name)
        except OSError as error:
            raise Away(f"cannot write to {self._folder}: {error.strerror}") from error
        return Outcome("sent", "250 captured")

    def close(self) -> None:
        """Nothing is held open."""
