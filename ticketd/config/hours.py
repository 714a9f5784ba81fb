"""Business hours as they stand in the file: days of the week, times of the day, holidays, lengths of time."""

import difflib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ticketd.core.addresses import is_address, normalise
from ticketd.core.calendars import DAY, Interval

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])"
_INTERVAL = re.compile(rf"\s*{_CLOCK}\s*[-–]\s*{_CLOCK}\s*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SPAN = re.compile(r"\s*([0-9]{1,5})\s*([mh])\s*")


def business_time(value: Any) -> Any:
    """`6h`, `90m`: a day would be eight hours to one reader and 24 to the next."""
    if isinstance(value, timedelta):
        return value
    match = _SPAN.fullmatch(str(value))
    if not match:
        raise ValueError(
            f"'{value}' is no length of business time; write hours or minutes: 6h, 90m (two days of eight hours: 16h)"
        )
    return timedelta(minutes=int(match[1]) * (60 if match[2] == "h" else 1))


def week(value: Any) -> Any:
    """`{mon-fri: [08:30-12:00, 13:00-17:30], sat: 22:00-06:00}` -> minutes of each weekday, Monday first."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict) or not value:
        raise ValueError("write days and their hours: {mon-fri: [08:30-12:00, 13:00-17:30]}")
    found: dict[int, list[Interval]] = {}
    for name, given in value.items():
        intervals = [_interval(one) for one in (given if isinstance(given, list) else [given])]
        for day in _weekdays(str(name)):
            if day in found:
                raise ValueError(f"{WEEKDAYS[day]} stands here twice; keep one")
            found[day] = sorted(intervals)
    full = tuple(tuple(found.get(day, ())) for day in range(7))
    _check_apart(full)
    return full


def _weekdays(name: str) -> Iterator[int]:
    first, _, last = name.strip().lower().partition("-")
    for day in (first, last or first):
        if day not in WEEKDAYS:
            near = difflib.get_close_matches(day, WEEKDAYS, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"'{name}' is no day; write mon, tue … sun or mon-fri{hint}")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    # `sat-mon` goes over the end of the week.
    return ((start + ahead) % 7 for ahead in range((end - start) % 7 + 1))


def _interval(value: Any) -> Interval:
    match = _INTERVAL.fullmatch(str(value))
    if not match:
        raise ValueError(f"'{value}' are no hours; write 08:30-12:00, or 22:00-06:00 over midnight")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if start >= DAY or end > DAY or start == end:
        raise ValueError(f"'{value}' are no hours of a day; write 00:00-24:00 for a whole one")
    return start, end if end > start else end + DAY


def _check_apart(full: tuple[tuple[Interval, ...], ...]) -> None:
    """Hours that overlap, over midnight too, are a slip of the pen."""
    for day, intervals in enumerate(full):
        tomorrow = full[(day + 1) % 7][:1]
        following = (*intervals[1:], *((start + DAY, end + DAY) for start, end in tomorrow))
        for (_, end), (start, _) in zip(intervals, following, strict=False):
            if start < end:
                raise ValueError(
                    f"the hours of {WEEKDAYS[day]} overlap at {start // 60 % 24:02}:{start % 60:02}; part them"
                )


def days(value: Any) -> Any:
    """Dates and countries: `TH`, or `[VN, 2026-12-31]`."""
    if isinstance(value, tuple):
        return value
    found: list[date | str] = []
    for one in value if isinstance(value, list) else [value]:
        text = str(one)
        try:
            found.append(date.fromisoformat(text) if _DATE.fullmatch(text) else text)
        except ValueError:
            raise ValueError(f"there is no day {text}") from None
        if isinstance(found[-1], str) and not _COUNTRY.fullmatch(text):
            raise ValueError(f"'{text}' is no day; write 2026-12-31, or a country as TH or VN")
    return tuple(found)


def customers(value: Any) -> Any:
    """Addresses, and `@example.com` for everybody there."""
    found = []
    for one in value if isinstance(value, list | tuple) else [value]:
        address = normalise(str(one))
        if not is_address(f"x{address}" if address.startswith("@") else address):
            raise ValueError(f"'{one}' is no customer; write eve@example.org or @example.org")
        found.append(address)
    return tuple(found)
