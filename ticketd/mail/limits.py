"""How much of a mail is read; the rest stays in the raw mail (mail.md 2)."""

from dataclasses import dataclass

HEADER_BYTES = 256 * 1024
FIELDS = 1000
FIELD_BYTES = 64 * 1024
LINES = 500_000
DEPTH = 100
PARTS = 1000
ATTACHMENTS = 200
TEXT = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounded:
    """What is handed to the MIME parser, and whether something was left out."""

    raw: bytes
    header_end: int
    truncated: bool


def bounded(raw: bytes) -> Bounded:
    """Cut a mail down to what can be parsed in bounded time, by one linear scan."""
    raw = _without_envelope_line(raw)
    end = _header_end(raw)
    truncated = False
    if end > HEADER_BYTES:
        # The last whole field that fits; the body follows as it was.
        cut = raw.rfind(b"\n", 0, HEADER_BYTES) + 1 or HEADER_BYTES
        raw, end, truncated = raw[:cut] + b"\n" + raw[end:], cut, True
    if raw.count(b"\n") + raw.count(b"\r") > LINES:
        raw, truncated = _first_lines(raw, LINES), True
    return Bounded(raw, end, truncated)


def _without_envelope_line(raw: bytes) -> bytes:
    """Without a byte order mark, and without the mbox line that an alias and Exim put first."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    at = 0
    while raw.startswith((b"From ", b">From "), at):
        at = raw.find(b"\n", at) + 1 or len(raw)
    raw = raw[at:]
    # An empty first line would make the whole header section a body.
    return raw.lstrip(b"\r\n")


def _header_end(raw: bytes) -> int:
    """Where the header section ends, whatever the line ends are; len(raw) without a body."""
    found = [at for mark in (b"\r\n\r\n", b"\n\n", b"\r\r") if (at := raw.find(mark)) >= 0]
    return min(found, default=len(raw))


def _first_lines(raw: bytes, count: int) -> bytes:
    at, seen, step = 0, 0, 1 << 16
    while at < len(raw):
        block = raw[at : at + step]
        lines = block.count(b"\n") + block.count(b"\r")
        if seen + lines > count:
            return raw[:at]
        seen, at = seen + lines, at + step
    return raw
