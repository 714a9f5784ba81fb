"""When reports leave by themselves: `every mon 08:00`, by the desk's clock; one for each day that it names."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from ticketd.core.errors import Refused
from ticketd.core.reports.period import Period, midnight
from ticketd.core.reports.sections import DAY
from ticketd.core.text import fold

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FORM = re.compile(r"(?:every\s+)?([a-z, ]+?)\s+([01]?[0-9]|2[0-3]):([0-5][0-9])")
_GROUPS = {"day": range(7), "weekday": range(5), "month": ()}
AGENTS, LEADS = "agents", "leads"
"""Recipients that stand for every agent, or every lead: each gets an own mail."""


@dataclass(frozen=True, slots=True)
class Every:
    """Days of the week, or the first of each month where there are none, and a time of day."""

    weekdays: frozenset[int]
    at: time

    def __str__(self) -> str:
        """As it is written."""
        group = next((name for name, days in _GROUPS.items() if self.weekdays == {*days}), "")
        days = ",".join(name[:3] for at, name in enumerate(_WEEKDAYS) if at in self.weekdays)
        return f"{group or days} {self.at:%H:%M}"

    def names(self, day: date) -> bool:
        """Whether something is due on this day."""
        return day.weekday() in self.weekdays if self.weekdays else day.day == 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """A report that leaves by itself."""

    name: str
    every: Every
    to: tuple[str, ...]
    """Addresses, `agents` or `leads`."""
    sections: tuple[str, ...]
    query: str = ""
    language: str = ""
    with_csv: bool = True
    skip_empty: bool = False
    zone: str = ""
    """By whose clock; empty for the desk's."""

    @property
    def number(self) -> int:
        """What stands for it in addresses."""
        return crc32(self.name.encode())


def parse_every(text: str) -> Every:
    """`mon 08:00`, `mon,thu 8:00`, `weekday 08:00`, `day 18:00`, `month 08:00`. Refused where it is none of them."""
    match = _FORM.fullmatch(text.strip().lower())
    names = re.split(r"[\s,]+", match[1].strip(" ,")) if match else []
    if len(names) == 1 and names[0] in _GROUPS:
        weekdays = frozenset(_GROUPS[names[0]])
    else:
        weekdays = frozenset(at for at, day in enumerate(_WEEKDAYS) if {day, day[:3]} & {*names})
        match = match if all(any(n in {day, day[:3]} for day in _WEEKDAYS) for n in names) else None
    if match is None:
        raise Refused(
            "'{text}' says no time; write mon 08:00, mon,thu 08:00, weekday 08:00, day 18:00 or month 08:00",
            text=text,
        )
    return Every(weekdays, time(int(match[2]), int(match[3])))


def due_day(every: Every, now: datetime, zone: str) -> date:
    """The last day whose moment has come.

    A time that the clock jumps over comes when it has jumped; one that it shows twice counts the first time.
    """
    day = now.astimezone(ZoneInfo(zone)).date()
    if datetime.combine(day, every.at, ZoneInfo(zone)).timestamp() > now.timestamp():
        day -= timedelta(days=1)
    return _back(every, day)


def period_before(every: Every, day: date, zone: str) -> Period:
    """What the report of a day is about: all days since the one before, today left out."""
    return Period(midnight(_back(every, day - timedelta(days=1)), zone), midnight(day, zone), zone)


def _back(every: Every, day: date) -> date:
    while not every.names(day):
        day -= timedelta(days=1)
    return day


_CLOCK = re.compile(r"(?:(.*\S)\s+)?([01]?[0-9]|2[0-3])(?:[:.h]([0-5][0-9])?)?")
_OFF = frozenset(map(fold, ("off", "none", "never", "ปิด", "ไม่", "tắt", "không")))


def is_off(words: str) -> bool:
    """Whether an agent wants no digest."""
    return fold(words.strip()) in _OFF


def digest_every(words: str) -> Every:
    """When an agent wants the digest of the day: `8:00`, `8h30`, else as in `parse_every`. Refused where it is none."""
    match = _CLOCK.fullmatch(words.strip().lower())
    if match is not None:
        try:
            return parse_every(f"{match[1] or 'day'} {match[2]}:{match[3] or '00'}")
        except Refused:
            pass
    raise Refused(
        "'{words}' says no time; write 8:00, mon 8:00, mon,thu 8:00 or weekday 8:00", words=words
    )


def daily(agent: str, address: str, every: Every, zone: str = "") -> Schedule:
    """An agent's own digest as a schedule: the section about its reader, to that reader alone."""
    return Schedule(f"digest {agent}", every, (address,), (DAY,), with_csv=False, zone=zone)
