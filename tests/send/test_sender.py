"""What the smarthost says, and where each outbox row ends."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tests.fakes import MovableClock, Script, Smarthost
from ticketd.config.keys import NO_KEYS
from ticketd.config.schema import Config
from ticketd.config.settings import settings_of
from ticketd.desk.work import Desk
from ticketd.mail.render import shipped
from ticketd.send.sender import Sender
from ticketd.send.smarthost import Smarthost as Target
from ticketd.send.smarthost import Smtp
from ticketd.store import outbox
from ticketd.store.database import Database
from ticketd.store.tables import Outbox

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
CONTENT = b"Subject: x\r\nMessage-ID: <1@x>\r\n\r\n.dots\r\n..\r\nend\r\n"
Talk = Callable[[Script], tuple[Sender, Smarthost]]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def talk(database: Database, clock: MovableClock) -> Iterator[Talk]:
    hosts: list[Smarthost] = []
    senders: list[Sender] = []

    def start(script: Script) -> tuple[Sender, Smarthost]:
        host = Smarthost(script)
        name, _, port = host.place.rpartition(":")
        hosts.append(host)
        senders.append(Sender(tools(database), Smtp(Target(name, int(port))), "me", clock))
        return senders[-1], host

    yield start
    for sender in senders:
        sender.close()
    for host in hosts:
        host.close()


def tools(database: Database) -> Desk:
    return Desk(database, settings_of(Config(), NO_KEYS), shipped())


def put(database: Database, *recipients: str) -> None:
    with database.transaction() as session:
        for number, to in enumerate(recipients):
            row = Outbox(
                kind="ack",
                mail_from="b+1@x",
                rcpt_to=to,
                message_id=f"<{number}@x>",
                content=CONTENT,
                first_at=NOW,
                next_at=NOW,
            )
            outbox.put(session, row)


def states(database: Database) -> list[str]:
    with database.reading() as session:
        rows = outbox.by_ids(session, range(1, 20))
        return [f"{r.rcpt_to} {r.state} {r.attempts}" for r in rows]


def test_a_mail_is_sent_once_with_exactly_its_bytes(database: Database, talk: Talk) -> None:
    put(database, "a@x.example", "b@x.example")
    sender, host = talk(lambda _: None)
    while sender.step():
        pass
    assert [(t.mail_from, t.rcpt_to, t.content) for t in host.taken] == [
        ("b+1@x", ["a@x.example"], CONTENT),
        ("b+1@x", ["b@x.example"], CONTENT),
    ]
    assert host.conversations == 1, "one kept connection"
    assert states(database) == ["a@x.example sent 1", "b@x.example sent 1"]


@pytest.mark.parametrize(
    ("verb", "answer", "state"),
    [
        ("RCPT", "550 5.1.1 no such user", "failed"), ("RCPT", "450 4.7.1 greylisted", "waiting"), ("RCPT", "552 too many", "waiting"),
        ("MAIL", "550 5.7.1 relay denied", "waiting"), ("MAIL", "421 4.3.2 later", "waiting"), ("DATA", "451 4.3.0 later", "waiting"),
        ("DATA", "554 5.7.1 no", "failed"), ("DOT", "451 4.3.0 later", "waiting"), ("DOT", "554 5.6.0 content refused", "failed"),
        ("DOT", "DROP", "waiting"), ("RCPT", "DROP", "waiting"), ("CONNECT", "421 4.3.2 go away", "waiting"),
        ("EHLO", "DROP", "waiting"),
    ],
)  # fmt: skip
def test_where_a_row_ends(
    database: Database, talk: Talk, verb: str, answer: str, state: str
) -> None:
    put(database, "a@x.example")
    sender, _ = talk(lambda line: answer if line.startswith(verb) else None)
    sender.step()
    assert states(database)[0].split()[1] == state


def test_one_refused_recipient_holds_nobody_else_up(database: Database, talk: Talk) -> None:
    put(database, "a@x.example", "bad@x.example", "c@x.example")
    sender, host = talk(lambda line: "550 5.1.1 who?" if "bad@" in line else None)
    while sender.step():
        pass
    assert [t.rcpt_to for t in host.taken] == [["a@x.example"], ["c@x.example"]]
    assert [s.split()[1] for s in states(database)] == ["sent", "failed", "sent"]


def test_a_mail_is_tried_again_later_and_then_sent(
    database: Database, talk: Talk, clock: MovableClock
) -> None:
    put(database, "a@x.example")
    busy = [True]
    sender, host = talk(lambda line: "451 4.3.0 busy" if busy and line.startswith("RCPT") else None)
    sender.step()
    assert not sender.step(), "not at once"
    busy.clear()
    clock.passes(seconds=13)
    sender.step()
    assert len(host.taken) == 1
    assert states(database) == ["a@x.example sent 2"]


def test_it_is_given_up_after_five_days_and_twenty_tries(
    database: Database, talk: Talk, clock: MovableClock
) -> None:
    put(database, "a@x.example")
    sender, _ = talk(lambda line: "451 4.3.0 busy" if line.startswith("RCPT") else None)
    for _ in range(21):
        clock.passes(hours=7)
        sender.step()
    assert states(database)[0].split()[1] == "failed"


def test_a_smarthost_that_is_away_costs_no_attempt(database: Database, clock: MovableClock) -> None:
    put(database, "a@x.example")
    sender = Sender(tools(database), Smtp(Target("127.0.0.1", 1)), "me", clock)
    for _ in range(5):
        assert not sender.step()
        clock.passes(minutes=6)
    assert states(database) == ["a@x.example waiting 0"]


def test_a_lost_reply_after_the_dot_sends_the_same_bytes_again(
    database: Database, talk: Talk, clock: MovableClock
) -> None:
    put(database, "a@x.example")
    drops = ["DROP"]
    sender, host = talk(lambda line: drops.pop() if drops and line == "DOT" else None)
    sender.step()
    clock.passes(minutes=1)
    sender.step()
    assert [t.content for t in host.taken] == [CONTENT, CONTENT], (
        "at least once, and never a different mail"
    )
    assert states(database) == ["a@x.example sent 2"]


def test_the_dot_is_marked_before_it_is_sent(database: Database, talk: Talk) -> None:
    put(database, "a@x.example")
    seen: list[str] = []

    def script(line: str) -> str | None:
        if line == "DOT":
            seen.extend(states(database))
        return None

    sender, _ = talk(script)
    sender.step()
    assert seen == ["a@x.example dot 1"]


def test_an_address_with_letters_the_server_does_not_take_fails_clearly(
    database: Database, talk: Talk
) -> None:
    put(database, "ü@x.example")
    sender, host = talk(lambda _: None)
    sender.step()
    assert host.taken == []
    assert states(database)[0].split()[1] == "failed"


def test_starttls_is_never_silently_left_out(
    database: Database, talk: Talk, clock: MovableClock
) -> None:
    put(database, "a@x.example")
    _, host = talk(lambda _: None)
    name, _, port = host.place.rpartition(":")
    sender = Sender(tools(database), Smtp(Target(name, int(port), tls="starttls")), "me", clock)
    sender.step()
    assert host.taken == []
    assert states(database) == ["a@x.example waiting 0"]


def test_a_mail_that_the_server_hangs_up_on_holds_nobody_else_up(
    database: Database, talk: Talk, clock: MovableClock
) -> None:
    """A content scanner that dies of one mail: that one is tried again and in the end given up."""
    put(database, "poison@x.example", *(f"c{n}@x.example" for n in range(5)))
    sender, host = talk(lambda line: "DROP" if "poison@" in line else None)
    for _ in range(30):
        sender.step()
        clock.passes(hours=6)
    assert len(host.taken) == 5
    assert states(database)[0].startswith("poison@x.example failed")


def test_a_database_that_is_away_in_the_middle_leaves_nothing_in_the_middle(
    database: Database, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ticketd.core.errors import Temporary

    put(database, *(f"c{n}@x.example" for n in range(8)))
    sender, host = talk(lambda _: None)
    working = database.bare
    calls = iter(range(100))

    def failing(**given: bool) -> object:
        if next(calls) == 6:
            raise Temporary("away")
        return working(**given)

    monkeypatch.setattr(database, "bare", failing)
    with pytest.raises(Temporary):
        sender.step()
    monkeypatch.setattr(database, "bare", working)
    while sender.step():
        pass
    assert {s.split()[1] for s in states(database)} == {"sent"}
    assert {t.rcpt_to[0] for t in host.taken} == {f"c{n}@x.example" for n in range(8)}
