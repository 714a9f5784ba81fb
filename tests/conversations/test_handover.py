"""Giving a ticket on: accepted, declined, forgotten, and back to where it came from."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    made = make_desk(departments={"sales": {"handover": "4h"}})
    made.customer("anna@example.org", "Anna").writes(
        "sales@desk.example", subject="Offer", text="How much?"
    )
    made.runs("take", "1")
    return made


@pytest.fixture
def lan(desk: Desk) -> Person:
    desk.runs("assign", "1", "lan")
    return desk.agent("lan")


def test_accepted_by_mail(desk: Desk, lan: Person) -> None:
    lan.replies(lan.last_mail, "#accept")
    desk.clock.passes(hours=5)
    desk.rests()
    assert desk.ticket(1)["assignee"] == "lan"
    assert "accepted" in desk.events(1)
    assert "Lan has accepted this ticket." in desk.agent("bob").last_mail.text


def test_whoever_answers_has_accepted(desk: Desk, lan: Person) -> None:
    lan.replies(lan.last_mail, "100.")
    desk.clock.passes(hours=5)
    desk.rests()
    assert desk.ticket(1)["assignee"] == "lan"


def test_declined_and_forgotten(desk: Desk, lan: Person) -> None:
    lan.replies(lan.last_mail, "#decline")
    assert desk.ticket(1)["assignee"] == "bob"
    assert "Lan has assigned this ticket to you." in desk.agent("bob").last_mail.text
    desk.runs("assign", "1", "lan")
    desk.clock.passes(hours=3)
    desk.rests()
    assert desk.ticket(1)["assignee"] == "lan"
    desk.clock.passes(hours=2)
    desk.rests()
    assert desk.ticket(1)["assignee"] == "bob"
    assert "waits for nobody's yes" in desk.runs("accept", "1", agent="lan", code=1)


def test_back_to_the_department_that_it_came_from(desk: Desk) -> None:
    desk.customer("carl@example.org").writes("support@desk.example", subject="Broken", text="x")
    desk.runs("take", "2")
    desk.runs("set", "2", "department=sales")
    desk.runs("assign", "2", "lan")
    desk.runs("handback", "2", agent="lan")
    ticket = desk.ticket(2)
    assert (ticket["department"], ticket["assignee"]) == ("support", "bob")
    desk.customer("dora@example.org").writes("support@desk.example", subject="New", text="x")
    assert "was given by nobody" in desk.runs("handback", "3", code=1)


def test_where_nothing_is_asked_it_is_theirs_at_once(make_desk: DeskMaker) -> None:
    desk = make_desk()
    desk.customer("anna@example.org").writes(
        "sales@desk.example", subject="Offer", text="How much?"
    )
    desk.runs("assign", "1", "lan")
    desk.clock.passes(days=2)
    desk.rests()
    assert desk.ticket(1)["assignee"] == "lan"
