"""Scheduled reports: claimed once for each day, and who has unsubscribed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ticketd.store.report_tables import ReportSent, ReportStop
from ticketd.store.tables import Base


def days(session: Session, schedule: str) -> set[str]:
    """The days whose report is done."""
    statement = select(ReportSent.day).where(ReportSent.schedule == schedule)
    return set(session.execute(statement).scalars())


def claim(session: Session, schedule: str, day: date, now: datetime) -> bool:
    """Take the report of a day; False where somebody has. Of two daemons the second waits for the first one's end."""
    return _insert(session, ReportSent, schedule=schedule, day=day.isoformat(), at=now)


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
