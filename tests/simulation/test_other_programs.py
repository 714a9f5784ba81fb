"""A day beside programs that are not ours: desks, forwarders, vacation notes and gateways, none of which marks its mail."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.simulation.conftest import AddDesk
from tests.simulation.test_two_desks import assert_nothing_is_lost, people
from tests.simulation.world import (
    START,
    Letter,
    World,
    events,
    facts,
    letter,
    stripped,
    tickets_of,
    without_tag,
)

A = "a.example"
OURS = f"support@{A}"
THEIRS = "help@partner.example"
Answer = Callable[[Letter, World], list[Letter]]


def another_desk(got: Letter, world: World) -> list[Letter]:
    """It opens a ticket for each mail and confirms it, with its own number and without ours."""
    number, subject = world.serial(), without_tag(str(got.message["subject"]))
    text = f"Your request {number} has been received. We will answer soon."
    return [letter(THEIRS, got.author, f"[partner #{number}] {subject}", text, number, world.now)]


def desk_of_many_addresses(got: Letter, world: World) -> list[Letter]:
    """The same, but each ticket writes from an address of its own."""
    number = world.serial()
    author, text = f"case-{number}@partner.example", f"Your case {number} has been opened."
    return [letter(author, got.author, f"Case {number}", text, number, world.now)]


def vacation_note(got: Letter, world: World) -> list[Letter]:
    """It answers each mail, with the same words and no mark."""
    subject = f"Re: {without_tag(str(got.message['subject']))}"
    return [
        letter(THEIRS, got.author, subject, "I am at the sea until May.", world.serial(), world.now)
    ]


def quoting_gateway(got: Letter, world: World) -> list[Letter]:
    """It makes tickets of mails and writes back, with our tag and its own in the subject."""
    number = world.serial()
    subject = f"Re: {got.message['subject']} [Ref {number}]"
    return [letter(THEIRS, got.author, subject, f"Noted as {number}.", number, world.now)]


def forwarder(got: Letter, world: World) -> list[Letter]:
    """The customer's provider leads all mail back to us, in the customer's name."""
    on = Letter(got.raw, THEIRS, OURS)
    mail = stripped(on, world, subject=f"Fwd: {without_tag(str(got.message['subject']))}")
    raw = mail.raw.replace(f"From: {got.author}".encode(), f"From: {THEIRS}".encode())
    return [Letter(raw, THEIRS, OURS)]


def pokes(at: datetime, number: int) -> Letter:
    return letter(THEIRS, OURS, f"Matter {number}", f"This is matter {number}.", number, at)


@pytest.mark.parametrize("seconds", [10, 600])
@pytest.mark.parametrize(
    "answer", [another_desk, desk_of_many_addresses, vacation_note, quoting_gateway, forwarder]
)
def test_a_program_that_answers_each_mail(
    world: World, add_desk: AddDesk, answer: Answer, seconds: int
) -> None:
    world.latency = timedelta(seconds=seconds)
    desk = add_desk(A)
    world.hosts["@partner.example"] = answer
    world.every(timedelta(minutes=40), 24, pokes)
    world.every(timedelta(hours=4), 24, people)
    world.runs(24)

    assert world.automatic(A, "@partner.example")
    world.keeps_budgets(A)
    assert len(world.automatic(A, "@home.example")) == 6, "people get their acks"
    assert_nothing_is_lost(world, A)
    assert len(tickets_of(desk, THEIRS)) >= 36
    if seconds < 120 and answer is not quoting_gateway:
        assert events(desk, "muted")
    if answer is quoting_gateway:
        assert any(step == "add-message" for _, _, step, _ in facts(desk)), (
            "on its ticket, by the tag"
        )


@pytest.mark.parametrize(
    "keeps", ["everything", "author and subject", "message-id, to another address"]
)
def test_our_own_mail_that_is_led_back_is_told_by_what_is_left_of_it(
    world: World, add_desk: AddDesk, keeps: str
) -> None:
    """The customer's address is an alias of ours: it takes no part in any budget, as it causes nothing."""
    desk = add_desk(A)

    def alias(got: Letter, world: World) -> list[Letter]:
        if keeps == "everything":
            return [Letter(got.raw, got.mail_from, OURS)]
        if keeps == "author and subject":
            return [Letter(stripped(got, world).raw, got.author, OURS)]
        message = got.message
        del message["to"], message["x-ticketd-loop"], message["auto-submitted"]
        message["To"] = OURS
        return [Letter(message.as_bytes(), got.author, OURS)]

    world.hosts[THEIRS] = alias
    for number in range(3):
        at = START + timedelta(hours=number)
        world.posts(pokes(at, number), at=at)
    world.runs(24)

    kinds = [kind for kind, *_ in facts(desk)]
    assert kinds.count("own") == 3
    assert len(kinds) == 6
    assert len(world.automatic(A)) == 3
    assert len(tickets_of(desk, THEIRS)) == 3
    assert tickets_of(desk, OURS) == []
