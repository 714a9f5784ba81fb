"""What happened to each ticket, read once from its history: replies, closings, waiting, ratings.

All moments are whole seconds since 1970, so that sums agree however they are made.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ticketd.core.events import CUSTOMER, SYSTEM

SLOT = 900
"""Seconds: clocks of the world differ by quarters of an hour."""
BY_PEOPLE = frozenset({"customer", "unverified"})
"""Kinds of mails in which a customer speaks; machines' mails let nobody wait."""
EVENTS = (
    "opened", "customer_wrote", "agent_replied", "assigned", "status_changed", "rated", "delivery_failed", "undone",
)  # fmt: skip
"""What figures are made of; of all other events only who did something, and when, counts."""
_WAITING = frozenset({"new", "open"})


class Reply(NamedTuple):
    """An agent's answer; `waited`: seconds since the customer began to wait for it, None where nobody did."""

    at: int
    by: str
    waited: int | None
    act: str


class Closing(NamedTuple):
    """A ticket was closed; `by`: the agent who did it, or held it then; empty where nobody did."""

    at: int
    by: str
    reason: str
    act: str


class Reopening(NamedTuple):
    """A closed ticket was opened again."""

    at: int
    act: str


class Rating(NamedTuple):
    """A customer's word about a closing; `by`: the agent who closed it."""

    at: int
    score: int
    comment: str
    by: str


class Line(NamedTuple):
    """One row of the history; `data` of the few events whose facts matter, else empty."""

    ticket: int
    at: int
    by: str
    event: str
    data: Mapping[str, Any]
    act: str


class Case:
    """A ticket and what its history says."""

    __slots__ = (
        "assignee", "channel", "closings", "customer", "department", "failures", "holder", "involved",
        "language", "number", "opened", "priority", "ratings", "reopenings", "replies", "service", "severity",
        "since", "status", "subject", "tags", "touched", "waiting", "waits_since", "was", "wrote",
    )  # fmt: skip

    def __init__(self, number: int, opened: int, **fields: Any) -> None:
        self.number = number
        self.opened = self.since = self.touched = opened
        self.subject: str = fields.get("subject", "")
        self.status: str = fields.get("status", "new")
        self.department: str = fields.get("department", "")
        self.assignee: str = fields.get("assignee") or ""
        self.customer: str = fields.get("customer", "")
        self.channel: str = fields.get("channel", "email")
        self.language: str = fields.get("language", "en")
        self.priority: str = fields.get("priority", "normal")
        self.severity: str = fields.get("severity") or ""
        self.tags: tuple[str, ...] = fields.get("tags", ())
        self.replies: list[Reply] = []
        self.closings: list[Closing] = []
        self.reopenings: list[Reopening] = []
        self.wrote: list[int] = []
        self.ratings: list[Rating] = []
        self.failures: list[int] = []
        self.involved: dict[str, int] = {}
        """Agent -> the last moment of doing anything here."""
        # As far as the history has been read: status, holder, and since when the customer waits for words of ours.
        self.was, self.holder = "new", ""
        self.waits_since: int | None = opened
        self.waiting = self.service = 0

    @property
    def organisation(self) -> str:
        """The domain of the customer's address."""
        return self.customer.rpartition("@")[2]

    def passes(self, at: int) -> None:
        """Time goes on: the customer waits for us while the ticket is new or open, an agent serves while holding it."""
        if at > self.since:
            if self.was in _WAITING:
                seconds = at - self.since
                self.waiting += seconds
                if self.holder:
                    self.service += seconds
            self.since = at


Touched = dict[str, Counter[int]]
"""Agent -> how many acts in which quarter of an hour since 1970."""


def read(  # noqa: C901 - the way of a million rows: a call for each would take as long again
    lines: Iterable[Line | tuple[Any, ...]], cases: Mapping[int, Case], until: int
) -> Touched:
    """Put the history, in its order, into the cases; what happened at `until` or later is left out."""
    touched: Touched = defaultdict(Counter)
    find = cases.get
    for number, at, by, event, data, act in lines:
        case = find(number)
        if case is None or at >= until:
            continue
        case.touched = max(case.touched, at)
        if by != CUSTOMER and by != SYSTEM and "@" not in by:  # noqa: PLR1714 - asked a million times
            case.involved[by] = at
            touched[by][at // SLOT] += 1
        if event == "status_changed":
            _moved(case, at, by, data, act)
        elif event == "agent_replied":
            since, case.waits_since = case.waits_since, None
            waited = None if since is None else max(0, at - since)
            case.replies.append(Reply(at, by, waited, act))
        elif event == "customer_wrote":
            if data["kind"] in BY_PEOPLE:
                case.wrote.append(at)
                if case.waits_since is None:
                    case.waits_since = at
        elif event == "assigned":
            case.passes(at)
            case.holder = data["assignee"] or ""
        elif event in _RARE:
            _RARE[event](case, at, data, act)
    for case in cases.values():
        case.passes(until)
    return touched


def _moved(case: Case, at: int, by: str, data: Mapping[str, Any], act: str) -> None:
    case.passes(at)
    old, new = case.was, data["new"]
    case.was = new
    if new == "closed" and old != "closed":
        closer = case.holder if by in {CUSTOMER, SYSTEM} or "@" in by else by
        case.closings.append(Closing(at, closer, data.get("reason", ""), act))
    elif old == "closed" != new:
        case.reopenings.append(Reopening(at, act))


def _rated(case: Case, at: int, data: Mapping[str, Any], _act: str) -> None:
    by = case.closings[-1].by if case.closings else case.holder
    case.ratings.append(Rating(at, data["score"], data.get("comment", ""), by))


def _failed(case: Case, at: int, _data: Mapping[str, Any], _act: str) -> None:
    case.failures.append(at)


def _undone(case: Case, _at: int, data: Mapping[str, Any], act: str) -> None:
    """What was taken back has not happened: neither the act nor the moves that undid it."""
    gone = {data["act"], act}
    for reply in case.replies:
        if reply.act in gone and reply.waited is not None:
            case.waits_since = reply.at - reply.waited
    case.replies = [one for one in case.replies if one.act not in gone]
    case.closings = [one for one in case.closings if one.act not in gone]
    case.reopenings = [one for one in case.reopenings if one.act not in gone]


_RARE = {"rated": _rated, "delivery_failed": _failed, "undone": _undone}
