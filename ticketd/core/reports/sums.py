"""The lists of numbers that all sections are made of: what happened within a period, to all tickets or to a group."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cached_property
from operator import attrgetter
from zoneinfo import ZoneInfo

from ticketd.core.reports.cases import CLOSED, SLOT, Case, Rating, Touched
from ticketd.core.reports.period import Period
from ticketd.core.reports.promised import Decided, Judge
from ticketd.core.reports.shape import Kind


@dataclass(slots=True)
class Sums:
    """What happened within a period; times in seconds."""

    opened: int = 0
    answered: int = 0
    """Opened within the period, and an agent has answered."""
    closed: list[Case] = field(default_factory=list)
    """Each ticket once that was closed within the period."""
    reopened: int = 0
    replies: int = 0
    first: list[int] = field(default_factory=list)
    """From opening to the first answer, of first answers within the period."""
    every: list[int] = field(default_factory=list)
    """From when the customer began to wait to the answer, of all answers within the period."""
    resolution: list[int] = field(default_factory=list)
    """From opening to the last closing within the period, of the tickets closed within it."""
    worked_first: list[int] = field(default_factory=list)
    worked_every: list[int] = field(default_factory=list)
    worked_resolution: list[int] = field(default_factory=list)
    """The same three in business time; empty where no policy has a calendar."""
    decided: list[Decided] = field(default_factory=list)
    """The promises that were kept, or missed, within the period."""
    ratings: list[Rating] = field(default_factory=list)
    failures: int = 0
    backlog: int = 0
    """Not closed at the end of the period."""
    backlog_before: int = 0
    """Not closed at its start."""

    @property
    def waiting(self) -> list[int]:
        """How long the customer has waited in all, of the tickets closed within the period."""
        return [case.waiting for case in self.closed]

    @property
    def service(self) -> list[int]:
        """How much of that an agent had the ticket."""
        return [case.service for case in self.closed]

    @property
    def scores(self) -> list[int]:
        """The ratings alone."""
        return [rating.score for rating in self.ratings]


NO_JUDGE = Judge()
"""Where nothing was promised."""


def sums(  # noqa: C901, PLR0912 - 200,000 tickets: a call for each part would take as long again
    cases: Iterable[Case], period: Period, judge: Judge = NO_JUDGE
) -> Sums:
    """Add everything up that happened between the two ends."""
    start, end = period.first, period.last
    total = Sums()
    opened = answered = backlog = backlog_before = replied = 0
    first, every, resolution = total.first, total.every, total.resolution
    for case in cases:
        began = case.opened
        if began >= end:
            continue
        replies, closings = case.replies, case.closings
        if start <= began:
            opened += 1
            if replies and replies[0].at < end:
                answered += 1
        elif is_open_at(case, start):
            backlog_before += 1
        if not closings or is_open_at(case, end):
            backlog += 1
        if judge.has_promises:
            _promised(total, case, start, end, judge)
        if case.touched < start:
            continue
        if replies:
            at = replies[0].at
            if start <= at < end:
                first.append(at - began if at > began else 0)
            for at, _by, since in replies:
                if start <= at < end:
                    replied += 1
                    if since is not None:
                        every.append(at - since if at > since else 0)
        for at, _by in reversed(closings):
            if at < end:
                if at >= start:
                    total.closed.append(case)
                    resolution.append(at - began if at > began else 0)
                break
        if case.reopenings or case.ratings or case.failures:
            _rare(total, case, start, end)
    total.opened, total.answered, total.replies = opened, answered, replied
    total.backlog, total.backlog_before = backlog, backlog_before
    return total


def _rare(total: Sums, case: Case, start: int, end: int) -> None:
    total.reopened += sum(start <= at < end for at in case.reopenings)
    total.ratings += [one for one in case.ratings if start <= one.at < end]
    total.failures += sum(start <= at < end for at in case.failures)


def together(groups: Iterable[Sums]) -> Sums:
    """The sums of groups that have no ticket in common, as those of all: each ticket is looked at once."""
    total = Sums()
    for one in groups:
        for part in fields(Sums):
            setattr(total, part.name, getattr(total, part.name) + getattr(one, part.name))
    for times in (total.first, total.every, total.resolution):
        # Once here: a list that is in order is sorted again at no cost, for its middle and its tenth.
        times.sort()
    return total


def _promised(total: Sums, case: Case, start: int, end: int, judge: Judge) -> None:
    """What was promised, and how long it took by the calendar of that promise."""
    if case.touched < start and case.was == CLOSED:
        return
    total.decided += [one for one in judge.decided(case) if start <= one.at < end]
    if not judge.has_calendars:
        return
    ruler = judge.ruler(case)
    measure = _clock if ruler is None else ruler.between
    for at, _by, since in case.replies:
        if since is not None and start <= at < end:
            total.worked_every.append(measure(since, at))
    if case.replies and start <= case.replies[0].at < end:
        total.worked_first.append(measure(case.opened, case.replies[0].at))
    last = next((one.at for one in reversed(case.closings) if one.at < end), None)
    if last is not None and last >= start:
        total.worked_resolution.append(measure(case.opened, last))


def _clock(start: int, end: int) -> int:
    return max(0, end - start)


def is_open_at(case: Case, moment: int) -> bool:
    """Whether it was not closed then."""
    if not case.closings or case.closings[0].at >= moment:
        return True
    if not case.reopenings:
        return False
    # They take turns, a closing first: that tells more than seconds, in which both may fall.
    closed = sum(one.at < moment for one in case.closings)
    return closed <= sum(at < moment for at in case.reopenings)


@dataclass(frozen=True)
class Facts:
    """Everything that sections are made of."""

    period: Period
    now: datetime
    cases: Sequence[Case]
    touched: Touched
    judge: Judge = NO_JUDGE
    automatic: int = 0
    """Mails of machines in the period that are on no ticket; counted where a section shows it."""

    @cached_property
    def sums(self) -> Sums:
        """What happened in the period."""
        return together(self.by("department").values())

    def by(self, group: str) -> dict[str, Sums]:
        """The same for each group; of those without one under an empty key."""
        if group not in self._groups:
            found = grouped(self.cases, BY[group])
            self._groups[group] = {
                key: sums(cases, self.period, self.judge) for key, cases in found.items()
            }
        return self._groups[group]

    @cached_property
    def _groups(self) -> dict[str, dict[str, Sums]]:
        return {}

    @cached_property
    def before(self) -> Sums:
        """What had happened in the one before."""
        return sums(self.cases, self.period.before(), self.judge)

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
        if isinstance(keys, str):
            found[keys].append(case)
        else:
            for one in keys:
                found[one].append(case)
    return found


BY: dict[str, Callable[[Case], str | Collection[str]]] = {
    "department": attrgetter("department"),
    "agent": attrgetter("assignee"),
    "tag": attrgetter("tags"),
    "channel": attrgetter("channel"),
    "priority": attrgetter("priority"),
    "severity": attrgetter("severity"),
    "status": attrgetter("status"),
    "language": attrgetter("language"),
    "customer": attrgetter("customer"),
    "organisation": attrgetter("organisation"),
}
"""What tickets can be grouped by (`--by`)."""
KINDS: dict[str, Kind] = {
    "department": "department", "agent": "agent", "priority": "word", "severity": "word", "status": "word",
}  # fmt: skip
"""How the keys of a group are shown where they are not plain text."""
