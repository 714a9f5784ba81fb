"""Sections that are lists of tickets: severe ones, forgotten ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ticketd.core.figures import share
from ticketd.core.reports.cases import Case
from ticketd.core.reports.shape import Column, Figure, Figures, Section, Table
from ticketd.core.reports.sums import Facts


@dataclass(frozen=True, slots=True)
class Noise:
    """A storm of tickets, or an address that answers our automatic mail at once."""

    at: datetime
    what: str
    """muted, storm_began or crowd_began, as the history has it."""
    who: str
    ticket: int
    tickets: int


_NOISE = (
    Column("at", "time"), Column("why", "word"), Column("who", "text"), Column("ticket", "ticket"),
    Column("more_than", "count"),
)  # fmt: skip
SEVERE = ("high", "critical")
UNTOUCHED, UNANSWERED = 3 * 86_400, 86_400
"""Seconds without any act, or without an answer to a waiting customer: then a ticket is forgotten."""
LONGEST = 100
TICKET = (
    Column("ticket", "ticket"), Column("subject", "text"), Column("status", "word"), Column("agent", "agent"),
    Column("waiting", "seconds"), Column("severity", "word"), Column("priority", "word"),
    Column("department", "department"), Column("opened_at", "time"),
)  # fmt: skip
"""The columns of a list of tickets; `waiting` is since when the customer waits for an answer."""


def ticket_cells(case: Case, now: datetime) -> tuple[object, ...]:
    """A ticket as a line of such a list."""
    return (
        case.number, case.subject, case.status, case.assignee or "-", waits(case, now), case.severity or "-",
        case.priority, case.department, datetime.fromtimestamp(case.opened, UTC),
    )  # fmt: skip


def waits(case: Case, now: datetime) -> int | None:
    """For how long the customer has been waiting for words of ours; None where nobody waits."""
    if case.waits_since is None or case.status not in {"new", "open"}:
        return None
    return max(0, int(now.timestamp()) - case.waits_since)


def severe(facts: Facts, by: str = "") -> Section:  # noqa: ARG001 - all sections are asked alike
    """The severe and urgent tickets that were opened in the period, the worst first."""
    found = [c for c in facts.opened if c.severity in SEVERE or c.priority == "urgent"]
    found.sort(
        key=lambda c: (
            c.severity != "critical",
            c.severity != "high",
            c.status == "closed",
            c.opened,
        )
    )
    earlier = facts.period.before()
    before = sum(
        earlier.first <= c.opened < earlier.last and (c.severity in SEVERE or c.priority == "urgent")
        for c in facts.cases
    )  # fmt: skip
    figures = (
        Figure("severe", "count", len(found), before),
        Figure("critical", "count", sum(c.severity == "critical" for c in found)),
        Figure("severe_open", "count", sum(c.status != "closed" for c in found)),
        Figure("severe_share", "share", share(len(found), len(facts.opened))),
    )
    rows = tuple(ticket_cells(case, facts.now) for case in found[:LONGEST])
    return Section("severe", (Figures(figures), Table("tickets", TICKET, rows)))


def machines(found: Sequence[Noise]) -> Section:
    """Storms, and who was muted: what the desk did about machines, for those who answer for it."""
    figures = (
        Figure("storms", "count", sum(one.what != "muted" for one in found)),
        Figure("muted", "count", sum(one.what == "muted" for one in found)),
    )
    rows = tuple(
        (one.at, one.what, one.who, one.ticket, one.tickets or None) for one in found[:LONGEST]
    )
    return Section("machines", (Figures(figures), Table("noise", _NOISE, rows)))


def forgotten(facts: Facts, by: str = "") -> Section:  # noqa: ARG001 - all sections are asked alike
    """What nobody has, nobody has touched, or nobody has answered: as things stand now."""
    now = int(facts.now.timestamp())
    found = [
        (case, why) for case in facts.cases if case.status != "closed" and (why := _why(case, now))
    ]
    found.sort(key=lambda pair: (pair[0].touched, pair[0].number))
    counted = {name: sum(name in why for _, why in found) for name in _WHYS}
    figures = tuple(Figure(name, "count", counted[name]) for name in _WHYS)
    rows = []
    for case, why in found[:LONGEST]:
        number, subject, *rest = ticket_cells(case, facts.now)
        rows.append((number, subject, why[0], now - case.touched, *rest))
    more = (Column("why", "word"), Column("untouched_for", "seconds"))
    columns = (*TICKET[:2], *more, *TICKET[2:])
    return Section("forgotten", (Figures(figures), Table("tickets", columns, tuple(rows))))


_WHYS = ("unanswered", "unassigned", "untouched")


def _why(case: Case, now: int) -> list[str]:
    waiting = case.status in {"new", "open"} and case.waits_since is not None
    found = []
    if waiting and now - (case.waits_since or now) >= UNANSWERED:
        found.append("unanswered")
    if not case.assignee and case.status in {"new", "open"}:
        found.append("unassigned")
    if now - case.touched >= UNTOUCHED:
        found.append("untouched")
    return found
