"""Parsing in a process of its own with limits, so that no mail can take the desk down.

The answer is JSON and plain bytes: what a hostile mail may do to the parser's process ends there.
"""

import contextlib
import dataclasses
import json
import os
import resource
import select
import struct
import subprocess
import sys
import time
from datetime import datetime
from typing import IO, Any

from ticketd.core.inbound import Attachment, BounceReport, Forwarded, InboundMail, Mailbox
from ticketd.mail.parse import parse

MEMORY = 1024**3
SECONDS = 30.0
_REQUEST = struct.Struct("!IQ")
_ANSWER = struct.Struct("!QQ")
MAILS_PER_PROCESS = 2000
_PIPE = 65536
_GIVES_BACK = {"MALLOC_MMAP_THRESHOLD_": "262144"}
"""glibc: what a big mail took goes back to the system (ten of 25 MB: 66 MB less stay)."""


class ParserCrashed(Exception):
    """The parser's process died or did not answer in time."""


class ParserProcess:
    """One worker, started when it is needed and again after a crash. Used by one thread."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._parsed = 0

    def parse(self, raw: bytes, hint: str = "") -> InboundMail:
        """The mail as read. ParserCrashed where the process died of it or hung."""
        process = self._running()
        word = hint.encode("ascii", "ignore")
        deadline = time.monotonic() + self._seconds
        try:
            source, target = process.stdout, process.stdin
            assert source is not None  # noqa: S101 - both are pipes
            assert target is not None  # noqa: S101
            _write(target.fileno(), _REQUEST.pack(len(word), len(raw)) + word, deadline)
            _write(target.fileno(), raw, deadline)
            mail = _read_answer(source.fileno(), deadline)
        except (OSError, EOFError, ValueError, struct.error) as error:
            self.stop()
            raise ParserCrashed(f"the parser died of it: {str(error) or 'no answer'}") from error
        self._parsed += 1
        return mail

    def _running(self) -> subprocess.Popen[bytes]:
        process = self._process
        if process is not None and (
            self._parsed >= MAILS_PER_PROCESS or process.poll() is not None
        ):
            self.stop()
        if self._process is None:
            self._parsed = 0
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ticketd.mail.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **_GIVES_BACK},
            )
            assert self._process.stdin is not None  # noqa: S101 - it is a pipe
            os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


def _write(pipe: int, data: bytes, deadline: float) -> None:
    view = memoryview(data)
    while view:
        if not select.select([], [pipe], [], _left(deadline))[1]:
            continue
        with contextlib.suppress(BlockingIOError):
            view = view[os.write(pipe, view[:_PIPE]) :]


def _exactly(pipe: int, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        if not select.select([pipe], [], [], _left(deadline))[0]:
            continue
        block = os.read(pipe, min(size - len(data), 1 << 20))
        if not block:
            raise EOFError("it ended in the middle of its answer")
        data += block
    return bytes(data)


def _read_answer(pipe: int, deadline: float) -> InboundMail:
    head = _exactly(pipe, _ANSWER.size, deadline)
    json_size, bytes_size = _ANSWER.unpack(head)
    values = json.loads(_exactly(pipe, json_size, deadline))
    return _from_plain(values, _exactly(pipe, bytes_size, deadline))


def _box(box: Mailbox) -> tuple[str, str]:
    return box.name, box.address


def _plain(mail: InboundMail) -> dict[str, Any]:
    values = {f.name: getattr(mail, f.name) for f in dataclasses.fields(mail)}
    values["date"] = mail.date.isoformat() if mail.date else None
    values["author"] = _box(mail.author)
    values["forwarded"] = dataclasses.astuple(mail.forwarded) if mail.forwarded else None
    for name in ("reply_to", "to", "cc"):
        values[name] = [_box(box) for box in values[name]]
    values["bounces"] = [dataclasses.astuple(report) for report in mail.bounces]
    values["attachments"] = [
        (a.name, a.type, len(a.content), a.content_id, a.inline) for a in mail.attachments
    ]
    return values


def _from_plain(values: dict[str, Any], content: bytes) -> InboundMail:
    attachments, at = [], 0
    for name, kind, size, content_id, inline in values["attachments"]:
        attachments.append(Attachment(name, kind, content[at : at + size], content_id, inline))
        at += size
    return InboundMail(
        **{
            **values,
            **{
                name: tuple(values[name])
                for name in ("in_reply_to", "references", "returned_ids", "defects")
            },
            **{
                name: tuple(Mailbox(*box) for box in values[name])
                for name in ("reply_to", "to", "cc")
            },
            "date": datetime.fromisoformat(values["date"]) if values["date"] else None,
            "author": Mailbox(*values["author"]),
            "forwarded": _forwarded(values["forwarded"]),
            "bounces": tuple(BounceReport(*report) for report in values["bounces"]),
            "fields": tuple((name, body) for name, body in values["fields"]),
            "attachments": tuple(attachments),
        }
    )


def _forwarded(values: list[Any] | None) -> Forwarded | None:
    return Forwarded(Mailbox(*values[0]), *values[1:]) if values else None


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer requests until there are no more."""
    while head := source.read(_REQUEST.size):
        hint_size, raw_size = _REQUEST.unpack(head)
        hint = source.read(hint_size).decode("ascii")
        mail = parse(source.read(raw_size), hint)
        words = json.dumps(_plain(mail)).encode()
        content = [a.content for a in mail.attachments]
        target.write(_ANSWER.pack(len(words), sum(map(len, content))) + words)
        target.writelines(content)
        target.flush()


if __name__ == "__main__":
    # Signals of the terminal are the supervisor's business.
    os.setpgid(0, 0)
    _limit()
    serve(sys.stdin.buffer, sys.stdout.buffer)
