"""Budgets as rows, shared by all daemons: what was spent, by whom, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from ticketd.store.prepared import Prepared
from ticketd.store.rows import append
from ticketd.store.tables import Spent, table_of

_TABLE = table_of(Spent)


def spend(session: Session, budget: str, who: str, now: datetime) -> None:
    """Note one use of a budget."""
    append(session, Spent, {"budget": budget, "who": who, "at": now})


_SPENT = Prepared(
    select(func.count())
    .select_from(_TABLE)
    .where(
        _TABLE.c.budget == bindparam("budget"),
        _TABLE.c.who == bindparam("who"),
        _TABLE.c.at > bindparam("since"),
    )
)


def spent_since(session: Session, budget: str, who: str, since: datetime) -> int:
    """How often a budget was used since then."""
    return int(_SPENT.value(session, budget=budget, who=who, since=since))


@dataclass(frozen=True, slots=True)
class Uses:
    """When somebody's budgets were used lately."""

    times: dict[str, list[datetime]]

    def since(self, budget: str, moment: datetime) -> int:
        """How often since then."""
        return sum(at > moment for at in self.times.get(budget, ()))

    def last(self, budget: str) -> datetime | None:
        """When last, if lately."""
        return max(self.times.get(budget, ()), default=None)


LATEST = 1000
"""So many uses of one budget are looked at, the latest ones: more than any budget allows a day."""


def _latest(budget: str) -> Select[Any]:
    ours = select(_TABLE.c.budget, _TABLE.c.at).where(
        # As a word of the statement: the index begins with it.
        _TABLE.c.budget == literal_column(f"'{budget}'"),
        _TABLE.c.who == bindparam("who"),
        _TABLE.c.at > bindparam("since"),
    )
    latest = ours.order_by(_TABLE.c.at.desc()).limit(LATEST).subquery()
    return select(latest.c.budget, latest.c.at)


_USES = Prepared(union_all(*map(_latest, ("ack", "round", "mute"))))


def uses(session: Session, who: str, since: datetime) -> Uses:
    """Everything that somebody used since then, in one question."""
    times: dict[str, list[datetime]] = {}
    for budget, at in _USES.rows(session, who=who, since=since):
        times.setdefault(budget, []).append(at)
    return Uses(times)
