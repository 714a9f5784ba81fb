"""A real Postfix beside the daemon: mail comes through it and leaves through it."""

import os
import shutil
import smtplib
import subprocess
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.fakes import Smarthost
from tests.process import ROOT, Daemon, eventually, free_port

HARNESS = ROOT / "tests" / "postfix_harness.sh"
pytestmark = [
    pytest.mark.postfix,
    pytest.mark.skipif(
        os.geteuid() != 0 or not shutil.which("postfix", path="/usr/sbin:/sbin:/usr/bin"),
        reason="needs Postfix and root",
    ),
]


class Postfix:
    """A private Postfix; `place` is where it takes mail."""

    def __init__(self, *options: str) -> None:
        done = subprocess.run(
            ["bash", str(HARNESS), "start", *options, "--port", str(free_port())],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
        self.folder, self.place, self.log = (
            told["POSTFIX_DIR"],
            told["POSTFIX_SMTP"],
            Path(told["POSTFIX_LOG"]),
        )

    def send(
        self, sender: str, *recipients: str, subject: str = "Hi", text: str = "Hello."
    ) -> dict[str, tuple[int, bytes]]:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, ", ".join(recipients), subject
        message["Message-ID"] = f"<{subject.replace(' ', '.')}@customer.example>"
        message.set_content(text)
        host, _, port = self.place.rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as client:
            return client.sendmail(sender, list(recipients), message.as_bytes())

    def statuses(self) -> list[str]:
        """`status=` words of the log, in order."""
        return [
            w.split("=")[1]
            for line in self.log.read_text().splitlines()
            for w in line.split()
            if w.startswith("status=")
        ]

    def stop(self) -> None:
        subprocess.run(
            ["bash", str(HARNESS), "stop", self.folder, "--rm"], capture_output=True, check=False
        )


Start = Callable[..., Postfix]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Postfix] = []

    def begin(*options: str) -> Postfix:
        running.append(Postfix(*options))
        return running[-1]

    yield begin
    for postfix in running:
        postfix.stop()


def subjects(daemon: Daemon) -> list[str]:
    return sorted(t["subject"] for t in daemon.ask("list", "status:all")["tickets"])


def test_a_mail_in_a_ticket_an_ack_out(tmp_path: Path, start: Start) -> None:
    """The whole line: Postfix -> LMTP -> ticket -> Postfix -> the customer's server."""
    world = Smarthost()
    daemon = Daemon(tmp_path)
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", "--relay", world.place)
    daemon.config.write_text(
        daemon.config.read_text().replace(
            f"capture: {tmp_path / 'outgoing'}", f"smtp: {postfix.place}"
        )
    )
    with daemon:
        assert (
            postfix.send("anna@customer.example", "support@desk.example", subject="No sound") == {}
        )
        eventually(lambda: len(world.taken) == 1)
        ack = world.taken[0]
        assert (ack.mail_from, ack.rcpt_to) == ("", ["anna@customer.example"])
        assert b"[#1]" in ack.content
        daemon.run("reply", "1", "-m", "Please update the driver.")
        eventually(lambda: len(world.taken) == 2)
        assert world.taken[1].mail_from.startswith("b+")
    world.close()


def test_two_recipients_in_one_transaction_one_of_them_refused(
    tmp_path: Path, start: Start
) -> None:
    with Daemon(tmp_path) as daemon:
        postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}")
        postfix.send(
            "anna@customer.example",
            "support@desk.example",
            "nobody@desk.example",
            "sales@desk.example",
        )
        eventually(lambda: sorted(postfix.statuses()[:3]) == ["bounced", "sent", "sent"])
        daemon.rests()
        assert len(daemon.ask("list")["tickets"]) == 1
        assert daemon.ask("show", "1")["ticket"]["departments"] == ["sales", "support"]


def test_a_daemon_that_is_away_for_a_while_loses_nothing(tmp_path: Path, start: Start) -> None:
    daemon = Daemon(tmp_path)
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}")
    for number in range(3):
        postfix.send(
            "anna@customer.example",
            "support@desk.example",
            subject=f"away {number}",
            text=f"Number {number}.",
        )
    eventually(lambda: "deferred" in postfix.statuses())
    with daemon:
        eventually(lambda: subjects(daemon) == ["away 0", "away 1", "away 2"], 40)


def test_an_alias_that_runs_the_pipe(tmp_path: Path, start: Start) -> None:
    program = Path("/tmp") / f"ticketd-deliver-{os.getpid()}"
    shutil.copy(ROOT / "ticketd" / "receive" / "deliver.py", program)
    program.chmod(0o755)
    try:
        with Daemon(tmp_path) as daemon:
            postfix = start(
                "--alias",
                f'help=|"{program} --lmtp {daemon.lmtp} --recipient support@desk.example"',
            )
            postfix.send("anna@customer.example", "help@localhost", subject="by alias")
            eventually(lambda: subjects(daemon) == ["by alias"])
    finally:
        program.unlink()
