"""Rows A2 to A5: power, room, locks and damage of the database under the daemon."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.fakes import Lmtp
from tests.faults.killer import children, family, send, supervisor
from tests.faults.ledger import Ledger, database_file, locked
from tests.faults.mta import Door, Mta, letter
from tests.faults.smarthost import Smarthost
from tests.faults.world import behind
from tests.process import Daemon, eventually, wait

pytestmark = pytest.mark.faults
TO = ["support@desk.example"]
DEFERRED = {"250 2.0.0", "452 4.3.1", "451 4.3.0"}
MAIL = b"From: c%d@example.org\nTo: support@desk.example\nSubject: mail %d\nMessage-ID: <%d@ledger>\n\nNumber %d.\n"


def raw(number: int, size: int = 0) -> bytes:
    return MAIL % (number, number, number, number) + (b"x" * 70 + b"\n") * (size // 71)


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_each_250_is_said_after_the_disk_has_the_mail(tmp_path: Path) -> None:
    """A2: between the last bytes of a mail and its 250 the write-ahead log is forced to the disk."""
    daemon = Daemon(tmp_path)
    trace = tmp_path / "trace"
    with daemon:
        calls = "trace=fdatasync,fsync,sendto,send,write,recvfrom,recv,read"
        tracer = subprocess.Popen(
            ["strace", "-f", "-y", "-s", "20", "-e", calls, "-o", str(trace)]
            + [f"-p{p}" for p in family(supervisor(daemon))[1:]],
            stderr=subprocess.DEVNULL,
        )
        client = Lmtp(daemon.lmtp)
        eventually(lambda: trace.exists() and client.say("NOOP") and b"NOOP" in trace.read_bytes())
        for number in range(5):
            assert client.send("a@b.example", TO, raw(number))[0].startswith("250")
        client.close()
        daemon.rests()
        send([tracer.pid], signal.SIGINT)
        tracer.wait(20)
    synced, said = False, 0
    for line in trace.read_text("utf-8", "replace").splitlines():
        if "354 End" in line:
            synced = False
        elif "sync(" in line and "ticketd.db-wal" in line:
            synced = True
        elif '"250 2.0.0 Ok inbox' in line:
            assert synced, line
            said += 1
    assert said == 5


def test_a_postgresql_that_does_not_wait_for_its_disk_is_refused(
    tmp_path: Path, own_postgres: str
) -> None:
    """A2: with `synchronous_commit = off` a 250 would promise what a power cut takes back: exit 78."""
    name = own_postgres.partition("?")[0].rpartition("/")[2]
    engine = create_engine(own_postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    engine.dispose()
    daemon = Daemon(tmp_path, own_postgres)
    daemon.start(wait_for_doors=False)
    assert ends_with(daemon) == 78


def ends_with(daemon: Daemon) -> int | None:
    """The exit code of a daemon that should not run; None where it serves."""
    assert daemon.process is not None
    try:
        return daemon.process.wait(15)
    except subprocess.TimeoutExpired:
        daemon.stop()
        return None


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_defers_and_recovers_by_itself(tmp_path: Path) -> None:
    """A3: a file system that is full: 452 until there is room; then everything goes on, without a restart."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        daemon = Daemon(tmp_path / "daemon", state_dir=str(disk), limits={"min_free": "0"}).start()
        answers: Counter[str] = Counter()
        client = Lmtp(daemon.lmtp)
        for number in range(110):
            answer = client.send("a@b.example", TO, raw(number, 71_000))[0]
            answers[answer[:9]] += 1
        assert set(answers) <= DEFERRED, answers
        assert answers["250 2.0.0"] > 5
        assert answers["452 4.3.1"] > 5
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        daemon.rests(60)
        assert client.send("a@b.example", TO, raw(900))[0].startswith("250")
        daemon.rests(60)
        assert len(daemon.ask("list", "status:all")["tickets"]) == answers["250 2.0.0"] + 1
        sent = (tmp_path / "daemon" / "outgoing" / "new").iterdir()
        acks = [path for path in sent if b"bob@agents.example" not in path.read_bytes()]
        assert len(acks) == answers["250 2.0.0"] + 1
        daemon.stop()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


@contextmanager
def no_file_grows(daemon: Daemon, largest: int) -> Iterator[None]:
    """RLIMIT_FSIZE for every process of a running daemon: a full disk without a disk. The parser writes no file."""
    for pid in (supervisor(daemon), *children(supervisor(daemon))):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in (supervisor(daemon), *children(supervisor(daemon))):
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


