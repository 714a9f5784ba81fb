"""Section about promises: how many were kept, by whom, which were not, and how fast we are in business time."""

from collections import defaultdict
from datetime import UTC, datetime

from ticketd.core.figures import median, p90
from ticketd.core.reports.cases import Case
from ticketd.core.reports.lists import LONGEST, TICKET
from ticketd.core.reports.promised import Decided, kept, missed
from ticketd.core.reports.shape import Column, Figure, Figures, Section, Table
from ticketd.core.reports.sums import BY, KINDS, Facts, Sums
from ticketd.core.sla import Target

_TARGETS = tuple(Target)
Promise = tuple[Case, Decided]
_GROUPS = ("department", "priority", "agent")


def kept_figures(total: Sums) -> tuple[Figure, ...]:
    """The shares of promises that were kept; nothing where nothing can be promised."""
    return (
        Figure("sla_met", "share", kept(total.decided)),
        *(Figure(f"sla_{target}", "share", kept(total.decided, target)) for target in _TARGETS),
        Figure("sla_missed", "count", missed(total.decided)),
    )


def business_figures(total: Sums) -> tuple[Figure, ...]:
    """How fast, in business time."""
    times = {
        "first_reply": total.worked_first,
        "every_reply": total.worked_every,
        "resolution": total.worked_resolution,
    }
    return tuple(
        Figure(f"{key}_business_{name}", "seconds", of(values))
        for key, values in times.items()
        for name, of in (("median", median), ("p90", p90))
    )


def sla(facts: Facts, by: str = "") -> Section:
    """Which promises were kept, by group, and which were not."""
    if not facts.judge.has_promises:
        return Section("sla", ())
    items = [
        Figure(one.key, one.kind, one.value, other.value)
        for of in (kept_figures, *([business_figures] if facts.judge.has_calendars else []))
        for one, other in zip(of(facts.sums), of(facts.before), strict=True)
    ]
    groups = (by,) if by else _GROUPS
    start, end = facts.period.first, facts.period.last
    promises = [
        (case, one)
        for case in facts.cases
        for one in facts.judge.decided(case)
        if start <= one.at < end
    ]
    tables = (_by(promises, group) for group in groups)
    return Section("sla", (Figures(tuple(items)), *tables, _missed(promises)))


def _by(promises: list[Promise], group: str) -> Table:
    """The groups with any promise, the worst first."""
    of, found = BY[group], defaultdict[str, list[Decided]](list)
    for case, one in promises:
        keys = of(case)
        for key in (keys,) if isinstance(keys, str) else keys:
            found[key or "-"].append(one)
    ranked = sorted(
        found.items(),
        key=lambda pair: (-missed(pair[1]) / len(pair[1]), -len(pair[1]), pair[0]),
    )
    rows = [
        (key, len(mine), kept(mine), *(kept(mine, target) for target in _TARGETS), missed(mine))
        for key, mine in ranked
    ]
    columns = (
        Column(group, KINDS.get(group, "text")), Column("promises", "count"), Column("sla_met", "share"),
        *(Column(f"sla_{target}", "share") for target in _TARGETS), Column("sla_missed", "count"),
    )  # fmt: skip
    return Table(f"by_{group}", columns, tuple(rows[:LONGEST]), bar="sla_met")


def _missed(promises: list[Promise]) -> Table:
    """What was not kept within the period, the newest first."""
    found = [(one, case) for case, one in promises if not one.is_kept]
    found.sort(key=lambda pair: (-pair[0].at, pair[1].number))
    rows = tuple(_line(one, case) for one, case in found[:LONGEST])
    columns = (
        *TICKET[:2], Column("target", "word"), Column("due", "time"), Column("agent", "agent"),
        Column("department", "department"), Column("priority", "word"), Column("status", "word"),
    )  # fmt: skip
    return Table("missed", columns, rows)


def _line(one: Decided, case: Case) -> tuple[object, ...]:
    return (
        case.number, case.subject, one.target.value, datetime.fromtimestamp(one.at, UTC), case.assignee or "-",
        case.department, case.priority, case.status,
    )  # fmt: skip
