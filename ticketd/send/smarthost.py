"""Talks SMTP to the company's mail server, one kept connection; says what became of each mail."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from ticketd.core.breaker import Meaning, meaning_of
from ticketd.core.text import header_text

CONNECT_SECONDS = 30
REPLY_SECONDS = 300
BLOCK_SECONDS = 180
DOT_SECONDS = 600
LONGEST_SECONDS = CONNECT_SECONDS + 8 * REPLY_SECONDS + 4 * BLOCK_SECONDS + DOT_SECONDS
"""Of one mail at a server that answers everything at the last moment."""
"""RFC 5321, 4.5.3.2: a server may need ten minutes after the final dot."""
MAILS_PER_CONNECTION = 100


@dataclass(frozen=True, slots=True)
class Smarthost:
    """Where mail leaves through. `tls`: none, starttls or tls."""

    host: str
    port: int
    tls: str = "none"
    user: str = ""
    password: str = ""
    helo: str = "localhost"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server said: sent, later or never; and whether nobody can know (`in_doubt`)."""

    state: str
    answer: str
    in_doubt: bool = False
    is_setup: bool = False
    """It refuses us, not this mail."""


class Away(Exception):
    """The server cannot be used at all just now: no mail is to blame."""


class Smtp:
    """A way out through a smarthost."""

    def __init__(self, smarthost: Smarthost) -> None:
        self._smarthost = smarthost
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

    def send(
        self, name: str, mail_from: str, rcpt_to: str, content: bytes, at_dot: Callable[[], None]
    ) -> Outcome:
        """Hand one mail over. `at_dot` is called, and must be durable, just before the final dot.

        Away where the server refuses to talk: the mail stays as it was.
        """
        del name
        kept = self._connection is not None
        try:
            return self._once(mail_from, rcpt_to, content, at_dot)
        except (OSError, smtplib.SMTPException) as error:
            # Before the dot, so nothing was sent.
            self.close()
            if not kept:
                # It talked to us until this mail came: that may be the mail's own fault, so it counts as a try.
                return Outcome("waiting", _words(error))
        # A kept connection may have been closed while nobody looked: that is no news of the server.
        try:
            return self._once(mail_from, rcpt_to, content, at_dot)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("waiting", _words(error))

    def _once(
        self, mail_from: str, rcpt_to: str, content: bytes, at_dot: Callable[[], None]
    ) -> Outcome:
        connection = self._ready()
        outcome = self._converse(connection, mail_from, rcpt_to, content, at_dot)
        self._sent += 1
        return outcome

    def _converse(
        self,
        connection: smtplib.SMTP,
        mail_from: str,
        rcpt_to: str,
        content: bytes,
        at_dot: Callable[[], None],
    ) -> Outcome:
        utf8 = " SMTPUTF8" if not (mail_from + rcpt_to).isascii() else ""
        if utf8 and not connection.has_extn("smtputf8"):
            return Outcome("failed", "5.6.7 the mail server takes no address with such letters")
        size = f" SIZE={len(content)}" if connection.has_extn("size") else ""
        commands = (
            f"MAIL FROM:<{mail_from}>{size}{utf8}", f"RCPT TO:<{rcpt_to}>", "DATA",
        )  # fmt: skip
        replies = self._say(connection, commands)
        for command, (code, text) in zip(commands, replies, strict=False):
            if code >= 400:
                self._reset(connection, is_in_data=replies[-1][0] == 354)
                return _refused(command[:4], code, text)
        self._socket(connection).settimeout(BLOCK_SECONDS)
        connection.send(_dot_stuffed(content))
        return self._final_dot(connection, at_dot)

    def _say(self, connection: smtplib.SMTP, commands: tuple[str, ...]) -> list[tuple[int, bytes]]:
        """The replies; all commands at once where the server allows it (RFC 2920), else up to the first refusal."""
        lines = [command.encode() + b"\r\n" for command in commands]
        replies: list[tuple[int, bytes]] = []
        if connection.has_extn("pipelining"):
            connection.send(b"".join(lines))
            replies = [connection.getreply() for _ in lines]
        else:
            for line in lines:
                connection.send(line)
                replies.append(connection.getreply())
                if replies[-1][0] >= 400:
                    break
        if any(code == 421 or not 200 <= code < 600 for code, _ in replies):
            # It hangs up (RFC 5321, 3.8), or this is no reply at all: like a lost connection.
            raise smtplib.SMTPServerDisconnected(_line(*replies[-1]))
        return replies

    def _final_dot(self, connection: smtplib.SMTP, at_dot: Callable[[], None]) -> Outcome:
        try:
            at_dot()
        except BaseException:
            # Not marked, so not sent: the server never sees the end of this mail.
            self._connection = None
            connection.close()
            raise
        try:
            self._socket(connection).settimeout(DOT_SECONDS)
            connection.send(b".\r\n")
            code, text = connection.getreply()
            self._socket(connection).settimeout(REPLY_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("waiting", f"in doubt: {_words(error)}", in_doubt=True)
        if not 200 <= code < 600:
            # No reply that anybody could understand: nobody knows.
            self.close()
            return Outcome("waiting", f"in doubt: {_line(code, text)}", in_doubt=True)
        if code < 300:
            return Outcome("sent", _line(code, text))
        return _refused("DOT", code, text)

    def _ready(self) -> smtplib.SMTP:
        """The kept connection, or a new one."""
        if self._connection is not None and self._sent < MAILS_PER_CONNECTION:
            return self._connection
        self.close()
        try:
            self._connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Away(_words(error)) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        to = self._smarthost
        context = ssl.create_default_context() if to.tls != "none" else None
        connection: smtplib.SMTP
        if to.tls == "tls":
            connection = smtplib.SMTP_SSL(
                to.host, to.port, to.helo, timeout=CONNECT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(to.host, to.port, to.helo, timeout=CONNECT_SECONDS)
        try:
            self._introduce(connection, context)
        except BaseException:
            connection.close()
            raise
        self._sent = 0
        return connection

    def _introduce(self, connection: smtplib.SMTP, context: ssl.SSLContext | None) -> None:
        to = self._smarthost
        self._socket(connection).settimeout(REPLY_SECONDS)
        # The final dot is a small packet after a large one: without this it waits 40 ms for an acknowledgement.
        self._socket(connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.ehlo_or_helo_if_needed()
        if to.tls == "starttls":
            # Never silently in the clear: a server without it raises here (CVE-2016-0772).
            connection.starttls(context=context)
            connection.ehlo()
        if to.user:
            connection.login(to.user, to.password)

    @staticmethod
    def _socket(connection: smtplib.SMTP) -> ssl.SSLSocket:
        if connection.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        return connection.sock  # type: ignore[return-value]

    def _reset(self, connection: smtplib.SMTP, *, is_in_data: bool) -> None:
        """Ready for the next mail. One that answers 354 although it refused gets no data: we hang up."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if not is_in_data and connection.rset()[0] == 250:
                return
        self.close()

    def check(self) -> None:
        """Whether it lets us in; Away with the reason where it does not. Nothing is sent."""
        self._ready()
        self.close()

    def close(self) -> None:
        """Say goodbye, if there is anybody to hear it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._socket(connection).settimeout(5)
                connection.quit()
            connection.close()


def _dot_stuffed(content: bytes) -> bytes:
    body = content.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _refused(verb: str, code: int, text: bytes) -> Outcome:
    meaning = meaning_of(verb, code, text.decode("utf-8", "replace"))
    state = "failed" if meaning is Meaning.NEVER else "waiting"
    return Outcome(state, _line(code, text), is_setup=meaning is Meaning.SETUP)


def _line(code: int, text: bytes) -> str:
    return header_text(f"{code} {text.decode('utf-8', 'replace')}", 300)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _line(error.smtp_code, text if isinstance(text, bytes) else str(text).encode())
    return header_text(str(error) or type(error).__name__, 300)
