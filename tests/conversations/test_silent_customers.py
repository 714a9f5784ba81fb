"""A customer who stays silent is warned, and days later the ticket closes by itself."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    closing = {"auto_close": "14d", "auto_close_warning": "3d"}
    return make_desk(departments={"support": closing})


@pytest.fixture
def anna(desk: Desk) -> Person:
    person = desk.customer("anna@example.org", "Anna")
    person.writes("support@desk.example", subject="No sound", text="Silent.")
    desk.runs("reply", "1", "-m", "Is it plugged in?")
    return person


def passes(desk: Desk, days: int) -> None:
    for _ in range(days):
        desk.clock.passes(days=1)
        desk.rests()


def test_a_warning_and_then_the_closing(desk: Desk, anna: Person) -> None:
    passes(desk, 10)
    got = len(anna.mails)
    passes(desk, 2)
    assert len(anna.mails) == got + 1
    assert "have not heard from you" in anna.last_mail.text
    assert "Mon 16 Nov 2026" in anna.last_mail.text
    assert desk.ticket(1)["status"] == "pending"
    passes(desk, 4)
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"]) == ("closed", "no-answer")
    assert "We have closed your request" in anna.last_mail.text
    passes(desk, 30)
    assert len(anna.mails) == got + 2


def test_a_word_of_the_customer_begins_anew(desk: Desk, anna: Person) -> None:
    passes(desk, 12)
    anna.replies(anna.last_mail, "I was on holiday.")
    passes(desk, 20)
    assert desk.ticket(1)["status"] == "open"
    desk.runs("reply", "1", "-m", "And?")
    passes(desk, 10)
    assert desk.ticket(1)["status"] == "pending"
    passes(desk, 6)
    assert desk.ticket(1)["status"] == "closed"


def test_a_ticket_that_waits_for_a_moment_stays(desk: Desk, anna: Person) -> None:
    desk.runs("pending", "1", "--until", "60d")
    passes(desk, 30)
    assert desk.ticket(1)["status"] == "pending"


def test_a_department_without_it_closes_nothing(desk: Desk) -> None:
    carl = desk.customer("carl@example.org")
    carl.writes("sales@desk.example", subject="Offer", text="How much?")
    desk.runs("reply", "1", "-m", "100.")
    passes(desk, 60)
    assert desk.ticket(1)["status"] == "pending"
