"""The tables. A row is the ticket; there is no second Ticket class."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcTime(TypeDecorator[datetime]):
    """Aware times in UTC: SQLite drops the offset, so a naive time is a bug and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite hands out row ids only for a column of type INTEGER."""


class Base(DeclarativeBase):
    """What all tables share: types and names of constraints (alembic needs the latter)."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: UtcTime(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


def table_of(kind: type[Base]) -> Table:
    """The bare table, for statements that are prepared once and asked before and after every mail."""
    table = kind.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    return table


class Blob(Base):
    """Bytes by their SHA-256, stored once; without `content` they lie in a file of that name."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes | None]
    stored_at: Mapped[datetime]


class Inbox(Base):
    """A mail that we took responsibility for (RFC 5321, 6.1)."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, working, done or quarantined."""
    owner: Mapped[str] = mapped_column(default="")
    """The process that is at work on it right now."""
    via: Mapped[str]
    peer: Mapped[str] = mapped_column(default="")
    mail_from: Mapped[str]
    recipients: Mapped[list[Any]] = mapped_column(JSON)
    """[[address, original], ...]"""
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    trust: Mapped[str] = mapped_column(default="")
    step: Mapped[str] = mapped_column(default="")
    reasons: Mapped[list[str]] = mapped_column(default=list)
    ticket: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    text_hash: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        Index("ix_inbox_state_id", "state", "id"),
        Index("ix_inbox_author_text_hash", "author", "text_hash"),
    )


class InboxKey(Base):
    """The exact-repeat key of one recipient of one mail; unique for 30 days."""

    __tablename__ = "inbox_key"
    key: Mapped[str] = mapped_column(primary_key=True)
    inbox_id: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(index=True)


class Ticket(Base):
    """One request of one customer."""

    __tablename__ = "ticket"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject: Mapped[str]
    status: Mapped[str]
    close_reason: Mapped[str | None]
    priority: Mapped[str] = mapped_column(default="normal")
    severity: Mapped[str | None]
    department: Mapped[str]
    assignee: Mapped[str | None]
    customer_address: Mapped[str] = mapped_column(index=True)
    customer_name: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="email")
    language: Mapped[str] = mapped_column(default="en")
    summary: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_flagged: Mapped[bool] = mapped_column(default=False)
    """A mail of ours about it did not arrive."""
    parent: Mapped[int | None] = mapped_column(BigInteger)
    """The first ticket of a storm that this one belongs to."""
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    links: Mapped[list[int]] = mapped_column(JSON, default=list)
    refs: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """What it refers to in other systems: `contract:C-77`."""
    minutes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """How long agents say that they worked on it."""
    followers: Mapped[list[str]] = mapped_column(default=list)
    """Keys of the agents who are told of everything; people outside are participants."""
    pending_until: Mapped[datetime | None] = mapped_column(index=True)
    """When a ticket that waits for its customer opens by itself."""
    opened_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime] = mapped_column(index=True)
    first_reply_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    first_reply_due: Mapped[datetime | None]
    next_reply_due: Mapped[datetime | None]
    resolution_due: Mapped[datetime | None]
    agent_due: Mapped[datetime | None]
    """When agents want it to be done, whatever is promised."""
    sla_due_at: Mapped[datetime | None]
    """The first of the four while it is not closed; it and the first three are written by `desk.promises` alone."""
    sla_next_at: Mapped[datetime | None] = mapped_column(index=True)
    """When agents are to be told something about them."""
    sla_version: Mapped[int] = mapped_column(BigInteger, default=0)
    """By which policies they were reckoned."""
    rating: Mapped[int | None]
    story: Mapped[str] = mapped_column(default="", server_default="", deferred=True)
    """The history in short, for figures (`core.reports.story`): written by `store.stories` alone."""
    departments: Mapped[list["TicketDepartment"]] = relationship(cascade="all, delete-orphan")
    people: Mapped[list["Participant"]] = relationship(
        cascade="all, delete-orphan", order_by="Participant.id"
    )
    messages: Mapped[list["Message"]] = relationship(order_by="Message.at, Message.id")
    __table_args__ = (
        Index("ix_ticket_status_updated_at", "status", "updated_at"),
        Index("ix_ticket_status_sla_due_at", "status", "sla_due_at"),
    )


