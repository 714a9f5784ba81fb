"""What the door answers when the world is not as it should be."""

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import Lmtp
from tests.process import Daemon, eventually, wait

MAIL = b"From: anna@example.org\nTo: support@desk.example\nSubject: door %d\n\nhello\n"
TO = ["support@desk.example"]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon of the test's own, not yet started."""
    made = Daemon(tmp_path)
    yield made
    made.stop()


def configured(tmp_path: Path, **limits: object) -> Daemon:
    return Daemon(tmp_path / "other", limits=limits)


def test_a_low_disk_defers_at_mail(tmp_path: Path) -> None:
    with configured(tmp_path, min_free="900000GiB") as daemon:
        client = Lmtp(daemon.lmtp)
        assert client.send("anna@example.org", TO, MAIL % 1)[0].startswith("452 4.3.1")


def test_too_many_bytes_under_way_defer(tmp_path: Path) -> None:
    with configured(tmp_path, in_flight="100KiB") as daemon:
        slow = Lmtp(daemon.lmtp)
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<support@desk.example>", "DATA"):
            slow.say(line)
        slow.sock.sendall(b"x" * 90 * 1024)
        eventually(
            lambda: (
                Lmtp(daemon.lmtp)
                .send("a@b.example", TO, MAIL % 1, options=" SIZE=50000")[0]
                .startswith("452 4.3.1")
            )
        )
        slow.sock.sendall(b"\r\n.\r\n")
        assert slow.reply().startswith("250")


def test_too_many_connections_are_told_so_and_others_go_on(tmp_path: Path) -> None:
    with configured(tmp_path, connections=3) as daemon:
        clients = [Lmtp(daemon.lmtp) for _ in range(3)]
        with socket.create_connection(("127.0.0.1", int(daemon.lmtp.split(":")[1]))) as sock:
            assert sock.recv(100).startswith(b"421 4.7.0")
        assert clients[0].send("a@b.example", TO, MAIL % 1)[0].startswith("250")
        clients[1].close()
        eventually(lambda: Lmtp(daemon.lmtp))


def test_a_client_that_hangs_up_after_the_dot_has_its_mail_stored_once(daemon: Daemon) -> None:
    for _ in range(3):
        client = Lmtp(daemon.lmtp)
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<support@desk.example>", "DATA"):
            client.say(line)
        client.sock.sendall(b"From: a@b.example\r\nSubject: hung up\r\n\r\nx\r\n.\r\n")
        client.sock.shutdown(socket.SHUT_RDWR)
        client.close()
    wait(0.3)
    daemon.rests()
    found = [t for t in daemon.ask("list", "status:all")["tickets"] if t["subject"] == "hung up"]
    assert len(found) == 1


def test_a_client_that_says_everything_and_shuts_its_side_gets_its_answers(daemon: Daemon) -> None:
    host, _, port = daemon.smtp.rpartition(":")
    with socket.create_connection((host, int(port)), 10) as sock:
        sock.sendall(
            b"EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n"
            b"Subject: half closed\r\n\r\nhello\r\n.\r\nQUIT\r\n"
        )
        sock.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: sock.recv(4096), b""))
    assert b"250 2.0.0 Ok inbox=" in said


def test_stopping_tells_idle_clients_and_lets_a_mail_finish(fresh: Daemon) -> None:
    fresh.start()
    idle, busy = Lmtp(fresh.lmtp), Lmtp(fresh.lmtp)
    for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<support@desk.example>", "DATA"):
        busy.say(line)
    assert fresh.process is not None
    fresh.process.terminate()
    assert idle.reply().startswith("421 4.3.2")
    busy.sock.sendall(b"Subject: last\r\n\r\nx\r\n.\r\n")
    assert busy.reply().startswith("250")
    assert busy.reply().startswith("421 4.3.2")
    assert fresh.process.wait(30) == 0


