"""Sections about people: agents side by side, ratings with their comments, an agent's own day."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from ticketd.core.figures import mean, median, p90, share
from ticketd.core.reports.cases import SLOT, Case
from ticketd.core.reports.lists import TICKET, ticket_cells
from ticketd.core.reports.shape import Column, Figure, Figures, Kind, Section, Table
from ticketd.core.reports.sums import Facts

LOW = 2
"""A rating so low is told apart."""


class _Agent:
    """What one agent did within the period."""

    def __init__(self) -> None:
        self.resolution: list[int] = []
        """From opening to closing, of each ticket closed."""
        self.again = 0
        self.first: list[int] = []
        self.waited: list[int] = []
        self.replies = self.involved = 0
        self.scores: list[int] = []


def agents(facts: Facts, by: str = "") -> Section:  # noqa: ARG001 - all sections are asked alike
    """Who answers, closes and pleases, and who needs help; ranked by tickets closed."""
    found = _found(facts)
    slow = p90([one for agent in found.values() for one in agent.first])
    hours = {key: _hours(facts, key) for key in found}
    rows = []
    for key, agent in found.items():
        waits = [seconds for seconds in agent.first if slow is not None and seconds >= slow]
        rows.append(
            (key, len(agent.resolution), agent.replies, median(agent.first), share(len(waits), len(agent.first)),
             mean(agent.scores), share(agent.again, len(agent.resolution)),
             median(agent.resolution), median(agent.waited), agent.involved,
             len(agent.scores), sum(map(bool, hours[key])), hours[key])
        )  # fmt: skip
    rows.sort(key=lambda row: (-row[1], -row[2], row[0]))
    ranks = [1 + sum(other[1] > row[1] for other in rows) for row in rows]
    ranked = tuple((rank, *row) for rank, row in zip(ranks, rows, strict=True))
    return Section("agents", (Table("agents", _AGENT, ranked, bar="closed"),))


_AGENT = (
    Column("rank", "rank"), Column("agent", "agent"), Column("closed", "count"), Column("replies", "count"),
    Column("first_reply_median", "seconds"), Column("slow_first_replies", "share"), Column("rating", "rating"),
    Column("reopened_share", "share"), Column("resolution_median", "seconds"), Column("reply_median", "seconds"),
    Column("involved", "count"), Column("ratings", "count"), Column("active_hours", "count"), Column("hours", "hours"),
)  # fmt: skip


def _found(facts: Facts) -> dict[str, _Agent]:
    start, end = facts.period.first, facts.period.last
    found: dict[str, _Agent] = defaultdict(_Agent)
    for case in facts.cases:
        _replies(found, case, start, end)
        inside = [at for at, one in enumerate(case.closings) if start <= one.at < end]
        for at in inside[-1:]:
            closing = case.closings[at]
            if closing.by:
                found[closing.by].resolution.append(max(0, closing.at - case.opened))
                found[closing.by].again += len(case.reopenings) > at
        for rating in case.ratings:
            if start <= rating.at < end and rating.by:
                found[rating.by].scores.append(rating.score)
        for key, at in case.involved.items():
            if at >= start:
                found[key].involved += 1
    return {
        key: agent
        for key, agent in found.items()
        if agent.replies or agent.resolution or agent.involved
    }


def _replies(found: dict[str, _Agent], case: Case, start: int, end: int) -> None:
    for at, reply in enumerate(case.replies):
        if start <= reply.at < end:
            agent = found[reply.by]
            agent.replies += 1
            if at == 0:
                agent.first.append(max(0, reply.at - case.opened))
            if reply.since is not None:
                agent.waited.append(max(0, reply.at - reply.since))


def _hours(facts: Facts, key: str) -> tuple[int, ...]:
    """An agent's acts within the period, by hour of the day."""
    counts = [0] * 24
    start, end = facts.period.first, facts.period.last
    slots = Counter(at // SLOT for at in facts.touched.get(key, ()) if start <= at < end)
    for slot, count in slots.items():
        counts[facts.clock(slot * SLOT)[1]] += count
    return tuple(counts)


def ratings(facts: Facts, by: str = "") -> Section:  # noqa: ARG001 - all sections are asked alike
    """Whether people are happy, with whom, and what they say."""
    start, end = facts.period.first, facts.period.last
    total = facts.sums
    scores = total.scores
    low = sum(score <= LOW for score in scores)
    figures = (
        Figure("rating", "rating", mean(scores), mean(facts.before.scores)),
        Figure("ratings", "count", len(scores), len(facts.before.scores)),
        Figure(
            "rated_share", "share", share(len(scores), len(total.closed)),
            share(len(facts.before.scores), len(facts.before.closed)),
        ),
        Figure("low_ratings", "count", low, sum(s <= LOW for s in facts.before.scores)),
    )  # fmt: skip
    spread = tuple(
        (n, scores.count(n), share(scores.count(n), len(scores))) for n in range(5, 0, -1)
    )
    columns = (Column("score", "count"), Column("ratings", "count"), Column("share", "share"))
    said = [(case, one) for case in facts.cases for one in case.ratings if start <= one.at < end]
    said.sort(key=lambda pair: (pair[1].score, -pair[1].at))
    comments = tuple(
        (case.number, one.score, one.by or "-", case.department, one.comment, _moment(one.at))
        for case, one in said
        if one.comment or one.score <= LOW
    )
    return Section(
        "ratings",
        (
            Figures(figures),
            Table("scores", columns, spread if scores else (), bar="ratings"),
            _means("agent", [(one.by or "-", one.score) for _, one in said]),
            _means("department", [(case.department, one.score) for case, one in said]),
            Table("comments", _COMMENT, comments[:100]),
        ),
    )


_COMMENT = (
    Column("ticket", "ticket"), Column("score", "count"), Column("agent", "agent"), Column("department", "department"),
    Column("comment", "text"), Column("at", "time"),
)  # fmt: skip


def _means(group: str, pairs: Sequence[tuple[str, int]]) -> Table:
    scores: dict[str, list[int]] = defaultdict(list)
    for key, score in pairs:
        scores[key].append(score)
    rows = [(key, mean(found), len(found), sum(s <= LOW for s in found)) for key, found in scores.items()]  # fmt: skip
    rows.sort(key=lambda row: (-(row[1] or 0), -row[2], row[0]))
    kind: Kind = "agent" if group == "agent" else "department"
    columns = (
        Column(group, kind), Column("rating", "rating"), Column("ratings", "count"), Column("low_ratings", "count"),
    )  # fmt: skip
    return Table(f"ratings_by_{group}", columns, tuple(rows), bar="rating")


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def day(facts: Facts, agent: str) -> Section:
    """An agent's own day: what was done, and what waits."""
    found = _found(facts).get(agent) or _Agent()
    mine = [case for case in facts.cases if case.assignee == agent and case.status != "closed"]
    mine.sort(
        key=lambda case: (case.status == "pending", case.waits_since or case.touched, case.number)
    )
    waits = [case for case in mine if case.status in {"new", "open"}]
    figures = (
        Figure("waiting_for_me", "count", len(waits)),
        Figure("mine_open", "count", len(mine)),
        Figure("replies", "count", found.replies),
        Figure("closed", "count", len(found.resolution)),
        Figure("first_reply_median", "seconds", median(found.first)),
        Figure("rating", "rating", mean(found.scores)),
        Figure("automatic", "count", facts.automatic),
    )
    rows = tuple(ticket_cells(case, facts.now) for case in mine[:100])
    return Section("day", (Figures(figures), Table("mine", TICKET, rows)))
