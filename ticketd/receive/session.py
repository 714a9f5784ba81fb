"""One client at the door: SMTP or LMTP as mail servers speak it (RFC 5321, RFC 2033)."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from ticketd import meters
from ticketd.core.addresses import is_address, normalise, path
from ticketd.core.inbound import Recipient
from ticketd.receive.door import COMMIT_SECONDS, Door, Reply
from ticketd.receive.paths import mail_fault, original_recipient, parse_path, rcpt_fault
from ticketd.receive.transfer import Transfer
from ticketd.receive.wire import Wire
from ticketd.store.blobs import Spool

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

SESSION_SECONDS = 3600.0
_ERRORS = 5
_IDLE_COMMANDS = 20
_REFUSALS = 100
_BROWSERS = frozenset({"GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH"})
_LATER = "451 4.3.0 Cannot take mail just now, try again later"


class MailSession(Wire):
    """What SMTP and LMTP share. Holds one transaction at a time and asks the door for every answer."""

    is_lmtp = False
    hello: tuple[str, ...] = ("HELO", "EHLO")

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.door = door
        self.recipients: list[Recipient] = []
        self.mail_from: str | None = None
        self.declared_size = 0
        self.via = door.via
        self.peer = ""
        self._is_greeted = False
        self._errors = 0
        self._refused_recipients = 0
        self._idle_commands = 0
        self._was_let_in = False
        self._awaited: Spool | None = None
        self._began = time.monotonic()
        self._commands: dict[str, Callable[[str], None]] = {
            "HELO": self._helo, "EHLO": self._ehlo, "LHLO": self._lhlo, "MAIL": self._mail, "RCPT": self._rcpt,
            "DATA": self._data, "RSET": self._rset, "NOOP": self._noop, "QUIT": self._quit, "VRFY": self._vrfy,
            "HELP": self._help, "EXPN": self._not_here, "AUTH": self._not_here, "STARTTLS": self._not_here,
        }  # fmt: skip

    @property
    def in_data(self) -> bool:
        """Whether a mail is coming in, or its commit is awaited."""
        return self.transfer is not None or self.is_waiting

    # -- connections -------------------------------------------------------------------------

    def greeted(self) -> None:
        """Begin, unless too many are here already or the door is closing."""
        assert self._transport is not None  # noqa: S101 - it was just made
        refusal = self.door.arrived(self)
        if refusal:
            self.say(refusal)
            self.hang_up()
            return
        self._was_let_in = True
        name = self._transport.get_extra_info("peername")
        self.peer = str(name[0]) if isinstance(name, tuple) and name else "unix"
        self.say(f"220 {self.door.hostname} ticketd")

    def gone(self) -> None:
        """A client has gone."""
        if self._was_let_in:
            self.door.left(self)

    def timed_out(self) -> None:
        """Nothing came for too long, or the database did not answer."""
        if self.is_waiting:
            log.warning("a mail was deferred: the database is slow")
            self._answer(Reply(_LATER))
            self.go_on()
            return
        self.say("421 4.4.2 Too slow, closing")
        self.hang_up()

    def say_goodbye(self) -> None:
        """The daemon stops: an idle client is told so (RFC 5321, 3.8)."""
        self.say("421 4.3.2 Shutting down, try again soon")
        self.hang_up()

    def say(self, reply: str) -> None:
        """Say it, and count it."""
        meters.count("smtp_replies", channel=self.via, code=reply[:3])
        super().say(reply)

    # -- replies -----------------------------------------------------------------------------

    def line(self, line: bytes) -> None:
        """Answer one command."""
        verb, _, argument = line.decode("utf-8", "surrogateescape").strip().partition(" ")
        command = self._commands.get(verb.upper())
        if command is None:
            self._unknown(verb.upper())
            return
        try:
            command(argument.strip())
        except Exception:
            # Never a permanent answer and never our inside: the mail server keeps the mail.
            log.exception("session failed")
            self.say(_LATER)

    def _unknown(self, verb: str) -> None:
        if verb in _BROWSERS:
            # A web page that makes a browser talk to us (RFC 5321 has no such words).
            self.say("502 5.5.1 This is a mail server")
            self.hang_up()
            return
        self._error("500 5.5.2 Command not recognised")

    def _error(self, reply: str) -> None:
        """Refuse what is no proper command; whoever does that again and again has to go."""
        self.say(reply)
        self._errors += 1
        if self._errors >= _ERRORS:
            self.say("421 4.7.0 Too many errors, closing")
            self.hang_up()

    def _idle(self) -> bool:
        """Count a command that brings no mail nearer; False when there were too many."""
        self._idle_commands += 1
        if self._idle_commands > _IDLE_COMMANDS or self._is_too_old():
            self.say("421 4.7.0 Too many commands, closing")
            self.hang_up()
            return False
        return True

    def _is_too_old(self) -> bool:
        return time.monotonic() - self._began > SESSION_SECONDS

    # -- commands ----------------------------------------------------------------------------

    def _helo(self, name: str) -> None:
        if "HELO" not in self.hello:
            self._error("500 5.5.1 This is LMTP, say LHLO")
        elif not name:
            self._error("501 5.5.4 Syntax: HELO hostname")
        elif self._idle():
            self._reset()
            self._is_greeted = True
            self.say(f"250 {self.door.hostname}")

    def _ehlo(self, name: str) -> None:
        self._greet(name, "EHLO")

    def _lhlo(self, name: str) -> None:
        self._greet(name, "LHLO")

    def _greet(self, name: str, verb: str) -> None:
        if verb not in self.hello:
            says = "This is LMTP, say LHLO" if self.is_lmtp else "This is SMTP, say EHLO"
            self._error(f"500 5.5.1 {says}")
            return
        if not name:
            self._error(f"501 5.5.4 Syntax: {verb} hostname")
            return
        if not self._idle():
            return
        self._reset()
        self._is_greeted = True
        # Our own pipe says so where it does not know the sender: a null path then means nothing.
        self.via = "pipe" if name == "ticketd-deliver" else self.door.via
        lines = (
            self.door.hostname,
            f"SIZE {self.door.limits.max_size}",
            "8BITMIME", "SMTPUTF8", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES",
        )  # fmt: skip
        self.say("\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    def _noop(self, _: str) -> None:
        if self._idle():
            self.say("250 2.0.0 Ok")

    def _vrfy(self, _: str) -> None:
        if self._idle():
            self.say("252 2.5.0 Send mail and see")

    def _help(self, _: str) -> None:
        if self._idle():
            self.say("214 2.0.0 This is a support desk; see RFC 5321")

    def _not_here(self, _: str) -> None:
        self._error("502 5.5.1 Not implemented")

    def _quit(self, _: str) -> None:
        self.say("221 2.0.0 Bye")
        self.hang_up()

    def _rset(self, _: str) -> None:
        if self._idle():
            self._reset()
            self.say("250 2.0.0 Ok")

    def _reset(self) -> None:
        self.recipients, self.mail_from, self.declared_size = [], None, 0

    def _mail(self, argument: str) -> None:
        if not self._is_greeted:
            self._error(f"503 5.5.1 Say {self.hello[-1]} first")
            return
        if self.mail_from is not None:
            self._error("503 5.5.1 One mail at a time")
            return
        reverse = parse_path(argument, "FROM:")
        fault = mail_fault(reverse)
        if fault or reverse is None:
            self._fault(fault)
            return
        size = int(reverse.parameters.get("SIZE") or 0)
        refusal = self.door.may_begin(size)
        if refusal:
            self.say(refusal)
            return
        self.mail_from, self.declared_size = path(reverse.address), size
        self.say("250 2.1.0 Ok")

    def _fault(self, fault: str) -> None:
        """A syntax error counts, an address that is none does not."""
        if fault.startswith("553"):
            self.say(fault)
        else:
            self._error(fault)

    def _rcpt(self, argument: str) -> None:
        if self.mail_from is None:
            self._error("503 5.5.1 Say MAIL first")
            return
        forward = parse_path(argument, "TO:")
        fault = rcpt_fault(forward)
        if fault or forward is None:
            self._fault(fault)
            return
        if len(self.recipients) >= self.door.limits.recipients:
            self.say("452 4.5.3 Too many recipients, send the others in another mail")
            return
        original = normalise(original_recipient(forward.parameters.get("ORCPT", "")))
        recipient = Recipient(normalise(forward.address), original if is_address(original) else "")
        refusal = self.door.why_not_ours(recipient)
        if refusal:
            self._refuse(refusal)
            return
        self.recipients.append(recipient)
        self.say("250 2.1.5 Ok")

    def _refuse(self, refusal: str) -> None:
        """Nobody may try address after address (a directory harvest)."""
        self.say(refusal)
        self._refused_recipients += 1
        if self._refused_recipients >= _REFUSALS or self._is_too_old():
            self.say("421 4.7.0 Too many unknown recipients, closing")
            self.hang_up()

    # -- DATA --------------------------------------------------------------------------------

    def _data(self, argument: str) -> None:
        if argument:
            self._error("501 5.5.4 Syntax: DATA")
        elif self.mail_from is None:
            self._error("503 5.5.1 Say RCPT first")
        elif not self.recipients:
            # RFC 5321, 3.3: no valid recipients.
            self.say("554 5.5.1 No valid recipients")
        elif refusal := self.door.may_send(self.declared_size):
            self.say(refusal)
            self._reset()
        else:
            self.transfer = Transfer(self.door)
            self.say("354 End data with <CR><LF>.<CR><LF>")

    def mail_ended(self, transfer: Transfer) -> None:
        """Make it durable; only then it is answered."""
        reply = transfer.ending or transfer.refusal
        if reply is not None:
            transfer.discard()
            self._answer(reply)
            return
        # From here on the writer owns these bytes, even if this client goes away.
        self.wait_for_commit(COMMIT_SECONDS)
        self._awaited = transfer.spool
        self.door.take(self, transfer.spool)

    def mail_failed(self, transfer: Transfer, error: Exception) -> None:
        """A bug of ours: the mail server keeps the mail."""
        log.error("receiving a mail failed", exc_info=error)
        transfer.discard()
        self._answer(Reply(_LATER, closes=True))

    def decided(self, spool: Spool, reply: Reply) -> None:
        """The commit is done, or was not possible. Too late for a mail that was deferred meanwhile."""
        if self.is_waiting and spool is self._awaited:
            self._answer(reply)
            self.go_on()

    def _answer(self, reply: Reply) -> None:
        """LMTP owes one reply for each accepted recipient, on every path (RFC 2033, 4.2)."""
        for _ in range(len(self.recipients) if self.is_lmtp else 1):
            self.say(reply.text)
        self._idle_commands = 0
        self._reset()
        if reply.closes:
            self.hang_up(linger=True)
        elif self.door.is_stopping or self._is_too_old():
            self.say_goodbye()


class LmtpSession(MailSession):
    """LMTP (RFC 2033): LHLO instead of EHLO, and a reply for each recipient."""

    is_lmtp = True
    hello = ("LHLO",)
