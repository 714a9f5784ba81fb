"""Outlook's Thread-Index, by the two forms that are about."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

import pytest

from ticketd.core.thread_index import answered, thread_index

BEGAN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TICKS = int((BEGAN - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
GUID = bytes(range(16))
OLD = TICKS.to_bytes(8, "big")[:6] + GUID
NEW = b"\x01" + TICKS.to_bytes(8, "big")[:5] + GUID


def level(index: bytes, later: timedelta) -> tuple[int, timedelta]:
    """Delta code and the time that the last level tells."""
    raw = b64decode(answered(b64encode(index).decode(), BEGAN + later))
    assert raw[: len(index)] == index
    assert len(raw) == len(index) + 5
    told = int.from_bytes(raw[-5:-1], "big")
    code, delta = told >> 31, told & 0x7FFFFFFF
    return code, timedelta(microseconds=(delta << (23 if code else 18)) / 10)


@pytest.mark.parametrize("index", [OLD, NEW, NEW + bytes(10)], ids=["2007", "2010", "deeper"])
@pytest.mark.parametrize(
    ("later", "code"), [(timedelta(hours=3), 0), (timedelta(days=600), 0), (timedelta(days=700), 1), (timedelta(days=-1), 0)],
    ids=["soon", "late", "very late", "a clock that is wrong"],
)  # fmt: skip
def test_a_level_tells_how_long_after_the_beginning(index: bytes, later: timedelta, code: int) -> None:  # fmt: skip
    got, told = level(index, later)
    assert got == code
    # The header is exact to 1.7 seconds, a level to 0.03 or 0.84.
    assert abs(told - max(later, timedelta())) < timedelta(seconds=3)


@pytest.mark.parametrize(
    "text",
    ["", "!!!", "AQ==", b64encode(bytes(22)).decode(), b64encode(OLD + b"x").decode(), b64encode(OLD + bytes(5 * 300)).decode(), "A" * 100_000],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert thread_index(text) == answered(text, BEGAN) == ""


def test_folded_ones_and_full_ones() -> None:
    text = b64encode(OLD).decode()
    assert thread_index(f"{text[:10]}\r\n {text[10:]}") == text
    full = b64encode(OLD + bytes(5 * 195)).decode()
    assert answered(full, BEGAN) == full
