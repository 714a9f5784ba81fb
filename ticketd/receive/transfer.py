"""One mail on its way in: scanned, counted and spooled block by block; or the reason why it cannot be taken."""

import logging
import time

from ticketd.receive.data import DataScanner
from ticketd.receive.door import Door, Reply

log = logging.getLogger(__name__)
SLOWEST = 500
"""Bytes a second that a mail must bring after its first half minute."""
_GRACE = 30.0
NO_ROOM = Reply("452 4.3.1 Not enough room just now, try again later")


class Transfer:
    """The bytes between 354 and the final dot. Memory stays flat, whatever comes."""

    def __init__(self, door: Door) -> None:
        self.scanner = DataScanner()
        self.spool = door.new_spool()
        self.refusal: Reply | None = None
        """Set when the mail cannot be kept; the rest is read and thrown away, then this is the answer."""
        self.ending: Reply | None = None
        """Set where the conversation has to end at once."""
        self._door = door
        self._limit = door.limits.max_size
        self._received = 0
        self._began = time.monotonic()

    def take(self, block: bytes) -> None:
        """The next bytes from the wire."""
        self._received += len(block)
        content = self.scanner.feed(block)
        self.ending = self._why_end()
        if self.ending is None and self.refusal is None:
            self._keep(content)

    def _why_end(self) -> Reply | None:
        if self.scanner.bare_line_end:
            return Reply("521 5.5.2 A CR or LF stands alone, see RFC 5321, 2.3.8", closes=True)
        if self._received > 2 * self._limit and not self.scanner.ended:
            return Reply(f"552 5.3.4 Larger than {self._limit} bytes", closes=True)
        elapsed = time.monotonic() - self._began
        if elapsed > _GRACE and self._received < SLOWEST * elapsed:
            return Reply("421 4.4.2 Too slow, closing", closes=True)
        return None

    def _keep(self, content: bytes) -> None:
        size = self.spool.size + len(content)
        if size > self._limit:
            self._refuse(Reply(f"552 5.3.4 Larger than {self._limit} bytes"))
        elif not self._door.reserve(self.spool, size):
            self._refuse(Reply("452 4.3.1 Too much mail at once, try again later"))
        else:
            try:
                self.spool.write(content)
            except OSError as error:
                log.warning("a mail was deferred: %s", error)
                self._refuse(NO_ROOM)

    def _refuse(self, reply: Reply) -> None:
        self.refusal = reply
        self.discard()

    def discard(self) -> None:
        """Leave nothing behind."""
        self.spool.discard()
        self._door.release(self.spool)
