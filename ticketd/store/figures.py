"""The rows that reports are made of: tickets as cases, and their history with the facts that figures need.

A year of a large desk is a million rows: they go from the driver to `core.reports.cases` without being objects, their
moments as whole seconds, and the text of each event's facts is read once for all rows that say the same.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Integer,
    Text,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from ticketd.core.query import Query
from ticketd.core.reports.cases import Case
from ticketd.core.reports.lists import Noise
from ticketd.store.listing import among
from ticketd.store.query import conditions
from ticketd.store.tables import Activity, Ticket

FIELDS = (
    "subject", "status", "department", "assignee", "channel", "language", "priority", "severity",
)  # fmt: skip
Progress = Callable[[int], None]
_EVERY = 20_000
_WHOLE = ("status_changed", "assigned", "rated", "undone")
"""Events whose facts are read as they stand; of a customer's mail only its kind counts."""


def cases(session: Session, query: Query, since: datetime, until: datetime) -> dict[int, Case]:
    """The tickets of a query that were alive at some moment between the two, by number."""
    alive = or_(Ticket.updated_at >= since, Ticket.status != "closed")
    columns = [_plain(Ticket.__table__.columns[name]) for name in FIELDS]
    statement = select(
        Ticket.number, _seconds(session, Ticket.opened_at), Ticket.customer_address, _plain(Ticket.tags), *columns
    ).where(Ticket.opened_at < until, alive, *conditions(session, query))  # fmt: skip
    found = {}
    for number, opened, customer, tags, *values in _driver_rows(session, statement):
        fields = dict(zip(FIELDS, values, strict=True))
        found[number] = Case(number, opened, customer=customer, tags=_tags(tags), **fields)
    return found


def lines(
    session: Session, found: dict[int, Case], progress: Progress | None = None
) -> Iterator[tuple[Any, ...]]:
    """The history of these tickets in its order, as `core.reports.cases.Line` has it."""
    statement = select(
        Activity.ticket, _seconds(session, Activity.at), Activity.by, Activity.event, _facts(session), Activity.act
    )  # fmt: skip
    total = session.execute(select(func.count()).select_from(Ticket)).scalar_one()
    if len(found) * 4 < total:
        # Few of many: by the index. Else reading all of the table in its own order is faster.
        statement = statement.where(among(session, Activity.ticket, list(found)))
    statement = statement.order_by(Activity.id)
    for at, (number, seconds, by, event, facts, act) in enumerate(_driver_rows(session, statement)):
        if progress is not None and at % _EVERY == 0:
            progress(at)
        yield number, seconds, by, event, _read(facts) if facts else _NONE, act


def history_size(session: Session) -> int:
    """About how many rows the history has: its newest number."""
    return int(session.execute(select(func.max(Activity.id))).scalar() or 0)


def noise(session: Session, since: datetime, until: datetime) -> list[Noise]:
    """The storms that began and the addresses that were muted between the two."""
    statement = select(Activity).where(
        Activity.event.in_(("muted", "storm_began", "crowd_began")),
        Activity.at >= since,
        Activity.at < until,
    )
    return [
        Noise(
            row.at, row.event, row.data.get("address") or row.data.get("department", ""), row.ticket,
            row.data.get("tickets", 0),
        )
        for row in session.execute(statement.order_by(Activity.id)).scalars()
    ]  # fmt: skip


_NONE: dict[str, Any] = {}
_read = lru_cache(4096)(json.loads)


@lru_cache(4096)
def _tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text or "[]"))


def _facts(session: Session) -> Any:
    """What an event says, as text: whole, or of a customer's mail the kind alone."""
    told: Any = cast(Activity.data, Text)
    kind = Activity.data["kind"].as_string()
    said = literal('{"kind": "') + kind + literal('"}')
    if session.get_bind().dialect.name == "sqlite":
        told = type_coerce(Activity.data, Text)
    return case(
        *((Activity.event == name, told) for name in _WHOLE),
        (Activity.event == "customer_wrote", said),
        else_=null(),
    )


def _seconds(session: Session, column: Any) -> Any:
    """A moment in whole seconds since 1970, its fraction cut off."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", type_coerce(column, Text)), Integer)
    return cast(func.floor(extract("epoch", column)), BigInteger)


def _plain(column: Any) -> Any:
    """A column as the driver gives it; JSON as its text."""
    return cast(column, Text) if isinstance(column.type, JSON) else column


def _driver_rows(session: Session, statement: Any) -> Iterator[Sequence[Any]]:
    """The rows as they come, without keeping them; on SQLite as tuples of the driver itself.

    A million of SQLAlchemy's would take as long again as reading them.
    """
    if session.get_bind().dialect.name == "sqlite":
        cursor = session.connection().execute(statement).cursor
        while rows := cursor.fetchmany(_EVERY):
            yield from rows
        cursor.close()
    else:
        streamed = session.connection().execution_options(yield_per=_EVERY)
        yield from streamed.execute(statement)
