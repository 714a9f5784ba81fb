"""The tables of what the desk keeps for agents, beside the tickets."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from ticketd.store.tables import Base, Id


class DigestLine(Base):
    """A notice that an agent is owed as a line of the next digest: the budget of this hour was used up."""

    __tablename__ = "digest_line"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agent: Mapped[str] = mapped_column(index=True)
    ticket: Mapped[int] = mapped_column(BigInteger)
    notice: Mapped[str]
    act: Mapped[str]
    at: Mapped[datetime]


class WaitingAct(Base):
    """What an agent asked for by mail and has to confirm, or to look at again, before it is done."""

    __tablename__ = "waiting_act"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agent: Mapped[str]
    ticket: Mapped[int] = mapped_column(BigInteger)
    message: Mapped[int | None] = mapped_column(BigInteger)
    """The draft that holds its text and files."""
    speech: Mapped[str]
    commands: Mapped[list[Any]] = mapped_column(JSON)
    """[[verb, words], ...]"""
    why: Mapped[str]
    """stale, confirm or draft."""
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_waiting_act_agent_ticket", "agent", "ticket"),)


class AgentState(Base):
    """What an agent has told the desk about being away."""

    __tablename__ = "agent_state"
    agent: Mapped[str] = mapped_column(primary_key=True)
    away_until: Mapped[datetime | None]
    deputy: Mapped[str] = mapped_column(default="")


class DailyDigest(Base):
    """When an agent wants the digest of the day; `report_sent` knows which have left."""

    __tablename__ = "daily_digest"
    agent: Mapped[str] = mapped_column(primary_key=True)
    every: Mapped[str]
    """As in `reports`: `day 08:00`, by the agent's clock."""


class Reminder(Base):
    """An agent wants to be told of a ticket at some moment."""

    __tablename__ = "reminder"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agent: Mapped[str]
    ticket: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(default="")


class Handover(Base):
    """A ticket that one agent gave to another, who has not accepted it yet."""

    __tablename__ = "handover"
    ticket: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    giver: Mapped[str]
    taker: Mapped[str]
    until: Mapped[datetime] = mapped_column(index=True)
    """When it goes back by itself."""


class LookedUp(Base):
    """What another system said of a customer (`lookup`); shown to agents alone."""

    __tablename__ = "looked_up"
    address: Mapped[str] = mapped_column(primary_key=True)
    lines: Mapped[list[str]]
    at: Mapped[datetime]


class SavedView(Base):
    """A query that an agent asks again and again."""

    __tablename__ = "saved_view"
    agent: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[str]
    columns: Mapped[list[str]]