class TicketDepartment(Base):
    """A department that sees a ticket."""

    __tablename__ = "ticket_department"
    ticket: Mapped[int] = mapped_column(ForeignKey("ticket.number"), primary_key=True)
    department: Mapped[str] = mapped_column(primary_key=True)


class Participant(Base):
    """Somebody outside who takes part in a ticket: content leaves to nobody else."""

    __tablename__ = "participant"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[int] = mapped_column(ForeignKey("ticket.number"))
    address: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="customer")
    last_message_id: Mapped[str] = mapped_column(default="")
    """The last mail of this person, which our next one answers."""
    thread_index: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (Index("uq_participant_ticket_address", "ticket", "address", unique=True),)


class Message(Base):
    """An entry on a ticket that came or went as mail."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[int] = mapped_column(ForeignKey("ticket.number"), index=True)
    kind: Mapped[str]
    author_address: Mapped[str]
    author_name: Mapped[str] = mapped_column(default="")
    by: Mapped[str] = mapped_column(default="customer")
    at: Mapped[datetime]
    text: Mapped[str]
    full_text: Mapped[str]
    has_html: Mapped[bool] = mapped_column(default=False)
    trust: Mapped[str] = mapped_column(default="none")
    message_id: Mapped[str] = mapped_column(default="", index=True)
    soft_key: Mapped[str] = mapped_column(default="", index=True)
    inbox_id: Mapped[int | None] = mapped_column(BigInteger)
    undelivered: Mapped[str] = mapped_column(default="")
    attachments: Mapped[list["MessageAttachment"]] = relationship(order_by="MessageAttachment.id")


class MessageAttachment(Base):
    """A file of a message: the sender's name is data, the bytes are a blob."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    content_id: Mapped[str] = mapped_column(default="")
    inline: Mapped[bool] = mapped_column(default=False)


class Activity(Base):
    """The history: written by `desk.record` alone, never changed."""

    __tablename__ = "activity"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[int] = mapped_column(ForeignKey("ticket.number"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    event: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    act: Mapped[str] = mapped_column(default="", index=True)
    """Everything that one act did is taken back together."""


class Outbox(Base):
    """A mail that we owe: finished bytes, so that every try sends the same ones."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, held, sending, dot, in-doubt, sent or failed."""
    kind: Mapped[str]
    priority: Mapped[int]
    ticket: Mapped[int | None] = mapped_column(BigInteger, index=True)
    message: Mapped[int | None] = mapped_column(BigInteger, index=True)
    act: Mapped[str] = mapped_column(default="", index=True)
    """Everything that one act sends waits, and is taken back, together."""
    mail_from: Mapped[str]
    rcpt_to: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    content: Mapped[bytes]
    attempts: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")
    """The process that is sending it right now."""
    told: Mapped[int] = mapped_column(default=0)
    """What was said of its being late: 1 an entry on the ticket, 2 a mail to its agents."""
    RETURNED: ClassVar[str] = "not delivered: "
    """How `answer` begins once it has come back."""
    __table_args__ = (Index("ix_outbox_state_priority_id", "state", "priority", "id"),)

    @property
    def is_returned(self) -> bool:
        """Whether its recipient's side gave it back, or nobody would take it."""
        return self.answer.startswith(self.RETURNED)


class Spent(Base):
    """One use of a budget: acks, rounds, mutes and storms are counted over these rows; see `store.spent`."""

    __tablename__ = "spent"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    budget: Mapped[str]
    who: Mapped[str]
    at: Mapped[datetime]
    ticket: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (Index("ix_spent_budget_who_at", "budget", "who", "at"),)


class SearchText(Base):
    """What is searched: one row for the ticket itself (no message), one for each message; see `store.search`."""

    __tablename__ = "search_text"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[int] = mapped_column(BigInteger, index=True)
    message: Mapped[int | None] = mapped_column(BigInteger, index=True)
    folded: Mapped[str]
    """By `core.text.fold`, so that case and Latin marks do not matter."""


class Counter(Base):
    """Numbers that are handed out one after the other: ticket numbers."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class Worker(Base):
    """When each loop of each daemon last made a step; what `status` reads."""

    __tablename__ = "worker"
    name: Mapped[str] = mapped_column(primary_key=True)
    step_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="")
