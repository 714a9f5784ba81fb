"""How long it takes to back a desk up, to verify and restore it, to move it to PostgreSQL, and to import an archive.

    python bench/moving.py --tickets 20000 --mails 5000

Each step is the command itself, in a process of its own; seconds of the wall and the peak of memory.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from commands import postgres
from desks import made, write_config
from generator import Generator

from ticketd import build
from ticketd.config.load import load


def run(what: str, config: Path, *words: str) -> None:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "ticketd", "--config", str(config), *words],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read().strip()
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, said
    print(
        f"{what:24} {time.monotonic() - began:7.1f} s  {used.ru_maxrss // 1024:5} MB   {said.splitlines()[-1]}",
        flush=True,
    )


def archive(path: Path, mails: int) -> Path:
    """Threads of three: a question, and two answers to it."""
    generator = Generator(7)
    with path.open("wb") as stream:
        for number in range(mails):
            thread, turn = divmod(number, 3)
            raw = generator.new().raw.replace(b"\r\n", b"\n")
            head, _, body = raw.partition(b"\n\n")
            kept = [
                f
                for f in head.split(b"\n")
                if not f.lower().startswith((b"message-id", b"in-reply-to", b"references"))
            ]
            own = f"Message-ID: <{number}@bench.example>"
            before = f"\nIn-Reply-To: <{thread * 3}@bench.example>" if turn else ""
            stream.write(
                b"From x Thu Jan  1 00:00:00 2026\n"
                + f"{own}{before}\n".encode()
                + b"\n".join(kept)
                + b"\n\n"
            )
            stream.write(body.replace(b"\nFrom ", b"\n>From ") + b"\n\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--mails", type=int, default=5_000)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ticketd-moving-"))
    config = made(folder / "desk", given.tickets)
    file = folder / "desk.tar.gz"
    run("backup", config, "backup", str(file))
    print(f"{'':24} {file.stat().st_size / 1e6:.0f} MB")
    run("verify", config, "verify", str(file))
    (folder / "other").mkdir()
    other = write_config(folder / "other", f"sqlite:///{folder / 'other' / 'other.db'}")
    run("restore", other, "restore", str(file))
    with postgres() as server:
        with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE moved")
        url = server.format("moved")
        run("copy-to and check", config, "db", "copy-to", url)
        run("copy-to once more", config, "db", "copy-to", url)
    box = archive(folder / "archive.mbox", given.mails)
    (folder / "new").mkdir()
    new = write_config(folder / "new", f"sqlite:///{folder / 'new' / 'new.db'}")
    build.prepare(load(new))
    run("import --dry-run", new, "import", "mbox", str(box), "--dry-run")
    run(f"import of {given.mails}", new, "import", "mbox", str(box))
    run("import once more", new, "import", "mbox", str(box))


if __name__ == "__main__":
    main()
