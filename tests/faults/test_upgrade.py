"""Rows A16 and A17, as far as they exist: a copy that lives, and mails that wait through an upgrade."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from tests.fakes import Lmtp
from tests.faults.ledger import Ledger, database_file
from tests.process import Daemon
from ticketd.store import schema
from ticketd.store.database import Database

pytestmark = pytest.mark.faults
TO = ["support@desk.example"]
AT = "2026-11-02 09:00:00.000000"


def raw(number: int) -> bytes:
    return (
        f"From: c{number}@example.org\r\nTo: support@desk.example\r\nSubject: mail {number}\r\n"
        f"Message-ID: <{number}@old>\r\n\r\nNumber {number}.\r\n"
    ).encode()


def first_version(path: Path, mails: int) -> None:
    """A database as the first schema made it, with acknowledged mails that nobody has read yet."""
    path.parent.mkdir(parents=True, mode=0o700)
    database = Database(f"sqlite:///{path}", None)
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    database.close()
    with sqlite3.connect(path) as rows:
        for number in range(mails):
            content = raw(number)
            digest = hashlib.sha256(content).hexdigest()
            rows.execute(
                "INSERT INTO blob (sha256, size, content, stored_at) VALUES (?, ?, ?, ?)",
                (digest, len(content), content, AT),
            )
            rows.execute(
                "INSERT INTO inbox (id, state, via, peer, mail_from, recipients, sha256, size, received_at, next_at,"
                " reasons, attempts, crashes, error, kind, trust, step, message_id, author, text_hash)"
                " VALUES (?, 'waiting', 'lmtp', 'unix', ?, ?, ?, ?, ?, ?, '[]', 0, 0, '', '', '', '', '', '', '')",
                (
                    number + 1, f"c{number}@example.org", json.dumps([[TO[0], ""]]), digest, len(content), AT, AT,
                ),
            )  # fmt: skip
    rows.close()


def test_mails_that_wait_are_worked_after_an_upgrade(tmp_path: Path) -> None:
    """A17: 100 mails taken by the first version; the new one refuses (78), is told to upgrade, and works them."""
    daemon = Daemon(tmp_path)
    first_version(database_file(daemon), 100)
    refused = daemon.run("serve")
    assert refused.returncode == 78
    assert "db upgrade" in refused.stderr
    upgraded = daemon.run("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr

    with daemon:
        daemon.rests(120)
        subjects = {t["subject"] for t in daemon.ask("list", "status:all")["tickets"]}
        assert subjects == {f"mail {n}" for n in range(100)}
        acks = [m for m in daemon.ask("queue", "list")["mails"] if m["kind"] == "ack"]
        assert {m["state"] for m in acks} == {"sent"}
        assert len(acks) == 100
    Ledger(f"sqlite:///{database_file(daemon)}").database_is_whole()


def test_a_copy_taken_while_mail_comes_in_is_a_whole_desk(tmp_path: Path) -> None:
    """A16 (what exists): `VACUUM INTO` beside a running daemon; a daemon on the copy knows every ticket.

    `ticketd backup`, and a restored desk that sends nothing before it is told to, come with their own issue.
    """
    copy = tmp_path / "copy" / "state" / "ticketd.db"
    copy.parent.mkdir(parents=True, mode=0o700)
    with Daemon(tmp_path / "one") as daemon:
        client = Lmtp(daemon.lmtp)
        for number in range(20):
            assert client.send("a@b.example", TO, raw(number))[0].startswith("250")
        with sqlite3.connect(database_file(daemon)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
    (copy.parent / "keys").write_bytes((tmp_path / "one" / "state" / "keys").read_bytes())
    (copy.parent / "keys").chmod(0o600)

    with Daemon(tmp_path / "copy") as restored:
        restored.rests()
        assert len(restored.ask("list", "status:all")["tickets"]) == 20
        again = Lmtp(restored.lmtp).send("a@b.example", TO, raw(3))[0]
        assert again.startswith("250")
        restored.rests()
        assert len(restored.ask("list", "status:all")["tickets"]) == 20
    Ledger(f"sqlite:///{copy}").database_is_whole()
