"""The whole way of a mail at a desk of 200,000 tickets against the same at one of 1,000; in one run, turn by turn.

    python bench/growth.py [--tickets 200000] [--turns 8] [--folder FOLDER]

The folder keeps the desks for the next run (4 GB); what is measured works on copies.
"""

import argparse
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import desks
from bench.clients import Sink
from bench.generator import SEED, Generator
from bench.whole_way import Run, replies, without_agents
from tests.process import Daemon

FEW = 1000
NEWS, REPLIES = 105, 45


class Desk:
    """A daemon on a copy of a desk, and what it took so far."""

    def __init__(self, source: Path, folder: Path, seed: int, stack: ExitStack) -> None:
        folder.mkdir()
        shutil.copy(source.parent / "bench.db", folder / "desk.db")
        self.sink, self.made = Sink(), Generator(seed)
        more: dict[str, Any] = {
            "outgoing": {"capture": None, "smtp": self.sink.place},
            "budgets": {"enabled": True},
            "blobs": "database",
            # The mails are proven: of unproven authors only so many an hour are acked.
            "auth": {"authserv_ids": ["mx.desk.example"], "trusted_hops": 1},
        }
        daemon = without_agents(Daemon(folder, f"sqlite:///{folder}/desk.db", **more))
        self.run = Run(stack.enter_context(daemon), self.sink, 10)
        self.seconds = self.cpu = 0.0
        self.mails = 0

    def turn(self, *, counts: bool = True) -> None:
        """Some new tickets, then some answers to their acks."""
        news = [self.made.new() for _ in range(NEWS)]
        took, _, cpu = self.run.phase(news, len(news))
        answers = replies(self.made, news, self.sink.taken, REPLIES)
        took2, _, cpu2 = self.run.phase(answers, 0)
        if counts:
            self.seconds += took + took2
            self.cpu += cpu + cpu2
            self.mails += len(news) + len(answers)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=8)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    kept = given.folder or Path(tempfile.mkdtemp(prefix="ticketd-bench-"))
    sources = [desks.made(kept / str(size), size) for size in (FEW, given.tickets)]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        small, big = (
            Desk(source, Path(folder) / str(at), SEED + at, stack)
            for at, source in enumerate(sources)
        )
        for desk in (small, big):
            desk.turn(counts=False)
        for _ in range(given.turns):
            for desk in (small, big):
                desk.turn()
    for name, desk in ((f"{FEW:,}", small), (f"{given.tickets:,}", big)):
        print(
            f"at {name} tickets: {desk.mails} mails, {desk.mails / desk.seconds:.0f}/s,"
            f" CPU {desk.cpu / desk.mails * 1000:.2f} ms a mail"
        )
    rate = (big.mails / big.seconds) / (small.mails / small.seconds)
    print(
        f"rate: {rate:.2f} of the small desk's; CPU: {big.cpu / big.mails / (small.cpu / small.mails):.2f}"
    )


if __name__ == "__main__":
    main()
