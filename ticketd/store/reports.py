"""Scheduled reports: claimed once for each day, and who has unsubscribed."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ticketd.store.report_tables import ReportAsked, ReportSent, ReportStop
from ticketd.store.rows import append
from ticketd.store.tables import Base


def first_days(session: Session, schedules: Collection[str]) -> dict[str, str]:
    """The day with which each schedule began; one that was never seen is not there."""
    first = func.min(ReportSent.day).label("first")
    statement = select(ReportSent.schedule, first).where(ReportSent.schedule.in_(schedules))
    rows = session.execute(statement.group_by(ReportSent.schedule))
    return {row.schedule: row.first for row in rows}


def done(session: Session, wanted: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these schedules and days are done."""
    is_one = tuple_(ReportSent.schedule, ReportSent.day).in_(wanted)
    rows = session.execute(select(ReportSent.schedule, ReportSent.day).where(is_one))
    return {(schedule, day) for schedule, day in rows}


def claim(session: Session, schedule: str, day: date, now: datetime) -> bool:
    """Take the report of a day; False where somebody has. Of two daemons the second waits for the first one's end."""
    return _insert(session, ReportSent, schedule=schedule, day=day.isoformat(), at=now)


def ask(session: Session, agent: str, words: str, now: datetime) -> None:
    """An agent wants a report by mail."""
    append(session, ReportAsked, {"agent": agent, "words": words, "at": now})


def asked(session: Session) -> list[int]:
    """The reports that agents wait for."""
    return list(
        session.execute(select(ReportAsked.id).order_by(ReportAsked.id).limit(100)).scalars()
    )


def asked_by_id(session: Session, number: int) -> ReportAsked | None:
    """One of them."""
    return session.get(ReportAsked, number)


def take_asked(session: Session, number: int) -> bool:
    """It is sent now; False where somebody was quicker."""
    statement = delete(ReportAsked).where(ReportAsked.id == number).returning(ReportAsked.id)
    return session.execute(statement).first() is not None


def stop(session: Session, schedule: str, address: str, now: datetime) -> bool:
    """Send it there no more; False where that was so already."""
    return _insert(session, ReportStop, schedule=schedule, address=address, at=now)


def stopped(session: Session, schedule: str) -> set[str]:
    """The addresses that want it no more."""
    statement = select(ReportStop.address).where(ReportStop.schedule == schedule)
    return set(session.execute(statement).scalars())


def _insert(session: Session, model: type[Base], **values: Any) -> bool:
    """Whether the row is new."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(model).values(values).on_conflict_do_nothing()
    return session.execute(statement.returning(literal(1))).first() is not None
