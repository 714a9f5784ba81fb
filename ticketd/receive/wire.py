"""The lines and bytes of one connection: what comes in is cut into commands and mails, replies go out together.

A protocol on the event loop itself, without a task and a stream for each client: commands are answered as they
are read, and what a client pipelines (RFC 2920) is answered with one write.
"""

import asyncio
import logging
import time

from ticketd.receive.transfer import Transfer

log = logging.getLogger(__name__)
COMMAND_SECONDS = 300.0
BLOCK_SECONDS = 180.0
"""RFC 5321, 4.5.3.2: what a server waits for a command, and for the next bytes of a mail."""
LONGEST_LINE = 4096
"""Of a command: RFC 5321's 512 and what SMTPUTF8, ORCPT and ENVID add to them; longer ones are refused."""
_ENOUGH = 256 * 1024
"""More than that is not read while a commit is awaited."""


class Wire(asyncio.Protocol):
    """One connection. Whoever speaks a protocol over it says what a line and a whole mail mean."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._replies: list[str] = []
        self._skips_line = False
        self.transfer: Transfer | None = None
        """The mail that is coming in right now."""
        self.is_waiting = False
        """For the commit of a mail: nothing is read meanwhile."""
        self._is_closing = False
        self._has_ended = False
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None

    # -- what a protocol says ------------------------------------------------------------------

    def greeted(self) -> None:
        """The connection is open: say the first words."""

    def line(self, line: bytes) -> None:
        """One command, without its line end."""

    def mail_ended(self, transfer: Transfer) -> None:
        """All bytes of a mail are in."""

    def mail_failed(self, transfer: Transfer, error: Exception) -> None:
        """Its bytes could not be taken."""

    def timed_out(self) -> None:
        """Nothing came for too long."""

    def gone(self) -> None:
        """The connection is closed."""

    # -- what a protocol does ------------------------------------------------------------------

    def say(self, reply: str) -> None:
        """Put a reply on the wire, with what else there is to say to this packet."""
        self._replies.append(reply)

    def wait_for_commit(self, seconds: float) -> None:
        """Read no further until `go_on`."""
        self.is_waiting = True
        self._deadline = time.monotonic() + seconds

    def go_on(self) -> None:
        """The commit is decided: say what there is to say, and read what was pipelined meanwhile."""
        self.is_waiting = False
        self._deadline = time.monotonic() + COMMAND_SECONDS
        if self._transport is not None and not self._is_closing:
            self._transport.resume_reading()
            self._work()

    def flush(self) -> None:
        """Write the replies that wait."""
        if self._replies and self._transport is not None and not self._transport.is_closing():
            self._transport.write("".join(f"{reply}\r\n" for reply in self._replies).encode())
        self._replies.clear()

    def hang_up(self, *, linger: bool = False) -> None:
        """Close after the replies. With bytes still on their way in, closing at once would lose our reply (RST)."""
        self.flush()
        self._is_closing = True
        if self._transport is None:
            return
        if linger and not self._has_ended:
            self._loop.call_later(1.0, self._transport.close)
        else:
            self._transport.close()

    # -- the event loop ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream
        self._transport = transport
        self._deadline = time.monotonic() + COMMAND_SECONDS
        self._timer = self._loop.call_later(COMMAND_SECONDS, self._look_at_the_clock)
        self.greeted()
        self.flush()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """End: a mail that is not whole is thrown away; one that is waits for nobody here."""
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        transfer, self.transfer = self.transfer, None
        if transfer is not None:
            transfer.discard()
        self._transport = None
        self.gone()

    def data_received(self, data: bytes) -> None:
        """The next bytes of commands, or of a mail."""
        if self._is_closing:
            return
        self._buffer += data
        if not self.is_waiting:
            self._work()
        elif len(self._buffer) > _ENOUGH and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """A client that has said everything still gets its answers."""
        self._has_ended = True
        if not self.is_waiting:
            self._work()
        return True

    def pause_writing(self) -> None:
        """A client that does not read its replies is not read either."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _work(self) -> None:
        while self._buffer and not self.is_waiting and not self._is_closing:
            if self.transfer is not None:
                self._take_bytes(self.transfer)
            elif not self._take_line():
                break
        now = time.monotonic()
        if not self.is_waiting:
            self._deadline = now + (COMMAND_SECONDS if self.transfer is None else BLOCK_SECONDS)
        self.flush()
        if self._has_ended and not self.is_waiting and not self._is_closing:
            self.hang_up()

    def _take_bytes(self, transfer: Transfer) -> None:
        block = bytes(self._buffer)
        self._buffer.clear()
        try:
            transfer.take(block)
        except Exception as error:  # noqa: BLE001 - the client gets a temporary answer, whatever it was
            self.transfer = None
            self.mail_failed(transfer, error)
            return
        if transfer.ending is not None or transfer.scanner.ended:
            self.transfer = None
            # What followed the end: the next commands.
            self._buffer += transfer.scanner.rest
            self.mail_ended(transfer)

    def _take_line(self) -> bool:
        at = self._buffer.find(b"\n")
        if at < 0:
            if len(self._buffer) > LONGEST_LINE:
                self._skips_line = True
                self._buffer.clear()
            return False
        line = bytes(self._buffer[:at]).rstrip(b"\r")
        del self._buffer[: at + 1]
        if self._skips_line or len(line) > LONGEST_LINE:
            self._skips_line, line = False, b""
        self.line(line)
        return True

    def _look_at_the_clock(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            self.timed_out()
            left = COMMAND_SECONDS
        self._timer = self._loop.call_later(left, self._look_at_the_clock)
