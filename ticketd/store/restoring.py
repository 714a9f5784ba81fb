"""A backup becomes a desk again: in an empty database, with its outgoing mail held."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlalchemy.orm import Session

from ticketd.store import schema
from ticketd.store.backup import BadBackup, Manifest, parts
from ticketd.store.blobs import path_of
from ticketd.store.database import Database
from ticketd.store.holding import hold_all
from ticketd.store.snapshot import Row, reader_of, restart_counting, tables_of, write
from ticketd.store.tables import Blob, Inbox, Ticket, Worker

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    tickets: int
    waiting: int
    """Mails of customers that nobody has worked in yet."""
    held: int


def why_not_empty(database: Database) -> str:
    """Why nothing may be restored here; empty where there is no desk yet."""
    found = None
    if database.path is None or database.path.exists():
        found = schema.version(database)
    if found is None:
        return ""
    if found != schema.HEAD:
        return f"{database.kind} holds a desk of schema {found}"
    with database.reading() as session:
        for what, table in (("tickets", Ticket), ("mails", Inbox)):
            number = session.execute(select(func.count()).select_from(table)).scalar_one()
            if number:
                return f"{database.kind} holds {number} {what}"
    return ""


def restore(path: Path, manifest: Manifest, database: Database, tell: Tell) -> Restored:
    """Put the rows and blobs of a verified backup into an empty database. BadBackup where they do not fit."""
    if manifest.schema > schema.HEAD:
        raise BadBackup(
            f"{path} was made by ticketd {manifest.program} with schema {manifest.schema}, this program knows"
            f" {schema.HEAD}; install that version or a later one"
        )
    if database.path is None or database.path.exists():
        schema.remove(database)
    _make(database, manifest.schema)
    with database.writing() as connection:
        tables = {table.name: table for table in tables_of(connection)}
        for name, content in parts(path):
            kind, _, rest = name.partition("/")
            if kind == "database":
                _rows(connection, tables, manifest, rest.partition(".")[0], content)
            elif kind == "blobs":
                _blob(connection, database.blobs, rest, content)
            tell(1)
        restart_counting(connection, list(tables.values()))
    if manifest.schema != schema.HEAD:
        schema.upgrade(database)
    with database.transaction() as session:
        return _settled(session)


def _make(database: Database, version: str) -> None:
    """The tables as they were when the backup was made."""
    if database.path is not None:
        database.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if version == schema.HEAD:
        schema.create(database)
    else:
        schema.upgrade(database, version)
    database.protect()


def _rows(
    connection: Connection, tables: dict[str, Table], manifest: Manifest, name: str, content: bytes
) -> None:
    table = tables.get(name)
    if table is None:
        raise BadBackup(f"the backup has a table {name} that its schema does not have")
    try:
        read = reader_of(table, manifest.tables[name])
        batch: list[Row] = []
        for line in content.splitlines():
            batch.append(read(line))
            if len(batch) == 500:
                write(connection, table, batch)
                batch = []
        write(connection, table, batch)
    except ValueError as error:
        raise BadBackup(f"the rows of {name} cannot be read: {error}") from None


def _blob(connection: Connection, folder: Path | None, sha256: str, content: bytes) -> None:
    """A file again; a row, where this desk keeps all of them in its database."""
    if folder is None:
        statement = update(Blob).where(Blob.sha256 == sha256).values(content=content)
        connection.execute(statement)
        return
    target = path_of(folder, sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("wb") as stream:
        target.chmod(0o600)
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _settled(session: Session) -> Restored:
    """Nothing leaves yet; what the old daemon was doing is nobody's now."""
    session.execute(delete(Worker))
    held = hold_all(session)
    tickets = session.execute(select(func.count()).select_from(Ticket)).scalar_one()
    waiting = session.execute(
        select(func.count()).select_from(Inbox).where(Inbox.state.in_(("waiting", "working")))
    ).scalar_one()
    return Restored(int(tickets), int(waiting), held)


def give(folder: Path) -> None:
    """What root has made in the daemon's folder belongs to the daemon."""
    owner = folder.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        for path in folder.rglob("*"):
            if path.stat().st_uid == 0:
                shutil.chown(path, owner.st_uid, owner.st_gid)
