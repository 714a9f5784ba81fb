"""Section about canned replies and articles: which are used, and which help."""

from collections import Counter

from ticketd.core.figures import change, share
from ticketd.core.reports.lists import LONGEST
from ticketd.core.reports.shape import Column, Figure, Figures, Section, Table
from ticketd.core.reports.story import parts
from ticketd.core.reports.sums import Facts

_COLUMNS = (
    Column("text", "text"), Column("use", "word"), Column("used", "count"), Column("share", "share"),
    Column("used_before", "count"), Column("growth", "change"), Column("reply_share", "share"),
)  # fmt: skip
_FIGURES = {
    "canned": "used_canned", "kb": "used_kb", "suggested": "used_suggested", "solved": "used_solved",
}  # fmt: skip
"""How a text was used -> its figure."""


def texts(facts: Facts, by: str = "") -> Section:  # noqa: ARG001 - all sections are asked alike
    """How often each text was sent by agents, was suggested to customers, and solved what they asked."""
    period, earlier = facts.period, facts.period.before()
    now, before = (_used(facts, one.first, one.last) for one in (period, earlier))
    totals = [_by_kind(used) for used in (now, before)]
    figures = tuple(Figure(key, "count", *(t[kind] for t in totals)) for kind, key in _FIGURES.items())  # fmt: skip
    solved = tuple(share(t["solved"], t["suggested"]) for t in totals)
    rows = []
    for what in {*now, *before}:
        kind, name = parts(what)
        used, once = now[what], before[what]
        replies = share(used, facts.sums.replies) if kind in {"canned", "kb"} else None
        rows.append(
            (name, kind, used, share(used, totals[0][kind]), once, change(used, once), replies)
        )
    rows.sort(key=lambda row: (-row[2], -row[4], row[1], row[0]))
    return Section(
        "texts",
        (
            Figures((*figures, Figure("solved_share", "share", *solved))),
            Table("texts_used", _COLUMNS, tuple(rows[:LONGEST]), bar="used"),
        ),
    )


def _used(facts: Facts, start: int, end: int) -> Counter[str]:
    return Counter(
        one.what for case in facts.cases for one in case.texts if start <= one.at < end
    )  # fmt: skip


def _by_kind(used: Counter[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for what, count in used.items():
        total[parts(what)[0]] += count
    return total
