"""How long the figures of a year take, to reading the same rows once with the sqlite3 module.

    python bench/reports.py [--tickets 200000] [--rounds 3] [--folder FOLDER]

A year of tickets is written straight into the tables (about five rows of history each); then whole `ticketd report`
commands are measured, imports included, in seconds of the processor: other work on the machine does not count. The
floor is the cheapest loop over all rows of both tables. A FOLDER keeps the desk for the next time.
"""

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import desks

from ticketd import build
from ticketd.config.load import load
from ticketd.store import stories

END = datetime(2026, 11, 24, 9, tzinfo=UTC)
AGENTS = ("bob", "lan", "som", "ann")
Row = tuple[Any, ...]


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def story(number: int, chance: random.Random) -> tuple[Row, list[Row]]:
    """One ticket of the year and what happened to it."""
    opened = END - timedelta(seconds=chance.uniform(3600, 365 * 86400))
    customer, who = (
        f"c{chance.randrange(5000)}@c{chance.randrange(300)}.example",
        chance.choice(AGENTS),
    )
    department = chance.choice(("support", "sales"))
    at, status, assignee, closed, first, rating = opened, "new", None, None, None, None
    events: list[Row] = []

    def happens(event: str, actor: str, /, **data: Any) -> None:
        if at < END:
            events.append(
                (
                    number,
                    stamp(at),
                    actor,
                    event,
                    json.dumps(data),
                    f"{number:08x}{len(events):08x}",
                )
            )

    def moves(new: str, by: str, reason: str = "") -> None:
        nonlocal status
        happens("status_changed", by, old=status, new=new, reason=reason, until="", until_before="")
        status = new if at < END else status

    happens("opened", "customer", department=department, subject="Printer", claims=0, follows=0)
    happens("customer_wrote", "customer", message=number, kind="customer", author=customer)
    for turn in range(chance.choice((0, 1, 1, 1, 2, 3))):
        if turn:
            at += timedelta(seconds=chance.expovariate(1 / 86400))
            happens("customer_wrote", "customer", message=number, kind="customer", author=customer)
            if status in {"pending", "closed"}:
                moves("open", "customer")
                closed = None
        at += timedelta(seconds=chance.expovariate(1 / 14400))
        if turn == 0:
            happens("assigned", who, assignee=who, before="")
            assignee = who if at < END else assignee
            first = at if at < END else None
        happens("agent_replied", who, message=number, closing=False)
        if chance.random() < 0.6:
            moves("closed", who, "solved")
            closed = at if status == "closed" else None
        else:
            moves("pending", who)
    if status == "closed" and chance.random() < 0.2:
        at += timedelta(hours=chance.uniform(1, 48))
        score = chance.choice((1, 3, 4, 5, 5))
        happens("rated", "customer", score=score, by=customer, comment="")
        rating = score if at < END else None
    updated = events[-1][1]
    tags = json.dumps(chance.choice(([], ["printer"], ["login"], ["printer", "urgent-fix"])))
    ticket = (
        number, f"Printer {number}", status, department, assignee, customer, stamp(opened), updated,
        stamp(first) if first else None, stamp(closed) if closed else None, rating, tags,
        chance.choice(("email", "email", "phone", "line")), chance.choice(("normal", "high", "urgent")),
        chance.choice((None, None, "low", "critical")),
    )  # fmt: skip
    return ticket, events


TICKET = (
    "INSERT INTO ticket (number, subject, status, department, assignee, customer_address, opened_at, updated_at,"
    " first_reply_at, closed_at, rating, tags, channel, priority, severity, customer_name, language, summary, fields,"
    " is_flagged, links, followers, sla_version) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'','en','','{}',false,'[]','[]',0)"
)
EVENT = 'INSERT INTO activity (ticket, at, "by", event, data, act) VALUES (?,?,?,?,?,?)'


def fill(file: Path, tickets: int, seed: int = 1) -> None:
    """Write the year: the events in the order of their moments, as a desk writes them."""
    chance = random.Random(seed)
    told = [story(number, chance) for number in range(1, tickets + 1)]
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(TICKET, (ticket for ticket, _ in told))
        connection.executemany(EVENT, _in_order(told))


def _in_order(told: list[tuple[Row, list[Row]]]) -> Iterator[Row]:
    yield from sorted(
        (event for _, events in told for event in events), key=lambda e: (e[1], e[0], e[5])
    )


def made(folder: Path, tickets: int) -> Path:
    config, file = folder / "config.yaml", folder / "bench.db"
    if not file.exists():
        config = desks.write_config(folder, f"sqlite:///{file}")
        build.prepare(load(config))
        fill(file, tickets)
        database = build.open_database(load(config))
        with database.transaction() as session:
            stories.mend(session)
        database.close()
    return config


def floor(file: Path) -> tuple[float, int]:
    began, count = time.process_time(), 0
    with sqlite3.connect(file) as connection:
        for table in ("ticket", "activity"):
            for _ in connection.execute(f"SELECT * FROM {table}"):
                count += 1
    return time.process_time() - began, count


def took_by(command: list[str]) -> float:
    """Seconds of the processor that a command and its like have taken."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="ticketd-bench-"))
    config = made(folder, given.tickets)
    names = (
        "summary",
        "response",
        "agents",
        "departments",
        "tags",
        "hours",
        "ratings",
        "trend",
        "severe",
    )
    best = dict.fromkeys(names, 1e9)
    least, rows = 1e9, 0
    for _ in range(given.rounds):
        took, rows = floor(folder / "bench.db")
        least = min(least, took)
        for name in names:
            command = [sys.executable, "-m", "ticketd", "--config", str(config), "report", name]
            best[name] = min(best[name], took_by([*command, "--last", "1y", "--json"]))
    print(f"{rows} rows read once: {least:.2f} s")
    for name, took in best.items():
        print(f"report {name:12} --last 1y {took:7.2f} s {took / least:6.2f}")


if __name__ == "__main__":
    main()
