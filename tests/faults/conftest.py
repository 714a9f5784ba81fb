"""What the fault tests share: how long they run, a PostgreSQL database of their own, a smarthost."""

import itertools
import os
from collections.abc import Iterator

import pytest

from tests.conftest import _command, _named
from tests.faults.smarthost import Smarthost
from tests.process import Daemon

_numbers = itertools.count(1)


@pytest.fixture
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether there is time: `--faults-long`."""
    return bool(request.config.getoption("--faults-long"))


@pytest.fixture
def smarthost() -> Iterator[Smarthost]:
    host = Smarthost()
    yield host
    host.close()


@pytest.fixture
def own_postgres(postgres: str, postgres_template: str) -> Iterator[str]:
    """A database that nobody else uses: it gets a trigger, and its connections are cut."""
    name = f"faults_{os.getpid()}_{next(_numbers)}"
    _command(postgres, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _named(postgres, name)
    _command(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One that several tests talk to, as none of them harms it."""
    with Daemon(tmp_path_factory.mktemp("daemon")) as running:
        yield running
