"""Rows A10 and A11: whatever the smarthost does, at whatever verb, no mail is lost and none is stuck.

In one process, with a clock that is moved and sockets whose time-outs run a hundred times faster.
"""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk
from tests.faults.ledger import Ledger
from tests.faults.smarthost import (
    DROP,
    ENDLESS,
    GARBAGE,
    RESET,
    SILENT,
    TAKE_AND_DROP,
    TAKE_AND_RESET,
    Moment,
    Say,
    Script,
    Smarthost,
    always,
    once,
    well,
)

pytestmark = pytest.mark.faults
FASTER = 100
VERBS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "DOT")
PASSING = {
    "421": Say("421 4.3.2 closing"),
    "451": Say("451 4.3.0 later"),
    "drops": DROP,
    "resets": RESET,
    "silent": SILENT,
    "garbage": GARBAGE,
    "endless": ENDLESS,
}
"""What says nothing about a mail: it has to be tried again."""


@pytest.fixture(autouse=True)
def fast_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five minutes are three seconds."""
    plain = socket.socket.settimeout

    def settimeout(self: socket.socket, seconds: float | None) -> None:
        plain(self, seconds and max(seconds / FASTER, 1.0))

    monkeypatch.setattr(socket.socket, "settimeout", settimeout)


class Outgoing:
    """A desk whose mail leaves through the smarthost; the ledger beside it."""

    def __init__(self, folder: Path, smarthost: Smarthost, **more: Any) -> None:
        url = f"sqlite:///{folder / 'ticketd.db'}"
        # Sent as soon as it can be: what waits here waits for the smarthost.
        self.desk = Desk(folder, url, outgoing={"smtp": smarthost.place, **more})
        self.ledger = Ledger(url).count_doubts()
        self.smarthost = smarthost

    def customer_writes(self, number: int = 1) -> None:
        """An ack for the customer, a notice for the agent."""
        customer = self.desk.customer(f"c{number}@example.org")
        customer.writes("support@desk.example", subject=f"mail {number}", text=f"Number {number}.")

    def time_passes(self, minutes: float, step: float = 1) -> None:
        """Nothing is ever left in the middle of being sent."""
        for _ in range(int(minutes / step)):
            self.desk.clock.passes(minutes=step)
            self.desk.rests()
            assert not {"sending", "dot"} & {*self.ledger.states()}

    def states(self) -> dict[str, int]:
        return dict(self.ledger.states())

    def nothing_is_lost_or_doubled(self) -> None:
        """What is `sent` was taken, and a mail was taken twice only where it was in doubt."""
        taken = self.smarthost.times_taken()
        for key, state in self.ledger.rows("SELECT message_id, state FROM outbox"):
            assert (taken[key] > 0) == (state == "sent"), (key, state, taken[key])
        doubts = Counter(r[0] for r in self.ledger.rows("SELECT message_id FROM doubt"))
        assert all(times - 1 <= doubts[key] for key, times in taken.items())


@pytest.fixture
def outgoing(tmp_path: Path, smarthost: Smarthost) -> Iterator[Outgoing]:
    made = Outgoing(tmp_path, smarthost)
    yield made
    made.desk.sender.close()
    made.desk.close()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_at_any_verb_only_delays(outgoing: Outgoing, verb: str, fault: str) -> None:
    """A10: the next try brings the mail, once, and nobody is told of a failure."""
    outgoing.smarthost.script = once(verb, PASSING[fault])

    outgoing.customer_writes()
    outgoing.time_passes(40, step=10)

    assert outgoing.states() == {"sent": 2}
    outgoing.nothing_is_lost_or_doubled()


@pytest.mark.parametrize("verb", VERBS)
def test_a_fault_that_lasts_for_an_hour_loses_nothing(outgoing: Outgoing, verb: str) -> None:
    """A10: 4xx again and again, with mails that come in meanwhile."""
    outgoing.smarthost.script = always(verb, Say("451 4.3.0 later"))
    for number in range(3):
        outgoing.customer_writes(number)
        outgoing.time_passes(20, step=5)
    assert outgoing.states() == {"waiting": 6}

    outgoing.smarthost.script = well
    outgoing.time_passes(60, step=5)

    assert outgoing.states() == {"sent": 6}
    outgoing.nothing_is_lost_or_doubled()


@pytest.mark.parametrize("say", [TAKE_AND_DROP, TAKE_AND_RESET], ids=["drops", "resets"])
def test_a_lost_reply_after_the_dot_costs_one_copy_with_the_same_id(
    outgoing: Outgoing, say: Say
) -> None:
    """A10: nobody can know (RFC 1047), so it is sent again: the same bytes, the same Message-ID."""
    outgoing.smarthost.script = once("DOT", say)

    outgoing.customer_writes()
    outgoing.time_passes(40, step=10)

    assert outgoing.states() == {"sent": 2}
    assert sorted(outgoing.smarthost.times_taken().values()) == [1, 2]
    contents = {(t.message_id, t.content) for t in outgoing.smarthost.taken}
    assert len(contents) == 2, "the same bytes each time"
    outgoing.nothing_is_lost_or_doubled()


@pytest.mark.parametrize("verb", ["RCPT", "DOT"])
def test_a_refusal_of_one_recipient_fails_that_mail_alone(outgoing: Outgoing, verb: str) -> None:
    """A10: half of the recipients are refused for good; the other half get their mail."""
    outgoing.smarthost.script = refuses("c1@example.org", verb)

    outgoing.customer_writes(1)
    outgoing.customer_writes(2)
    outgoing.time_passes(40, step=10)

    failed = outgoing.ledger.rows("SELECT rcpt_to FROM outbox WHERE state = 'failed'")
    assert [r[0] for r in failed] == ["c1@example.org"]
    assert "waiting" not in outgoing.states()
    outgoing.nothing_is_lost_or_doubled()


def refuses(address: str, verb: str) -> Script:
    """550 for one recipient: at RCPT, or at the dot of its mail."""
    current = ""

    def script(moment: Moment) -> Say | None:
        nonlocal current
        current = moment.line if moment.verb == "RCPT" else current
        wrong = moment.verb == verb and address in current
        return Say("550 5.1.1 no such user") if wrong else None

    return script


def test_nine_minutes_of_silence_after_the_dot_are_waited_for(outgoing: Outgoing) -> None:
    """A10: a server may take ten minutes (RFC 5321, 4.5.3.2.6); who goes earlier doubles the mail."""
    slow = Say("250 2.0.0 queued", seconds=9 * 60 / FASTER)
    outgoing.smarthost.script = once("DOT", slow)

    outgoing.customer_writes()

    assert outgoing.states() == {"sent": 2}
    assert sorted(outgoing.smarthost.times_taken().values()) == [1, 1]


@pytest.mark.parametrize("verb", VERBS)
def test_one_byte_a_second_is_slow_but_good(outgoing: Outgoing, verb: str) -> None:
    """A10: a reply that dribbles in is a reply."""
    usual = {"CONNECT": "220 hello", "DATA": "354 go on"}.get(verb, "250 2.0.0 ok")
    outgoing.smarthost.script = once(verb, Say(usual, "slow", 1 / FASTER))

    outgoing.customer_writes()

    assert outgoing.states() == {"sent": 2}
    outgoing.nothing_is_lost_or_doubled()


def test_nobody_listens_and_then_somebody_does(outgoing: Outgoing) -> None:
    """A10: a refused connection is nobody's fault: no mail is given up, and none counts a try."""
    outgoing.smarthost.refuse()
    outgoing.customer_writes()
    outgoing.time_passes(6 * 24 * 60, step=12 * 60)
    assert outgoing.states() == {"waiting": 2}

    outgoing.smarthost.return_to_work()
    outgoing.time_passes(60, step=10)

    assert outgoing.states() == {"sent": 2}


