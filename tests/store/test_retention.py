"""Raw mail that is old goes, and nothing else does."""

import os
from datetime import timedelta

import pytest

from tests.desk import Desk
from ticketd.store import blobs, retention
from ticketd.store.blobs import path_of
from ticketd.store.inbox import first_id

pytestmark = pytest.mark.in_process
KEEP = timedelta(days=30)
LARGE = "x" * 400_000


def raws(desk: Desk) -> dict[str, bool]:
    """By subject: are its bytes there?"""
    from sqlalchemy import text

    with desk.database.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT t.subject, i.sha256 FROM inbox i JOIN ticket t ON t.number = i.ticket")
        ).all()
    found = {}
    for subject, sha256 in rows:
        with desk.database.reading() as session:
            try:
                found[subject] = bool(blobs.get(session, desk.database.blobs, sha256))
            except KeyError:
                found[subject] = False
    return found


def forgets(desk: Desk) -> int:
    return retention.forget_raw(desk.database, desk.clock(), KEEP)


def test_old_raw_mail_goes_and_the_ticket_stays(desk: Desk) -> None:
    eve = desk.customer("eve@x.example")
    eve.writes(
        "support@desk.example", subject="Old", text="Words", attachments=[("a.bin", b"\0file")]
    )
    eve.writes("support@desk.example", subject="Large", text=LARGE)
    desk.takes(b"From: eve@x.example\nSubject: Mad\n\n", "eve@x.example", "support@desk.example")
    assert desk.database.blobs is not None
    files = [p for p in desk.database.blobs.rglob("*") if p.is_file()]
    for file in files:
        os.utime(file, (1_600_000_000, 1_600_000_000))
    desk.clock.passes(days=29)
    eve.writes("support@desk.example", subject="New", text="Words")
    assert forgets(desk) == 0
    desk.clock.passes(days=2)
    before = desk.ticket(1)
    assert forgets(desk) == 3
    assert raws(desk) == {"Old": False, "Large": False, "Mad": False, "New": True}
    assert desk.ticket(1) == before
    desk.runs("attach", "1", "1", "-o", str(desk.folder / "saved"))
    assert (desk.folder / "saved").read_bytes() == b"\0file"
    assert files
    assert not any(file.exists() for file in files)
    assert forgets(desk) == 0


def test_what_comes_again_in_that_moment_stays(desk: Desk) -> None:
    raw = b"From: eve@x.example\nSubject: Again\nMessage-ID: <1@x>\n\n" + LARGE.encode()
    desk.takes(raw, "eve@x.example", "support@desk.example")
    desk.clock.passes(days=31)
    with desk.database.reading() as session:
        old = retention._old(session, first_id(None, desk.clock() - KEEP))
        (seen,) = session.connection().exec_driver_sql("SELECT max(id) FROM inbox").one()
    desk.takes(raw, "eve@x.example", "sales@desk.example")
    with desk.database.transaction() as session:
        assert retention._remove(session, old, seen, 0) == []
    # And a file that is younger than its row was settled by a door right now.
    assert desk.database.blobs is not None
    path = path_of(desk.database.blobs, old[0])
    retention._unlink(path)
    assert path.exists()


def test_what_nobody_could_read_stays(desk: Desk) -> None:
    def crash(raw: bytes, hint: str) -> object:
        raise RuntimeError("no")

    desk.parse = crash  # type: ignore[assignment]
    desk.takes(b"From: eve@x.example\nSubject: Odd\n\n", "eve@x.example", "support@desk.example")
    for _ in range(5):
        desk.clock.passes(minutes=5)
        desk.rests()
    desk.clock.passes(days=31)
    assert forgets(desk) == 0
