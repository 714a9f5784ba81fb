"""Arithmetic over plain rows of history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ticketd.core.lifecycle import Status

_CUSTOMER_WAITS = frozenset({Status.NEW.value, Status.OPEN.value})


class Happened(NamedTuple):
    """One row of a ticket's history."""

    at: datetime
    event: str
    data: dict[str, Any]
    act: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """Seconds: the customer waits for us; an agent has the ticket and it is not done."""

    waiting: int
    service: int


def clock_time(start: datetime, end: datetime) -> timedelta:
    """The time between two moments, nights and holidays too."""
    return end - start


def spans(
    history: Sequence[Happened], opened_at: datetime, now: datetime,
    time_between: Callable[[datetime, datetime], timedelta] = clock_time,
) -> Spans:  # fmt: skip
    """How long the customer has waited (new or open), and how much of it with an assignee.

    In clock seconds, or in business time where `time_between` measures that (`calendars.between`).
    """
    status, assignee, since = Status.NEW.value, "", opened_at
    waiting = service = 0.0
    for at, event, data, *_ in (*history, Happened(now, "", {})):
        # A clock may have gone back: then no time has passed.
        if at > since:
            if status in _CUSTOMER_WAITS:
                seconds = time_between(since, at).total_seconds()
                waiting += seconds
                service += seconds if assignee else 0.0
            since = at
        if event == "status_changed":
            status = data["new"]
        elif event == "assigned":
            assignee = data["assignee"]
    return Spans(round(waiting), round(service))


def median(values: Sequence[int]) -> int | None:
    """The middle one of all values; of two middle ones the mean, rounded down. None of none."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) // 2


def p90(values: Sequence[int]) -> int | None:
    """The smallest value that nine of ten do not exceed (nearest rank). None of none."""
    return sorted(values)[-(-9 * len(values) // 10) - 1] if values else None


def mean(values: Sequence[int]) -> float | None:
    """The mean to two decimals. None of none."""
    return round(sum(values) / len(values), 2) if values else None


def share(part: float, whole: float) -> float | None:
    """Of the whole, to four decimals (0.0512 is 5.12 %). None where there is no whole."""
    return round(part / whole, 4) if whole else None


def change(now: float | None, before: float | None) -> float | None:
    """By how much of what was before it has grown. None where nothing was, or nothing is known."""
    return round((now - before) / before, 4) if before and now is not None else None
