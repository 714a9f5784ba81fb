"""Processes that tests start are stopped, whatever happens."""

from collections.abc import Callable, Iterator

import pytest

from tests.postfix import Postfix

Start = Callable[..., Postfix]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Postfix] = []

    def begin(*options: str) -> Postfix:
        running.append(Postfix(*options))
        return running[-1]

    yield begin
    for postfix in running:
        postfix.stop()
