"""The outer world, real enough to speak its protocols: a smarthost, an LMTP client, a clock."""

import json
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class MovableClock:
    """A clock that stands until somebody moves it."""

    now: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **spans: float) -> None:
        self.now += timedelta(**spans)


class Lmtp:
    """A client as mail servers are: reads one reply for each recipient (RFC 2033, 4.2)."""

    def __init__(self, place: str, *, greeting: str = "LHLO", timeout: float = 30) -> None:
        if place.startswith("/"):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(timeout)
            self.sock.connect(place)
        else:
            host, _, port = place.rpartition(":")
            self.sock = socket.create_connection((host, int(port)), timeout)
        self.file = self.sock.makefile("rb")
        self.is_lmtp = greeting == "LHLO"
        self.greeting = self.reply()
        self.hello = self.say(f"{greeting} client.example")

    def reply(self) -> str:
        lines = []
        while True:
            line = self.file.readline()
            if not line:
                raise ConnectionError("the server closed")
            lines.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            if line[3:4] != b"-":
                return "\n".join(lines)

    def say(self, line: str) -> str:
        self.sock.sendall(line.encode() + b"\r\n")
        return self.reply()

    def send(
        self, sender: str, recipients: Iterable[str], raw: bytes, *, options: str = ""
    ) -> list[str]:
        """The replies: of MAIL or RCPT where they refuse, else those after the final dot."""
        mail = self.say(f"MAIL FROM:<{sender}>{options}")
        if not mail.startswith("250"):
            return [mail]
        refused, taken = [], 0
        for recipient in recipients:
            answer = self.say(
                f"RCPT TO:<{recipient}>" if "<" not in recipient else f"RCPT TO:{recipient}"
            )
            if answer.startswith("250"):
                taken += 1
            else:
                refused.append(answer)
        if not taken:
            self.say("RSET")
            return refused
        data = self.say("DATA")
        if not data.startswith("354"):
            return [*refused, data]
        body = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..")
        self.sock.sendall(
            (b"." if body.startswith(b".") else b"")
            + body
            + (b"" if body.endswith(b"\r\n") else b"\r\n")
            + b".\r\n"
        )
        return [*refused, *(self.reply() for _ in range(taken if self.is_lmtp else 1))]

    def close(self) -> None:
        for thing in (getattr(self, "file", None), getattr(self, "sock", None)):
            if thing is not None:
                thing.close()

    def __del__(self) -> None:
        self.close()


@dataclass
class Taken:
    """One mail that a smarthost took."""

    mail_from: str
    rcpt_to: list[str]
    content: bytes


Script = Callable[[str], str | None]


@dataclass
class Smarthost:
    """An SMTP server that keeps what it is given. `script` may answer a verb in its own way."""

    script: Script = lambda _line: None
    taken: list[Taken] = field(default_factory=list)
    conversations: int = 0

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while self._open:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            self.conversations += 1
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with sock, sock.makefile("rb") as lines:
            mail = Taken("", [], b"")

            def say(text: str) -> None:
                sock.sendall(text.encode() + b"\r\n")

            try:
                say(self.script("CONNECT") or "220 smarthost ready")
                for raw in lines:
                    line = raw.decode("utf-8", "replace").strip()
                    verb = line.split(" ")[0].split(":")[0].upper()
                    line = verb + line[len(verb) :]
                    own = self.script(line)
                    if own == "DROP":
                        return
                    if verb == "DATA":
                        say(own or "354 go on")
                        if own is None:
                            mail.content = self._body(lines)
                            answer = (
                                self.script("DOT") or f"250 2.0.0 queued as {len(self.taken) + 1}"
                            )
                            if answer.startswith("250") or answer == "DROP":
                                self.taken.append(mail)
                            if answer == "DROP":
                                return
                            say(answer)
                        mail = Taken("", [], b"")
                    elif verb == "MAIL":
                        mail.mail_from = line.partition("<")[2].partition(">")[0]
                        say(own or "250 2.1.0 ok")
                    elif verb == "RCPT":
                        if own is None:
                            mail.rcpt_to.append(line.partition("<")[2].partition(">")[0])
                        say(own or "250 2.1.5 ok")
                    elif verb == "EHLO":
                        say(own or "250-smarthost\r\n250 SIZE 100000000")
                    elif verb == "QUIT":
                        say("221 bye")
                        return
                    else:
                        say(own or "250 ok")
            except OSError:
                return

    @staticmethod
    def _body(lines: Iterable[bytes]) -> bytes:
        found = []
        for line in lines:
            if line == b".\r\n":
                break
            found.append(line[1:] if line.startswith(b".") else line)
        return b"".join(found)

    def close(self) -> None:
        self._open = False
        self._server.close()


class Gateway(HTTPServer):
    """A chat gateway on this machine: keeps what it is told, and answers what it is to answer."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], Any]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        gateway = self.server
        assert isinstance(gateway, Gateway)
        body = self.rfile.read(int(self.headers["content-length"]))
        gateway.got.append((self.path, dict(self.headers.items()), json.loads(body)))
        self.send_response(gateway.answers.pop(0) if gateway.answers else 200)
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, *args: Any) -> None:
        pass
