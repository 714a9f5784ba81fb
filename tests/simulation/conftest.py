"""Desks of a small internet, on SQLite; a test may give the first one another database."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk
from tests.simulation.world import World

AddDesk = Callable[..., Desk]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def add_desk(world: World, sqlite_template: Path, tmp_path: Path) -> Iterator[AddDesk]:
    """Puts a desk for `support@<domain>` into the world."""

    def add(domain: str, url: str = "", **more: Any) -> Desk:
        folder = tmp_path / domain
        folder.mkdir()
        if not url:
            shutil.copy(sqlite_template, folder / "ticketd.db")
            url = f"sqlite:///{folder / 'ticketd.db'}"
        desk = Desk(
            folder, url, domain=domain, name=domain.partition(".")[0].title(),
            departments={
                "support": {"name": "Support", "address": f"support@{domain}", "aliases": []},
                "sales": {"name": "Sales", "address": f"sales@{domain}"},
            },
            # Nobody is told of anything here: the notices have their own tests.
            agents={"bob": {"departments": [], "role": "lead"}, "lan": {"departments": []}},
            **more,
        )  # fmt: skip
        world.desks[domain] = desk
        return desk

    yield add
    for desk in world.desks.values():
        desk.close()
