"""What lists say of many tickets at once: a few questions, however many tickets there are."""

import json
from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    Select,
    any_,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from ticketd.core.figures import Happened
from ticketd.core.query_shape import Query
from ticketd.store import query as stored
from ticketd.store.tables import (
    Activity,
    Message,
    MessageAttachment,
    Participant,
    Ticket,
    TicketDepartment,
    UtcTime,
)

TicketRow = Any
"""A `Ticket`, or a bare tuple with the same names: 10,000 objects take longer to make than to print."""
_NUMBER_ONLY = ("number", "updated_at", "sla_due_at")
"""The number, and what lists are sorted by."""
_LEFT_OUT = frozenset(
    {"is_flagged", "parent", "merged_into", "sla_next_at", "sla_version", "story"}
)
"""What no list says."""
_WHOLE = tuple(c.name for c in Ticket.__table__.columns if c.name not in _LEFT_OUT)
_MAILS = ("customer", "reply", "unverified", "third-party", "held", "automatic")
_FIGURES = ("status_changed", "assigned")
"""What `core.figures` looks at; the rest of the history is many times longer."""


class _Seen(UserDefinedType[Any]):
    """JSON that says the same on many rows: each text is read once, and nobody may change what it became."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "TEXT"

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002
        return _read


_read = lru_cache(1024)(json.loads)


class _Moment(UserDefinedType[Any]):
    """As `tables.UtcTime` reads it, by one call for each value instead of four."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002
        return _utc if dialect.name == "sqlite" else None


def _utc(text: str | None) -> datetime | None:
    return datetime.fromisoformat(f"{text}+00:00") if text is not None else None


def _plainly(column: Any) -> Any:
    """A column as the fastest way reads it."""
    if isinstance(column.type, JSON):
        return cast(column, _Seen()).label(column.name)
    if isinstance(column.type, UtcTime):
        return type_coerce(column, _Moment()).label(column.name)
    return column


@dataclass(slots=True)
class About:
    """What stands beside the ticket's own row."""

    departments: list[str] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    """Addresses and names of those outside who take part, but for the customer."""
    involved: list[str] = field(default_factory=list)
    """Keys of the agents who did anything."""
    happened: list[Happened] = field(default_factory=list)


def lines(
    session: Session, query: Query, limit: int | None = None, names: tuple[str, ...] = _NUMBER_ONLY
) -> list[TicketRow]:
    """The tickets of a query with these columns of theirs; the three of `_NUMBER_ONLY` are among them."""
    return _rows(session, query, limit, names)


def whole(session: Session, query: Query, limit: int | None = None) -> list[TicketRow]:
    """The tickets of a query with all that is theirs."""
    return _rows(session, query, limit, _WHOLE)


def _rows(
    session: Session, query: Query, limit: int | None, names: tuple[str, ...]
) -> list[TicketRow]:
    columns = [_plainly(Ticket.__table__.columns[name]) for name in names]
    # A value of such a tuple is read ten times as fast as one of a row.
    make = namedtuple("TicketRow", names)  # type: ignore[misc] # the names are the table's
    return list(map(make._make, stored.rows(session, query, limit, columns)))


def _of(numbers: Sequence[int], session: Session, model: Any, *names: str) -> Select[Any]:
    """Columns of the rows of these tickets, the ticket's number first."""
    columns = model.__table__.columns
    chosen = [_plainly(columns[name]) for name in ("ticket", *names)]
    return select(*chosen).where(among(session, columns["ticket"], numbers))


def among(session: Session, column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """One value for all numbers: both databases allow only so many, and writing each of them out takes long."""
    inside: ColumnElement[bool]
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(numbers))).table_valued("value")
        inside = column.in_(select(each.c.value))
    else:
        inside = column == any_(bindparam(None, list(numbers), ARRAY(BigInteger)))
    return inside


def about(session: Session, numbers: Sequence[int]) -> dict[int, About]:
    """What a program is told of these tickets besides their rows."""
    found = {number: About() for number in numbers}
    for number, key in session.execute(_of(numbers, session, TicketDepartment, "department")):
        found[number].departments.append(key)
    others = _of(numbers, session, Participant, "address", "name")
    others = others.where(Participant.role != "customer").order_by(Participant.id)
    for number, address, name in session.execute(others):
        found[number].others.append((address, name))
    involved = _of(numbers, session, Activity, "by").distinct()
    involved = involved.where(Activity.by.not_in(("customer", "system")))
    for number, by in session.execute(involved):
        found[number].involved.append(by)
    changes = _of(numbers, session, Activity, "at", "event", "data")
    changes = changes.where(Activity.event.in_(_FIGURES)).order_by(Activity.id)
    for number, at, event, data in session.execute(changes):
        found[number].happened.append(Happened(at, event, data))
    return found


def message_counts(session: Session, numbers: Sequence[int]) -> dict[int, int]:
    """How many mails people wrote on these tickets."""
    statement = (
        select(Message.ticket, func.count())
        .where(among(session, Message.ticket, numbers), Message.kind.in_(_MAILS))
        .group_by(Message.ticket)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def with_files(session: Session, numbers: Sequence[int]) -> set[int]:
    """Which of these tickets hold a file."""
    statement = (
        select(Message.ticket)
        .join(MessageAttachment, MessageAttachment.message == Message.id)
        .where(among(session, Message.ticket, numbers))
        .distinct()
    )
    return set(session.execute(statement).scalars())
