"""The whole way of a mail: in by SMTP, understood, on a ticket, its ack out to a sink; in one run with its floor.

    python bench/whole_way.py [--mails 2000] [--postgres URL]

The standard mix of `generator.py`: 70 % of the mails open a ticket, then 30 % are replies to acks that came out.
CPU is user + system time of all processes of the daemon; the floor is mail-parser's parse of the same mails in this
run. No agents are configured: tickets with their acks alone.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import mailparser
import yaml

from bench.clients import Sink, send_all
from bench.generator import SEED, Generator, Made
from tests.process import Daemon, descendants


def cpu_of(pids: list[int]) -> list[float]:
    """User and system seconds of each of these processes, with those of children that it has waited for.

    A parser that was replaced meanwhile counts with the desk, which has waited for it.
    """
    found = []
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 15
        found.append(sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK"))
    return found


def floor(mails: list[Made]) -> float:
    """Seconds a mail that mail-parser needs for these."""
    for made in mails[:50]:
        mailparser.parse_from_bytes(made.raw)
    began = time.process_time()
    for made in mails:
        mailparser.parse_from_bytes(made.raw)
    return (time.process_time() - began) / len(mails)


class Run:
    """One daemon, one sink, and what was measured."""

    def __init__(self, daemon: Daemon, sink: Sink, connections: int) -> None:
        self.daemon, self.sink, self.connections = daemon, sink, connections
        assert daemon.process is not None
        self.pids = list(descendants(daemon.process.pid))
        self.by_process: list[float] = []

    def phase(self, mails: list[Made], acks: int) -> tuple[float, float, float]:
        """(seconds until everything is worked and out, seconds until the last 250, CPU seconds)."""
        assert self.daemon.process is not None
        self.pids = list(descendants(self.daemon.process.pid))
        before, began = cpu_of(self.pids), time.perf_counter()
        wanted = len(self.sink.taken) + acks
        send_all(self.daemon.smtp, mails, self.connections)
        sent = time.perf_counter() - began
        while len(self.sink.taken) < wanted:
            threading.Event().wait(0.02)
            if time.perf_counter() - began > 60 + len(mails) * 0.5:
                raise SystemExit(f"only {len(self.sink.taken)} of {wanted} acks came out")
        if not acks:
            self.daemon.rests(600)
        took = time.perf_counter() - began
        after = cpu_of(self.pids)
        new = [pid for pid in descendants(self.daemon.process.pid) if pid not in self.pids]
        spent = [a - b for a, b in zip(after, before, strict=True)]
        self.by_process = [
            a + b for a, b in zip(self.by_process or [0.0] * len(spent), spent, strict=False)
        ]
        return took, sent, sum(spent) + sum(cpu_of(new))


def replies(
    made: Generator, news: list[Made], taken: list[tuple[str, bytes]], count: int
) -> list[Made]:
    """Answers to the acks that came out."""
    acks = dict(taken)
    return [made.reply(new, acks[new.sender]) for new in news[:count] if new.sender in acks]


def without_agents(daemon: Daemon) -> Daemon:
    """Tickets with their acks alone."""
    values = yaml.safe_load(daemon.config.read_text("utf-8"))
    values.pop("agents", None)
    daemon.config.write_text(yaml.safe_dump(values), "utf-8")
    return daemon


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--postgres", default=None)
    args = parser.parse_args()
    made = Generator(args.seed)
    news = [made.new() for _ in range(args.mails * 7 // 10)]
    sink = Sink()
    more: dict[str, Any] = {
        "outgoing": {"capture": None, "smtp": sink.place},
        "budgets": {"enabled": True},
        # The mails are proven: of unproven authors only so many an hour are acked.
        "auth": {"authserv_ids": ["mx.desk.example"], "trusted_hops": 1},
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        without_agents(Daemon(Path(folder), args.postgres, **more)) as daemon,
    ):
        run = Run(daemon, sink, args.connections)
        run.phase([made.new() for _ in range(20)], 20)
        run.by_process = []
        took, sent, cpu = run.phase(news, len(news))
        answers = replies(made, news, sink.taken, args.mails * 3 // 10)
        took2, sent2, cpu2 = run.phase(answers, 0)
        tickets = daemon.ask("status")
    each = floor([*news, *answers])
    count = len(news) + len(answers)
    print(
        f"mails: {len(news)} new, {len(answers)} replies, mean {sum(len(m.raw) for m in [*news, *answers]) / count / 1000:.1f} kB"
    )
    print(f"mail-parser alone: {each * 1000:.2f} ms a mail")
    print(
        f"new tickets: {len(news) / took:.0f}/s whole way, {len(news) / sent:.0f}/s until 250, {cpu / len(news) * 1000:.2f} ms CPU a mail"
    )
    print(
        f"replies: {len(answers) / took2:.0f}/s whole way, {len(answers) / sent2:.0f}/s until 250, {cpu2 / len(answers) * 1000:.2f} ms CPU a mail"
    )
    print(
        f"all: {count / (took + took2):.0f} mails/s, CPU {(cpu + cpu2) / count * 1000:.2f} ms a mail = {(cpu + cpu2) / count / each:.1f} x mail-parser"
    )
    shares = ", ".join(f"{seconds / count * 1000:.2f}" for seconds in run.by_process)
    print(f"by process (supervisor, desk, parser, doors): {shares} ms a mail")
    print(f"inbox {tickets['inbox']}, outbox {tickets['outbox']}")


if __name__ == "__main__":
    main()
