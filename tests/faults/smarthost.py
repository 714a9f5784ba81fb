"""A smarthost that fails as it is told: at any verb, in any manner, and that knows what it took over.

What counts is responsibility: a mail is in `taken` from the moment in which a server would have put it
into its own queue, also when the reply to its final dot is then lost.
"""

import contextlib
import random
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)
_ENDLESS = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a conversation stands when the smarthost has to say something."""

    connection: int
    verb: str
    """CONNECT, EHLO, MAIL, RCPT, DATA, DOT, or whatever else the client says."""
    mail: int
    """How many transactions were begun before, over all connections."""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """An answer. `manner`: plain, drop, reset, silent, slow, garbage or endless."""

    text: str = ""
    manner: str = "plain"
    seconds: float = 0.0
    """To wait before the answer; between its bytes where it is slow."""
    takes: bool = False
    """At the final dot: takes the mail over although the client will not hear of it."""


Script = Callable[[Moment], Say | None]
DROP, RESET, SILENT = Say(manner="drop"), Say(manner="reset"), Say(manner="silent")
GARBAGE, ENDLESS = Say(manner="garbage"), Say(manner="endless")
TAKE_AND_DROP = Say(manner="drop", takes=True)
TAKE_AND_RESET = Say(manner="reset", takes=True)


def well(_: Moment) -> Say | None:
    """A smarthost without faults."""
    return None


def once(verb: str, say: Say, times: int = 1) -> Script:
    """Fail at this verb so many times, then be well."""
    left = iter(range(times))

    def script(moment: Moment) -> Say | None:
        return say if moment.verb == verb and next(left, None) is not None else None

    return script


def always(verb: str, say: Say) -> Script:
    """Fail at this verb until the script is changed."""
    # Who is refused at EHLO says HELO (RFC 5321, 4.1.4).
    verbs = {"EHLO", "HELO"} if verb == "EHLO" else {verb}
    return lambda moment: say if moment.verb in verbs else None


def moody(seed: int, share: float) -> Script:
    """Fail now and then, in every way that a server under stress knows."""
    chance = random.Random(seed)
    faults = {
        "MAIL": (Say("451 4.3.0 later"), DROP),
        "RCPT": (Say("450 4.2.0 later"), RESET),
        "DATA": (Say("421 4.3.2 closing"), DROP),
        "DOT": (TAKE_AND_DROP, TAKE_AND_RESET, Say("451 4.3.0 later"), DROP),
    }

    def script(moment: Moment) -> Say | None:
        if moment.verb not in faults or chance.random() >= share:
            return None
        return chance.choice(faults[moment.verb])

    return script


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the smarthost is responsible for."""

    message_id: str
    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes
    was_told: bool
    """Whether the client got the 250."""


@dataclass
class _Mail:
    mail_from: str = ""
    rcpt_to: list[str] = field(default_factory=list)
    content: bytes = b""


class _Gone(Exception):
    """The smarthost ended this conversation."""


