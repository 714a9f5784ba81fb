"""What happened to each ticket, read from its story: replies, closings, waiting, ratings.

All moments are whole seconds since 1970, so that sums agree however they are made.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from ticketd.core.reports.story import (
    ASSIGNED,
    BY_CUSTOMER,
    BY_NOBODY,
    FAILED,
    MOVED,
    RATED,
    REPLIED,
    TEXT,
    WROTE,
    events,
    parts,
)

SLOT = 900
"""Seconds: clocks of the world differ by quarters of an hour."""
CLOSED = "closed"
_TURNS, _OUTSIDE = frozenset({MOVED, ASSIGNED}), frozenset({BY_CUSTOMER, BY_NOBODY})
_WAITING = frozenset({"new", "open"})


class Reply(NamedTuple):
    """An agent's answer; `since`: when the customer began to wait for it, None where nobody did."""

    at: int
    by: str
    since: int | None


class Closing(NamedTuple):
    """A ticket was closed; `by`: the agent who did it, or held it then; empty where nobody did."""

    at: int
    by: str


class Rating(NamedTuple):
    """A customer's word about a closing; `by`: the agent who closed it."""

    at: int
    score: int
    by: str
    what: str

    @property
    def comment(self) -> str:
        """What the customer said besides the number."""
        return parts(self.what)[1]


class Used(NamedTuple):
    """A canned reply or an article was used; `what` holds its kind and its name."""

    at: int
    by: str
    what: str


class Case:
    """A ticket and what its story says up to a moment."""

    __slots__ = (
        "assignee", "channel", "closings", "customer", "department", "failures", "involved", "language", "number",
        "opened", "priority", "ratings", "reopenings", "replies", "service", "severity", "status", "story",
        "subject", "tags", "texts", "touched", "waiting", "waits_since", "was", "wrote",
    )  # fmt: skip
    replies: list[Reply]
    closings: list[Closing]
    reopenings: tuple[int, ...]
    wrote: list[int]
    ratings: tuple[Rating, ...]
    failures: tuple[int, ...]
    texts: tuple[Used, ...]
    involved: dict[str, int]
    """Agent -> the last moment of doing anything here."""
    was: str
    """The status at the end of what was read."""
    waits_since: int | None
    """Since when the customer waits for words of ours."""
    waiting: int
    service: int

    def __init__(  # noqa: PLR0913, PLR0917 - a row of the database, as it comes
        self, number: int, opened: int, touched: int, story: str = "", customer: str = "", tags: tuple[str, ...] = (),
        subject: str = "", status: str = "new", department: str = "", assignee: str | None = None,
        channel: str = "email", language: str = "en", priority: str = "normal", severity: str | None = None,
    ) -> None:  # fmt: skip
        self.number, self.opened, self.touched, self.story = number, opened, touched, story
        self.customer, self.tags, self.subject, self.status = customer, tags, subject, status
        self.department, self.assignee, self.channel = department, assignee or "", channel
        self.language, self.priority, self.severity = language, priority, severity or ""

    @property
    def organisation(self) -> str:
        """The domain of the customer's address."""
        return self.customer.rpartition("@")[2]


_make: Any = tuple.__new__
"""A named tuple without its own constructor, which takes three times as long."""
Touched = dict[str, list[int]]
"""Agent -> the moments of all that the agent did."""


def read(cases: Iterable[Case], until: int) -> Touched:
    """Give the cases what their stories say; what happened at `until` or later is left out.

    What is rare is kept in tuples: eight empty lists for each of 200,000 tickets would take their time.
    """
    touched: Touched = defaultdict(list)
    for case in cases:
        _read(case, until, touched)
    return touched


def _read(case: Case, until: int, touched: Touched) -> None:  # noqa: C901, PLR0912, PLR0915 - a million events: a call for each would take as long again
    opened = since = case.opened
    waits: int | None = opened
    was, holder, waiting, service = "new", "", 0, 0
    replies: list[Reply] = []
    closings: list[Closing] = []
    reopenings: tuple[int, ...] = ()
    wrote: list[int] = []
    ratings: tuple[Rating, ...] = ()
    involved: dict[str, int] = {}
    failures: tuple[int, ...] = ()
    texts: tuple[Used, ...] = ()
    for letter, seconds, by, what in events(case.story):
        at = opened + int(seconds)
        if at >= until:
            continue
        if by not in _OUTSIDE:
            involved[by] = at
            touched[by].append(at)
        if letter in _TURNS:
            if at > since:
                if was in _WAITING:
                    waiting += at - since
                    if holder:
                        service += at - since
                since = at
            if letter == ASSIGNED:
                holder = what
                continue
            old, was = was, what
            if what == CLOSED:
                if old != CLOSED:
                    closer = by if by not in _OUTSIDE else holder
                    closings.append(_make(Closing, (at, closer)))
            elif old == CLOSED:
                reopenings = (*reopenings, at)
        elif letter == REPLIED:
            replies.append(_make(Reply, (at, by, waits)))
            waits = None
        elif letter == WROTE:
            wrote.append(at)
            if waits is None:
                waits = at
        elif letter == RATED:
            closer = closings[-1].by if closings else holder
            ratings = (*ratings, Rating(at, int(what[0]), closer, what))
        elif letter == FAILED:
            failures = (*failures, at)
        elif letter == TEXT:
            texts = (*texts, Used(at, by, what))
    if until > since and was in _WAITING:
        waiting += until - since
        service += until - since if holder else 0
    case.was, case.waits_since, case.waiting, case.service = was, waits, waiting, service
    case.replies, case.closings, case.reopenings, case.wrote = replies, closings, reopenings, wrote
    case.ratings, case.involved, case.failures, case.texts = ratings, involved, failures, texts
