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
