"""Business time: how much of it lies between two moments, and where a span of it ends.

Working hours are written by the clock on the wall, so every interval is turned into moments before it is measured:
on the day when clocks change a night shift is an hour longer or shorter, as it is for the people who work it.
"""

from bisect import bisect_left, bisect_right
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


class Ruler:
    """Business time between many moments, in whole seconds since 1970: the shifts are reckoned once and looked up.

    It reaches from one moment to another; what lies outside is not worked.
    """

    def __init__(self, calendar: Calendar, first: int, last: int) -> None:
        # A shift of no length at the beginning of time: every moment then has one at or before it.
        self._begins, self._ends, self._before = [0], [0], [0]
        """When each shift begins and ends, and what has been worked before it."""
        total = 0
        moments = (datetime.fromtimestamp(at, UTC) for at in (first, last))
        for begin, end in _shifts(calendar, *moments):
            start, stop = int(begin.timestamp()), min(int(end.timestamp()), last)
            if stop > start:
                self._begins.append(start)
                self._ends.append(stop)
                self._before.append(total)
                total += stop - start
        self._total = total
        self._gaps = [
            begin - before for begin, before in zip(self._begins, self._before, strict=True)
        ]
        """What has not been worked before each shift."""

    def between(self, start: int, end: int) -> int:
        """The business time from one moment to another; none where the second is not the later one."""
        if end <= start:
            return 0
        begins, ends, gaps = self._begins, self._ends, self._gaps
        one, other = bisect_right(begins, start) - 1, bisect_right(begins, end) - 1
        # By hand: this is asked a million times for a year.
        start = start if start < ends[one] else ends[one]  # noqa: FURB136
        end = end if end < ends[other] else ends[other]  # noqa: FURB136
        return end - gaps[other] - start + gaps[one]

    def reached(self, start: int, span: int) -> int | None:
        """The first moment at which so much of it has passed since; None where the ruler ends before."""
        if span <= 0:
            return start
        place = bisect_right(self._begins, start) - 1
        wanted = min(start, self._ends[place]) - self._gaps[place] + span
        if wanted > self._total:
            return None
        place = bisect_left(self._before, wanted) - 1
        return self._gaps[place] + wanted


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
