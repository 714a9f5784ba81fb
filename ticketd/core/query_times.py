"""Days, weeks, months and moments as they stand in a query: their beginning and their end."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_NAMES = re.compile(r"(this|last|next)-(week|month|year)")
_STEPS = {"last": -1, "this": 0, "next": 1}
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_YEARS = range(1970, 3000)


def day_of(text: str, now: datetime, zone: str) -> tuple[datetime, datetime | None] | None:
    """Where it begins and ends (left out) by the clock of `zone`; one moment as both; None where it is no time.

    `2026-11-01`, `2026-11`, `today`, `last-week`, `2026-11-01..2026-11-15`, `2026-11-01..`, `2026-11-01T12:00`.
    """
    first, dots, last = text.lower().partition("..")
    try:
        start, end = _one(first, now, ZoneInfo(zone))
        if not dots:
            return start, end
        until = _one(last, now, ZoneInfo(zone))[1] if last else None
    except (ValueError, OverflowError):
        return None
    return (start, until) if until is None or start < until else None


def _one(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if len(text) > len("2026-11-01") and not _NAMES.fullmatch(text):
        at = datetime.fromisoformat(text.upper())
        _check(at.date())
        moment = at if at.tzinfo else at.replace(tzinfo=zone)
        return moment, moment
    first, last = _days(text, now.astimezone(zone).date())
    _check(first)
    return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)


def _check(day: date) -> None:
    if day.year not in _YEARS:
        raise ValueError(day)


def _days(text: str, today: date) -> tuple[date, date]:
    """The first day, and the one behind the last."""
    if text in _DAYS:
        day = today + timedelta(days=_DAYS[text])
        return day, day + timedelta(days=1)
    named, month = _NAMES.fullmatch(text), _MONTH.fullmatch(text)
    if named and named[2] == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_STEPS[named[1]])
        return monday, monday + timedelta(weeks=1)
    if named and named[2] == "year":
        year = today.year + _STEPS[named[1]]
        return date(year, 1, 1), date(year + 1, 1, 1)
    if named:
        count = today.year * 12 + today.month - 1 + _STEPS[named[1]]
        return _first_of(count), _first_of(count + 1)
    if month:
        first = date(int(month[1]), int(month[2]), 1)
        return first, _first_of(first.year * 12 + first.month)
    day = date.fromisoformat(text)
    return day, day + timedelta(days=1)


def _first_of(month: int) -> date:
    """The first day of a month, counted from the year 0."""
    return date(month // 12, month % 12 + 1, 1)
