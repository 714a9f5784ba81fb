"""Desks that write to each other for 24 hours: at most one round, and five automatic mails an hour at the very worst."""

from datetime import datetime, timedelta

import pytest

from tests.simulation.conftest import AddDesk
from tests.simulation.world import (
    START,
    Letter,
    Route,
    World,
    events,
    facts,
    letter,
    stripped,
    tickets_of,
    with_new_subject,
)

A, B, C = "a.example", "b.example", "c.example"
OURS, THEIRS = f"support@{A}", f"support@{B}"


def pokes(at: datetime, number: int) -> Letter:
    """Something of the partner desk that nobody here has caused: a new matter of theirs."""
    return letter(THEIRS, OURS, f"Matter {number}", f"This is matter {number}.", number, at)


def people(at: datetime, number: int) -> Letter:
    """A person who has nothing to do with it."""
    who = f"person{number}@home.example"
    return letter(who, OURS, f"Help {number}", f"Please help me with {number}.", number, at)


def test_two_desks_that_keep_their_fields_stop_after_one_round(
    world: World, add_desk: AddDesk, database_url: str
) -> None:
    ours, theirs = add_desk(A, database_url), add_desk(B)
    ours.runs(
        "new",
        "--customer",
        THEIRS,
        "--dept",
        "support",
        "-s",
        "An order",
        "-m",
        "Please send two.",
        "--no-ack",
    )
    ours.runs("reply", "1", "-m", "When does it come?")
    world._works(A)
    world.runs(24)

    assert len(world.automatic(A)) == 0, "the ack of the other desk causes nothing"
    assert len(world.automatic(B)) == 1
    assert len(tickets_of(theirs, OURS)) == 1
    assert [kind for kind, *_ in facts(ours)] == ["automatic"]


@pytest.mark.parametrize("seconds", [10, 600])
@pytest.mark.parametrize("route", [stripped, with_new_subject], ids=["stripped", "new-subject"])
def test_two_desks_whose_fields_are_stripped(
    world: World, add_desk: AddDesk, route: Route, seconds: int
) -> None:
    """Each takes the other's acks for people's mail; and the other one writes by itself as well."""
    world.latency, world.route = timedelta(seconds=seconds), route
    ours, theirs = add_desk(A), add_desk(B)
    world.every(timedelta(minutes=20), 24, pokes)
    world.every(timedelta(hours=2), 24, people)
    world.runs(24)

    for name, other in ((A, THEIRS), (B, OURS)):
        assert world.automatic(name, other)
        world.keeps_budgets(name)
        assert_nothing_is_lost(world, name)
    assert len(tickets_of(ours, THEIRS)) >= 24 * 3
    assert len(world.automatic(A, "@home.example")) == 12, "people get their acks"
    assert tickets_of(theirs, OURS)


def test_a_mute_lasts_for_a_day_and_no_longer(world: World, add_desk: AddDesk) -> None:
    world.route = stripped
    ours = add_desk(A)
    add_desk(B)
    world.every(timedelta(hours=1), 52, pokes)
    world.runs(52)

    muted = events(ours, "muted")
    assert len(muted) >= 2, "it goes on when the day is over, and ends again"
    first, second = muted[0].at, muted[1].at
    assert second - first >= timedelta(hours=24)
    times = world.automatic(A, THEIRS)
    assert not [at for at in times if first < at < first + timedelta(hours=24)]
    assert [at for at in times if at >= first + timedelta(hours=24)]
    assert muted[0].data["address"] == THEIRS
    world.keeps_budgets(A)


def test_three_desks_in_a_ring(world: World, add_desk: AddDesk) -> None:
    """What each writes is led on to the next one, in its own name."""
    after = {A: B, B: C, C: A}

    def led_on(sent: Letter, world: World) -> Letter | None:
        writer = sent.author.rpartition("@")[2]
        on = Letter(sent.raw, sent.mail_from, f"support@{after[writer]}")
        return stripped(on, world) if sent.to.endswith(".example") else None

    world.route = led_on
    for name in after:
        add_desk(name)
    world.every(timedelta(hours=1), 24, pokes)
    world.runs(24)

    for name in after:
        before = next(n for n, following in after.items() if following == name)
        assert world.automatic(name, f"support@{before}")
        world.keeps_budgets(name)
        assert_nothing_is_lost(world, name)


def test_an_agent_at_the_minimum_trust_is_never_muted(
    world: World, add_desk: AddDesk, database_url: str
) -> None:
    """However fast an agent writes: a forger could silence the desk for one of us otherwise."""
    desk = add_desk(A, database_url, auth={"authserv_ids": ["mx.a.example"]})
    stamp = b"Authentication-Results: mx.a.example; dkim=pass header.d=agents.example; dmarc=pass\n"

    def bob(at: datetime, number: int, proof: bytes) -> Letter:
        mail = letter(
            "bob@agents.example", OURS, f"My matter {number}", f"Matter {number}.", number, at
        )
        return Letter(proof + mail.raw, mail.mail_from, mail.to)

    for number in range(5):
        at = START + timedelta(minutes=number)
        world.posts(bob(at, number, stamp), at=at)
    world.runs(1)
    assert len(desk.agent("bob").mails) == 5
    assert events(desk, "muted") == []

    later = START + timedelta(hours=2)
    for number in range(5, 10):
        world.posts(bob(later, number, b""), at=later + timedelta(minutes=number))
    world.runs(2)
    assert len(events(desk, "muted")) == 1, "whoever writes in the agent's name unproven is"
    at = later + timedelta(hours=3)
    world.posts(bob(at, 20, stamp), at=at)
    before = len(desk.agent("bob").mails)
    world.runs(2)
    assert len(desk.agent("bob").mails) == before + 1


def assert_nothing_is_lost(world: World, name: str) -> None:
    """Every mail of a person (or taken for one) is on a ticket; every new ticket is acked or says why not."""
    desk, count, opened = world.desks[name], 0, 0
    withheld = 0
    for kind, ticket, step, says_why in facts(desk):
        count += 1
        assert kind in {"human", "suspect"}
        assert ticket
        opened += step == "open-ticket"
        withheld += step == "open-ticket" and says_why
    assert count == world.delivered[name]
    assert opened == withheld + len(world.automatic(name))
