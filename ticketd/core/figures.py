"""Arithmetic over plain rows of history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ticketd.core.lifecycle import Status

_CUSTOMER_WAITS = frozenset({Status.NEW.value, Status.OPEN.value})


@dataclass(frozen=True, slots=True)
class Happened:
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
    for row in (*history, Happened(now, "", {})):
        seconds = max(0.0, (row.at - since).total_seconds())
        if status in _CUSTOMER_WAITS:
            waiting += seconds
            service += seconds if assignee else 0.0
        since = max(row.at, since)
        if row.event == "status_changed":
            status = row.data["new"]
        elif row.event == "assigned":
            assignee = row.data["assignee"]
    return Spans(round(waiting), round(service))
