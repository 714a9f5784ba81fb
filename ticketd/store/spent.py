"""Budgets as rows, shared by all daemons: what was spent, by whom, when."""

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


def last(session: Session, budget: str, who: str) -> datetime | None:
    """When a budget was used last."""
    statement = select(func.max(Spent.at)).where(Spent.budget == budget, Spent.who == who)
    return session.execute(statement).scalar()
