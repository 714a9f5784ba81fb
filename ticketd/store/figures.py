"""The tickets that reports are about, with their stories.

A year of a large desk is 200,000 tickets: they go from the driver to `core.reports.cases` without being objects, their
moments as whole seconds.
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
    cast,
    extract,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from ticketd.core.query_shape import Query
from ticketd.core.reports.cases import Case
from ticketd.core.reports.lists import Noise
from ticketd.store.query import conditions
from ticketd.store.tables import Activity, Ticket

FIELDS = (
    "story", "customer_address", "tags", "subject", "status", "department", "assignee", "channel", "language",
    "priority", "severity",
)  # fmt: skip
Progress = Callable[[int], None]
_EVERY = 5_000


def cases(
    session: Session,
    query: Query,
    since: datetime,
    until: datetime,
    progress: Progress | None = None,
) -> Iterator[Case]:
    """The tickets of a query that were alive at some moment between the two, the oldest number first."""
    alive = or_(Ticket.updated_at >= since, Ticket.status != "closed")
    moments = [_seconds(session, column) for column in (Ticket.opened_at, Ticket.updated_at)]
    plain = [_plain(Ticket.__table__.columns[name]) for name in FIELDS]
    statement = select(Ticket.number, *moments, *plain)
    statement = statement.where(Ticket.opened_at < until, alive, *conditions(session, query))
    statement = statement.order_by(Ticket.number)
    for at, row in enumerate(_driver_rows(session, statement)):
        if progress is not None and at % _EVERY == 0:
            progress(at)
        number, opened, touched, story, customer, tags, *fields = row
        yield Case(number, opened, touched, story, customer, _tags(tags), *fields)


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


@lru_cache(4096)
def _tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text or "[]"))


def _seconds(session: Session, column: Any) -> Any:
    """A moment in whole seconds since 1970, its fraction cut off."""
    if session.get_bind().dialect.name == "sqlite":
        # It would round a fraction.
        return cast(func.strftime("%s", func.substr(type_coerce(column, Text), 1, 19)), Integer)
    return cast(func.floor(extract("epoch", column)), BigInteger)


def _plain(column: Any) -> Any:
    """A column as the driver gives it; JSON as its text."""
    return cast(column, Text) if isinstance(column.type, JSON) else column


def _driver_rows(session: Session, statement: Any) -> Iterator[Sequence[Any]]:
    """The rows as they come, without keeping them; on SQLite as tuples of the driver itself.

    SQLAlchemy's would take as long again as reading them.
    """
    if session.get_bind().dialect.name == "sqlite":
        cursor = session.connection().execute(statement).cursor
        while rows := cursor.fetchmany(_EVERY):
            yield from rows
        cursor.close()
    else:
        streamed = session.connection().execution_options(yield_per=_EVERY)
        yield from streamed.execute(statement)
