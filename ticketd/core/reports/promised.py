"""Business time and promises of many tickets: by the policy and the calendar that fit each ticket as it is now.

The promises are those of `core.promises`, read from the story; a test holds both against each other.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ticketd.core.calendars import ALWAYS, Ruler
from ticketd.core.figures import share
from ticketd.core.reports.cases import CLOSED, Case
from ticketd.core.reports.story import (
    ASKS,
    BY_CUSTOMER,
    MOVED,
    RELEASED,
    REPLIED,
    WROTE,
    events,
)
from ticketd.core.sla import NO_SLA, Facts, Policy, Sla, Target


class Decided(NamedTuple):
    """A promise of which it is known whether it was kept: since it was, or since the moment it had to be."""

    target: Target
    at: int
    is_kept: bool


def kept(promises: Sequence[Decided], target: Target | None = None) -> float | None:
    """The share of promises that were kept, of all or of one kind; None where there were none."""
    found = [one.is_kept for one in promises if target is None or one.target is target]
    return share(sum(found), len(found))


def missed(promises: Sequence[Decided]) -> int:
    """How many were not."""
    return sum(not one.is_kept for one in promises)


class Judge:
    """What was promised on each ticket, and how long something took in business time."""

    def __init__(self, sla: Sla = NO_SLA, cases: Sequence[Case] = (), until: int = 0) -> None:
        self._sla, self._until = sla, until
        self._first = min((case.opened for case in cases), default=until)
        self._rulers: dict[str, Ruler | None] = {}
        self._fitting: dict[tuple[object, ...], tuple[Policy | None, Ruler | None]] = {}
        self._decided: dict[int, list[Decided]] = {}
        self._by_customer = any(policy.customers for policy in sla.policies)
        self.has_promises = bool(sla.policies)
        self.has_calendars = any(policy.calendar != ALWAYS for policy in sla.policies)
        """Whether business time is any other than that of the clock."""

    def _of_case(self, case: Case) -> tuple[Policy | None, Ruler | None]:
        """The policy that fits, and what measures its time: None where that is the clock's."""
        customer = case.customer if self._by_customer else ""
        key = (case.department, case.priority, case.severity, case.tags, customer)
        if key not in self._fitting:
            facts = Facts(case.department, case.priority, case.severity, customer, case.tags)
            policy = self._sla.policy_for(facts)
            self._fitting[key] = policy, None if policy is None else self._ruler(policy)
        return self._fitting[key]

    def _ruler(self, policy: Policy) -> Ruler | None:
        calendar = policy.calendar
        if calendar == ALWAYS:
            return None
        if calendar.name not in self._rulers:
            self._rulers[calendar.name] = Ruler(calendar, self._first, self._until)
        return self._rulers[calendar.name]

    def ruler(self, case: Case) -> Ruler | None:
        """What measures the business time of a ticket; None where that is the clock's."""
        return self._of_case(case)[1]

    def decided(self, case: Case) -> list[Decided]:
        """Its promises, but for those that are neither kept nor missed yet."""
        found = self._decided.get(case.number)
        if found is None:
            policy, ruler = self._of_case(case)
            found = [] if policy is None else _judged(case, policy, ruler, self._until)
            self._decided[case.number] = found
        return found


class _Clock:
    """A promise while the story is read: how much of its time is left, and since when it goes."""

    __slots__ = ("done", "due", "left", "ruler", "since", "target")

    def __init__(self, target: Target, left: int, ruler: Ruler | None, since: int | None) -> None:
        self.target, self.left, self.ruler, self.since = target, left, ruler, since
        self.done: int | None = None
        self.due: int | None = None

    def stand(self, at: int) -> None:
        """From now on it stands; its due moment may have passed meanwhile."""
        since, ruler = self.since, self.ruler
        if since is None:
            return
        self.since = None
        if self.due is None:
            passed = max(0, at - since) if ruler is None else ruler.between(since, at)
            if passed < self.left:
                self.left -= passed
            else:
                self.due = since + self.left if ruler is None else ruler.reached(since, self.left)


class _Reader:
    """What `core.promises` makes of a history, made of a story: a tenth of the time, for 200,000 tickets."""

    __slots__ = ("clocks", "is_answered", "policy", "ruler", "stands", "words_at")

    def __init__(self, policy: Policy, ruler: Ruler | None, opened: int) -> None:
        self.policy, self.ruler = policy, ruler
        self.clocks: list[_Clock] = []
        self.is_answered = self.stands = False
        self.words_at: int | None = None
        self._begin(Target.FIRST_REPLY, opened)
        self._begin(Target.RESOLUTION, opened)

    def _begin(self, target: Target, at: int) -> None:
        span = self.policy.targets.get(target)
        if span is not None:
            self.clocks.append(_Clock(target, span.days * 86_400 + span.seconds, self.ruler, at))

    def asks(self, at: int) -> None:
        self.words_at = at
        if not self.stands and self.is_answered:
            for clock in self.clocks:
                if clock.target is Target.NEXT_REPLY and clock.done is None:
                    return
            self._begin(Target.NEXT_REPLY, at)

    def answered(self, at: int) -> None:
        self.is_answered = True
        for clock in self.clocks:
            if clock.done is None and clock.target is not Target.RESOLUTION:
                clock.stand(at)
                clock.done = at

    def moved(self, new: str, at: int, *, by_customer: bool) -> None:
        stood, self.stands = self.stands, new in _STANDS
        if new == CLOSED:
            self.answered(at)
        for clock in self.clocks:
            if clock.target is Target.RESOLUTION and (new == CLOSED) != (clock.done is not None):
                clock.stand(at)
                clock.done = at if new == CLOSED else None
            if clock.done is None:
                if self.stands:
                    clock.stand(at)
                elif clock.since is None:
                    clock.since = at
        if stood and not self.stands and (by_customer or self.words_at == at):
            self.asks(at)


_STANDS = frozenset({"pending", CLOSED})
_TOLD = frozenset({REPLIED, MOVED, WROTE, RELEASED})


def _judged(case: Case, policy: Policy, ruler: Ruler | None, until: int) -> list[Decided]:
    opened, reader = case.opened, _Reader(policy, ruler, case.opened)
    for letter, seconds, by, what in events(case.story):
        if letter not in _TOLD or (at := opened + int(seconds)) >= until:
            continue
        if letter == REPLIED:
            reader.answered(at)
        elif letter == MOVED:
            reader.moved(what, at, by_customer=by == BY_CUSTOMER)
        elif (letter == WROTE and what == ASKS) or letter == RELEASED:
            reader.asks(at)
    found = []
    for clock in reader.clocks:
        if clock.since is not None:
            clock.stand(until)
        done, due = clock.done, clock.due
        if done is not None and (due is None or done <= due):
            found.append(Decided(clock.target, done, is_kept=True))
        elif due is not None and due < until:
            found.append(Decided(clock.target, due, is_kept=False))
    return found
