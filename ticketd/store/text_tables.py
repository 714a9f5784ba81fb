"""The tables of blocked senders, and of how often canned replies and articles were used."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from ticketd.store.tables import Base, Id


class BlockedSender(Base):
    """An address, or `@domain`, whose mail becomes no ticket."""

    __tablename__ = "blocked_sender"
    entry: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    act: Mapped[str] = mapped_column(default="")


class TextUse(Base):
    """One use of a canned reply or an article."""

    __tablename__ = "text_use"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    """canned, kb (an agent sent it), suggested (an ack did), solved (and the customer said so), asked (for it)."""
    name: Mapped[str]
    ticket: Mapped[int] = mapped_column(BigInteger, index=True)
    """0 where none was opened."""
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(default="")
    __table_args__ = (Index("ix_text_use_kind_name", "kind", "name"),)
