"""Opens the database and hands out transactions; the only commit stands here."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from ticketd import meters
from ticketd.core.errors import Temporary

BUSY_SECONDS = 5
_AT_ONCE = 2_000
"""Rows of one statement: both databases count the values."""
_MOMENT = threading.Event()
# SQLite calls these operational; no waiting mends them.
_BUGS = ("no such table", "no such column", "syntax error")
_FULL = ("disk is full", "no space left", "disk i/o error")


# NORMAL does not wait for the disk: power loss may take the last commits back, never one before a durable one.
_DURABLE, _HASTY = "PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"
_HASTY_POSTGRES = "SET LOCAL synchronous_commit = off"


class DiskFull(Temporary):
    """There is no room for another row."""


class Damaged(Exception):
    """The file of the database is not what SQLite wrote: nothing is taken in, and nothing is mended by us."""


def _is_damage(error: BaseException) -> bool:
    return any(words in str(error) for words in ("malformed", "not a database"))


class Database:
    """One database, SQLite or PostgreSQL, and the folder beside it for large blobs."""

    def __init__(self, url: str, blobs: Path | None) -> None:
        self.url = make_url(url)
        self.blobs = blobs
        """Where large blobs lie as files; None keeps all of them in the database."""
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._one_writer = threading.Lock() if self.is_sqlite else None
        self.engine = _sqlite(str(self.url)) if self.is_sqlite else _postgres(url)
        self._hasty = self.engine.execution_options(ticketd_may_be_forgotten=True)
        self._kept: dict[bool, list[PoolProxiedConnection]] = {True: [], False: []}
        """Connections of `bare`, by what may be forgotten: the pool's checks would cost a third of a commit."""

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def transaction(self, *, may_be_forgotten: bool = False) -> Iterator[Session]:
        """A session whose work is committed as a whole, or not at all.

        What a power loss may take back (never a crash of ours) does not wait for the disk: it is durable with the
        next commit that waits, as both databases keep the order of commits.
        """
        engine = self._hasty if may_be_forgotten else self.engine
        # Acts flush where they need an id; a flush before every question would cost more than the question.
        with (
            self._in_turn(),
            self._temporary_if_away(),
            Session(engine, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for questions; whatever it changes is thrown away."""
        with (
            self._temporary_if_away(),
            self.engine.connect() as connection,
            Session(connection.execution_options(ticketd_reads=True)) as session,
        ):
            yield session

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A bare connection for changes of the schema, committed as a whole."""
        with self._in_turn(), self._temporary_if_away(), self.engine.begin() as connection:
            yield connection

    def forget_traces(self) -> None:
        """SQLite keeps what was overwritten in its log until that comes round again: end it now, if nobody reads it.

        PostgreSQL keeps it until its own VACUUM has been there.
        """
        if self.is_sqlite:
            with self._temporary_if_away(), self.engine.connect() as connection:
                connection.rollback()
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.close()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """SQLite has one writer: threads of one process wait for each other here, without asking the file."""
        if self._one_writer is None:
            yield
            return
        if not self._one_writer.acquire(timeout=BUSY_SECONDS):
            raise Temporary("the database does not answer: another thread is writing")
        try:
            yield
        finally:
            self._one_writer.release()

    @contextmanager
    def _temporary_if_away(self) -> Iterator[None]:
        """A database that is locked, away or full is the world's failure, not a bug."""
        driver = self.engine.dialect.loaded_dbapi
        try:
            yield
        except OperationalError as error:
            raise _temporary(error.orig or error) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Temporary("the connection to the database was lost") from error
            if _is_damage(error.orig or error):
                raise Damaged(str(error.orig)) from error
            raise
        except (driver.OperationalError, driver.InterfaceError) as error:
            raise _temporary(error) from error
        except sqlite3.DatabaseError as error:
            raise (Damaged(str(error)) if _is_damage(error) else error) from error

    @contextmanager
    def bare(self, *, may_be_forgotten: bool = False) -> Iterator["Bare"]:
        """The driver itself, for the few statements before and after each mail; as a `transaction`."""
        with self._in_turn(), self._bare(may_be_forgotten) as bare:
            yield bare

    @contextmanager
    def _bare(self, may_be_forgotten: bool) -> Iterator["Bare"]:
        driver = self.engine.dialect.loaded_dbapi
        connection = self._taken(may_be_forgotten)
        try:
            cursor = connection.cursor()
            if self.is_sqlite:
                _begin(cursor.execute)
            elif may_be_forgotten:
                cursor.execute(_HASTY_POSTGRES)
            yield Bare(cursor, is_sqlite=self.is_sqlite)
            connection.commit()
        except driver.OperationalError as error:
            # Who knows what state it is in: the next batch gets a new one.
            connection.invalidate()
            connection.close()
            raise _temporary(error) from error
        except BaseException:
            connection.rollback()
            connection.close()
            raise
        # A server may have ended one that rested: the pool looks at those before they are used again.
        if self.is_sqlite:
            self._kept[may_be_forgotten].append(connection)
        else:
            connection.close()

    def _taken(self, may_be_forgotten: bool) -> PoolProxiedConnection:
        with contextlib.suppress(IndexError):
            return self._kept[may_be_forgotten].pop()
        with self._temporary_if_away():
            connection = self.engine.raw_connection()
            if self.is_sqlite:
                _prepare(connection.cursor().execute, may_be_forgotten)
            return connection

    @property
    def kind(self) -> str:
        """Which database it is, for people; never its password."""
        return self.url.render_as_string(hide_password=True)

    def protect(self) -> None:
        """A SQLite database belongs to the daemon's user alone."""
        for name in (self.path, *(Path(f"{self.path}{end}") for end in ("-wal", "-shm"))):
            if self.path is not None and name is not None and name.exists():
                name.chmod(0o600)

    def close(self) -> None:
        """Give back all connections."""
        for kept in self._kept.values():
            while kept:
                kept.pop().close()
        self.engine.dispose()


Row = tuple[Any, ...]


class Bare:
    """A cursor of either driver that takes the same statements."""

    def __init__(self, cursor: Any, *, is_sqlite: bool) -> None:
        self._cursor = cursor
        self._is_sqlite = is_sqlite

    def _text(self, statement: str) -> str:
        return statement if self._is_sqlite else statement.replace("?", "%s")

    def time(self, moment: datetime) -> Any:
        """As `tables.UtcTime` stores it: SQLite has no type for times."""
        if not self._is_sqlite:
            return moment
        # Without the offset; `strftime` would take five times as long.
        return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]

    def run(self, statement: str, values: Row = ()) -> None:
        """Execute a statement."""
        self._cursor.execute(self._text(statement), values)

    def changed(self, statement: str, values: Row = ()) -> int:
        """Execute it; how many rows it changed."""
        self.run(statement, values)
        return int(self._cursor.rowcount)

    def insert(self, into: str, values: str, rows: Sequence[Row], end: str = "") -> None:
        """All rows by one statement: each step gives other threads their turn, and waits for its own again."""
        for at in range(0, len(rows), _AT_ONCE):
            some = rows[at : at + _AT_ONCE]
            every = f"INSERT INTO {into} VALUES {', '.join([values] * len(some))} {end}"  # noqa: S608 - question marks
            self.run(every, tuple(value for row in some for value in row))

    def rows(self, statement: str, values: Row = ()) -> list[Row]:
        """All rows of a question."""
        self.run(statement, values)
        return list(self._cursor.fetchall())


def _temporary(error: BaseException) -> BaseException:
    """What an operational error means: no room, nobody there, or a bug after all."""
    said = str(error).lower()
    if any(words in said for words in _BUGS):
        return error
    if any(words in said for words in _FULL):
        meters.count("db_errors", kind="full")
        return DiskFull("the database cannot grow: the disk is full")
    meters.count("db_errors", kind="away")
    return Temporary(f"the database does not answer: {error}")


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions by itself: we say BEGIN IMMEDIATE.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            # In pages: with a thousand, every sixteenth mail waits for one. The file stays below 100 MB.
            "wal_autocheckpoint=16000",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("ticketd_reads"):
            connection.exec_driver_sql("BEGIN")
        else:
            # Not through SQLAlchemy: while others write, this is asked every half millisecond.
            run = connection.connection.cursor().execute
            _begin_immediate(run, bool(options.get("ticketd_may_be_forgotten")))

    return engine


def _begin_immediate(run: Callable[[str], Any], may_be_forgotten: bool) -> None:
    """Wait for the write lock in small steps.

    SQLite's own waiting sleeps up to 100 ms at a time: the door, which asks rarely, would starve
    beside intake, which asks all the time.
    """
    # Said each time: whoever had this connection before may have wanted the other.
    _prepare(run, may_be_forgotten)
    _begin(run)
    run(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _prepare(run: Callable[[str], Any], may_be_forgotten: bool) -> None:
    run(_HASTY if may_be_forgotten else _DURABLE)
    run("PRAGMA busy_timeout=0")


def _begin(run: Callable[[str], Any]) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            run("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            _MOMENT.wait(0.0005)


def _postgres(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        connect_args={"connect_timeout": BUSY_SECONDS, "application_name": "ticketd"},
    )

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get("ticketd_may_be_forgotten"):
            connection.exec_driver_sql(_HASTY_POSTGRES)

    return engine


def overwrite(session: Session) -> None:
    """What this connection removes from now on is overwritten, not only marked as free (SQLite)."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
