"""Sections about the whole desk or groups of tickets: summary, response, departments, tags, channels, trend, hours."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from ticketd.core.figures import change, mean, median, p90, share
from ticketd.core.reports.cases import Case
from ticketd.core.reports.period import Period
from ticketd.core.reports.promised import kept
from ticketd.core.reports.shape import (
    Block,
    Column,
    Figure,
    Figures,
    Heat,
    Lines,
    Section,
    Table,
)
from ticketd.core.reports.sla import business_figures, kept_figures
from ticketd.core.reports.sums import BY, KINDS, Facts, Sums, grouped, is_open_at, sums

_LONGEST = 100
"""So many groups a table shows; a desk may have ten thousand customers."""
_LIMITS = (
    ("under_15m", 900), ("under_1h", 3600), ("under_4h", 14_400), ("under_1d", 86_400), ("under_3d", 259_200),
)  # fmt: skip


def summary(facts: Facts, by: str = "") -> Section:
    """How the desk does, beside the time before."""
    now, before = (
        (*figures_of(one), *promise_figures(facts, one)) for one in (facts.sums, facts.before)
    )
    items = tuple(
        Figure(one.key, one.kind, one.value, other.value)
        for one, other in zip(now, before, strict=True)
    )
    blocks: list[Block] = [Figures(items), over_time(facts, facts.period.step(), short=True)]
    blocks.append(_groups(facts, by or "department"))
    return Section("summary", tuple(blocks))


def figures_of(total: Sums) -> tuple[Figure, ...]:
    """All numbers of a period."""
    closed = len(total.closed)
    return (
        Figure("opened", "count", total.opened),
        Figure("closed", "count", closed),
        Figure("close_rate", "share", share(closed, total.opened)),
        Figure("reopened", "count", total.reopened),
        Figure("backlog", "count", total.backlog),
        Figure("answered", "count", total.answered),
        Figure("unanswered", "count", total.opened - total.answered),
        Figure("first_reply_median", "seconds", median(total.first)),
        Figure("first_reply_p90", "seconds", p90(total.first)),
        Figure("every_reply_median", "seconds", median(total.every)),
        Figure("resolution_median", "seconds", median(total.resolution)),
        Figure("resolution_p90", "seconds", p90(total.resolution)),
        Figure("waiting_median", "seconds", median(total.waiting)),
        Figure("service_median", "seconds", median(total.service)),
        Figure("rating", "rating", mean(total.scores)),
        Figure("ratings", "count", len(total.ratings)),
        Figure("delivery_failures", "count", total.failures),
    )


def promise_figures(facts: Facts, total: Sums) -> tuple[Figure, ...]:
    """What a summary says of promises and business time, where there are any."""
    kept = kept_figures(total) if facts.judge.has_promises else ()
    worked = business_figures(total) if facts.judge.has_calendars else ()
    return (*kept, *(one for one in worked if one.key.endswith("median")))


def _groups(facts: Facts, by: str) -> Table:
    """One line for each group with anything to say."""
    totals = [(key or "-", one) for key, one in facts.by(by).items()]
    totals = [(key, one) for key, one in totals if one.opened or one.closed or one.backlog]
    totals.sort(key=lambda pair: (-pair[1].opened, -len(pair[1].closed), pair[0]))
    rows = [_group_row(key, one) for key, one in totals]
    columns: tuple[Column, ...] = (Column(by, KINDS.get(by, "text")), *_GROUP)
    if facts.judge.has_promises:
        columns = (*columns, Column("sla_met", "share"))
        rows = [(*row, kept(one.decided)) for row, (_, one) in zip(rows, totals, strict=True)]
    return Table(f"by_{by}", columns, tuple(rows[:_LONGEST]), bar="opened")


_GROUP = (
    Column("opened", "count"), Column("closed", "count"), Column("backlog", "count"), Column("close_rate", "share"),
    Column("first_reply_median", "seconds"), Column("resolution_median", "seconds"), Column("rating", "rating"),
    Column("reopened", "count"),
)  # fmt: skip


def _group_row(key: str, total: Sums) -> tuple[object, ...]:
    closed = len(total.closed)
    return (
        key, total.opened, closed, total.backlog, share(closed, total.opened),
        median(total.first), median(total.resolution), mean(total.scores), total.reopened,
    )  # fmt: skip


def departments(facts: Facts, by: str = "") -> Section:
    """Each department (or another group) beside the others."""
    return Section("departments", (_groups(facts, by or "department"),))


def response(facts: Facts, by: str = "") -> Section:
    """How fast we answer and solve."""
    keys = ("first_reply", "every_reply", "resolution", "waiting", "service")
    now, before = _times(facts.sums), _times(facts.before)
    items = [
        Figure(f"{key}_{name}", "seconds", of(now[key]), of(before[key]))
        for key in keys
        for name, of in (("median", median), ("p90", p90))
    ]
    if facts.judge.has_calendars:
        pairs = zip(business_figures(facts.sums), business_figures(facts.before), strict=True)
        items += [Figure(one.key, one.kind, one.value, other.value) for one, other in pairs]
    by = by or "department"
    rows = [
        (key or "-", len(total.first), median(total.first), p90(total.first), median(total.every),
         median(total.resolution), p90(total.resolution), median(total.waiting))
        for key, total in facts.by(by).items()
        if total.first or total.closed
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row[1], row[0]))
    columns = (Column(by, KINDS.get(by, "text")), *_RESPONSE)
    table = Table(f"by_{by}", columns, tuple(rows[:_LONGEST]), bar="answers")
    return Section("response", (Figures(tuple(items)), _speed(facts.sums.first), table))


_RESPONSE = (
    Column("answers", "count"), Column("first_reply_median", "seconds"), Column("first_reply_p90", "seconds"),
    Column("every_reply_median", "seconds"), Column("resolution_median", "seconds"),
    Column("resolution_p90", "seconds"), Column("waiting_median", "seconds"),
)  # fmt: skip


def _times(total: Sums) -> dict[str, list[int]]:
    return {
        "first_reply": total.first, "every_reply": total.every, "resolution": total.resolution,
        "waiting": sorted(total.waiting), "service": sorted(total.service),
    }  # fmt: skip


def _speed(first: Sequence[int]) -> Table:
    """How many first answers came within which time."""
    rows, below = [], 0
    for name, limit in (*_LIMITS, ("longer", 1 << 62)):
        count = sum(one < limit for one in first) - below
        below += count
        rows.append((name, count, share(count, len(first))))
    columns = (Column("within", "word"), Column("answers", "count"), Column("share", "share"))
    return Table("first_reply_within", columns, tuple(rows) if first else (), bar="answers")


def _ranking(facts: Facts, by: str, plural: str) -> Table:
    """Groups by how many tickets were opened, with their growth: the problem that returns."""
    key = BY[by]
    now = grouped(facts.opened, key)
    earlier = facts.period.before()
    before = grouped((c for c in facts.cases if earlier.first <= c.opened < earlier.last), key)
    total = len(facts.opened)
    rows = []
    for name in {*now, *before}:
        count, once = len(now.get(name, ())), len(before.get(name, ()))
        inside = sums(now.get(name, ()), facts.period)
        rows.append(
            (name or "-", count, share(count, total), once, change(count, once), median(inside.first),
             median(inside.resolution))
        )  # fmt: skip
    rows.sort(key=lambda row: (-row[1], -row[3], row[0]))
    columns = (Column(by, KINDS.get(by, "text")), *_RANKING)
    return Table(plural, columns, tuple(rows[:_LONGEST]), bar="opened")


_RANKING = (
    Column("opened", "count"), Column("share", "share"), Column("opened_before", "count"), Column("growth", "change"),
    Column("first_reply_median", "seconds"), Column("resolution_median", "seconds"),
)  # fmt: skip


def tags(facts: Facts, by: str = "") -> Section:
    """Which problems come most, and which grow."""
    return Section("tags", (_ranking(facts, by or "tag", "tags"),))


def channels(facts: Facts, by: str = "") -> Section:
    """Which ways customers come by."""
    return Section("channels", (_ranking(facts, by or "channel", "channels"),))


def trend(facts: Facts, by: str = "") -> Section:
    """How it went, day by day, week by week or month by month."""
    step = facts.period.step(by)
    lines = over_time(facts, step)
    return Section("trend", (lines, _steps(facts, step, lines.series["backlog"])))


def over_time(facts: Facts, step: str, *, short: bool = False) -> Lines:
    """Opened, closed and backlog at the end of each piece."""
    pieces = list(facts.period.pieces(step))
    opened = _counted(pieces, (case.opened for case in facts.cases))
    closed = _counted(pieces, (one.at for case in facts.cases for one in case.closings))
    again = _counted(pieces, (at for case in facts.cases for at in case.reopenings))
    start = facts.period.first
    backlog, left = [], sum(case.opened < start and is_open_at(case, start) for case in facts.cases)
    for came, went, back in zip(opened, closed, again, strict=True):
        left += came - went + back
        backlog.append(left)
    series: dict[str, tuple[float | None, ...]] = {
        "opened": tuple(opened),
        "closed": tuple(closed),
        "backlog": tuple(backlog),
    }
    if short:
        del series["backlog"]
    return Lines(f"per_{step}", _labels(pieces), series)


def _labels(pieces: Sequence[Period]) -> tuple[str, ...]:
    return tuple(piece.start.date().isoformat() for piece in pieces)


def _counted(pieces: Sequence[Period], moments: Iterable[int]) -> list[int]:
    """How many of the moments lie in each piece."""
    starts = [piece.first for piece in pieces]
    end, counts = pieces[-1].last if pieces else 0, [0] * len(pieces)
    for moment in moments:
        at = bisect_right(starts, moment) - 1
        if at >= 0 and moment < end:
            counts[at] += 1
    return counts


def _steps(facts: Facts, step: str, backlog: Sequence[float | None]) -> Table:
    """One row for each piece; every ticket is looked at once, however many pieces there are."""
    pieces = list(facts.period.pieces(step))
    starts, end = [piece.first for piece in pieces], facts.period.last
    totals = [Sums() for _ in pieces]

    def of(moment: int) -> Sums | None:
        inside = starts[0] <= moment < end
        return totals[bisect_right(starts, moment) - 1] if inside else None

    for case in facts.cases:
        _add(case, of)
    rows = [
        (piece.first_day.isoformat(), total.opened, len(total.closed), total.reopened, left,
         median(total.first), median(total.resolution), mean(total.scores))
        for piece, total, left in zip(pieces, totals, backlog, strict=True)
    ]  # fmt: skip
    columns = (
        Column(step, "text"), Column("opened", "count"), Column("closed", "count"), Column("reopened", "count"),
        Column("backlog", "count"), Column("first_reply_median", "seconds"), Column("resolution_median", "seconds"),
        Column("rating", "rating"),
    )  # fmt: skip
    return Table(f"every_{step}", columns, tuple(rows), bar="opened")


def _add(case: Case, of: Callable[[int], Sums | None]) -> None:
    """Put what happened to a ticket where it happened; of several closings in one piece the last one counts."""
    if (total := of(case.opened)) is not None:
        total.opened += 1
    if case.replies and (total := of(case.replies[0].at)) is not None:
        total.first.append(max(0, case.replies[0].at - case.opened))
    last = {id(total): (total, one) for one in case.closings if (total := of(one.at)) is not None}
    for total, closing in last.values():
        total.closed.append(case)
        total.resolution.append(max(0, closing.at - case.opened))
    for at in case.reopenings:
        if (total := of(at)) is not None:
            total.reopened += 1
    for rating in case.ratings:
        if (total := of(rating.at)) is not None:
            total.ratings.append(rating)


def hours(facts: Facts, by: str = "") -> Section:  # noqa: ARG001 - all sections are asked alike
    """At which hours of the week customers write, tickets are opened and closed."""
    cases = facts.cases
    return Section(
        "hours",
        (
            heat(facts, "opened_at", (case.opened for case in cases)),
            heat(facts, "customers_wrote_at", (at for case in cases for at in case.wrote)),
            heat(facts, "closed_at", (one.at for case in cases for one in case.closings)),
        ),
    )


def heat(facts: Facts, key: str, moments: Iterable[int]) -> Heat:
    """Moments within the period, counted by weekday and hour."""
    start, end, clock = facts.period.first, facts.period.last, facts.clock
    cells = [[0] * 24 for _ in range(7)]
    for moment in moments:
        if start <= moment < end:
            day, hour = clock(moment)
            cells[day][hour] += 1
    return Heat(key, tuple(map(tuple, cells)))
