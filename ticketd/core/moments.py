"""Moments as people write them: `3d`, `fri 9:00`, `tomorrow`, `2026-12-01`."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ticketd.core.errors import Refused

_SPAN = re.compile(r"([0-9]{1,4})\s*(m|min|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = {
    name: number
    for number, names in enumerate(
        (
            "mon monday จันทร์ t2", "tue tuesday อังคาร t3", "wed wednesday พุธ t4", "thu thursday พฤหัส t5",
            "fri friday ศุกร์ t6", "sat saturday เสาร์ t7", "sun sunday อาทิตย์ cn",
        )
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]")
_NEXT = {"today": 0, "วันนี้": 0, "tomorrow": 1, "พรุ่งนี้": 1, "mai": 1}
_PARTS = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}|[^\s0-9]+|t[2-7])(?:[t ]+([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?)?"
)
MORNING = time(8, 0)
"""What a day without a time of day means."""


def moment_of(text: str, now: datetime, zone: str) -> datetime:
    """The moment that is meant, by the clock of `zone`. Refused, naming the forms, where it is none."""
    words = text.strip().lower().removeprefix("until ").strip()
    span = _SPAN.fullmatch(words)
    if span:
        # The same instant, as it is told to whoever named it.
        return (now + timedelta(**{_UNITS[span[2]]: int(span[1])})).astimezone(ZoneInfo(zone))
    is_clock = _CLOCK.fullmatch(words) is not None
    words = f"today {words}" if is_clock else words
    parts = _PARTS.fullmatch(words)
    day = _day(parts[1], now.astimezone(ZoneInfo(zone))) if parts else None
    if parts is None or day is None:
        raise Refused(
            "'{text}' is no moment; write 3d, 4h, fri, fri 9:00, tomorrow, 2026-12-01 or 2026-12-01 9:00",
            text=text,
        )
    clock = time(int(parts[2]), int(parts[3] or 0)) if parts[2] else MORNING
    at = datetime.combine(day, clock, ZoneInfo(zone))
    # A clock alone means the next time that it shows so.
    return at + timedelta(days=1) if is_clock and at <= now else at


def _day(word: str, local: datetime) -> date | None:
    if word in _NEXT:
        return (local + timedelta(days=_NEXT[word])).date()
    if word in _DAYS:
        # The next one: who says Friday on a Friday means in a week.
        ahead = (_DAYS[word] - local.weekday() - 1) % 7 + 1
        return (local + timedelta(days=ahead)).date()
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
