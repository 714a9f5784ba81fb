"""Rows A16 and A17: a backup that lives, and mails that wait through an upgrade."""

import hashlib
import json
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from tests.fakes import Lmtp
from tests.faults.ledger import Ledger, database_file
from tests.process import Daemon, eventually, wait
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


def test_a_backup_under_load_is_a_whole_desk_that_is_silent(tmp_path: Path) -> None:
    """A16: a backup while mail comes in; what it holds is what the desk had, and nothing leaves before it is told."""
    file = tmp_path / "desk.tar.gz"
    acknowledged: list[int] = []
    stop = threading.Event()

    def load(daemon: Daemon) -> None:
        client = Lmtp(daemon.lmtp)
        while not stop.is_set():
            number = len(acknowledged)
            assert client.send(f"c{number}@example.org", TO, raw(number))[0].startswith("250")
            acknowledged.append(number)

    with Daemon(tmp_path / "one") as daemon:
        sender = threading.Thread(target=load, args=(daemon,))
        sender.start()
        eventually(lambda: len(acknowledged) >= 60)
        before = len(acknowledged)
        done = daemon.run("backup", str(file))
        assert done.returncode == 0, done.stderr
        during = len(acknowledged) - before
        stop.set()
        sender.join()
        daemon.rests(120)
        told = {t["subject"]: t["number"] for t in daemon.ask("list", "status:all")["tickets"]}
    assert during > 0, "the desk took mail while it was backed up"

    other = Daemon(tmp_path / "two")
    for key in ("keys", "ticketd.db"):
        assert not (other.folder / "state" / key).exists()
    assert other.run("restore", str(file)).returncode == 0
    with other:
        eventually(lambda: not other.ask("status")["inbox"]["waiting"], 60)
        tickets = {t["subject"]: t["number"] for t in other.ask("list", "status:all")["tickets"]}
        assert tickets.keys() >= {f"mail {n}" for n in range(before)}
        assert tickets.keys() <= told.keys()
        ledger = Ledger(f"sqlite:///{database_file(other)}")
        ledger.database_is_whole()
        # One message, one ack for each mail; those that had left are known as sent, all others are held.
        assert dict(
            ledger.rows(
                "SELECT ticket, count(*) FROM message WHERE kind = 'customer' GROUP BY ticket"
            )
        ) == dict.fromkeys(tickets.values(), 1)
        assert dict(ledger.rows("SELECT rcpt_to, count(*) FROM outbox WHERE kind = 'ack' GROUP BY rcpt_to")) == {
            f"c{subject.split()[1]}@example.org": 1 for subject in tickets
        }  # fmt: skip
        assert set(ledger.states()) <= {"sent", "held"}
        held = ledger.states()["held"]
        wait(2.5)
        left = tmp_path / "two" / "outgoing" / "new"
        assert not left.exists() or not list(left.iterdir())
        # The same mail once more, from a server that has not heard our answer: no second ticket.
        assert Lmtp(other.lmtp).send("c3@example.org", TO, raw(3))[0].startswith("250")
        assert other.run("queue", "release", "--all").returncode == 0
        other.rests()
        assert len(list(left.iterdir())) == held
        assert len(other.ask("list", "status:all")["tickets"]) == len(tickets)


def test_an_upgrade_makes_a_backup_that_can_be_gone_back_to(tmp_path: Path) -> None:
    """A17: the way back is the file that the upgrade has made; a newer schema is refused with advice."""
    daemon = Daemon(tmp_path / "one")
    first_version(database_file(daemon), 5)
    assert "dry run" in daemon.run("db", "upgrade", "--dry-run").stdout
    with Daemon(tmp_path / "one-more") as busy:
        with sqlite3.connect(database_file(busy)) as rows:
            rows.execute("UPDATE alembic_version SET version_num = '0001'")
        rows.close()
        assert busy.run("db", "upgrade").returncode == 75
    assert daemon.run("db", "upgrade").returncode == 0
    (file,) = (tmp_path / "one" / "state" / "backups").iterdir()
    assert "schema 0001" in daemon.run("verify", str(file)).stdout

    with sqlite3.connect(database_file(daemon)) as rows:
        rows.execute("UPDATE alembic_version SET version_num = '9999'")
    rows.close()
    for words in (("db", "upgrade"), ("list",), ("check",), ("serve",)):
        refused = daemon.run(*words)
        assert refused.returncode == 78, words
        assert "newer ticketd" in refused.stderr

    # The old schema comes back, and is brought up to date on the way.
    other = Daemon(tmp_path / "two")
    assert other.run("restore", str(file)).returncode == 0
    with other:
        eventually(lambda: not other.ask("status")["inbox"]["waiting"], 60)
        subjects = {t["subject"] for t in other.ask("list", "status:all")["tickets"]}
        assert subjects == {f"mail {n}" for n in range(5)}
