"""Whole tables as plain rows, the same from either database: what backups and moves are made of.

The tables are asked for what columns they have, so that a database of an older schema can be read, too.
"""

import base64
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    collate,
    func,
    inspect,
    select,
)
from sqlalchemy.types import String, TypeEngine

import ticketd.store.schema  # noqa: F401 - it knows every table
from ticketd.store.database import Database
from ticketd.store.tables import Base

Row = tuple[Any, ...]
Rows = Generator[Row, None, None]
"""To be closed where not all of them are looked at: the database keeps a place in them."""
_AT_A_TIME = 500


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """One moment of the database, however long it is looked at and whatever is written meanwhile."""
    with database.reading() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection


def tables_of(connection: Connection) -> list[Table]:
    """Our tables as they are there, parents first; not what the search derives of them."""
    inspector, there = inspect(connection), []
    names = set(inspector.get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name in names:
            keys = set(inspector.get_pk_constraint(table.name)["constrained_columns"])
            columns = [
                Column(c["name"], _kind(c["type"]), primary_key=c["name"] in keys)
                for c in inspector.get_columns(table.name)
            ]
            there.append(Table(table.name, MetaData(), *columns))
    return there


def _kind(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    # Else a NULL would be written as the JSON text `null`.
    return JSON(none_as_null=True) if isinstance(kind, JSON) else kind


def key_columns(table: Table) -> list[Column[Any]]:
    """What tells its rows apart, in an order that does not depend on how the table came to be."""
    return sorted(table.primary_key.columns, key=lambda column: column.name)


def count(connection: Connection, table: Table) -> int:
    """How many rows it has."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def rows(connection: Connection, table: Table, *, keys_only: bool = False) -> Rows:
    """All rows in order of their keys, a few at a time; times are in UTC, on both databases alike."""
    keys = key_columns(table)
    columns = keys if keys_only else list(table.columns)
    question = select(*columns).order_by(*(_bytewise(connection, c) for c in keys))
    # Of this question alone: an option of the connection would hold for what is written, too.
    with connection.execute(question, execution_options={"yield_per": _AT_A_TIME}) as found:
        for row in found:
            yield tuple(map(_plain, row))


def _bytewise(connection: Connection, column: Column[Any]) -> Any:
    """PostgreSQL orders texts by the rules of a language, SQLite by their bytes."""
    is_text = isinstance(column.type, String)
    return collate(column, "C") if is_text and connection.dialect.name != "sqlite" else column


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        case memoryview():
            return bytes(value)
        case _:
            return value


def write(connection: Connection, table: Table, new: Sequence[Row]) -> None:
    """Add rows; their values stand in the order of the columns."""
    if new:
        names = table.columns.keys()
        connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in new])


def restart_counting(connection: Connection, tables: Sequence[Table]) -> None:
    """PostgreSQL hands out ids by counters beside the tables: they go on behind the highest id."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        if "id" not in table.columns:
            continue
        name = table.name
        counter = connection.execute(
            select(func.pg_get_serial_sequence(name, "id"))
        ).scalar_one_or_none()
        if counter:
            highest = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            connection.execute(select(func.setval(counter, highest, False)))


def as_line(row: Row) -> bytes:
    """A row as one line of JSON: bytes in base64, times in ISO 8601."""
    return json.dumps(row, ensure_ascii=False, default=_written).encode() + b"\n"


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"no JSON for {type(value).__name__}")


def reader_of(table: Table, names: Sequence[str]) -> Callable[[bytes], Row]:
    """How lines with these columns become rows of the table. ValueError where it has other columns."""
    if set(names) != set(table.columns.keys()):
        raise ValueError(f"{table.name} has other columns than this backup")
    at = {name: place for place, name in enumerate(names)}
    plan = [(at[c.name], _reading(c.type)) for c in table.columns]

    def read(line: bytes) -> Row:
        values = json.loads(line)
        return tuple(
            values[place] if convert is None or values[place] is None else convert(values[place])
            for place, convert in plan
        )

    return read


def _reading(kind: TypeEngine[Any]) -> Callable[[str], Any] | None:
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    return base64.b64decode if isinstance(kind, LargeBinary) else None
