"""Budgets as rows, shared by all daemons: what was spent, by whom, when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ticketd.store.rows import append
from ticketd.store.tables import Spent


def spend(session: Session, budget: str, who: str, now: datetime) -> None:
    """Note one use of a budget."""
    append(session, Spent, {"budget": budget, "who": who, "at": now})


_SPENT = (
    select(func.count())
    .select_from(Spent.__table__)
    .where(
        Spent.__table__.c.budget == bindparam("budget"),
        Spent.__table__.c.who == bindparam("who"),
        Spent.__table__.c.at > bindparam("since"),
    )
)


def spent_since(session: Session, budget: str, who: str, since: datetime) -> int:
    """How often a budget was used since then."""
    values = {"budget": budget, "who": who, "since": since}
    return int(session.connection().execute(_SPENT, values).scalar_one())


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


_USES = select(Spent.__table__.c.budget, Spent.__table__.c.at).where(
    Spent.__table__.c.budget.in_(("ack", "round", "mute")),
    Spent.__table__.c.who == bindparam("who"),
    Spent.__table__.c.at > bindparam("since"),
)


def uses(session: Session, who: str, since: datetime) -> Uses:
    """Everything that somebody used since then, in one question."""
    times: dict[str, list[datetime]] = {}
    for budget, at in session.connection().execute(_USES, {"who": who, "since": since}):
        times.setdefault(budget, []).append(at)
    return Uses(times)
