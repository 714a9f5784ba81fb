"""Business time: how much of it lies between two moments, and where a span of it ends.

Working hours are written by the clock on the wall, so every interval is turned into moments before it is measured:
on the day when clocks change a night shift is an hour longer or shorter, as it is for the people who work it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HORIZON = 1100
"""Days that are looked at: a calendar which has not worked a span off in three years never will."""
Interval = tuple[int, int]
"""Minutes since midnight, from and to; past 24:00 it ends on the next day."""
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a desk works."""

    name: str
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    """The intervals of each weekday, Monday first, in order and apart from each other."""
    holidays: frozenset[date] = frozenset()
    """Days on which no shift begins; one that began the evening before runs to its end."""


ALWAYS = Calendar("always", "UTC", (((0, DAY),),) * 7)
"""Around the clock."""


def add(calendar: Calendar, start: datetime, span: timedelta) -> datetime | None:
    """The first moment at which `span` of business time has passed; None where it never does."""
    if span <= timedelta(0):
        return start
    for begin, end in _shifts(calendar, start):
        if end - begin >= span:
            return begin + span
        span -= end - begin
    return None


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The business time from one moment to another; none where the second is not the later one."""
    found = timedelta(0)
    for shift_begin, shift_end in _shifts(calendar, start, end):
        found += max(timedelta(0), min(shift_end, end) - shift_begin)
    return found


def _shifts(
    calendar: Calendar, start: datetime, end: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """What is worked after `start`, in order and nothing twice, in UTC."""
    zone = ZoneInfo(calendar.zone)
    # A shift of the evening before may still run.
    first = start.astimezone(zone).date() - timedelta(days=1)
    days = HORIZON if end is None else max(0, (end.astimezone(zone).date() - first).days + 1)
    seen = start.astimezone(UTC)
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        if day in calendar.holidays:
            continue
        midnight = datetime.combine(day, time())
        for begin, stop in calendar.week[day.weekday()]:
            # Where clocks are put forward a shift may begin inside the hour that does not exist.
            shift_begin = max(_moment(midnight, begin, zone), seen)
            shift_end = _moment(midnight, stop, zone)
            if shift_end > shift_begin:
                yield shift_begin, shift_end
                seen = shift_end


def _moment(midnight: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    """A time of the wall clock; shown twice, the first one; never shown, by the clock before the change (PEP 495)."""
    return (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC)
