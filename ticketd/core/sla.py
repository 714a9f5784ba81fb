"""Policies: which promise a ticket has, and the moments that follow from it.

The first policy that fits applies. Its targets are business time; a target's clock stands while the ticket
waits for its customer (pending) and while it is closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ticketd.core.addresses import domain_of
from ticketd.core.calendars import ALWAYS, Calendar, add, between


class Target(StrEnum):
    """What is promised."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a policy is chosen by."""

    department: str
    priority: str
    severity: str
    customer: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of the configuration: whom it is for, and what is promised to them. An empty list means all."""

    name: str
    targets: Mapping[Target, timedelta]
    calendar: Calendar = ALWAYS
    departments: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    """Addresses and `@domain`s."""
    tags: tuple[str, ...] = ()
    """Any of them will do."""
    warn: timedelta | None = None
    """So long before a target is missed; a quarter of the target where nothing is said, none where it is 0."""
    escalate: tuple[str, ...] = ("leads",)
    """Who is told of a missed target besides those who hold the ticket: agents' keys, or `leads`."""

    def warning_after(self, target: Target) -> timedelta | None:
        """How much business time passes until the warning; None where there is none."""
        whole = self.targets[target]
        warn = whole / 4 if self.warn is None else self.warn
        return whole - warn if timedelta(0) < warn < whole else None


@dataclass(frozen=True, slots=True)
class Sla:
    """All policies, in their order."""

    policies: tuple[Policy, ...] = ()
    version: int = 0
    """Another number says that a due moment was reckoned by other policies or calendars. 0: there are none."""

    def policy_for(self, facts: Facts) -> Policy | None:
        """The first one that fits."""
        return next((policy for policy in self.policies if not misfit(policy, facts)), None)


NO_SLA = Sla()
"""Nothing is promised."""


def misfit(policy: Policy, facts: Facts) -> str:
    """Why a policy is not for this ticket; empty where it is."""
    severity = facts.severity or "none"
    domain = f"@{domain_of(facts.customer)}"
    checks = (
        (policy.departments, {facts.department}, f"department is {facts.department}"),
        (policy.priorities, {facts.priority}, f"priority is {facts.priority}"),
        (policy.severities, {severity}, f"severity is {severity}"),
        (policy.customers, {facts.customer, domain}, f"customer is {facts.customer or 'nobody'}"),
        (policy.tags, set(facts.tags), f"tags are {', '.join(facts.tags) or 'none'}"),
    )
    for wanted, has, said in checks:
        if wanted and not has & set(wanted):
            return f"{said}, not {' or '.join(wanted)}"
    return ""


def fits(policy: Policy) -> str:
    """Whom a policy is for, in words."""
    parts = (
        policy.departments,
        policy.priorities,
        policy.severities,
        policy.customers,
        policy.tags,
    )
    names = ("department", "priority", "severity", "customer", "tag")
    said = [f"{name} {' or '.join(part)}" for name, part in zip(names, parts, strict=True) if part]
    return ", ".join(said) or "every ticket"


@dataclass(frozen=True, slots=True)
class Run:
    """A promise as the history tells it: when its clock went, and whether it was kept."""

    target: Target
    since: datetime
    spans: tuple[tuple[datetime, datetime | None], ...]
    """From and to; the last one is open where the clock goes right now."""
    done_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Whether its clock stands although nothing is done yet."""
        return self.done_at is None and (not self.spans or self.spans[-1][1] is not None)


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise under a policy: its moments."""

    run: Run
    due: datetime | None
    """None while it stands, and where it was kept; a moment that was missed stays."""
    warn_at: datetime | None

    @property
    def target(self) -> Target:
        """What is promised."""
        return self.run.target

    def is_missed(self, now: datetime) -> bool:
        """Whether the promise was broken, be it kept later or never."""
        return self.due is not None and self.due < (self.run.done_at or now)


def clocks(policy: Policy | None, runs: Sequence[Run]) -> list[Clock]:
    """What a policy makes of a ticket's promises."""
    if policy is None:
        return []
    found = []
    for run in runs:
        if run.target in policy.targets:
            warning = policy.warning_after(run.target)
            found.append(
                Clock(
                    run,
                    due=_reached(policy.calendar, run, policy.targets[run.target]),
                    warn_at=_reached(policy.calendar, run, warning) if warning else None,
                )
            )
    return found


def _reached(calendar: Calendar, run: Run, target: timedelta) -> datetime | None:
    """When the clock has gone for so long."""
    left = target
    for start, end in run.spans:
        at = add(calendar, start, left)
        if at is not None and (end is None or at <= end):
            return at
        if end is not None:
            left -= between(calendar, start, end)
    return None


def went(calendar: Calendar, run: Run, now: datetime) -> timedelta:
    """How long the clock has gone, in business time."""
    parts = (between(calendar, start, end or now) for start, end in run.spans)
    return sum(parts, timedelta(0))


def never_reached(policies: Sequence[Policy]) -> list[tuple[int, str]]:
    """The places of policies behind one that fits every ticket, each with that one's name."""
    for at, policy in enumerate(policies):
        if fits(policy) == "every ticket":
            return [(behind, policy.name) for behind in range(at + 1, len(policies))]
    return []
