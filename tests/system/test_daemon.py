"""The daemon as a process: kill -9 in the middle of everything, ports, locks, a full disk."""

import os
import re
import signal
import subprocess
from pathlib import Path

import yaml

from tests.fakes import Lmtp
from tests.process import TICKETD, Daemon, eventually, wait
from ticketd.watching import fingerprint

MAIL = b"From: c%d@example.org\nTo: support@desk.example\nSubject: mail %d\nMessage-ID: <%d@ledger>\n\nNumber %d.\n"


def raw(number: int) -> bytes:
    return MAIL % (number, number, number, number)


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert daemon.process is not None
        for _ in range(2):
            found = subprocess.run(
                ["ps", "-o", "pid=", "--ppid", str(daemon.process.pid)],
                capture_output=True,
                text=True,
                check=False,
            )
            for pid in found.stdout.split():
                os.kill(int(pid), 9)
            wait(0.3)
        eventually(
            lambda: (
                Lmtp(daemon.lmtp)
                .send("a@b.example", ["support@desk.example"], raw(1))[0]
                .startswith("250")
            )
        )
        daemon.rests()
        assert len(daemon.ask("list")["tickets"]) == 1


def test_a_second_daemon_names_the_first_one(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert daemon.process is not None
        done = daemon.run("serve")
        assert done.returncode == 75
        assert str(daemon.process.pid) in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_69_and_one_sentence(tmp_path: Path) -> None:
    with Daemon(tmp_path / "one") as daemon:
        other = Daemon(tmp_path / "two")
        other.config.write_text(other.config.read_text().replace(other.lmtp, daemon.lmtp))
        done = other.run("serve")
        assert done.returncode == 69
        assert daemon.lmtp in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_database_of_another_version_is_78(tmp_path: Path) -> None:
    import sqlite3

    daemon = Daemon(tmp_path)
    with daemon:
        pass
    with sqlite3.connect(tmp_path / "state" / "ticketd.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    done = daemon.run("serve")
    assert done.returncode == 78
    assert "newer ticketd" in done.stderr


def test_the_database_belongs_to_the_daemon_alone(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        Lmtp(daemon.lmtp).send("a@b.example", ["support@desk.example"], raw(1))
        for path in (tmp_path / "state").iterdir():
            assert path.stat().st_mode & 0o077 == 0, path


def test_min_free_keeps_room_for_everybody_else(tmp_path: Path) -> None:
    with Daemon(tmp_path, limits={"min_free": "900000GiB"}) as daemon:
        assert (
            Lmtp(daemon.lmtp)
            .send("a@b.example", ["support@desk.example"], raw(1))[0]
            .startswith("452 4.3.1")
        )


def test_status_tells_whether_anything_is_stuck(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        Lmtp(daemon.lmtp).send("a@b.example", ["support@desk.example"], raw(1))
        daemon.rests()
        eventually(lambda: daemon.ask("status")["ok"])
        told = daemon.ask("status")
        assert told["inbox"] == {"waiting": 0, "quarantined": 0, "oldest_seconds": None}
        assert set(told["workers"]) == {"intake", "sender"}
        assert daemon.run("status", "--check").returncode == 0


def test_the_demo_runs_where_the_readme_starts_it(tmp_path: Path) -> None:
    """It picks the next free ports, says how to send a mail, and the commands find it by themselves."""
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "xdg"), "COLUMNS": "100"}
    demo = subprocess.Popen(
        [*TICKETD, "demo", "--minutes", "0.5"],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert demo.stdout is not None
        said = "".join(iter(demo.stdout.readline, "Then, in that terminal:\n"))
        (curl,) = [line for line in said.splitlines() if "curl" in line and "printf" in line]
        python = [line.strip() for line in said.splitlines() if "smtplib" in line]
        eventually(
            lambda: (
                subprocess.run(curl, shell=True, capture_output=True, check=False).returncode == 0
            )
        )
        subprocess.run(["python3", "-c", "\n".join(python)], check=True)

        def listed() -> str:
            done = subprocess.run(
                [*TICKETD, "list"],
                cwd=tmp_path,
                env=env,
                capture_output=True,
                text=True,
                check=False,
            )
            return done.stdout

        eventually(lambda: listed().count("Printer on fire") >= 1)
        done = subprocess.run(
            [*TICKETD, "reply", "1", "-m", "On my way."],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        outgoing = tmp_path / "ticketd-demo" / "outgoing" / "new"
        eventually(lambda: any(b"On my way." in p.read_bytes() for p in outgoing.iterdir()), 20)
    finally:
        demo.terminate()
        demo.communicate(timeout=60)


def _log_says(daemon: Daemon, words: str) -> bool:
    return words in daemon.log.read_text()


def test_changes_count_at_once_and_bad_ones_change_nothing(tmp_path: Path) -> None:
    """A new department and a text of one's own, while mail comes in; then a template and a key that are wrong."""
    templates = tmp_path / "templates"
    (templates / "en").mkdir(parents=True)
    with Daemon(tmp_path / "daemon", templates=str(templates)) as daemon:
        client = Lmtp(daemon.lmtp)
        to = "returns@desk.example"
        assert client.send("a@b.example", [to], raw(1))[0].startswith("550 5.1.1")
        (templates / "en" / "ack.txt").write_text("OUR OWN WORDS {{ tag }}\n", "utf-8")
        values = yaml.safe_load(daemon.config.read_text())
        values["departments"]["returns"] = {"name": "Returns", "address": to}
        daemon.config.write_text(yaml.safe_dump(values))
        eventually(lambda: daemon.log.read_text().count("doors open") >= 2)
        assert Lmtp(daemon.lmtp).send("a@b.example", [to], raw(1))[0].startswith("250")
        daemon.rests()
        sent = "".join(p.read_text() for p in (tmp_path / "daemon/outgoing/new").iterdir())
        assert "OUR OWN WORDS [#1]" in sent

        (templates / "en" / "ack.txt").write_text("Hello {{ nmae }}\n", "utf-8")
        eventually(lambda: _log_says(daemon, "ack.txt:1: 'nmae' is undefined"))
        (templates / "en" / "ack.txt").unlink()
        values["colour"] = "red"
        daemon.config.write_text(yaml.safe_dump(values))
        eventually(lambda: _log_says(daemon, "stays: ") and _log_says(daemon, "unknown key"))
        assert Lmtp(daemon.lmtp).send("a@b.example", [to], raw(2))[0].startswith("250")
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: daemon.log.read_text().count("unknown key") >= 2)
        assert daemon.stop() == 0


def test_a_running_daemon_signs_with_the_key_that_was_rotated_in(tmp_path: Path) -> None:
    with Daemon(tmp_path / "daemon") as daemon:
        sent = tmp_path / "daemon/outgoing/new"

        def ack(number: int) -> str:
            Lmtp(daemon.lmtp).send("a@b.example", ["support@desk.example"], raw(number))
            daemon.rests()
            return max(sent.iterdir(), key=lambda p: p.stat().st_mtime_ns).read_text("utf-8")

        assert re.search(r"^Reply-To: .*\.a[a-z2-7]{20}@", ack(1), re.MULTILINE)
        assert daemon.run("keys", "rotate").returncode == 0
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: daemon.log.read_text().count("doors open") >= 2)
        assert re.search(r"^Reply-To: .*\.b[a-z2-7]{20}@", ack(2), re.MULTILINE)


def test_changed_keys_are_seen(tmp_path: Path) -> None:
    config, keys = tmp_path / "config.yaml", tmp_path / "state" / "keys"
    keys.parent.mkdir()
    keys.write_text("a")
    before = fingerprint(config, tmp_path / "templates", keys)
    assert fingerprint(config, tmp_path / "templates", keys) == before
    keys.write_text("ab")
    assert fingerprint(config, tmp_path / "templates", keys) != before
