"""An archive of 50,000 mails comes in: how fast, with how much memory, and whether a kill -9 in the middle costs anything.

    python bench/archives.py --mails 50000 --kind mbox          # --kind maildir

Threads of three mails, dated in 2025: of four threads one is held together by In-Reply-To, one each by the tag that RT, osTicket and
Zammad write into subjects. The import is killed at a third of them, and said again.
"""

import argparse
import mailbox
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from desks import write_config
from generator import Generator

from ticketd import build
from ticketd.config.load import load

_DROPPED = (b"message-id", b"in-reply-to", b"references", b"subject", b"date")
_TAGS = ("", "[old.example #{}] ", "[#{}] ", "[Ticket#{}] ")


def mails(number: int) -> Iterator[bytes]:
    generator = Generator(7)
    for n in range(number):
        thread, turn = divmod(n, 3)
        head, _, body = generator.new().raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        kept, wanted = [], True
        for line in head.split(b"\n"):
            if not line.startswith((b" ", b"\t")):
                wanted = not line.lower().startswith(_DROPPED)
            if wanted:
                kept.append(line)
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * thread + turn)
        own = [f"Message-ID: <{n}@bench.example>", f"Date: {format_datetime(at)}"]
        tag = _TAGS[thread % 4].format(100_000 + thread)
        own.append(f"Subject: {'Re: ' if turn else ''}{tag}Question {thread}")
        if turn and not tag:
            own.append(f"In-Reply-To: <{thread * 3}@bench.example>")
        yield "\n".join(own).encode() + b"\n" + b"\n".join(kept) + b"\n\n" + body + b"\n"


def written(path: Path, kind: str, number: int) -> Path:
    if kind == "mbox":
        with path.open("wb") as stream:
            for raw in mails(number):
                stream.write(b"From x Thu Jan  1 00:00:00 2026\n")
                stream.write(raw.replace(b"\nFrom ", b"\n>From ") + b"\n")
        return path
    mailbox.Maildir(path).close()
    for n, raw in enumerate(mails(number)):
        (path / "cur" / f"{n}.bench:2,S").write_bytes(raw)
    return path


def started(config: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ticketd", "--config", str(config), *words],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(what: str, process: subprocess.Popen[str], began: float, mails: int) -> None:
    assert process.stdout is not None
    said = process.stdout.read().strip().splitlines()
    _, status, used = os.wait4(process.pid, 0)
    seconds, cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
    print(
        f"{what:20} {seconds:7.1f} s {mails / seconds:6.0f} mails/s  {1000 * cpu / mails:5.2f} ms of CPU a mail with its"
        f" parsers  {used.ru_maxrss // 1024} MB   {said[-1] if said else f'status {status}'}",
        flush=True,
    )


def rows(database: Path) -> tuple[int, int, int]:
    """Messages, different Message-IDs, tickets."""
    with sqlite3.connect(database) as connection:
        messages = connection.execute("SELECT count(*), count(DISTINCT message_id) FROM message")
        tickets = connection.execute("SELECT count(*) FROM ticket")
        return (*messages.fetchone(), tickets.fetchone()[0])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=50_000)
    parser.add_argument("--kind", choices=["mbox", "maildir"], default="mbox")
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    folder = Path(given.folder or tempfile.mkdtemp(prefix="ticketd-archive-"))
    number = given.mails
    box = written(folder / f"archive.{given.kind}", given.kind, number)
    config = write_config(folder, f"sqlite:///{folder / 'desk.db'}")
    build.prepare(load(config))
    began = time.monotonic()
    words = ("import", given.kind, str(box))
    ended("--dry-run", started(config, *words, "--dry-run"), began, number)
    began = time.monotonic()
    killed = started(config, *words)
    while killed.poll() is None and rows(folder / "desk.db")[0] < number // 3:
        time.sleep(0.5)
    killed.send_signal(signal.SIGKILL)
    ended("killed", killed, began, rows(folder / "desk.db")[0])
    before = rows(folder / "desk.db")
    began = time.monotonic()
    ended("said again", started(config, *words), began, number - before[0])
    began = time.monotonic()
    ended("once more", started(config, *words), began, number)
    found = rows(folder / "desk.db")
    print(f"after the kill {before}, at the end {found}: messages, Message-IDs, tickets")
    assert found == (number, number, -(-number // 3)), found


if __name__ == "__main__":
    main()
