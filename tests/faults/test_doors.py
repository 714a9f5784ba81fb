"""Rows A6, A15, B1 to B4 and B9 over the wire: lost replies, files, smuggling, crowds, slowness, logs."""

import re
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.fakes import Lmtp
from tests.faults.killer import Killer, family, supervisor
from tests.faults.ledger import Ledger
from tests.faults.mta import hang_up, send_content
from tests.process import Daemon, eventually, wait

pytestmark = pytest.mark.faults
TO = ["support@desk.example"]


def begins(client: Lmtp, sender: str = "a@b.example") -> None:
    for line in (f"MAIL FROM:<{sender}>", "RCPT TO:<support@desk.example>", "DATA"):
        client.say(line)


def subjects(daemon: Daemon) -> list[str]:
    return sorted(t["subject"] for t in daemon.ask("list", "status:all")["tickets"])


def test_a_mail_whose_250_is_lost_five_times_has_one_id_one_ticket_and_one_ack(
    tmp_path: Path,
) -> None:
    """A6: closed or reset right after the dot, by both languages; the repeat is told the same id."""
    raw = (
        b"From: a@b.example\nTo: support@desk.example\nSubject: again\nMessage-ID: <1@x>\n\nhello\n"
    )
    with Daemon(tmp_path) as daemon:
        for times in range(5):
            door = (daemon.lmtp, "LHLO") if times % 2 else (daemon.smtp, "EHLO")
            client = Lmtp(door[0], greeting=door[1])
            begins(client)
            send_content(client.sock, raw)
            hang_up(client, is_reset=times > 2)
        answers = {Lmtp(daemon.lmtp).send("a@b.example", TO, raw)[0] for _ in range(3)}
        assert len(answers) == 1
        assert answers.pop().startswith("250 2.0.0 Ok inbox=")
        daemon.rests()
        assert subjects(daemon) == ["again"]
        acks = [m for m in daemon.ask("queue", "list")["mails"] if m["kind"] == "ack"]
        assert len(acks) == 1


def test_files_of_a_maildir_are_taken_once_while_the_daemon_is_killed(
    tmp_path: Path, is_long: bool
) -> None:
    """A15: killed between the commit of a file and its removal, again and again: each is one ticket."""
    count, kills = (10_000, 60) if is_long else (200, 4)
    folder = tmp_path / "Maildir"
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True)
    for number in range(count):
        (folder / "new" / f"{number:05d}").write_bytes(
            b"Return-Path: <c%d@x.example>\nDelivered-To: support@desk.example\nReceived: from x\n"
            b"From: c%d@x.example\nSubject: file %d\nMessage-ID: <%d@x>\n\nhello %d\n"
            % ((number,) * 5)
        )
    daemon, killer = Daemon(tmp_path / "daemon", maildir=str(folder)).start(), Killer(8, 0.05, 0.4)
    while killer.kills < kills:
        killer.waits()
        killer.kills_all(daemon)
        daemon.start()
    eventually(lambda: not any((folder / "new").iterdir()), 600 if is_long else 60)
    daemon.rests(1200 if is_long else 60)
    ledger = Ledger(f"sqlite:///{tmp_path}/daemon/state/ticketd.db")
    found = ledger.rows("SELECT mail_from, count(*) FROM inbox GROUP BY mail_from")
    assert {r[0]: r[1] for r in found} == {f"c{n}@x.example": 1 for n in range(count)}
    assert ledger.rows("SELECT count(*) FROM ticket")[0][0] == count
    assert list((folder / "new").iterdir()) == []
    assert daemon.stop() == 0


ENDS = ("\r\n", "\n", "\r", "\n\r")


@pytest.mark.parametrize("after", ENDS)
@pytest.mark.parametrize("before", ENDS)
def test_no_other_line_end_around_the_dot_smuggles_a_second_mail(
    daemon: Daemon, before: str, after: str
) -> None:
    """B1: every pair of line ends around the dot: only CRLF.CRLF ends a mail; a bare one is 521 and stored not."""
    inner = "MAIL FROM:<evil@x.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n"
    client = Lmtp(daemon.smtp, greeting="EHLO")
    begins(client)
    is_honest = before == after == "\r\n"
    client.sock.sendall(f"Subject: honest\r\n\r\nx{before}.{after}".encode())
    if not is_honest:
        client.sock.sendall(inner.encode())
    answer = client.reply()
    assert answer.startswith("250 2.0.0" if is_honest else "521 5.5.2"), answer
    client.close()
    daemon.rests()
    assert "smuggled" not in subjects(daemon)


