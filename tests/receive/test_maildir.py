"""Mail that a delivery agent put into a Maildir."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process import Daemon, eventually

MAIL = b"Return-Path: <anna@example.org>\nX-Original-To: help@company.example\nDelivered-To: vmail@desk.example\nReceived: from x\nFrom: anna@example.org\nTo: friends@example.org\nSubject: %s\n\nhello\n"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Daemon]:
    folder = tmp_path / "Maildir"
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True)
    (folder / "new" / "1.waiting").write_bytes(MAIL % b"came while away")
    with Daemon(tmp_path / "daemon", maildir=str(folder)) as daemon:
        yield daemon


def drop(folder: Path, name: str, raw: bytes) -> None:
    """As delivery agents do: written in tmp/, then moved to new/."""
    (folder / "tmp" / name).write_bytes(raw)
    (folder / "tmp" / name).rename(folder / "new" / name)


def subjects(daemon: Daemon) -> list[str]:
    return sorted(t["subject"] for t in daemon.ask("list", "status:all")["tickets"])


def test_what_came_while_we_were_away_and_what_comes_now(running: Daemon, tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    drop(folder, "2.now", MAIL % b"comes now")

    eventually(lambda: subjects(running) == ["came while away", "comes now"])
    assert list((folder / "new").iterdir()) == []
    assert running.ask("show", "1")["ticket"]["department"] == "support"


def test_what_cannot_be_taken_is_set_aside_with_a_reason(running: Daemon, tmp_path: Path) -> None:
    folder, aside = tmp_path / "Maildir", running.folder / "state" / "quarantine"
    (folder / "new" / "a.link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "new" / "b.fifo")
    (folder / "new" / "c.folder").mkdir()
    drop(
        folder,
        "d.nobody",
        b"Delivered-To: nobody@desk.example\nFrom: a@b.example\nTo: support@desk.example\n\nx\n",
    )
    drop(
        folder,
        "e.hops",
        b"Delivered-To: support@desk.example\n" + b"Received: x\n" * 51 + b"\nround\n",
    )
    drop(folder, "f.good", MAIL % b"good one")

    eventually(lambda: "good one" in subjects(running))
    eventually(lambda: list((folder / "new").iterdir()) == [])
    assert sorted(p.name for p in aside.iterdir()) == [
        "a.link",
        "b.fifo",
        "c.folder",
        "d.nobody",
        "e.hops",
    ]
    assert (aside / "a.link").is_symlink(), "a link is moved, never read"
    assert "Traceback" not in running.log.read_text()


def test_the_same_file_twice_is_one_ticket(running: Daemon, tmp_path: Path) -> None:
    """We were killed between the commit and the removal of the file."""
    folder = tmp_path / "Maildir"
    drop(folder, "1.again", MAIL % b"came while away")

    eventually(lambda: list((folder / "new").iterdir()) == [])
    running.rests()
    assert subjects(running) == ["came while away"]
