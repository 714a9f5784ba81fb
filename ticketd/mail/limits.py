"""How much of a mail is read; the rest stays in the raw mail (mail.md 2)."""

import re
from dataclasses import dataclass

HEADER_BYTES = 256 * 1024
FIELDS = 1000
FIELD_BYTES = 64 * 1024
NEAREST = 48 * 1024
"""Of a long References field its end: the nearest ancestors stand there (RFC 5322, 3.6.4)."""
LINES = 500_000
DEPTH = 100
PARTS = 1000
ATTACHMENTS = 200
TEXT = 2 * 1024 * 1024
CONTENT_FIELD = 8 * 1024
STATUS_BLOCKS = 5_000
LOOKS = 2_000_000
"""Each line is compared with the boundary of every multipart that it stands in."""


_THREAD = frozenset({"references", "in-reply-to"})
_ADDRESSES = frozenset({"to", "cc", "bcc", "reply-to", "resent-to", "resent-cc"})


@dataclass(frozen=True, slots=True)
class Bounded:
    """What is handed to the MIME parser, and whether something was left out."""

    raw: bytes
    truncated: bool
    header_cut: bool = False
    """Fields were left out; nobody knows which."""


def bounded(raw: bytes) -> Bounded:
    """Cut a mail down to what can be parsed in bounded time, by one linear scan."""
    raw = _without_envelope_line(raw)
    end = _header_end(raw)
    if _BLANK_BEFORE_COLON.search(raw, 0, end):
        raw = _BLANK_BEFORE_COLON.sub(rb"\1:", raw[:end]) + raw[end:]
        end = _header_end(raw)
    truncated = header_cut = end > HEADER_BYTES
    if truncated:
        head, header_cut = _short_header(raw[:end])
        raw = head + raw[end:]
    lowered = raw.lower()
    is_report = b"message/" in lowered and b"delivery-status" in lowered
    if is_report and raw.count(b"\n\n") + raw.count(b"\n\r\n") > STATUS_BLOCKS:
        # Each block of a report becomes a message of its own; nobody reports on so many recipients.
        raw, truncated = _first_lines(_BLANKS.sub(rb"\1\1", raw), 2 * STATUS_BLOCKS), True
        lowered = raw.lower()
    if raw.count(b"\n") + raw.count(b"\r") > LINES:
        raw, truncated = _first_lines(raw, LINES), True
        lowered = raw.lower()
    shorter = _short_fields(raw, lowered)
    shorter = _shallow(shorter)
    return Bounded(shorter, truncated or len(shorter) != len(raw), header_cut)


_BLANK_BEFORE_COLON = re.compile(rb"^([!-9;-~]{1,80}+)[ \t]{1,20}+:", re.MULTILINE)
"""Obsolete but allowed (RFC 5322, 4.5.8); the library takes it for the end of the header section."""


def short_field(name: str, body: bytes) -> bytes:
    """A field body of the length that is read. Half an address would be the address of somebody else."""
    if len(body) <= FIELD_BYTES:
        return body
    if name in _THREAD:
        # The root and the nearest ancestors; the blank keeps what was cut from becoming one word.
        return body[: FIELD_BYTES - NEAREST] + b" " + body[-NEAREST:]
    if name in _ADDRESSES:
        return body[: max(body.rfind(b",", 0, FIELD_BYTES), 0)]
    return body[:FIELD_BYTES]


def _short_header(head: bytes) -> tuple[bytes, bool]:
    """The fields that are read, and whether others were left out."""
    kept: list[bytes] = []
    at = size = 0
    while at < len(head):
        found = _REST_OF_FIELD.match(head, at)
        end = found.end() if found else at
        name, colon, body = head[at:end].partition(b":")
        word = name.strip().lower().decode("latin-1")
        field = name[:FIELD_BYTES] + colon + short_field(word, body)
        size += len(field) + 1
        if size > HEADER_BYTES:
            return b"\n".join(kept) + b"\n", True
        kept.append(field)
        at = end + (2 if head[end : end + 2] == b"\r\n" else 1)
    return b"\n".join(kept) + b"\n", False


