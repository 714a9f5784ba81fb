"""A real daemon whose clock is moved from outside: `python -m tests.faults.clocked FILE serve ...`.

The product reads the time in one place; this program puts another clock there before anything is built.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tests.process
from tests.faults.smarthost import Smarthost
from tests.faults.world import through
from tests.process import Daemon


class Clocked(Daemon):
    """`ticketd serve`, so many seconds ahead of the world."""

    def __init__(self, folder: Path, smarthost: Smarthost) -> None:
        super().__init__(folder)
        through(self, smarthost)
        self._ahead = folder / "ahead"
        self.jumps(0)

    def jumps(self, seconds: int) -> None:
        """From now on the daemon's clock is so far ahead of the world's."""
        new = self._ahead.with_suffix(".new")
        new.write_text(str(seconds), "ascii")
        new.rename(self._ahead)

    def start(self, *, wait_for_doors: bool = True) -> "Clocked":
        plain = tests.process.TICKETD
        tests.process.TICKETD = [sys.executable, "-m", "tests.faults.clocked", str(self._ahead)]
        try:
            super().start(wait_for_doors=wait_for_doors)
        finally:
            tests.process.TICKETD = plain
        return self


def main(ahead: Path, arguments: list[str]) -> int:
    import ticketd.core.clock

    def moved_clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=int(ahead.read_text("ascii")))

    ticketd.core.clock.system_clock = moved_clock
    from ticketd.cli.program import run

    return run(arguments)


if __name__ == "__main__":
    # The parser is a process of its own and finds the package by this.
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[2]))
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
