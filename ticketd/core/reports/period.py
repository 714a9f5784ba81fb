"""The time that a report is about, by the desk's clock, and the one before that it is compared with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ticketd.core.errors import Refused

_LAST = re.compile(r"([1-9][0-9]{0,3})\s*(h|d|w|y)")
_DAYS = {"d": 1, "w": 7, "y": 365}
MONTHS, WEEKS = 731, 70
"""Longer than so many days is told by month, or by week, where nobody says how."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (included) to `end` (left out)."""

    start: datetime
    end: datetime
    zone: str

    @property
    def first(self) -> int:
        """The start in seconds since 1970."""
        return int(self.start.timestamp())

    @property
    def last(self) -> int:
        """The end in seconds since 1970; itself outside."""
        return int(self.end.timestamp())

    @property
    def days(self) -> int:
        """Its length in days of the local calendar, at least one."""
        zone = ZoneInfo(self.zone)
        return max(1, (self.end.astimezone(zone).date() - self.start.astimezone(zone).date()).days)

    @property
    def last_day(self) -> date:
        """The last day that lies within, at least in part."""
        return (self.end - timedelta(microseconds=1)).astimezone(ZoneInfo(self.zone)).date()

    @property
    def first_day(self) -> date:
        """The day that it begins on."""
        return self.start.astimezone(ZoneInfo(self.zone)).date()

    def before(self) -> "Period":
        """As long, and ends where this one begins. Whole days stay whole where the clock is changed."""
        local = self.start.astimezone(ZoneInfo(self.zone))
        if local.time() == time() and self.end.astimezone(local.tzinfo).time() == time():
            day = local.date() - timedelta(days=self.days)
            return Period(midnight(day, self.zone), self.start, self.zone)
        return Period(self.start - (self.end - self.start), self.start, self.zone)

    def step(self, by: str = "") -> str:
        """How it is cut into pieces: day, week or month."""
        fitting = "month" if self.days > MONTHS else "week" if self.days > WEEKS else "day"
        return by or fitting

    def pieces(self, by: str) -> Iterator["Period"]:
        """Its days, its weeks (from Monday) or its months; the first and the last may be parts of one."""
        zone = ZoneInfo(self.zone)
        start, day = self.start, self.start.astimezone(zone).date()
        while start < self.end:
            day = _next(day, by)
            end = min(midnight(day, self.zone), self.end)
            yield Period(start, end, self.zone)
            start = end


def _next(day: date, by: str) -> date:
    if by == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 - day.weekday() if by == "week" else 1)


def midnight(day: date, zone: str) -> datetime:
    """Where a day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def period_of(
    first: str, last_day: str, last: str, now: datetime, zone: str, default: str = "30d"
) -> Period:
    """What `--from`, `--to` and `--last` mean. Refused where they say nothing, or nothing together.

    Days are counted with today: `1d` is today, `7d` today and the six days before; `24h` ends right now.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    if last and first:
        raise Refused("--last and --from both say where it begins; leave one of them away")
    if not first:
        return _ago(last or default, now, _day(last_day, "--to") if last_day else today, zone)
    end = _day(last_day, "--to") if last_day else today
    start = _day(first, "--from")
    if start > end:
        raise Refused(f"--from {start} is after --to {end}; the earlier day comes first")
    return Period(midnight(start, zone), midnight(end + timedelta(days=1), zone), zone)


def _ago(text: str, now: datetime, end: date, zone: str) -> Period:
    match = _LAST.fullmatch(text.strip().lower())
    if match is None:
        raise Refused("'{text}' is no length of time; write 7d, 4w, 1y or 24h", text=text)
    count, unit = int(match[1]), match[2]
    if unit == "h":
        return Period(now - timedelta(hours=count), now, zone)
    days = count * _DAYS[unit]
    if days > 36_500:
        raise Refused("'{text}' is longer than this desk can be old; write 1y or less", text=text)
    start = midnight(end - timedelta(days=days - 1), zone)
    return Period(start, midnight(end + timedelta(days=1), zone), zone)


def _day(text: str, option: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"'{text}' is no day; write {option} 2026-11-01") from None
    if not 1970 < day.year < 3000:
        raise Refused(f"'{text}' is no day of this desk; write {option} 2026-11-01")
    return day
