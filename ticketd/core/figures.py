"""Arithmetic over plain rows of history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ticketd.core.lifecycle import Status

_CUSTOMER_WAITS = frozenset({Status.NEW.value, Status.OPEN.value})


class Happened(NamedTuple):
    """One row of a ticket's history."""

    at: datetime
    event: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spans:
    """Clock seconds: the customer waits for us; an agent has the ticket and it is not done."""

    waiting: int
    service: int


def spans(history: Sequence[Happened], opened_at: datetime, now: datetime) -> Spans:
    """How long the customer has waited (new or open), and how much of it with an assignee."""
    status, assignee, since = Status.NEW.value, "", opened_at
    waiting = service = 0.0
    for at, event, data in (*history, Happened(now, "", {})):
        # A clock may have gone back: then no time has passed.
        if at > since:
            if status in _CUSTOMER_WAITS:
                seconds = (at - since).total_seconds()
                waiting += seconds
                service += seconds if assignee else 0.0
            since = at
        if event == "status_changed":
            status = data["new"]
        elif event == "assigned":
            assignee = data["assignee"]
    return Spans(round(waiting), round(service))
