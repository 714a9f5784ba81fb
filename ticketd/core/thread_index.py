"""Outlook's Thread-Index: which conversation a mail belongs to, and where in it ([MS-OXOMSG] 2.2.1.3)."""

from base64 import b64decode, b64encode
from binascii import Error
from datetime import UTC, datetime

_HEADER, _LEVEL, _MOST = 22, 5, 1000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_LONG = 1 << 49
"""Some 1.7 years in units of 100 nanoseconds."""


def thread_index(text: str) -> str:
    """A field body as it can be kept, or an empty text where it is none."""
    raw = _bytes(text)
    return b64encode(raw).decode() if raw else ""


def answered(text: str, now: datetime) -> str:
    """The Thread-Index of an answer: that of the mail which is answered, one level deeper."""
    raw = _bytes(text)
    if len(raw) + _LEVEL > _MOST:
        return text
    return b64encode(raw + _level(raw, now)).decode() if raw else ""


def _bytes(text: str) -> bytes:
    """Empty unless it is a header block with whole levels behind it."""
    if len(text) > 2 * _MOST:
        return b""
    try:
        raw = b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        return b""
    is_one = len(raw) >= _HEADER and (len(raw) - _HEADER) % _LEVEL == 0 and raw[0] == 1
    return raw if is_one and len(raw) <= _MOST else b""


def _level(raw: bytes, now: datetime) -> bytes:
    """Delta code and time since the conversation began, four bits that differ, four of the level (always 0)."""
    since = now - _EPOCH
    ticks = (since.days * 86400 + since.seconds) * 10_000_000 + since.microseconds * 10
    passed = max(ticks - _began(raw), 0)
    is_long = passed >= _LONG
    delta = (passed >> (23 if is_long else 18)) & 0x7FFFFFFF
    differs = (since.microseconds >> 4) & 0xF
    return (is_long << 31 | delta).to_bytes(4, "big") + bytes([differs << 4])


def _began(raw: bytes) -> int:
    """When the conversation began, as a FILETIME.

    Up to Outlook 2007 the first byte was part of it (it is 1 until 2057), later it stands before the time.
    """
    if raw[1] == 1:
        return int.from_bytes(raw[1:6], "big") << 24
    return int.from_bytes(raw[:6], "big") << 16
