"""One client at the door: SMTP or LMTP as mail servers speak it, on top of aiosmtpd's engine."""

import asyncio
import logging
import re
import time
from typing import Any

from aiosmtpd.smtp import SMTP

from ticketd.core.addresses import is_address, normalise, path
from ticketd.core.inbound import Recipient
from ticketd.receive.door import Door, Reply
from ticketd.receive.paths import mail_fault, original_recipient, parse_path, rcpt_fault
from ticketd.receive.transfer import Transfer

log = logging.getLogger(__name__)

COMMAND_SECONDS = 300.0
BLOCK_SECONDS = 180.0
SESSION_SECONDS = 3600.0
_ERRORS = 5
_IDLE_COMMANDS = 20
_REFUSALS = 100
_BLOCK = 64 * 1024
# Enhanced status codes for what the engine says by itself (RFC 2034; RFC 3463).
_ENHANCED = {"221": "2.0.0", "250": "2.0.0", "252": "2.5.0", "500": "5.5.2", "501": "5.5.4", "502": "5.5.1",
             "503": "5.5.1"}  # fmt: skip
# Not the greeting (RFC 2034, 4).
_BARE = re.compile(r"^(?!220)([25][0-9]{2}) (?![245]\.[0-9])")


class MailSession(SMTP):
    """What SMTP and LMTP share. Holds one transaction at a time and asks the door for every answer."""

    is_lmtp = False
    # The reader's limit: a RCPT with ORCPT may be far longer than aiosmtpd's thousand bytes.
    line_length_limit = _BLOCK

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            object(),
            data_size_limit=door.limits.max_size,
            enable_SMTPUTF8=True,
            hostname=door.hostname,
            ident="ticketd",
            timeout=COMMAND_SECONDS,
            loop=loop,
        )
        self.door = door
        self.recipients: list[Recipient] = []
        self.mail_from: str | None = None
        self.declared_size = 0
        self.in_data = False
        self.via = door.via
        self.peer = ""
        self._errors = 0
        self._refused_recipients = 0
        self._idle_commands = 0
        self._greeting = False
        self._refused = False
        self._began = time.monotonic()

    # -- connections -------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """Begin, unless too many are here already or the door is closing."""
        refusal = self.door.arrived(self)
        if refusal:
            self._refused = True
            transport.write(f"{refusal}\r\n".encode())
            transport.close()
            return
        # A command line may be longer than aiosmtpd thinks: SMTPUTF8, ORCPT and ENVID add to it.
        super().connection_made(transport)
        self.peer = _peer(transport)
        self.command_size_limits.clear()
        self.command_size_limits.update(MAIL=4096, RCPT=4096)

    def connection_lost(self, error: Exception | None) -> None:
        if self._refused:
            return
        self.door.left(self)
        super().connection_lost(error)

    def eof_received(self) -> bool:
        """A client that has said everything still gets its answers (aiosmtpd would cancel them)."""
        if not self._refused:
            self._reader.feed_eof()
        return True

    def _timeout_cb(self) -> None:
        self._writer.write(b"421 4.4.2 Too slow, closing\r\n")
        super()._timeout_cb()  # type: ignore[no-untyped-call]

    async def say_goodbye(self) -> None:
        """The daemon stops: an idle client is told so (RFC 5321, 3.8)."""
        await self.push("421 4.3.2 Shutting down, try again soon")
        self._writer.close()

    # -- replies -----------------------------------------------------------------------------

    async def push(self, status: Any) -> None:
        """Send a reply with its enhanced code; count errors."""
        if status is None:
            return
        text = status if isinstance(status, str) else bytes(status).decode("ascii", "replace")
        if not self._greeting:
            text = _BARE.sub(lambda m: f"{m[1]} {_ENHANCED.get(m[1], m[1][0] + '.0.0')} ", text)
        await super().push(text)
        if text.startswith("5") and text[:3] in {"500", "501", "502", "503", "555"}:
            await self._spend_error()

    async def _spend_error(self) -> None:
        self._errors += 1
        if self._errors >= _ERRORS:
            await super().push("421 4.7.0 Too many errors, closing")
            self._writer.close()

    async def handle_exception(self, error: Exception) -> str:
        """Never a permanent answer and never our inside: the mail server keeps the mail."""
        if isinstance(error, asyncio.IncompleteReadError | ConnectionError):
            self._writer.close()
            raise asyncio.CancelledError
        log.error("session failed", exc_info=error)
        return "451 4.3.0 Cannot take mail just now, try again later"

    async def _idle(self) -> bool:
        """Count a command that brings no mail nearer; False when there were too many."""
        self._idle_commands += 1
        too_many = self._idle_commands > _IDLE_COMMANDS
        if too_many or self._is_too_old():
            await self.push("421 4.7.0 Too many commands, closing")
            self._writer.close()
            return False
        return True

    # -- commands ----------------------------------------------------------------------------

    async def _greet(self, arg: str | None, verb: str) -> None:
        if not arg:
            await self.push(f"501 5.5.4 Syntax: {verb} hostname")
            return
        if not await self._idle() or self.session is None:
            return
        self._set_rset_state()
        # Our own pipe says so where it does not know the sender: a null path then means nothing.
        self.via = "pipe" if arg == "ticketd-deliver" else self.door.via
        self.session.extended_smtp = True
        self.session.host_name = arg
        lines = (
            self.hostname,
            f"SIZE {self.door.limits.max_size}",
            "8BITMIME", "SMTPUTF8", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES",
        )  # fmt: skip
        self._greeting = True
        reply = "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        await self.push(reply)
        self._greeting = False

    async def smtp_EHLO(self, hostname: str) -> None:
        await self._greet(hostname, "EHLO")

    async def smtp_HELO(self, hostname: str) -> None:
        if await self._idle():
            self._greeting = True
            await super().smtp_HELO(hostname)
            self._greeting = False

    async def smtp_NOOP(self, arg: str) -> None:
        if await self._idle():
            await super().smtp_NOOP(arg)

    async def smtp_VRFY(self, arg: str) -> None:  # noqa: ARG002
        if await self._idle():
            await self.push("252 2.5.0 Send mail and see")

    async def smtp_HELP(self, arg: str) -> None:  # noqa: ARG002
        if await self._idle():
            await self.push("214 2.0.0 This is a support desk; see RFC 5321")

    async def smtp_EXPN(self, arg: str) -> None:  # noqa: ARG002
        await self.push("502 5.5.1 Not implemented")

    smtp_AUTH = smtp_STARTTLS = smtp_EXPN

    async def smtp_RSET(self, arg: str | None) -> None:  # noqa: ARG002
        if await self._idle():
            self._set_rset_state()
            await self.push("250 2.0.0 Ok")

    def _set_rset_state(self) -> None:
        super()._set_rset_state()  # type: ignore[no-untyped-call]
        self.recipients, self.mail_from, self.declared_size = [], None, 0

    async def smtp_MAIL(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        if self.mail_from is not None:
            await self.push("503 5.5.1 One mail at a time")
            return
        reverse = parse_path(arg, "FROM:")
        fault = mail_fault(reverse)
        if fault or reverse is None:
            await self.push(fault)
            return
        size = int(reverse.parameters.get("SIZE") or 0)
        refusal = self.door.may_begin(size)
        if refusal:
            await self.push(refusal)
            return
        self.mail_from, self.declared_size = path(reverse.address), size
        await self.push("250 2.1.0 Ok")

    async def smtp_RCPT(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        if self.mail_from is None:
            await self.push("503 5.5.1 Say MAIL first")
            return
        forward = parse_path(arg, "TO:")
        fault = rcpt_fault(forward)
        if fault or forward is None:
            await self.push(fault)
            return
        if len(self.recipients) >= self.door.limits.recipients:
            await self.push("452 4.5.3 Too many recipients, send the others in another mail")
            return
        original = normalise(original_recipient(forward.parameters.get("ORCPT", "")))
        recipient = Recipient(normalise(forward.address), original if is_address(original) else "")
        refusal = self.door.why_not_ours(recipient)
        if refusal:
            await self._refuse(refusal)
            return
        self.recipients.append(recipient)
        await self.push("250 2.1.5 Ok")

    async def _refuse(self, refusal: str) -> None:
        """Nobody may try address after address (a directory harvest)."""
        await self.push(refusal)
        self._refused_recipients += 1
        if self._refused_recipients >= _REFUSALS or self._is_too_old():
            await self.push("421 4.7.0 Too many unknown recipients, closing")
            self._writer.close()

    def _is_too_old(self) -> bool:
        return time.monotonic() - self._began > SESSION_SECONDS

    # -- DATA --------------------------------------------------------------------------------

    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        if not self.recipients or self.mail_from is None:
            # RFC 5321, 3.3: no valid recipients.
            await self.push(
                "503 5.5.1 Say RCPT first"
                if self.mail_from is None
                else "554 5.5.1 No valid recipients"
            )
            return
        refusal = self.door.may_send(self.declared_size)
        if refusal:
            await self.push(refusal)
            self._set_rset_state()
            return
        self.in_data = True
        try:
            await self._receive()
        finally:
            self.in_data = False
        self._set_rset_state()
        if self.door.is_stopping or self._is_too_old():
            await self.say_goodbye()

    async def _receive(self) -> None:
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        transfer: Transfer | None = Transfer(self.door)
        assert transfer is not None  # noqa: S101 - for the type checker
        try:
            reply = await self._read_mail(transfer)
            if reply is None:
                # From here on the writer owns these bytes, even if this client goes away.
                spool, transfer = transfer.spool, None
                reply = await self.door.take(self, spool)
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            raise
        except Exception:
            log.exception("receiving a mail failed")
            reply = Reply("451 4.3.0 Cannot take mail just now, try again later", closes=True)
        finally:
            if transfer is not None:
                transfer.discard()
        self._idle_commands = 0
        await self._answer(reply)

    async def _answer(self, reply: Reply) -> None:
        """LMTP owes one reply for each accepted recipient, on every path (RFC 2033, 4.2)."""
        times = len(self.recipients) if self.is_lmtp else 1
        await self.push("\r\n".join([reply.text] * times))
        if reply.closes:
            await self._linger()
            self._writer.close()

    async def _linger(self) -> None:
        """Read on for a moment: closing at once would reset the connection and lose our reply."""
        try:
            async with asyncio.timeout(1):
                while await self._reader.read(_BLOCK):
                    pass
        except (TimeoutError, ConnectionError):
            pass

    async def _read_mail(self, transfer: Transfer) -> Reply | None:
        """Take the bytes until the final dot; a reply where the mail cannot be taken."""
        while not transfer.scanner.ended:
            self._reset_timeout(BLOCK_SECONDS)
            block = await self._reader.read(_BLOCK)
            if not block:
                raise asyncio.IncompleteReadError(b"", None)
            ending = transfer.take(block)
            if ending is not None:
                return ending
        # aiosmtpd's reader has no way to give bytes back; it clears this buffer itself after STARTTLS.
        self._reader._buffer[:0] = transfer.scanner.rest  # type: ignore[attr-defined]  # noqa: SLF001
        return transfer.refusal


class LmtpSession(MailSession):
    """LMTP (RFC 2033): LHLO instead of EHLO, and a reply for each recipient."""

    is_lmtp = True

    async def smtp_LHLO(self, hostname: str) -> None:
        await self._greet(hostname, "LHLO")

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: ARG002
        await self.push("500 5.5.1 This is LMTP, say LHLO")

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: ARG002
        await self.push("500 5.5.1 This is LMTP, say LHLO")


def _peer(transport: Any) -> str:
    """Who connected: an address, or `unix`."""
    name = transport.get_extra_info("peername")
    return str(name[0]) if isinstance(name, tuple) and name else "unix"
