#!/bin/sh
''':'
# ticketd-deliver: hands a mail from a pipe (alias, .forward, master.cf) to the daemon's LMTP door.
#
# This file is two programs. The shell part runs the Python part below and lets out the exit codes
# 0, 65, 67 and 77 only; everything else, a missing Python included, becomes 75 (EX_TEMPFAIL): the
# mail server keeps the mail. Postfix and Exim would bounce it on 1, 70, 78, 126 or 127.
exec 2>/dev/null
self=$(readlink -f -- "$0") || self=$0
[ -n "$self" ] || self=$0
python=${self%/*}/python3
[ -x "$python" ] || python=python3
"$python" -I -S "$self" "$@"
code=$?
case $code in 0|65|67|75|77) exit $code ;; esac
echo "4.3.0 mail cannot be taken just now"
exit 75
'''

# Standard library only, and little of it: this starts once for every mail (no typing either).
from __future__ import annotations

import os
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT = "127.0.0.1:8024"
SECONDS = 60
BLOCK = 65536
NULL_SENDERS = ("", "<>", "MAILER-DAEMON")
FIELDS = (b"x-original-to", b"delivered-to", b"envelope-to")
OPTIONS = ("--lmtp", "--recipient", "--default", "--sender", "--original", "--queue-id")
OK, DATA_ERROR, NO_USER, TRY_AGAIN, NO_PERMISSION = 0, 65, 67, 75, 77


class Answer(Exception):
    """The mail server's program ends with this code and one line."""

    def __init__(self, code: int, line: str = "") -> None:
        super().__init__(line)
        self.code, self.line = code, line


def options(arguments: list[str], environ: Any) -> dict[str, Any]:
    """What is given on the command line (`--recipient` several times), else the variables of the mail server."""
    given: dict[str, Any] = {"recipient": []}
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if name not in OPTIONS:
            raise Answer(TRY_AGAIN, "4.3.5 unknown option " + name[:40])
        if not equals:
            value = next(words, "")
            if not value and name != "--sender":
                raise Answer(TRY_AGAIN, "4.3.5 " + name + " needs a value")
        if name == "--recipient":
            given["recipient"].append(value)
        else:
            given[name[2:]] = value
    original = given.get("original") or environ.get("ORIGINAL_RECIPIENT", "")
    recipients = given["recipient"] or list(filter(None, [environ.get("RECIPIENT") or original]))
    return {
        "lmtp": given.get("lmtp") or environ.get("TICKETD_LMTP") or DEFAULT,
        "recipients": recipients,
        "default": given.get("default", ""),
        "original": original,
        "sender": given.get("sender", environ.get("SENDER")),
    }


def connect(place: str) -> socket.socket:
    """The daemon's LMTP door."""
    if place.startswith("/"):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(SECONDS)
        sock.connect(place)
        return sock
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), SECONDS)


