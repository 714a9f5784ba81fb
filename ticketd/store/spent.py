"""Budgets as rows, shared by all daemons: what was spent, by whom, when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketd.store.tables import Spent


def spend(session: Session, budget: str, who: str, now: datetime) -> None:
    """Note one use of a budget."""
    session.add(Spent(budget=budget, who=who, at=now))


def spent_since(session: Session, budget: str, who: str, since: datetime) -> int:
    """How often a budget was used since then."""
    statement = select(func.count()).select_from(Spent)
    return int(
        session.execute(
            statement.where(Spent.budget == budget, Spent.who == who, Spent.at > since)
        ).scalar_one()
    )


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


def uses(session: Session, who: str, since: datetime) -> Uses:
    """Everything that somebody used since then, in one question."""
    times: dict[str, list[datetime]] = {}
    statement = select(Spent.budget, Spent.at).where(
        Spent.budget.in_(("ack", "round", "mute")), Spent.who == who, Spent.at > since
    )
    for budget, at in session.execute(statement):
        times.setdefault(budget, []).append(at)
    return Uses(times)
