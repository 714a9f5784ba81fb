"""The tables of scheduled reports: which have left, and who wants no more."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from ticketd.store.tables import Base, Id


class ReportSent(Base):
    """A schedule's report of a day has left, or was not wanted: it never does again."""

    __tablename__ = "report_sent"
    schedule: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    """The local day that it was due on (ISO 8601)."""
    at: Mapped[datetime]


class ReportAsked(Base):
    """A report that an agent asked for by mail, and has not got yet."""

    __tablename__ = "report_asked"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agent: Mapped[str]
    words: Mapped[str]
    at: Mapped[datetime]


class ReportStop(Base):
    """Somebody has unsubscribed from a schedule."""

    __tablename__ = "report_stop"
    schedule: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
