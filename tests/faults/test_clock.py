"""Row A12: the wall clock jumps by a year or an hour, in any state; nothing expires, nothing stands still.

In one process with a clock that is moved; and once with a real daemon whose clock is read from a file.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.faults.ledger import Ledger
from tests.faults.smarthost import Say, Smarthost, always, well

pytestmark = pytest.mark.faults
JUMPS = {
    "a year ahead": timedelta(days=365),
    "a year back": timedelta(days=-365),
    "an hour ahead": timedelta(hours=1),
    "an hour back": timedelta(hours=-1),
}


@pytest.fixture
def desk(tmp_path: Path, smarthost: Smarthost) -> Iterator[Desk]:
    made = Desk(
        tmp_path, f"sqlite:///{tmp_path / 'ticketd.db'}", outgoing={"smtp": smarthost.place}
    )
    yield made
    made.sender.close()
    made.close()


def ledger_of(desk: Desk) -> Ledger:
    return Ledger(str(desk.database.url))


def writes(desk: Desk, number: int, *, rest: bool = True) -> None:
    raw = f"From: c{number}@example.org\nTo: support@desk.example\nSubject: mail {number}\n\nHello {number}.\n"
    desk.takes(raw.encode(), f"c{number}@example.org", "support@desk.example", rest=rest)


def hours_pass(desk: Desk, hours: int) -> None:
    for _ in range(hours * 12):
        desk.clock.passes(minutes=5)
        desk.rests()


@pytest.mark.parametrize("jump", JUMPS)
def test_mail_that_waits_to_be_sent_neither_expires_nor_stands_still(
    desk: Desk, smarthost: Smarthost, jump: str
) -> None:
    """A12: tried a few times, then the clock jumps; the smarthost is well again: all of it leaves."""
    smarthost.script = always("RCPT", Say("451 4.3.0 later"))
    for number in range(3):
        writes(desk, number)
    hours_pass(desk, 1)
    desk.clock.now += JUMPS[jump]
    hours_pass(desk, 1)
    assert {*ledger_of(desk).states()} == {"waiting"}, "no mass expiry"

    smarthost.script = well
    hours_pass(desk, 2)

    assert ledger_of(desk).states() == {"sent": 6}


@pytest.mark.parametrize("jump", JUMPS)
def test_mail_that_waits_to_be_read_is_read_after_the_jump(desk: Desk, jump: str) -> None:
    """A12: acknowledged before the jump, seen by an agent soon after it."""
    for number in range(3):
        writes(desk, number, rest=False)
    desk.clock.now += JUMPS[jump]
    hours_pass(desk, 1)

    assert len(desk.tickets()) == 3
    assert ledger_of(desk).states("inbox") == {"done": 3}


@pytest.mark.parametrize("jump", JUMPS)
def test_new_mail_is_worked_as_always_after_a_jump(desk: Desk, jump: str) -> None:
    """A12: numbers, ids, timers and the outbox go on."""
    writes(desk, 1)
    desk.clock.now += JUMPS[jump]
    desk.rests()
    writes(desk, 2)
    hours_pass(desk, 1)

    assert len(desk.tickets()) == 2
    assert ledger_of(desk).states() == {"sent": 4}
    ids = [r[0] for r in ledger_of(desk).rows("SELECT id FROM inbox ORDER BY received_at, id")]
    assert len(set(ids)) == 2


@pytest.mark.parametrize("jump", JUMPS)
def test_a_smarthost_that_is_away_is_asked_again_after_a_jump(
    desk: Desk, smarthost: Smarthost, jump: str
) -> None:
    """A12: the pause between two knocks ends, whatever the clock says."""
    smarthost.refuse()
    writes(desk, 1)
    hours_pass(desk, 1)
    desk.clock.now += JUMPS[jump]
    smarthost.return_to_work()
    hours_pass(desk, 2)

    assert ledger_of(desk).states() == {"sent": 2}


@pytest.mark.parametrize("jump", JUMPS)
def test_a_repeat_is_known_as_one_after_a_jump_of_an_hour(desk: Desk, jump: str) -> None:
    """A12: the mail server repeats a mail whose 250 was lost; a year later it is a new one."""
    writes(desk, 1)
    desk.clock.now += JUMPS[jump]
    writes(desk, 1)
    hours_pass(desk, 1)

    assert len(desk.tickets()) == (2 if jump == "a year ahead" else 1)


def test_a_real_daemon_lives_through_jumps(tmp_path: Path, smarthost: Smarthost) -> None:
    """A12: a running daemon whose clock goes a year ahead, back, and an hour to and fro, with mail each time."""
    from tests.faults.clocked import Clocked
    from tests.faults.mta import Door, Mta, letter

    daemon = Clocked(tmp_path, smarthost)
    ledger = Ledger(f"sqlite:///{tmp_path}/state/ticketd.db")
    with daemon:
        letters = [letter(n) for n in range(5)]
        for mail, seconds in zip(letters, (0, 31_536_000, 0, 3_600, -3_600), strict=True):
            daemon.jumps(seconds)
            Mta([Door(daemon.lmtp)], manners=("plain",)).start([mail]).finish()
            ledger.drains(60)
        assert len(daemon.ask("list", "status:all")["tickets"]) == 5
        assert {*smarthost.times_taken().values()} == {1}
        assert smarthost.times_taken().total() == 10
    assert "Traceback" not in daemon.log.read_text()
