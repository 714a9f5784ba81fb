"""A mail server that refuses everything: no mail is to blame, all of them wait, and one after the other tries."""

from datetime import timedelta

import pytest

from tests.fakes import MovableClock, Smarthost
from tests.send.test_sender import NOW, put, states, tools
from ticketd.core.breaker import Breaker, Meaning, meaning_of
from ticketd.send.sender import Sender
from ticketd.send.smarthost import Smarthost as Target
from ticketd.send.smarthost import Smtp
from ticketd.store.database import Database


@pytest.mark.parametrize(
    ("verb", "code", "text", "meaning"),
    [
        ("RCPT", 550, "5.1.1 no such user", Meaning.NEVER), ("RCPT", 450, "4.7.1 greylisted", Meaning.LATER),
        ("RCPT", 554, "5.7.1 <a@x>: Relay access denied", Meaning.SETUP), ("RCPT", 530, "5.7.0 log in first", Meaning.SETUP),
        ("RCPT", 552, "too many", Meaning.LATER), ("MAIL", 550, "5.7.1 no", Meaning.SETUP), ("MAIL", 552, "5.3.4 big", Meaning.NEVER),
        ("DATA", 554, "5.7.1 relaying denied", Meaning.SETUP), ("DOT", 554, "5.6.0 content", Meaning.NEVER), ("DOT", 451, "x", Meaning.LATER),
    ],
)  # fmt: skip
def test_what_a_refusal_means(verb: str, code: int, text: str, meaning: Meaning) -> None:
    assert meaning_of(verb, code, text) is meaning


def test_three_different_mails_open_it_and_one_that_passes_closes_it() -> None:
    breaker = Breaker()
    for mail in (1, 1, 1, 2):
        breaker = breaker.refusal(mail, "no", NOW)
    assert (breaker.is_open, breaker.most(NOW, 10)) == (False, 10)
    breaker = breaker.refusal(3, "no", NOW)
    assert (breaker.is_open, breaker.most(NOW, 10)) == (True, 0)
    assert breaker.most(NOW + timedelta(minutes=5), 10) == 1
    assert breaker.most(NOW - timedelta(days=365), 10) == 1, "a clock that jumped back"
    assert not breaker.accepted(4).is_open


def sender_to(host: Smarthost, database: Database, clock: MovableClock, *, holds: bool) -> Sender:
    name, _, port = host.place.rpartition(":")
    way = Smtp(Target(name, int(port)))
    return Sender(tools(database), way, "me", clock, holds_doubts=holds)


def test_half_an_hour_of_relay_denied_bounces_nothing(database: Database) -> None:
    put(database, *(f"c{n}@x.example" for n in range(6)))
    clock, denies, tried = MovableClock(NOW), [True], []

    def script(line: str) -> str | None:
        if line.startswith("RCPT"):
            tried.append(line)
            return "554 5.7.1 relay denied" if denies else None
        return None

    host = Smarthost(script)
    sender = sender_to(host, database, clock, holds=False)
    for _ in range(30):
        clock.passes(minutes=1)
        sender.step()
    assert {line.split()[1] for line in states(database)} == {"waiting"}
    assert "refuses everything: 554 5.7.1 relay denied" in sender.trouble
    assert len(tried) <= 6 + 6, "one try in five minutes"
    denies.clear()
    for _ in range(40):
        clock.passes(minutes=1)
        while sender.step():
            pass
    assert {line.split()[1] for line in states(database)} == {"sent"}
    assert sender.trouble == ""
    sender.close()
    host.close()


def test_one_that_is_refused_while_others_pass_fails_after_all(database: Database) -> None:
    put(database, "never@x.example")
    clock = MovableClock(NOW)
    host = Smarthost(lambda line: "550 5.7.1 not permitted" if "never@" in line else None)
    sender = sender_to(host, database, clock, holds=False)
    sender.step()
    put_again = [f"c{n}@x.example" for n in range(3)]
    for at, to in enumerate(put_again):
        _put_one(database, at + 10, to)
        clock.passes(minutes=10)
        while sender.step():
            pass
    assert [line.split()[1] for line in states(database)] == ["failed", "sent", "sent", "sent"]
    sender.close()
    host.close()


def _put_one(database: Database, number: int, to: str) -> None:
    from tests.send.test_sender import CONTENT
    from ticketd.store import outbox
    from ticketd.store.tables import Outbox

    with database.transaction() as session:
        row = Outbox(
            kind="ack", mail_from="", rcpt_to=to, message_id=f"<{number}@x>", content=CONTENT, first_at=NOW, next_at=NOW,
        )  # fmt: skip
        outbox.put(session, row)


def test_a_doubt_is_held_where_the_operator_wants_that(database: Database) -> None:
    put(database, "a@x.example")
    host = Smarthost(lambda line: "DROP" if line == "DOT" else None)
    clock = MovableClock(NOW)
    sender = sender_to(host, database, clock, holds=True)
    for _ in range(5):
        sender.step()
        clock.passes(hours=1)
    assert states(database) == ["a@x.example in-doubt 1"]
    assert len(host.taken) == 1, "once at most"
    sender.close()
    host.close()
