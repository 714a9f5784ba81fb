"""Budgets as rows, shared by all daemons: what was spent, by whom, when, and for which ticket.

| budget | who | one row for |
|---|---|---|
| ack, told | a correspondent | an ack, another automatic mail to them |
| ack | `unauthenticated` | an ack to somebody unproven |
| follow-up | a ticket's number | an ack of a further mail on it |
| round, mute | a correspondent | see `core.acks` |
| opened | a correspondent | a ticket that a mail of theirs opened |
| storm | a correspondent | a storm of theirs, with its first ticket, and that it goes on |
| arrived, crowd | a department | the same for all who write to it |
| trouble | a kind of trouble | a mail about it to the operator |
| notice, alert | an agent | a mail to them, one about a storm among these |
| letter | an agent | a mail that answers one in their name |
| question, unproven | an agent | a question whether an unproven mail was theirs, the word that one was not |
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, delete, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from ticketd.store.prepared import Prepared
from ticketd.store.rows import append
from ticketd.store.tables import Spent, table_of

_TABLE = table_of(Spent)


def spend(
    session: Session, budget: str, who: str, now: datetime, ticket: int | None = None
) -> None:
    """Note one use of a budget."""
    append(session, Spent, {"budget": budget, "who": who, "at": now, "ticket": ticket})


_OURS = (
    _TABLE.c.budget == bindparam("budget"),
    _TABLE.c.who == bindparam("who"),
    _TABLE.c.at > bindparam("since"),
)
_SPENT = Prepared(select(func.count()).select_from(_TABLE).where(*_OURS))


def spent_since(session: Session, budget: str, who: str, since: datetime) -> int:
    """How often a budget was used since then."""
    return int(_SPENT.value(session, budget=budget, who=who, since=since))


_FEW = Prepared(
    select(func.count()).select_from(
        select(_TABLE.c.id).where(*_OURS).limit(bindparam("most", type_=Integer)).subquery()
    )
)


def is_spent(session: Session, budget: str, who: str, since: datetime, most: int) -> bool:
    """Whether it was used so often since then; however much more often, no more rows are looked at."""
    return int(_FEW.value(session, budget=budget, who=who, since=since, most=most)) >= most


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a budget."""

    at: datetime
    ticket: int | None


_WHOLE = select(_TABLE.c.at, _TABLE.c.ticket).where(*_OURS).limit(1)
_FIRST = Prepared(_WHOLE.order_by(_TABLE.c.at, _TABLE.c.id))
_LAST = Prepared(_WHOLE.order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()))


def first_use(session: Session, budget: str, who: str, since: datetime) -> Use | None:
    """The earliest use since then."""
    rows = _FIRST.rows(session, budget=budget, who=who, since=since)
    return Use(*rows[0]) if rows else None


def last_use(session: Session, budget: str, who: str, since: datetime) -> Use | None:
    """The latest use since then."""
    rows = _LAST.rows(session, budget=budget, who=who, since=since)
    return Use(*rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class Uses:
    """When somebody's budgets were used lately."""

    by_budget: dict[str, list[datetime]]

    def times(self, *budgets: str) -> list[datetime]:
        """When, in no order."""
        return [at for budget in budgets for at in self.by_budget.get(budget, ())]

    def since(self, budget: str, moment: datetime) -> int:
        """How often since then."""
        return sum(at > moment for at in self.times(budget))


def _latest(budget: str) -> Select[Any]:
    ours = select(_TABLE.c.budget, _TABLE.c.at).where(
        # As a word of the statement: the index begins with it.
        _TABLE.c.budget == literal_column(f"'{budget}'"),
        _TABLE.c.who == bindparam("who"),
        _TABLE.c.at > bindparam("since"),
    )
    most = bindparam("most", type_=Integer)
    latest = ours.order_by(_TABLE.c.at.desc()).limit(most).subquery()
    return select(latest.c.budget, latest.c.at)


_USES = Prepared(union_all(*map(_latest, ("ack", "told", "round", "mute"))))


def uses(session: Session, who: str, since: datetime, most: int) -> Uses:
    """What a correspondent used since then, in one question: the latest `most` of each budget and no more."""
    found: dict[str, list[datetime]] = {}
    for budget, at in _USES.rows(session, who=who, since=since, most=most):
        found.setdefault(budget, []).append(at)
    return Uses(found)


# -- what operators see and do ----------------------------------------------------------------


def muted(session: Session, since: datetime) -> list[tuple[str, datetime]]:
    """Who was muted since then, and when last; the earliest first."""
    at = func.max(Spent.at)
    statement = (
        select(Spent.who, at)
        .where(Spent.budget == "mute", Spent.at > since)
        .group_by(Spent.who)
        .order_by(at, Spent.who)
    )
    return [(who, moment) for who, moment in session.execute(statement)]


def unmute(session: Session, who: str) -> bool:
    """Forget a mute and the rounds that led to it; whether there was one."""
    statement = delete(Spent).where(Spent.budget.in_(("mute", "round")), Spent.who == who)
    gone = session.execute(statement.returning(Spent.budget)).scalars().all()
    return "mute" in gone


@dataclass(frozen=True, slots=True)
class Storm:
    """Very many tickets: of one address (below its first one), or of one department."""

    kind: str
    """storm or crowd."""
    who: str
    ticket: int | None
    began: datetime
    seen: datetime
    """When it was last known to go on."""


def storms(session: Session, since: datetime) -> list[Storm]:
    """The storms since then, the earliest first."""
    began = func.min(Spent.at)
    statement = (
        select(Spent.budget, Spent.who, Spent.ticket, began, func.max(Spent.at))
        .where(Spent.budget.in_(("storm", "crowd")), Spent.at > since)
        .group_by(Spent.budget, Spent.who, Spent.ticket)
        .order_by(began, Spent.who)
    )
    return [Storm(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(statement)]
