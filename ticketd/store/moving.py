"""Moves a whole desk from one database to another: as often as needed, only what differs, and checked row by row."""

import itertools
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, tuple_, update

from ticketd.store.database import Database
from ticketd.store.snapshot import (
    Row,
    count,
    key_columns,
    restart_counting,
    rows,
    snapshot,
    tables_of,
    write,
)

_AT_A_TIME = 500
T = TypeVar("T")
Tell = Callable[[int], None]


def copy(source: Database, target: Database, tell: Tell) -> tuple[int, int]:
    """Make the target's rows those of the source, all in one transaction; (rows written, rows in all).

    What is there already and equal stays: the first run takes its time beside a living desk, a second one,
    when the desk stands still, only brings what has come since. `tell` is told of every row looked at.
    """
    with snapshot(source) as here, target.writing() as there:
        pairs = list(zip(tables_of(here), tables_of(there), strict=True))
        for ours, theirs in reversed(pairs):
            _remove_what_is_gone(here, ours, there, theirs)
        written = 0
        for ours, theirs in pairs:
            for batch in _batches(_differing(here, ours, there, theirs, tell)):
                written += len(batch)
                write(there, theirs, [row for row, is_new in batch if is_new])
                _change(there, theirs, [row for row, is_new in batch if not is_new])
        restart_counting(there, [theirs for _, theirs in pairs])
        return written, sum(count(here, ours) for ours, _ in pairs)


def first_difference(source: Database, target: Database, tell: Tell) -> str:
    """Read both again, row by row; where the first difference is, empty where there is none."""
    with snapshot(source) as here, snapshot(target) as there:
        for ours, theirs in zip(tables_of(here), tables_of(there), strict=True):
            with closing(_differing(here, ours, there, theirs, tell)) as differing:
                first = next(differing, None)
            if first is not None:
                return f"{ours.name} {_key_of(theirs)(first[0])}"
            if count(here, ours) != count(there, theirs):
                return f"{ours.name}: {count(here, ours)} rows here, {count(there, theirs)} there"
    return ""


def total(database: Database) -> int:
    """How many rows there are in all tables."""
    with snapshot(database) as connection:
        return sum(count(connection, table) for table in tables_of(connection))


def _differing(
    here: Connection, ours: Table, there: Connection, theirs: Table, tell: Tell
) -> Generator[tuple[Row, bool], None, None]:
    """Rows of ours that are not there (new), or are others there; both sides come in the order of their keys."""
    place = [ours.columns.keys().index(column.name) for column in theirs.columns]
    key = _key_of(theirs)
    with closing(rows(here, ours)) as all_of_ours, closing(rows(there, theirs)) as others:
        known = next(others, None)
        for own in all_of_ours:
            row = tuple(own[at] for at in place)
            tell(1)
            if known == row:
                # Mostly: what is there already is passed as a whole.
                known = next(others, None)
                continue
            while known is not None and key(known) < key(row):
                known = next(others, None)
            if known is None or key(known) != key(row):
                yield row, True
            elif known != row:
                yield row, False


def _remove_what_is_gone(here: Connection, ours: Table, there: Connection, theirs: Table) -> None:
    gone: list[Row] = []
    with (
        closing(rows(here, ours, keys_only=True)) as wanted,
        closing(rows(there, theirs, keys_only=True)) as there_are,
    ):
        next_one = next(wanted, None)
        for key in there_are:
            while next_one is not None and next_one < key:
                next_one = next(wanted, None)
            if next_one != key:
                gone.append(key)
    for start in range(0, len(gone), _AT_A_TIME):
        _remove(there, theirs, gone[start : start + _AT_A_TIME])


def _remove(there: Connection, table: Table, keys: list[Row]) -> None:
    one, *more = key_columns(table)
    ours: Any = tuple_(one, *more).in_(keys) if more else one.in_([key[0] for key in keys])
    there.execute(delete(table).where(ours))


def _change(there: Connection, table: Table, changed: list[Row]) -> None:
    """Not removed and written anew: others may refer to them."""
    if not changed:
        return
    keys = key_columns(table)
    values: dict[str, Any] = {
        c.name: bindparam(f"v_{c.name}") for c in table.columns if c not in keys
    }
    statement = update(table).where(*(c == bindparam(f"k_{c.name}") for c in keys)).values(values)
    names = [f"{'k' if c in keys else 'v'}_{c.name}" for c in table.columns]
    there.execute(statement, [dict(zip(names, row, strict=True)) for row in changed])


def _key_of(table: Table) -> Callable[[Row], Row]:
    """The key of a row; worked out once for all rows of a table."""
    names = table.columns.keys()
    places = [names.index(c.name) for c in key_columns(table)]
    return lambda row: tuple(row[at] for at in places)


def _batches(found: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(itertools.islice(found, _AT_A_TIME)):
        yield batch