class Client:
    """As much LMTP as one mail needs (RFC 2033)."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.file = sock, sock.makefile("rb")

    def reply(self) -> tuple[int, str]:
        """The code and the text of the next reply."""
        while True:
            line = self.file.readline(4096)
            if not line[:3].isdigit():
                raise Answer(TRY_AGAIN, "4.4.2 the connection to ticketd was lost")
            if line[3:4] != b"-":
                return int(line[:3]), line[4:].strip().decode("ascii", "replace")

    def say(self, line: str) -> tuple[int, str]:
        """Send a command and read its reply."""
        if "\r" in line or "\n" in line:
            raise Answer(DATA_ERROR, "5.1.3 a line break in an address")
        self.sock.sendall(line.encode("utf-8", "surrogateescape") + b"\r\n")
        return self.reply()


def code_for(smtp_code: int, text: str) -> int:
    """The exit code for one reply."""
    if smtp_code < 300:
        return OK
    if smtp_code < 500:
        return TRY_AGAIN
    if text.startswith("5.7.1"):
        return NO_PERMISSION
    return NO_USER if text.startswith("5.1.") else DATA_ERROR


def lines_of(first: bytes) -> Any:
    """The mail in blocks with CRLF line ends and dots stuffed, without its mbox line."""
    held, at_start, block = b"", True, first
    if block.startswith(b"From "):
        block = block.partition(b"\n")[2]
    while block:
        block = held + block
        held = b""
        if block.endswith(b"\r"):
            block, held = block[:-1], b"\r"
        clean = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
        stuffed = clean.replace(b"\r\n.", b"\r\n..")
        if at_start and clean.startswith(b"."):
            stuffed = b"." + stuffed
        if clean:
            at_start = clean.endswith(b"\n")
            yield stuffed
        block = os.read(0, BLOCK)
    if held:
        yield b"\r\n"
        at_start = True
    yield b".\r\n" if at_start else b"\r\n.\r\n"


def reverse_path(first: bytes) -> str | None:
    """What the delivery agent wrote on top of the mail: the mbox line, then Return-Path; None without them."""
    if first.startswith(b"From "):
        return first.split(None, 2)[1].decode("utf-8", "replace")
    for line in first.split(b"\n", 20)[:20]:
        if line.lower().startswith(b"return-path:"):
            return line.partition(b":")[2].strip().decode("utf-8", "replace")
    return None


def addressed(first: bytes) -> list[str]:
    """Whom the delivery agent wrote on top of the mail; what stands below Received, anybody may have written."""
    found: dict[bytes, list[str]] = {name: [] for name in FIELDS}
    for line in first.split(b"\n"):
        name, _, body = line.partition(b":")
        name = name.strip().lower()
        if not name or name == b"received":
            break
        if name in found:
            found[name].append(body.strip().strip(b"<>").decode("utf-8", "surrogateescape"))
    return next((addresses for addresses in found.values() if addresses), [])


def hand_in(client: Client, given: dict[str, Any], first: bytes) -> tuple[int, Answer | None]:
    """Name the recipients: how many are taken, and the first refusal that the mail server has to hear of."""
    orcpt = " ORCPT=rfc822;" + xtext(given["original"]) if given["original"] else ""
    taken = 0
    refused: Answer | None = None
    for recipient in given["recipients"] or addressed(first):
        code, text = client.say("RCPT TO:<" + recipient + ">" + orcpt)
        if code < 300:
            taken += 1
        elif refused is None or code < 500:
            refused = Answer(code_for(code, text), text)
    is_final = refused is None or refused.code != TRY_AGAIN
    if not given["recipients"] and taken and is_final:
        return taken, None  # Of several addresses on top of a mail one is ours.
    if given["default"] and not taken and is_final:
        check(client.say("RCPT TO:<" + given["default"] + ">"))
        return 1, None
    return taken, refused


def xtext(text: str) -> str:
    """RFC 3461, 4: printable ASCII without + and =, the rest in hexadecimal."""
    out = []
    for byte in text.encode("utf-8", "replace"):
        sign = chr(byte)
        out.append(sign if 33 <= byte <= 126 and sign not in "+=" else "+%02X" % byte)
    return "".join(out)


def deliver(given: dict[str, Any]) -> None:
    """Hand the mail on standard input over; the answer of the door decides."""
    first = os.read(0, BLOCK)
    if not first:
        raise Answer(TRY_AGAIN, "4.3.0 there is no mail on standard input")
    sender = given["sender"] if given["sender"] is not None else reverse_path(first)
    # "Nobody told us" is not "there is nobody to answer": the door looks at Return-Path then.
    hello = "localhost" if sender is not None else "ticketd-deliver"
    sender = "" if sender is None or sender.strip("<>").upper() in NULL_SENDERS else sender.strip("<>")
    client = Client(connect(given["lmtp"]))
    check(client.reply())
    check(client.say("LHLO " + hello))
    check(client.say("MAIL FROM:<" + sender + ">"))
    taken, refused = hand_in(client, given, first)
    if not taken and refused is None:
        raise Answer(TRY_AGAIN, "4.3.5 no recipient: use --recipient")
    if not taken and refused is not None:
        raise refused
    check(client.say("DATA"), 354)
    try:
        for block in lines_of(first):
            client.sock.sendall(block)
    except OSError:
        pass  # The door may have answered and closed before the end: too large, say.
    for _ in range(taken):
        check(client.reply())
    if refused is not None:
        raise refused


def check(reply: tuple[int, str], wanted: int = 250) -> None:
    """Go on after a good reply; stop after any other."""
    code, text = reply
    if code >= 400 or (wanted == 354 and code != 354):
        raise Answer(code_for(code, text) if code != 354 else TRY_AGAIN, text)


def main() -> None:
    """Never anything but 0, 65, 67, 75 or 77, and at most one line."""
    try:
        deliver(options(sys.argv[1:], os.environ))
        code, line = OK, ""
    except Answer as answer:
        code, line = answer.code, answer.line
    except BaseException:  # Whatever it is, the mail server keeps the mail.
        code, line = TRY_AGAIN, "4.3.0 ticketd cannot be reached just now"
    try:
        if line:
            os.write(1, line[:200].encode("utf-8", "replace").replace(b"\n", b" ") + b"\n")
    except OSError:
        pass
    # No clean-up that could fail with another code.
    os._exit(code)


if __name__ == "__main__":
    main()