def test_files_that_cannot_grow_defer_and_lose_nothing(
    tmp_path: Path, smarthost: Smarthost
) -> None:
    """A3: the write fails at the commit of a mail, of its ticket or of its ack; room comes back; all is told."""
    daemon = behind(tmp_path, smarthost)
    with daemon:
        ledger = Ledger(f"sqlite:///{database_file(daemon)}").count_doubts()
        wal = database_file(daemon).with_name("ticketd.db-wal")
        letters = [letter(n, size=20_000) for n in range(60)]
        mta = Mta([Door(daemon.lmtp)], seed=5).start(letters)
        eventually(lambda: len(mta.acked) > 10, 60)
        with no_file_grows(daemon, max(wal.stat().st_size, 400_000)):
            eventually(lambda: mta.deferred > 20 or not mta.is_busy(), 60)
        mta.finish()
        assert not mta.refused
        ledger.drains()
        ledger.check(letters, mta.acked, smarthost.times_taken())


def test_a_locked_database_defers_without_a_word_about_it(tmp_path: Path) -> None:
    """A4: the lock is not given back in time: 451 on a connection that stays usable, and no inner words."""
    with Daemon(tmp_path) as daemon:
        other = locked(daemon)
        client = Lmtp(daemon.lmtp)
        answer = client.send("anna@example.org", TO, raw(1))
        assert answer == ["451 4.3.0 Cannot take mail just now, try again later"]
        other.execute("ROLLBACK")
        other.close()
        assert client.send("anna@example.org", TO, raw(1))[0].startswith("250")
        assert "Traceback" not in daemon.log.read_text()


def test_a_lock_under_load_only_delays(tmp_path: Path, smarthost: Smarthost, is_long: bool) -> None:
    """A4: somebody holds the write lock for 3 s (long: 60 s) while mails come in: nothing is lost or refused."""
    daemon = behind(tmp_path, smarthost)
    with daemon:
        ledger = Ledger(f"sqlite:///{database_file(daemon)}").count_doubts()
        letters = [letter(n) for n in range(80)]
        mta = Mta([Door(daemon.lmtp)], seed=6).start(letters)
        eventually(lambda: len(mta.acked) > 10, 60)
        other = locked(daemon)
        wait(60 if is_long else 3)
        other.execute("ROLLBACK")
        other.close()
        mta.finish()
        assert not mta.refused
        ledger.drains()
        ledger.check(letters, mta.acked, smarthost.times_taken())
    assert "Traceback" not in daemon.log.read_text()


def test_a_postgresql_that_locks_and_cuts_off_only_delays(
    tmp_path: Path, smarthost: Smarthost, own_postgres: str
) -> None:
    """A4: LOCK TABLE for 2 s, then every connection is cut ten times, under load."""
    daemon = behind(tmp_path, smarthost, own_postgres)
    with daemon:
        ledger = Ledger(own_postgres).count_doubts()
        letters = [letter(n) for n in range(120)]
        mta = Mta([Door(daemon.lmtp)], seed=7, per_second=40).start(letters)
        engine = create_engine(own_postgres)
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE inbox, outbox")
            wait(2)
        for _ in range(10):
            wait(0.25)
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ticketd'"
                )
        engine.dispose()
        mta.finish()
        assert not mta.refused
        ledger.drains()
        ledger.check(letters, mta.acked, smarthost.times_taken())


def test_a_damaged_database_is_never_answered_250_over(tmp_path: Path) -> None:
    """A5: garbage in the file: the start is refused (78), or mail is deferred; nothing is promised."""
    daemon = Daemon(tmp_path)
    with daemon:
        Lmtp(daemon.lmtp).send("a@b.example", TO, raw(1))
        daemon.rests()
    connection = sqlite3.connect(database_file(daemon))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with database_file(daemon).open("r+b") as file:
        file.seek(0)
        file.write(b"\x55" * 4096)
    daemon.start(wait_for_doors=False)
    assert ends_with(daemon) == 78
    assert "Traceback" not in daemon.log.read_text()


def test_a_page_that_is_damaged_while_mail_comes_in_is_no_250(tmp_path: Path) -> None:
    """A5: at run time: 451 and no 5xx, whatever the database says."""
    with Daemon(tmp_path) as daemon:
        Lmtp(daemon.lmtp).send("a@b.example", TO, raw(1))
        daemon.rests()
        with sqlite3.connect(database_file(daemon)) as connection:
            connection.execute("DROP TABLE inbox_key")
        connection.close()
        answer = Lmtp(daemon.lmtp).send("a@b.example", TO, raw(2))
        assert answer == ["451 4.3.0 Cannot take mail just now, try again later"]