_BLANKS = re.compile(rb"(\r?\n)(?:[ \t]*\r?\n){2,}+")
_REST_OF_FIELD = re.compile(rb"(?:[^\r\n]++|\r?\n[ \t]|\r[ \t])*+")
_CONTENT = b"content-"
# The library makes numbers of them, and Python refuses longer ones; no name has so many pieces (RFC 2231, 3).
_HUGE_PIECE = re.compile(rb"\*[0-9]{5,}")


def _short_fields(raw: bytes, lowered: bytes) -> bytes:
    """Content fields cut to what people write: the library reads their parameters in n² steps."""
    kept: list[bytes] = []
    done, at = 0, lowered.find(_CONTENT)
    while at >= 0:
        if at == 0 or raw[at - 1] in b"\r\n":
            found = _REST_OF_FIELD.match(raw, at)
            end = found.end() if found else at
            field = raw[at : min(end, at + CONTENT_FIELD)]
            if end - at > CONTENT_FIELD or _HUGE_PIECE.search(field):
                kept += [raw[done:at], _HUGE_PIECE.sub(b"*", field).rstrip(b"\r\n")]
                done = end
            at = end
        at = lowered.find(_CONTENT, at + 1)
    return b"".join([*kept, raw[done:]]) if kept else raw


_EDGE = re.compile(
    rb"(?:\A|(?<=[\r\n]))(?:content-type:[ \t\r\n]{0,20}multipart/([^\r\n]*(?:\r?\n[ \t][^\r\n]*){0,20})"
    rb"|--([^\r\n]{1,200}))",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(rb'boundary[^=]{0,5}="?([^\s";]{1,200})', re.IGNORECASE)


def _shallow(raw: bytes) -> bytes:
    """Multiparts nested deeper than anybody sends become the texts that they are written as.

    What stands behind more parts, or costs more looks, than anybody sends is left out.
    """
    multiparts, lines = raw.lower().count(b"multipart/"), raw.count(b"\n") + raw.count(b"\r")
    if multiparts < DEPTH and multiparts * lines <= LOOKS and raw.count(b"\n--") <= 5 * PARTS:
        return raw
    open_ones: list[bytes] = []
    kept: list[bytes] = []
    looks = before = parts = done = 0
    for found in _EDGE.finditer(raw):
        at = found.start()
        lines = raw.count(b"\n", before, at) + raw.count(b"\r", before, at)
        looks, before = looks + lines * len(open_ones), at
        if looks > LOOKS or parts > 5 * PARTS:
            return b"".join([*kept, raw[done:at]])
        if found[1] is None:
            parts += _close(open_ones, found[2].rstrip())
        elif len(open_ones) < DEPTH:
            boundary = _BOUNDARY.search(found[1])
            open_ones.append(boundary[1] if boundary else b"")
        else:
            kept += [raw[done:at], b"X-Too-Deep-"]
            done = at
    left = max(LOOKS - looks, 0) // max(len(open_ones), 1)
    return b"".join([*kept, raw[done:before], _first_lines(raw[before:], left)])


def _close(open_ones: list[bytes], line: bytes) -> bool:
    """A boundary of an outer multipart ends the inner ones; the last boundary its own too."""
    ends = line.removesuffix(b"--")
    for name in (line, ends):
        if name in open_ones:
            keep = len(open_ones) - open_ones[::-1].index(name)
            del open_ones[keep - (name != line) :]
            return True
    return False


_ENVELOPE = re.compile(rb">?From (?![ \t]*:)")


def _without_envelope_line(raw: bytes) -> bytes:
    """Without a byte order mark, and without the mbox line that an alias and Exim put first."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    at = 0
    while _ENVELOPE.match(raw, at):
        at = raw.find(b"\n", at) + 1 or len(raw)
    raw = raw[at:]
    # An empty first line would make the whole header section a body, a blank in front of it a fold.
    return raw.lstrip(b"\r\n\t ")


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
