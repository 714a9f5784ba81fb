"""Monitoring looks at a running desk: pages, numbers, and the log that tells a mail's whole story."""

import http.client
import json
import os
import re
import signal
import socket
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes import Lmtp
from tests.process import ROOT, Daemon, descendants, eventually, free_port

MAIL = (
    b"Received: from mail.customer.example by mx.desk.example (Postfix) with ESMTP\n"
    b"\tid 4Zq7Xk1abc; Mon, 2 Nov 2026 10:00:00 +0700 (+07)\n"
    b"From: eve@customer.example\nTo: support@desk.example\nSubject: watched\nMessage-ID: <story@customer.example>\n\nHello.\n"
)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def get(place: str, page: str) -> tuple[int, str]:
    if place.startswith("/"):
        connection: http.client.HTTPConnection = UnixConnection(place)
    else:
        connection = http.client.HTTPConnection(place, timeout=10)
    connection.request("GET", page)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def numbers(text: str) -> dict[str, float]:
    """`name{label="value"}` -> its number, read by Prometheus' own parser."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def writes(daemon: Daemon, raw: bytes = MAIL) -> str:
    return Lmtp(daemon.lmtp).send("eve@customer.example", ["support@desk.example"], raw)[0]


@pytest.mark.parametrize("kind", ["port", "socket"])
def test_monitoring_sees_what_happened(tmp_path: Path, kind: str) -> None:
    place = f"127.0.0.1:{free_port()}" if kind == "port" else str(tmp_path / "metrics.sock")
    with Daemon(tmp_path, metrics={"listen": place}) as daemon:
        assert writes(daemon).startswith("250")
        writes(daemon)
        daemon.rests()
        assert get(place, "/healthz") == (200, "ok\n")
        assert get(place, "/readyz") == (200, "ok\n")
        assert get(place, "/elsewhere")[0] == 404
        seen = numbers(get(place, "/metrics")[1])
        assert seen["ticketd_messages_received_total{channel=lmtp,result=new}"] == 1
        assert seen["ticketd_messages_received_total{channel=lmtp,result=duplicate}"] == 1
        assert seen["ticketd_outbox_sent_total{kind=ack}"] == 1
        assert seen["ticketd_smtp_replies_total{channel=lmtp,code=354}"] == 2
        assert seen["ticketd_tickets{department=support,status=new}"] == 1
        assert seen["ticketd_tickets_opened_total{department=support}"] == 1
        assert seen["ticketd_message_size_bytes_count{channel=lmtp}"] == 2
        assert seen["ticketd_quarantine_messages{}"] == 0
        assert seen["ticketd_outbox_oldest_seconds{}"] == 0
        # A process that comes back goes on counting.
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: daemon.log.read_text().count("doors open") >= 2)
        writes(daemon, MAIL.replace(b"story", b"second"))
        daemon.rests()
        again = numbers(get(place, "/metrics")[1])
        assert sum(v for k, v in again.items() if k.startswith("ticketd_messages_received_total")) == 3  # fmt: skip
        assert "ticketd_messages_received_total{" in daemon.run("metrics").stdout


def test_a_hung_process_and_a_full_disk_are_told(tmp_path: Path) -> None:
    place = f"127.0.0.1:{free_port()}"
    os.environ["WATCHDOG_USEC"] = "3000000"
    try:
        daemon = Daemon(tmp_path, metrics={"listen": place}, limits={"min_free": "900000GiB"})
        daemon.start()
    finally:
        del os.environ["WATCHDOG_USEC"]
    try:
        code, why = get(place, "/readyz")
        assert code == 503
        assert why.startswith("disk: ")
        assert daemon.process is not None
        # The supervisor cannot mend it now; whoever asks is told.
        supervisor = daemon.process.pid
        os.kill(supervisor, signal.SIGSTOP)
        hung = next(
            pid
            for pid in descendants(supervisor)
            if Path(f"/proc/{pid}/comm").read_text().strip() == "ticketd:intake"
        )
        os.kill(hung, signal.SIGSTOP)
        eventually(lambda: get(place, "/healthz") == (503, "intake hangs\n"), 20)
        os.kill(hung, signal.SIGCONT)
        eventually(lambda: get(place, "/healthz")[0] == 200, 20)
    finally:
        if daemon.process is not None:
            os.kill(daemon.process.pid, signal.SIGCONT)
        daemon.stop()


def test_nothing_listens_by_default(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert daemon.process is not None
        names = {Path(f"/proc/{pid}/comm").read_text().strip() for pid in descendants(daemon.process.pid)}  # fmt: skip
        assert "ticketd:metrics" not in names
        assert "ticketd:doors" in names
        path = tmp_path / "ticketd.prom"
        assert daemon.run("metrics", "--textfile", str(path)).returncode == 0
        assert "ticketd_tickets" in path.read_text()
        assert path.stat().st_mode & 0o777 == 0o644
        done = daemon.run("metrics", "--textfile", str(tmp_path / "nowhere" / "x"))
        assert done.returncode == 1
        assert "cannot be written" in done.stderr


def grep(daemon: Daemon, word: str) -> list[str]:
    return [line for line in daemon.log.read_text().splitlines() if word in line]


def test_one_grep_follows_a_mail(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        answer = writes(daemon)
        daemon.rests()
        eventually(lambda: len(grep(daemon, " sent ticket=1 ")) == 2)
        # By the mail server's own id: how it came in here, and under which number.
        received = grep(daemon, "queue-id=4Zq7Xk1abc")
        assert len(received) == 1
        inbox = re.search(r"inbox=\d+", answer)
        assert inbox is not None
        assert inbox[0] in received[0]
        # By that number: received, decided, and each mail that came of it.
        story = grep(daemon, inbox[0])
        assert [re.search(r" (received|decided|owed) ", line)[1] for line in story] == ["received", "decided", "owed", "owed"]  # type: ignore[index]  # fmt: skip
        assert all("message-id=<story@customer.example>" in line for line in story[:2])
        assert "ticket=1" in story[1]
        # By the number of one of those: how it left.
        ack = next(line for line in story if "kind=ack" in line)
        outbox = re.search(r"outbox=\d+ ", ack)
        assert outbox is not None
        left = grep(daemon, outbox[0])
        assert len(left) == 2
        assert " sent ticket=1 to=eve@customer.example" in left[1]


def test_the_log_as_json(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    import subprocess

    from tests.process import TICKETD

    with daemon.log.open("ab") as log:
        daemon.process = subprocess.Popen(
            [*TICKETD, "--config", str(daemon.config), "serve", "--log-format", "json"],
            stderr=log, stdout=log, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
    eventually(daemon.is_open)
    writes(daemon)
    daemon.rests()
    daemon.stop()
    lines = [json.loads(line) for line in daemon.log.read_text().splitlines()]
    assert any(one.get("queue-id") == "4Zq7Xk1abc" and one["level"] == "info" for one in lines)
    assert any(one.get("ticket") == "1" and one.get("kind") == "human" for one in lines)
