"""The lists of numbers that all sections are made of: what happened within a period, to all tickets or to a group."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from ticketd.core.reports.cases import SLOT, Case, Closing, Rating, Touched
from ticketd.core.reports.period import Period


@dataclass(slots=True)
class Sums:
    """What happened within a period; times in seconds."""

    opened: int = 0
    answered: int = 0
    """Opened within the period, and an agent has answered."""
    closed: list[tuple[Case, Closing]] = field(default_factory=list)
    """Each ticket once, with its last closing within the period."""
    reopened: int = 0
    replies: int = 0
    first: list[int] = field(default_factory=list)
    """From opening to the first answer, of first answers within the period."""
    every: list[int] = field(default_factory=list)
    """From when the customer began to wait to the answer, of all answers within the period."""
    ratings: list[Rating] = field(default_factory=list)
    failures: int = 0
    backlog: int = 0
    """Not closed at the end of the period."""
    backlog_before: int = 0
    """Not closed at its start."""

    @property
    def resolution(self) -> list[int]:
        """From opening to closing, of the tickets closed within the period."""
        return [max(0, closing.at - case.opened) for case, closing in self.closed]

    @property
    def waiting(self) -> list[int]:
        """How long the customer has waited in all, of the tickets closed within the period."""
        return [case.waiting for case, _ in self.closed]

    @property
    def service(self) -> list[int]:
        """How much of that an agent had the ticket."""
        return [case.service for case, _ in self.closed]

    @property
    def scores(self) -> list[int]:
        """The ratings alone."""
        return [rating.score for rating in self.ratings]


def sums(cases: Iterable[Case], period: Period) -> Sums:
    """Add everything up that happened between the two ends."""
    start, end = period.first, period.last
    total = Sums()
    for case in cases:
        if case.opened >= end:
            continue
        if start <= case.opened:
            total.opened += 1
            total.answered += bool(case.replies and case.replies[0].at < end)
        else:
            total.backlog_before += is_open_at(case, start)
        total.backlog += is_open_at(case, end)
        if case.touched < start:
            continue
        if case.replies:
            _replies(total, case, start, end)
        if case.closings:
            _closings(total, case, start, end)
        total.failures += sum(start <= at < end for at in case.failures)
    return total


def _closings(total: Sums, case: Case, start: int, end: int) -> None:
    inside = [one for one in case.closings if start <= one.at < end]
    if inside:
        total.closed.append((case, inside[-1]))
    total.reopened += sum(start <= one.at < end for one in case.reopenings)
    total.ratings += [one for one in case.ratings if start <= one.at < end]


def _replies(total: Sums, case: Case, start: int, end: int) -> None:
    first = case.replies[0].at
    if start <= first < end:
        total.first.append(max(0, first - case.opened))
    for reply in case.replies:
        if start <= reply.at < end:
            total.replies += 1
            if reply.waited is not None:
                total.every.append(reply.waited)


def is_open_at(case: Case, moment: int) -> bool:
    """Whether it was not closed then."""
    # They take turns, a closing first: that tells more than seconds, in which both may fall.
    closed = sum(one.at < moment for one in case.closings)
    return closed <= sum(one.at < moment for one in case.reopenings)


@dataclass(frozen=True)
class Facts:
    """Everything that sections are made of."""

    period: Period
    now: datetime
    cases: Sequence[Case]
    touched: Touched

    @cached_property
    def sums(self) -> Sums:
        """What happened in the period."""
        return sums(self.cases, self.period)

    @cached_property
    def before(self) -> Sums:
        """What had happened in the one before."""
        return sums(self.cases, self.period.before())

    @cached_property
    def opened(self) -> list[Case]:
        """The tickets that were opened in the period."""
        start, end = self.period.first, self.period.last
        return [case for case in self.cases if start <= case.opened < end]

    @cached_property
    def clock(self) -> Callable[[int], tuple[int, int]]:
        """A moment -> its weekday (Monday is 0) and hour on the desk's clock."""
        zone, known = ZoneInfo(self.period.zone), dict[int, tuple[int, int]]()

        def at(moment: int) -> tuple[int, int]:
            slot = moment // SLOT
            if slot not in known:
                local = datetime.fromtimestamp(slot * SLOT, UTC).astimezone(zone)
                known[slot] = local.weekday(), local.hour
            return known[slot]

        return at


def grouped(
    cases: Iterable[Case], key: Callable[[Case], str | Collection[str]]
) -> dict[str, list[Case]]:
    """The tickets of each group; one with several keys (tags) belongs to each of them."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        keys = key(case)
        for one in (keys,) if isinstance(keys, str) else keys:
            found[one].append(case)
    return found


BY: dict[str, Callable[[Case], str | Collection[str]]] = {
    "department": lambda case: case.department,
    "agent": lambda case: case.assignee,
    "tag": lambda case: case.tags,
    "channel": lambda case: case.channel,
    "priority": lambda case: case.priority,
    "severity": lambda case: case.severity,
    "status": lambda case: case.status,
    "language": lambda case: case.language,
    "customer": lambda case: case.customer,
    "organisation": lambda case: case.organisation,
}
"""What tickets can be grouped by (`--by`)."""
