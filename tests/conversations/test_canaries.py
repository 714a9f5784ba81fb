"""No mail holds anything that its reader has no right to: random histories, each word of which is watched."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.canaries import AGENTS, DEPARTMENTS, SERVER, History
from tests.desk import Desk
from tests.entitled import Watch

STEPS = 14
_PROVING = {"auth": {"authserv_ids": [SERVER]}}
_KINDS: dict[str, dict[str, Any]] = {
    "nobody is proven": {},
    "proven": _PROVING,
    "copied people follow": {**_PROVING, "cc_follow": True},
    "a copy for each": {"also_to": "copy", "after_reply": "open", "receipts": "all"},
}


def runs(desk: Desk, seed: int, *, is_proving: bool) -> int:
    """One history; how many mails were looked at."""
    history = History(desk, seed, is_proving)
    watch = Watch(history)
    for _ in range(STEPS):
        history.step()
        leaks = watch.leaks()
        assert not leaks, f"seed {seed}, after {', '.join(history.done)}:\n" + "\n".join(leaks)
    return watch.seen


@pytest.mark.in_process
@pytest.mark.parametrize("kind", _KINDS)
def test_nobody_reads_what_is_not_for_them(
    kind: str,
    database_url: str,
    sqlite_template: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    first = int(request.config.getoption("--fuzz-seed")) * 1_000_000
    # An empty PostgreSQL takes half a second, so there it is one history of each kind.
    is_sqlite = database_url.startswith("sqlite")
    count = int(request.config.getoption("--histories")) // len(_KINDS) if is_sqlite else 1
    mails = 0
    for seed in range(first, first + count):
        folder = tmp_path / str(seed)
        folder.mkdir()
        if is_sqlite:
            database_url = f"sqlite:///{folder / 'ticketd.db'}"
            shutil.copy(sqlite_template, folder / "ticketd.db")
        more = {"agents": AGENTS, "departments": DEPARTMENTS, **_KINDS[kind]}
        desk = Desk(folder, database_url, **more)
        try:
            mails += runs(desk, seed, is_proving="auth" in more)
        finally:
            desk.close()
        shutil.rmtree(folder)
    assert mails >= 2 * count, "hardly anybody wrote to anybody"