@pytest.mark.parametrize("first", ["GET / HTTP/1.1", "POST / HTTP/1.1", "\x16\x03\x01\x02"])
def test_who_speaks_another_protocol_is_sent_away(daemon: Daemon, first: str) -> None:
    """B2: a browser that is made to speak to us brings no mail in; it is closed before it gets there."""
    host, _, port = daemon.smtp.rpartition(":")
    page = (
        f"{first}\r\nHost: desk\r\nAccept: */*\r\nOrigin: x\r\nCookie: y\r\n\r\nEHLO x\r\nMAIL FROM:<a@b.example>\r\n"
        "RCPT TO:<support@desk.example>\r\nDATA\r\nSubject: from a browser\r\n\r\nx\r\n.\r\nQUIT\r\n"
    )
    with socket.create_connection((host, int(port)), 10) as sock:
        sock.sendall(page.encode("latin-1"))
        said = b""
        with suppress(ConnectionError):
            while part := sock.recv(4096):
                said += part
    assert b"421 4.7.0" in said or b"502 5.5.1" in said
    assert b"354" not in said
    daemon.rests()
    assert "from a browser" not in subjects(daemon)


def resident(daemon: Daemon) -> int:
    """Kilobytes of all processes of a daemon."""
    found = 0
    for pid in family(supervisor(daemon)):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                found += int(line.split()[1]) if line.startswith("VmRSS") else 0
    return found


def test_two_thousand_idle_connections_cost_little_and_leave_mail_its_way(tmp_path: Path) -> None:
    """B3: who is over the cap is told 421; memory stays; when they are gone, mail comes in as before."""
    with Daemon(tmp_path) as daemon, ExitStack() as crowd:
        address = ("127.0.0.1", int(daemon.smtp.rpartition(":")[2]))
        known = Lmtp(daemon.lmtp)
        before = resident(daemon)
        greetings = []
        for _ in range(900 if _few_files() else 2000):
            sock = crowd.enter_context(socket.create_connection(address, 30))
            greetings.append(sock.recv(9))
        assert greetings.count(b"421 4.7.0") >= len(greetings) - 200
        assert resident(daemon) - before < 40 * 1024
        # A mail server that was here before is served on.
        assert known.send("a@b.example", TO, b"Subject: x\n\nx\n")[0].startswith("250")
        crowd.close()
        eventually(lambda: Lmtp(daemon.lmtp).hello.startswith("250"), 30)


def _few_files() -> bool:
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2_200


def test_a_mail_that_dribbles_in_is_ended_and_others_go_on(tmp_path: Path, is_long: bool) -> None:
    """B4: less than 500 bytes a second after half a minute: 421 (only with time); meanwhile others deliver."""
    with Daemon(tmp_path) as daemon:
        slow = Lmtp(daemon.lmtp, timeout=60)
        begins(slow)
        seconds = 45 if is_long else 3
        for _ in range(seconds):
            with suppress(OSError):
                slow.sock.sendall(b"x")
            answer = Lmtp(daemon.lmtp).send("a@b.example", TO, b"Subject: quick\n\nx\n")
            assert answer[0].startswith("250")
            wait(1)
        if is_long:
            assert slow.reply().startswith("421 4.4.2")
        else:
            slow.sock.sendall(b"\r\n.\r\n")
            assert slow.reply().startswith("250")


def test_lines_that_are_no_commands_do_not_keep_a_connection(daemon: Daemon) -> None:
    """B4: 0xFF lines, as NOOPs without end (dialogs), use a budget up."""
    client = Lmtp(daemon.smtp, greeting="EHLO")
    answers = []
    with suppress(ConnectionError):
        for _ in range(50):
            client.sock.sendall(b"\xff\xfe\xff\r\n")
            answers.append(client.reply())
    assert answers[-1].startswith("421 4.7.0")
    assert len(answers) < 10


def test_a_mail_writes_few_lines_of_its_senders_choosing_into_the_log(tmp_path: Path) -> None:
    """B9: no control characters, no line break, no subject, no long value, at most 20 lines for each mail."""
    evil = "\x1b[2J\x07evil\x85\u2028" + "A" * 3000
    raw = (
        f'From: "{evil}" <e@x.example>\nTo: support@desk.example\nSubject: SECRET{evil}\nMessage-ID: <{evil}@x>\n'
        f"References: <{evil}>\nDate: {evil}\nContent-Type: text/plain; charset={evil}\n\n{evil}\n"
    ).encode()
    garbage = (
        b"From: g@x.example\nContent-Type: text/plain; charset=utf-32le\n\n"
        + b"\xff\xfe\x00\xd8" * 50_000
    )
    with Daemon(tmp_path) as daemon:
        client = Lmtp(daemon.lmtp)
        start = daemon.log.stat().st_size
        for mail in (raw, garbage):
            assert client.send("e@x.example", TO, mail)[0].startswith("250")
        daemon.rests()
        said = daemon.log.read_bytes()[start:].decode("utf-8")
    lines = said.splitlines()
    assert len(lines) <= 40, len(lines)
    assert max(map(len, lines)) < 1500
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", said)
    assert "SECRET" not in said
