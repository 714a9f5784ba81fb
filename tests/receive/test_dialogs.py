"""Dialogs in the notation of the RFCs, played against a real listener.

`C:` is sent, `S:` is read and compared with wildcards, `C*N:` sends a line N times, `S: -` is the end
of the connection. A first line `# lmtp` or `# smtp` says which door.
"""

import fnmatch
import socket
from pathlib import Path

import pytest

from tests.process import Daemon

DIALOGS = sorted((Path(__file__).parent / "dialogs").glob("*.smtp"))


@pytest.mark.parametrize("path", DIALOGS, ids=lambda p: p.stem)
def test_dialog(path: Path, daemon: Daemon) -> None:
    lines = path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    place = daemon.lmtp if lines[0].strip() == "# lmtp" else daemon.smtp
    host, _, port = place.rpartition(":")
    with socket.create_connection((host, int(port)), 20) as sock, sock.makefile("rb") as replies:
        for number, line in enumerate(lines[1:], 2):
            play(line, sock, replies, f"{path.name}:{number}")


def play(line: str, sock: socket.socket, replies: "socket.SocketIO | object", where: str) -> None:
    kind, _, rest = line.partition(":")
    text = rest.removeprefix(" ")
    if kind.startswith("C"):
        times = int(kind[2:]) if kind[1:2] == "*" else 1
        sock.sendall((unescaped(text) + b"\r\n") * times)
    elif kind == "X":
        sock.sendall(unescaped(text))
    elif kind == "S":
        got = reply(replies)
        assert fnmatch.fnmatchcase(got, text), f"{where}: wanted {text!r}, got {got!r}"
    else:
        assert not line.strip() or line.startswith("#"), f"{where}: what is {line!r}?"


def unescaped(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1")


def reply(replies: object) -> str:
    """The last line of the next reply; `-` at the end of the connection."""
    while True:
        line = replies.readline().decode()  # type: ignore[attr-defined]
        if not line:
            return "-"
        if line[3:4] != "-":
            return str(line.rstrip("\r\n"))