def test_lmtp_over_a_unix_socket(tmp_path: Path) -> None:
    place = str(tmp_path / "lmtp.sock")
    daemon = Daemon(tmp_path / "other")
    daemon.config.write_text(
        daemon.config.read_text().replace(
            f"lmtp: {daemon.lmtp}", f"lmtp: [{daemon.lmtp!r}, {place}]"
        )
    )
    with daemon:
        assert Lmtp(place).send("a@b.example", TO, MAIL % 1)[0].startswith("250")
        assert (Path(place).stat().st_mode & 0o777) == 0o660
    assert not Path(place).exists()


def resident(daemon: Daemon) -> int:
    """Kilobytes of the largest process of a daemon."""
    from tests.process import descendants

    assert daemon.process is not None
    found = 0
    for pid in descendants(daemon.process.pid):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                found = max(found, int(line.split()[1]))
    return found


def test_blank_lines_and_an_endless_line_stay_in_bounded_memory(tmp_path: Path) -> None:
    with configured(tmp_path, max_size="40MiB", min_free="1MiB") as daemon:
        assert Lmtp(daemon.lmtp).send("a@b.example", TO, b"\r\n" * 10)[0].startswith("250")
        before = resident(daemon)
        blank = Lmtp(daemon.lmtp, timeout=60)
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<support@desk.example>", "DATA"):
            blank.say(line)
        for _ in range(32):
            blank.sock.sendall(b"\r\n" * (512 * 1024))
        blank.sock.sendall(b".\r\n")
        assert blank.reply().startswith("250")
        endless = Lmtp(daemon.lmtp, timeout=60)
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<support@desk.example>", "DATA"):
            endless.say(line)
        try:
            for _ in range(200):
                endless.sock.sendall(b"x" * 1024 * 1024)
        except ConnectionError:
            pass
        assert endless.reply().startswith("552 5.3.4")
        eventually(daemon.is_idle, 40)
        assert resident(daemon) - before < 200 * 1024


def test_bytes_under_way_are_counted_as_they_come(tmp_path: Path) -> None:
    """Without SIZE too, over both doors together; what does not fit is deferred, and others go on."""
    with configured(tmp_path, in_flight="300KiB", max_size="1MiB") as daemon:
        slow = Lmtp(daemon.lmtp)
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<support@desk.example>", "DATA"):
            slow.say(line)
        slow.sock.sendall((b"x" * 98 + b"\r\n") * 2000)
        wait(0.3)
        other = Lmtp(daemon.smtp, greeting="EHLO")
        assert other.send("a@b.example", TO, (b"y" * 98 + b"\n") * 2000)[0].startswith("452 4.3.1")
        slow.sock.sendall(b"\r\n.\r\n")
        assert slow.reply().startswith("250")
        assert other.send("a@b.example", TO, (b"z" * 98 + b"\n") * 2000)[0].startswith("250")


def test_nobody_tries_address_after_address(daemon: Daemon) -> None:
    client = Lmtp(daemon.smtp, greeting="EHLO")
    client.say("MAIL FROM:<a@b.example>")
    answers = [client.say(f"RCPT TO:<guess{n}@desk.example>") for n in range(99)]
    assert {a[:9] for a in answers} == {"550 5.1.1"}
    client.say("RCPT TO:<last@desk.example>")
    assert client.reply().startswith("421 4.7.0")


def test_a_long_original_recipient_is_taken(daemon: Daemon) -> None:
    client = Lmtp(daemon.lmtp)
    client.say("MAIL FROM:<a@b.example>")
    assert client.say(
        f"RCPT TO:<support@desk.example> ORCPT=rfc822;{'x' * 1500}@company.example"
    ).startswith("250")


def test_local_trust_is_for_this_machine_and_the_peer_is_known(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / "other", auth={"local_submission": True})
    with daemon:
        Lmtp(daemon.lmtp).send("a@b.example", TO, MAIL % 1)
        daemon.rests()
        assert daemon.ask("show", "1")["ticket"]["messages"][0]["trust"] == "local"
    with sqlite3.connect(daemon.folder / "state" / "ticketd.db") as database:
        assert database.execute("SELECT peer FROM inbox").fetchall() == [("127.0.0.1",)]
