"""Rows A8, A9, A13 and A14: one daemon for a folder, stopping at any point, processes that die or hang."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fakes import Lmtp
from tests.faults.killer import child, children, family, send, supervisor
from tests.faults.ledger import Ledger, database_file
from tests.faults.mta import Door, Mta, letter
from tests.faults.smarthost import Moment, Say, Smarthost
from tests.faults.world import behind
from tests.process import Daemon, eventually, wait

pytestmark = pytest.mark.faults
TO = ["support@desk.example"]
RAW = b"From: a@b.example\nTo: support@desk.example\nSubject: stop\n\nhello\n"
POINTS = ("greeting", "LHLO", "MAIL", "RCPT", "DATA", "half a mail", "dot")


def plays_until(daemon: Daemon, point: str) -> Lmtp:
    """A client that has come so far."""
    client = Lmtp(daemon.lmtp, timeout=60)
    steps = {
        "MAIL": "MAIL FROM:<a@b.example>",
        "RCPT": "RCPT TO:<support@desk.example>",
        "DATA": "DATA",
    }
    for name in POINTS[2 : POINTS.index(point) + 1]:
        if name in steps:
            client.say(steps[name])
        elif name == "half a mail":
            client.sock.sendall(b"Subject: stop\r\n\r\nhel")
        else:
            client.sock.sendall(b"lo\r\n.\r\n")
    return client


@pytest.mark.parametrize("point", POINTS)
def test_a_stop_at_any_point_of_a_mail_keeps_or_defers_it(tmp_path: Path, point: str) -> None:
    """A9: SIGTERM: what was answered 250 is there after the next start, the rest was told 421; exit 0."""
    daemon = Daemon(tmp_path).start()
    client = plays_until(daemon, point)
    assert daemon.process is not None
    daemon.process.terminate()
    wait(0.2)
    answers = []
    with suppress(OSError):
        if point in {"DATA", "half a mail"}:
            client.sock.sendall(b"\r\n.\r\n")
        while True:
            answers.append(client.reply())
    assert daemon.process.wait(60) == 0
    assert any(a.startswith("421 4.3.2") for a in answers), answers
    taken = sum(a.startswith("250 2.0.0 Ok inbox=") for a in answers)
    assert taken == (1 if point in {"DATA", "half a mail", "dot"} else 0)
    with daemon:
        daemon.rests()
        assert len(daemon.ask("list", "status:all")["tickets"]) == taken


@pytest.mark.parametrize("verb", ["CONNECT", "MAIL", "RCPT", "DATA", "DOT"])
def test_a_stop_in_the_middle_of_sending_leaves_nothing_in_doubt(
    tmp_path: Path, smarthost: Smarthost, verb: str
) -> None:
    """A9: the smarthost is slow at this verb when SIGTERM comes: each mail is sent, or waits; none is doubled."""
    reached: list[Moment] = []

    def slow(moment: Moment) -> Say | None:
        if moment.verb != verb or reached:
            return None
        reached.append(moment)
        usual = {"CONNECT": "220 hello", "DATA": "354 go on"}.get(verb, "250 2.0.0 ok")
        return Say(usual, seconds=1.5)

    smarthost.script = slow
    daemon = behind(tmp_path, smarthost).start()
    ledger = Ledger(f"sqlite:///{database_file(daemon)}")
    assert Lmtp(daemon.lmtp).send("a@b.example", TO, RAW)[0].startswith("250")
    eventually(lambda: reached, 30)
    assert daemon.stop() == 0
    states = ledger.states()
    assert set(states) <= {"sent", "waiting", "sending"}, states
    with daemon:
        ledger.drains(60)
    assert {*smarthost.times_taken().values()} == {1}
    assert smarthost.times_taken().total() == 2


def test_a_second_sigterm_stops_at_once_and_loses_nothing(tmp_path: Path) -> None:
    """A9: told twice: it does not wait for the client that says nothing, and the mails are there."""
    daemon = Daemon(tmp_path).start()
    for number in range(5):
        Lmtp(daemon.lmtp).send("a@b.example", TO, RAW.replace(b"stop", b"stop %d" % number))
    plays_until(daemon, "half a mail")
    assert daemon.process is not None
    daemon.process.terminate()
    wait(0.3)
    daemon.process.terminate()
    assert daemon.process.wait(10) == 0
    with daemon:
        daemon.rests()
        assert len(daemon.ask("list", "status:all")["tickets"]) == 5


def test_each_process_that_dies_under_load_is_replaced(
    tmp_path: Path, smarthost: Smarthost
) -> None:
    """A13: the doors, the desk and the parser are killed one after the other: nobody needs an operator."""
    daemon = behind(tmp_path, smarthost)
    with daemon:
        ledger = Ledger(f"sqlite:///{database_file(daemon)}").count_doubts()
        letters = [letter(n) for n in range(150)]
        mta = Mta([Door(daemon.lmtp)], seed=9, per_second=60).start(letters)
        eventually(lambda: len(mta.acked) > 5, 60)
        first, second = children(supervisor(daemon))[:2]
        for pid in (first, second):
            send([pid], signal.SIGKILL)
            eventually(lambda pid=pid: pid not in family(supervisor(daemon)), 30)
            wait(1.0)
        parsers = eventually(lambda: children(child(supervisor(daemon), "intake")), 30)
        send(parsers, signal.SIGKILL)
        mta.finish()
        ledger.drains()
        ledger.check(letters, mta.acked, smarthost.times_taken())
        assert daemon.process is not None
        assert daemon.process.poll() is None, "the supervisor lives"


def test_a_process_that_dies_again_and_again_ends_the_daemon(tmp_path: Path) -> None:
    """A13: five times within a minute: exit 70, and the service manager begins afresh."""
    daemon = Daemon(tmp_path).start()
    assert daemon.process is not None
    for _ in range(400):
        if daemon.process.poll() is not None:
            break
        send(children(daemon.process.pid)[:1], signal.SIGKILL)
        wait(0.05)
    assert daemon.process.wait(60) == 70
    daemon.process = None


def test_intake_that_hangs_is_told_and_holds_no_250_up(tmp_path: Path) -> None:
    """A13: intake stands still: the doors take mail; when it goes on, all is worked."""
    with Daemon(tmp_path) as daemon:
        intake = child(supervisor(daemon), "intake")
        # At rest: one that stands still inside its transaction keeps SQLite's write lock, and the doors say 451.
        daemon.rests()
        wait(0.5)
        os.kill(intake, signal.SIGSTOP)
        for number in range(20):
            raw = RAW.replace(b"stop", b"hang %d" % number)
            assert Lmtp(daemon.lmtp).send("a@b.example", TO, raw)[0].startswith("250")
        assert daemon.ask("status")["inbox"]["waiting"] >= 19
        os.kill(intake, signal.SIGCONT)
        daemon.rests()
        assert len(daemon.ask("list", "status:all")["tickets"]) == 20


def test_a_parser_that_hangs_delays_mail_and_loses_none(tmp_path: Path, is_long: bool) -> None:
    """A14: the parser stands still over a mail (long: for ever, so that it is killed); the mail is seen all the same."""
    with Daemon(tmp_path) as daemon:
        Lmtp(daemon.lmtp).send("a@b.example", TO, RAW)
        daemon.rests()
        parsers = children(child(supervisor(daemon), "intake"))
        assert len(parsers) == 1
        send(parsers, signal.SIGSTOP)
        for number in range(5):
            raw = RAW.replace(b"stop", b"behind %d" % number)
            assert Lmtp(daemon.lmtp).send("a@b.example", TO, raw)[0].startswith("250")
        wait(2)
        if not is_long:
            send(parsers, signal.SIGCONT)
        daemon.rests(120)
        assert len(daemon.ask("list", "status:all")["tickets"]) == 6
        assert daemon.ask("status")["inbox"]["quarantined"] == 0


def test_a_second_daemon_beside_a_killed_one_starts_within_its_grace(tmp_path: Path) -> None:
    """A8: the lock dies with its holder, also where only the supervisor was killed; a living one is respected."""
    daemon = Daemon(tmp_path).start()
    refused = daemon.run("serve")
    assert refused.returncode == 75
    assert str(supervisor(daemon)) in refused.stderr
    pid = supervisor(daemon)
    os.kill(pid, signal.SIGKILL)
    assert daemon.process is not None
    daemon.process.wait(10)
    with daemon:
        assert Lmtp(daemon.lmtp).send("a@b.example", TO, RAW)[0].startswith("250")