SET_UP_FAULTS: dict[str, Callable[[], Script]] = {
    "relay denied": lambda: always("RCPT", Say("554 5.7.1 <c@example.org>: relay access denied")),
    "relay denied 550": lambda: always("RCPT", Say("550 5.7.1 relaying denied")),
    "login needed at RCPT": lambda: always("RCPT", Say("530 5.7.0 authentication required")),
    "login needed at MAIL": lambda: always("MAIL", Say("530 5.7.0 authentication required")),
    "sender refused": lambda: always("MAIL", Say("550 5.7.1 sender not allowed")),
    "no service": lambda: always("CONNECT", Say("554 5.3.2 no service for you")),
}


@pytest.mark.parametrize("fault", SET_UP_FAULTS)
def test_a_fault_of_the_set_up_bounces_nothing(outgoing: Outgoing, fault: str) -> None:
    """A11: 5xx for everything, for half an hour; then 250: no mail was given up, the operator was told."""
    for number in range(3):
        outgoing.customer_writes(number)
    outgoing.time_passes(2)
    before = outgoing.states().get("sent", 0)
    outgoing.smarthost.script = SET_UP_FAULTS[fault]()
    outgoing.smarthost.restart()
    for number in range(3, 8):
        outgoing.customer_writes(number)
    outgoing.time_passes(30, step=3)

    assert outgoing.states() == {"sent": before, "waiting": 10}
    assert outgoing.desk.runs("status", "--check", code=1) is not None

    outgoing.smarthost.script = well
    outgoing.time_passes(60, step=10)
    assert outgoing.states() == {"sent": before + 10}
    outgoing.nothing_is_lost_or_doubled()
