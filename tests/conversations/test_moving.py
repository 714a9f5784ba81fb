"""A desk moves from SQLite to PostgreSQL: while it lives, what came since afterwards, equal row by row."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import create_engine, text

from tests.conversations.test_backup import BIG, busy, told
from tests.desk import Desk
from ticketd import build
from ticketd.store import moving
from ticketd.store.database import Database

pytestmark = pytest.mark.in_process


@pytest.fixture
def old(tmp_path: Path, sqlite_template: Path) -> Desk:
    return Desk(tmp_path, f"sqlite:///{tmp_path / 'ticketd.db'}")


def moves(desk: Desk, url: str) -> Desk:
    """The same desk, now there."""
    values = yaml.safe_load(desk.config_path.read_text("utf-8")) | {"database": url}
    desk.close()
    desk.config_path.write_text(yaml.safe_dump(values), "utf-8")
    return Desk(desk.folder, url)


def test_a_living_desk_moves_and_goes_on(old: Desk, empty_postgres: str) -> None:
    busy(old)
    lock = build.lock(old.config)
    lock.acquire()
    said = old.runs("db", "copy-to", empty_postgres)
    assert "the daemon runs" in said
    assert "equal" not in said
    # Meanwhile things come, change and go.
    old.customer("zoe@z.example").writes("support@desk.example", subject="New", text="ước gì")
    old.runs("set", "1", "priority=urgent")
    old.runs("follow", "1")
    old.runs("cc", "1", "+carl@c.example")
    old.runs("cc", "1", "-carl@c.example")
    lock.release()
    said = old.runs("db", "copy-to", empty_postgres)
    assert "equal, row by row" in said
    written = int(said.partition(": ")[2].split()[0])
    rows = int(said.partition("written, ")[2].split()[0])
    assert 0 < written < rows / 2

    before = told(old)
    new = moves(old, empty_postgres)
    assert told(new) == before
    new.runs("attach", "1", "1", "-o", str(new.folder / "saved"))
    assert (new.folder / "saved").read_bytes() == BIG
    eve = new.customer("eve@x.example")
    eve.replies(eve.last_mail, "Still broken")
    assert new.ticket(1)["messages"][-1]["text"].strip() == "Still broken"
    new.customer("a@b.example").writes("sales@desk.example", subject="Next")
    assert new.ticket(4)["subject"] == "Next"
    assert [t["number"] for t in new.tickets("status:all", "uoc gi")] == [3]
    new.close()


def test_a_row_that_differs_is_found_and_said(old: Desk, empty_postgres: str) -> None:
    busy(old)
    old.runs("db", "copy-to", empty_postgres)
    source, target = old.database, Database(empty_postgres, None)
    assert moving.first_difference(source, target, lambda _: None) == ""
    engine = create_engine(empty_postgres)
    for change, table in (
        ("UPDATE ticket SET subject = 'other' WHERE number = 2", "ticket"),
        ("DELETE FROM attachment", "attachment"),
        ("INSERT INTO counter VALUES ('zzz', 1)", "counter"),
        ("UPDATE activity SET data = '{}' WHERE id = 3", "activity"),
        ("UPDATE message SET at = at + interval '1 second' WHERE id = 1", "message"),
    ):
        with engine.begin() as connection:
            connection.execute(text(change))
        assert moving.first_difference(source, target, lambda _: None).startswith(table)
        assert "equal" in old.runs("db", "copy-to", empty_postgres)
    engine.dispose()
    target.close()


def test_a_move_to_nowhere_is_refused(old: Desk) -> None:
    assert "is no database" in old.runs("db", "copy-to", "mysql://x", code=2)
    assert "already" in old.runs("db", "copy-to", old.config.database_url, code=1)
    other = old.folder / "sub" / "other.db"
    assert "would go" in old.runs("db", "copy-to", f"sqlite:///{other}", "--dry-run")
    assert not other.exists()