class Smarthost:
    """Listens at `place`; `script` may be changed while it runs."""

    def __init__(self, script: Script = well) -> None:
        self.script = script
        self.taken: list[Taken] = []
        self.connections = 0
        self.transactions = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open_sockets: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        self.place = f"127.0.0.1:{self._port}"
        self._listen()

    def times_taken(self) -> Counter[str]:
        """How often each Message-ID was taken over."""
        return Counter(taken.message_id for taken in list(self.taken))

    def refuse(self) -> None:
        """Nobody listens any more, and every conversation ends."""
        # An accept that waits would keep the port open.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_ones = list(self._open_sockets)
        for sock in open_ones:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def return_to_work(self) -> None:
        """Listen again, at the same place."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._listen()

    def restart(self) -> None:
        """End every conversation: whoever comes again meets the script from its beginning."""
        self.refuse()
        self.return_to_work()

    def close(self) -> None:
        """Stop for good."""
        self._closing.set()
        self.refuse()

    def _listen(self) -> None:
        listener = self._listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open_sockets.add(sock)
                number = self.connections
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        try:
            with sock.makefile("rb") as lines:
                _Conversation(self, sock, lines, number).run()
        except (OSError, _Gone):
            pass
        finally:
            with self._lock:
                self._open_sockets.discard(sock)
            sock.close()

    def next_transaction(self) -> int:
        """Count a MAIL."""
        with self._lock:
            self.transactions += 1
            return self.transactions - 1

    def wait(self, seconds: float) -> None:
        """As long as that, or until the end of the test."""
        self._closing.wait(seconds)


class _Conversation:
    """One client."""

    def __init__(self, host: Smarthost, sock: socket.socket, lines: IO[bytes], number: int) -> None:
        self._host, self._sock, self._lines, self._number = host, sock, lines, number
        self._mail = _Mail()
        self._serial = 0

    def run(self) -> None:
        if not self._answer("CONNECT", "220 smarthost ready").startswith("220"):
            return
        for raw in self._lines:
            line = raw.decode("utf-8", "replace").strip()
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "DATA":
                self._data()
            elif verb == "QUIT":
                self._answer("QUIT", "221 2.0.0 bye")
                return
            else:
                self._command(verb, line)

    def _command(self, verb: str, line: str) -> None:
        address = line.partition("<")[2].partition(">")[0]
        if verb == "MAIL":
            self._serial = self._host.next_transaction()
            self._mail = _Mail(mail_from=address)
        usual = "250-smarthost\r\n250 SIZE 100000000" if verb == "EHLO" else "250 2.1.0 ok"
        answer = self._answer(verb, usual, line)
        if verb == "RCPT" and answer.startswith("250"):
            self._mail.rcpt_to.append(address)
        if answer.startswith("421"):
            raise _Gone

    def _data(self) -> None:
        answer = self._answer("DATA", "354 go on")
        if answer.startswith("421"):
            raise _Gone
        if not answer.startswith("354"):
            return
        self._mail.content = _body(self._lines)
        say = self._host.script(Moment(self._number, "DOT", self._serial)) or Say(
            f"250 2.0.0 queued as {len(self._host.taken) + 1}"
        )
        heard = say.manner in {"plain", "slow"} and say.text.startswith("250")
        if heard or say.takes:
            self._take(was_told=heard)
        self._mail = _Mail()
        self._speak(say)
        if say.text.startswith("421"):
            raise _Gone

    def _take(self, *, was_told: bool) -> None:
        found = _MESSAGE_ID.search(self._mail.content)
        self._host.taken.append(
            Taken(
                found[1].decode() if found else "",
                self._mail.mail_from,
                tuple(self._mail.rcpt_to),
                self._mail.content,
                was_told,
            )
        )

    def _answer(self, verb: str, usual: str, line: str = "") -> str:
        say = self._host.script(Moment(self._number, verb, self._serial, line)) or Say(usual)
        self._speak(say)
        return say.text

    def _speak(self, say: Say) -> None:
        if say.seconds and say.manner != "slow":
            self._host.wait(say.seconds)
        if say.manner == "plain":
            self._sock.sendall(say.text.encode() + b"\r\n")
        elif say.manner == "slow":
            for sign in say.text.encode() + b"\r\n":
                self._host.wait(say.seconds or 1.0)
                self._sock.sendall(bytes([sign]))
        elif say.manner == "garbage":
            self._sock.sendall(b"\x00\xff\xfe\x1b[2J not a reply at all\r\n")
        elif say.manner == "endless":
            self._sock.sendall(b"250 " + b"x" * _ENDLESS + b"\r\n")
        elif say.manner == "silent":
            # Until the client gives up.
            for _ in self._lines:
                pass
            raise _Gone
        else:
            self._hang_up(is_reset=say.manner == "reset")

    def _hang_up(self, *, is_reset: bool) -> None:
        if is_reset:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Gone


def _body(lines: Iterable[bytes]) -> bytes:
    found: list[bytes] = []
    for line in lines:
        if line == b".\r\n":
            return b"".join(found)
        found.append(line[1:] if line.startswith(b".") else line)
    # The client went away in the middle: nobody is responsible for half a mail.
    raise _Gone
