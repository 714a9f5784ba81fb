"""A private Postfix for tests: start it, send through it, read what became of each mail."""

import contextlib
import os
import shutil
import smtplib
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
import yaml

from tests.process import ROOT, Daemon, eventually, free_port

HARNESS = ROOT / "tests" / "postfix_harness.sh"
needs_postfix = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("postfix", path="/usr/sbin:/sbin:/usr/bin"),
    reason="needs Postfix and root",
)


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
        return self.submit(message.as_bytes(), sender, *recipients)

    def submit(
        self, raw: bytes, sender: str, *recipients: str, login: tuple[str, str] | None = None
    ) -> dict[str, tuple[int, bytes]]:
        """Hand in a finished mail; `login` is a name and its password."""
        host, _, port = self.place.rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as client:
            if login is not None:
                client.login(*login)
            return client.sendmail(sender, list(recipients), raw)

    def statuses(self) -> list[str]:
        """`status=` words of the log, in order."""
        return [
            w.split("=")[1]
            for line in self.log.read_text().splitlines()
            for w in line.split()
            if w.startswith("status=")
        ]

    def delivered(self, domain: str) -> list[str]:
        """What became of the mails for a domain, sorted."""
        lines = [line for line in self.log.read_text().splitlines() if f"@{domain}>" in line]
        return sorted(
            w.split("=")[1] for line in lines for w in line.split() if w.startswith("status=")
        )

    def tries_again_until(self, what: Callable[[], object]) -> None:
        """Wait for it; a queue that stands still for five seconds is run once more.

        With a queue run each second instead of every five minutes, its queue manager now and then logs "skipped, still
        being delivered" and does not come back to a deferred mail by itself.
        """
        for _ in range(8):
            with contextlib.suppress(AssertionError):
                eventually(what, 5)
                return
            subprocess.run(["bash", str(HARNESS), "flush", self.folder], check=True)
        pytest.fail(f"Postfix did not get there: {self.log.read_text('utf-8')}")

    def stop(self) -> None:
        subprocess.run(
            ["bash", str(HARNESS), "stop", self.folder, "--rm"], capture_output=True, check=False
        )


def sends_through(daemon: Daemon, postfix: Postfix) -> None:
    """Let a daemon that captured its mail hand it to Postfix."""
    values = yaml.safe_load(daemon.config.read_text("utf-8"))
    values["outgoing"] = {"smtp": postfix.place}
    daemon.config.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
