"""kill -9 at random instants under load, with a mail server that retries and a smarthost that loses replies.

Row A1 (and with two daemons A7) of the threat table: nothing that was answered 250 is lost or acted on
twice, every ack leaves, and a mail leaves twice only where its final dot got no answer.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.killer import Killer, stopped
from tests.faults.ledger import Figures, Ledger
from tests.faults.mta import Door, Letter, Mta, letter
from tests.faults.smarthost import SILENT, Smarthost, always, moody, well
from tests.faults.world import behind
from tests.process import Daemon, eventually, wait

pytestmark = pytest.mark.faults
BOTH = ("support@desk.example", "sales@desk.example")


def letters_for(count: int) -> list[Letter]:
    """Every fifth is for two departments at once, every tenth is large."""
    return [
        letter(n, *(BOTH if n % 5 == 0 else ()), size=60_000 if n % 10 == 3 else 0)
        for n in range(count)
    ]


def doors_of(*daemons: Daemon) -> list[Door]:
    return [Door(d.lmtp) for d in daemons] + [Door(d.smtp, is_lmtp=False) for d in daemons]


@dataclass
class Run:
    """One play of mails and kills."""

    daemons: list[Daemon]
    ledger: Ledger
    mta: Mta
    letters: list[Letter]
    smarthost: Smarthost
    killer: Killer
    began: float = field(default_factory=time.monotonic)

    def kills(self, times: int, each: Callable[[], None]) -> None:
        """Kill so often while mails come in, then let the rest come in peace."""
        while self.killer.kills < times:
            self.killer.waits()
            each()
        self.mta.finish(600)
        assert not self.mta.refused, self.mta.refused[:5]

    def adds_up(self, capsys: pytest.CaptureFixture[str], what: str) -> Figures:
        """Afterwards, left in peace: everything drains, and every equation holds."""
        self.ledger.drains(1800)
        for daemon in self.daemons:
            assert daemon.stop() == 0
        figures = self.ledger.check(self.letters, self.mta.acked, self.smarthost.times_taken())
        with capsys.disabled():
            seconds = time.monotonic() - self.began
            print(f"\n{what}: {self.killer.kills} kills, {figures}, {seconds:.0f} s")
        return figures


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as kept:
        yield kept


def test_kill_9_on_sqlite_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
    smarthost: Smarthost,
    stack: ExitStack,
    is_long: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A1: whole daemons and single processes die, 12 times in 600 mails (long: 300 times in 15,000)."""
    kills, count = (300, 15_000) if is_long else (12, 600)
    smarthost.script = moody(seed=1, share=0.01 if is_long else 0.004)
    daemon = behind(tmp_path, smarthost).start()
    stack.callback(daemon.stop)
    ledger = Ledger(f"sqlite:///{tmp_path}/state/ticketd.db").count_doubts()
    letters = letters_for(count)
    mta = Mta(doors_of(daemon), seed=1, per_second=count / kills / 1.3).start(letters)
    stack.callback(mta.give_up)
    run = Run([daemon], ledger, mta, letters, smarthost, Killer(seed=1))

    run.kills(kills, lambda: run.killer.kills_something(daemon))

    run.adds_up(capsys, "SQLite")


def test_kill_9_of_one_of_two_daemons_on_one_postgresql(
    tmp_path: Path,
    smarthost: Smarthost,
    own_postgres: str,
    stack: ExitStack,
    is_long: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A1, A7: one of two daemons dies, 6 times in 400 mails (long: 100 times in 6,000), and one stands still.

    The one that stood still (SIGSTOP, a virtual machine that is moved) goes on later as if nothing had
    been: what it held is not done by the other as well.
    """
    kills, count, standstill = (100, 6_000, 60.0) if is_long else (6, 400, 3.0)
    smarthost.script = moody(seed=2, share=0.01 if is_long else 0.004)
    daemons = two_daemons(tmp_path, smarthost, own_postgres)
    for daemon in daemons:
        stack.callback(daemon.start().stop)
    ledger = Ledger(own_postgres).count_doubts()
    letters = letters_for(count)
    mta = Mta(doors_of(*daemons), seed=2, per_second=count / kills / 1.3).start(letters)
    stack.callback(mta.give_up)
    run = Run(daemons, ledger, mta, letters, smarthost, Killer(seed=2))

    wait(1)
    with stopped(daemons[1]):
        wait(standstill)
    run.kills(kills, lambda: run.killer.kills_something(run.killer.chance.choice(daemons)))

    run.adds_up(capsys, "PostgreSQL, two daemons")


def two_daemons(folder: Path, smarthost: Smarthost, database: str) -> list[Daemon]:
    """As two machines share a database: a state folder each, but the same signing keys."""
    daemons = [behind(folder / name, smarthost, database) for name in ("one", "two")]
    with daemons[0]:
        keys = (folder / "one" / "state" / "keys").read_bytes()
    (folder / "two" / "state").mkdir(parents=True)
    (folder / "two" / "state" / "keys").write_bytes(keys)
    (folder / "two" / "state" / "keys").chmod(0o600)
    return daemons


def test_two_daemons_are_handed_the_same_mails_at_once(
    tmp_path: Path, smarthost: Smarthost, own_postgres: str, stack: ExitStack
) -> None:
    """A7: each mail comes to both daemons in the same moment; one ticket and one ack come of it."""
    daemons = two_daemons(tmp_path, smarthost, own_postgres)
    for daemon in daemons:
        stack.callback(daemon.start().stop)
    ledger = Ledger(own_postgres).count_doubts()
    letters = letters_for(60)
    servers = [Mta(doors_of(d), seed=3, manners=("plain",)).start(letters) for d in daemons]
    for mta in servers:
        stack.callback(mta.give_up)
    for mta in servers:
        mta.finish()
        assert not mta.refused

    ledger.drains()

    both = {key: servers[0].acked[key] + servers[1].acked[key] for key in servers[0].acked}
    ledger.check(letters, both, smarthost.times_taken())


def test_what_a_dead_daemon_was_sending_is_sent_by_the_other_one(
    tmp_path: Path, smarthost: Smarthost, own_postgres: str, stack: ExitStack
) -> None:
    """A7, A10: a daemon dies for good with mails in its hands; its peer takes them over without an operator."""
    daemons = two_daemons(tmp_path, smarthost, own_postgres)
    ledger = Ledger(own_postgres).count_doubts()
    smarthost.script = always("DOT", SILENT)
    dead, alive = daemons
    dead.start()
    letters = letters_for(10)
    Mta(doors_of(dead), seed=4, manners=("plain",)).start(letters).finish()
    eventually(lambda: ledger.states()["dot"], 60)
    Killer(seed=4).kills_all(dead)
    smarthost.script = well

    stack.callback(alive.start().stop)

    ledger.drains(45)
    assert {*ledger.states()} == {"sent"}
