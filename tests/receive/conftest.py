"""A daemon with small limits that the dialogs are played against."""

from collections.abc import Iterator

import pytest

from tests.process import Daemon

SMALL = {
    "max_size": "200KiB",
    "recipients": 5,
    "connections": 30,
    "min_free": "1MiB",
    "in_flight": "1MiB",
}


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with Daemon(tmp_path_factory.mktemp("daemon"), limits=SMALL) as running:
        yield running
