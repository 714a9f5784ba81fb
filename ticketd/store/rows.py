"""New rows go straight in: one prepared statement each, without the unit of work.

A mail writes some fifteen rows. SQLAlchemy's flush takes 270 microseconds for one of them, its prepared
insert 50, the driver 12: what is only added, and never changed in the same breath, is written by these two,
with the statements and the types that SQLAlchemy has made of the tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Dialect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from ticketd.store.tables import Base, table_of

T = TypeVar("T", bound=Base)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An insert as the driver takes it."""

    text: str
    order: tuple[str, ...]
    """The order of the values, for a driver that counts question marks."""
    is_positional: bool
    converters: Mapping[str, Callable[[Any], Any]]
    returns_id: bool

    def run(self, cursor: Any, values: dict[str, Any]) -> Any:
        """Write one row; its id where the database hands ids out."""
        for name, convert in self.converters.items():
            values[name] = convert(values[name])
        given = [values[name] for name in self.order] if self.is_positional else values
        cursor.execute(self.text, given)
        if not self.returns_id:
            return None
        return cursor.lastrowid if self.is_positional else cursor.fetchone()[0]


@cache
def _prepared(kind: type[Base], dialect: Dialect) -> _Prepared:
    table, returns_id = table_of(kind), _hands_out_ids(kind)
    names = [column.name for column in table.columns if not (returns_id and column.name == "id")]
    statement = table.insert()
    is_positional = dialect.positional
    if returns_id and not is_positional:
        statement = statement.returning(table.c.id)
    compiled = statement.compile(dialect=dialect, column_keys=names)
    converters = {
        name: convert
        for name in names
        if (convert := table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
    }
    order = tuple(getattr(compiled, "positiontup", None) or names)
    return _Prepared(str(compiled), order, is_positional, converters, returns_id)


def _cursor(session: Session) -> Any:
    """The driver's cursor of this transaction, asked for once."""
    cursor = session.info.get("cursor")
    if cursor is None:
        cursor = session.info["cursor"] = session.connection().connection.cursor()
    return cursor


@cache
def _hands_out_ids(kind: type[Base]) -> bool:
    column = table_of(kind).c.get("id")
    return column is not None and column.autoincrement is not False


@cache
def _defaults(kind: type[Base]) -> tuple[tuple[str, Any, bool], ...]:
    """(column, default or None, whether it is called) of all columns but a handed-out id."""
    found = []
    for column in table_of(kind).columns:
        if column.name == "id" and _hands_out_ids(kind):
            continue
        default = column.default
        is_called = default is not None and default.is_callable
        value = getattr(default, "arg", None) if default is not None else None
        found.append((column.name, value, is_called))
    return tuple(found)


def set_known(row: Base, **related: list[Any]) -> None:
    """What a row that was just inserted is related to, so that nobody asks the database for it."""
    for name, rows in related.items():
        set_committed_value(row, name, rows)


def append(session: Session, kind: type[Base], *rows: dict[str, Any]) -> None:
    """Write rows that nobody in this transaction looks at again."""
    for row in rows:
        _write(session, kind, row)


def insert(session: Session, row: T) -> T:
    """Write a new row at once and give it its id; from then on the session knows it as any other."""
    kind, values = type(row), row.__dict__
    new_id = _write(session, kind, values)
    if new_id is not None:
        values["id"] = new_id
    make_transient_to_detached(row)
    session.add(row)
    return row


def _write(session: Session, kind: type[Base], values: dict[str, Any]) -> Any:
    """`values` get their defaults; the id of the new row, where the database hands ids out."""
    stored = {}
    for name, default, is_called in _defaults(kind):
        if name not in values:
            values[name] = default(None) if is_called else default
        stored[name] = values[name]
    return _prepared(kind, session.get_bind().dialect).run(_cursor(session), stored)
