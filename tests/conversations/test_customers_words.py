"""What customers may do besides writing: links of ours, `status`, a digit; and nothing else."""

import re
from urllib.parse import unquote

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Mail, Person, texts


def opened(desk: Desk, text: str = "The speaker is silent.") -> Person:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text=text)
    return anna


def presses(person: Person, mail: Mail, word: str, text: str | None = None) -> None:
    """Press a button of a mail and send what it has prefilled."""
    links = re.findall(r'href="mailto:([^?"]+)\?subject=([^&"]*)&amp;body=([^"]*)"', mail.html)
    to, subject, body = next(link for link in links if link[0].startswith(f"{word}+"))
    said = unquote(body) if text is None else f"{text}\n{unquote(body)}"
    person.writes(unquote(to), subject=unquote(subject), text=said)


def test_solved_closes_and_tells_the_customer_and_the_assignee(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    desk.runs("take", "1")
    presses(anna, anna.last_mail, "solved")
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"]) == ("closed", "solved")
    assert "We have closed your request" in anna.last_mail.text
    assert "This is solved" not in anna.mails[0].text
    assert list(texts(ticket)) == ["The speaker is silent."], "a prefilled mail is no message"
    assert "closed" in bob.last_mail.text


def test_a_comment_beside_the_link_is_kept(desk: Desk) -> None:
    anna = opened(desk)
    presses(anna, anna.last_mail, "solved", "It was the cable.")
    assert "It was the cable." in list(texts(desk.ticket(1)))[-1]
    assert desk.ticket(1)["status"] == "closed"


def test_reopening_and_too_late(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("close", "1")
    closing = anna.last_mail
    presses(anna, closing, "reopen")
    assert desk.ticket(1)["status"] == "open"
    desk.runs("close", "1")
    desk.clock.passes(days=40)
    presses(anna, anna.last_mail, "reopen")
    assert desk.ticket(1)["status"] == "closed"
    assert desk.ticket(2)["links"] == [1]
    assert "[#1]" in anna.last_mail.text


def test_a_rating_by_link_or_digit_once_for_each_closing(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    desk.runs("reply", "1", "-m", "Turn it on.", "--close")
    assert "Answer with one digit" in anna.last_mail.text
    presses(anna, anna.last_mail, "rate-4", "Quick.")
    assert desk.ticket(1)["rating"] == 4
    presses(anna, anna.last_mail, "rate-1")
    assert desk.ticket(1)["rating"] == 4, "one vote"
    assert desk.ticket(1)["status"] == "closed"
    desk.runs("reopen", "1")
    assert desk.ticket(1)["rating"] is None
    desk.runs("close", "1")
    anna.replies(anna.last_mail, " 2 ")
    assert desk.ticket(1)["rating"] == 2
    assert desk.ticket(1)["status"] == "closed"
    assert "2" in bob.last_mail.text
    rated = [row["data"] for row in desk.ticket(1)["activity"] if row["event"] == "rated"]
    assert [r["score"] for r in rated] == [4, 2]
    assert "Quick." in rated[0]["comment"]


@pytest.mark.parametrize("digit", ["5", "๕", "5/5", "⭐⭐⭐⭐⭐", "5."])
def test_digits_as_people_write_them(desk: Desk, digit: str) -> None:
    anna = opened(desk)
    desk.runs("close", "1")
    anna.replies(anna.last_mail, digit)
    assert desk.ticket(1)["rating"] == 5


def test_a_digit_to_an_open_ticket_is_a_message(desk: Desk) -> None:
    anna = opened(desk)
    anna.replies(anna.last_mail, "4")
    assert list(texts(desk.ticket(1)))[-1] == "4"
    assert desk.ticket(1)["rating"] is None


@pytest.mark.parametrize(
    "subject", ["status 1", "Status #1", "สถานะ 1", "tình trạng 1", "Re: status 1", "tinh trang 1"]
)
def test_the_status_by_subject(desk: Desk, subject: str) -> None:
    anna = opened(desk)
    anna.writes("support@desk.example", subject=subject, text="")
    assert "[#1] No sound: received" in anna.last_mail.text
    assert len(desk.tickets()) == 1


def test_the_status_of_all_own_tickets(desk: Desk) -> None:
    anna = opened(desk)
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    desk.runs("reply", "2", "-m", "100.", agent="lan")
    anna.writes("support@desk.example", subject="status", text="")
    assert "[#1] No sound: received" in anna.last_mail.text
    assert "[#2] Offer: waiting for your answer" in anna.last_mail.text
    assert len(desk.tickets()) == 2


def test_of_others_tickets_nobody_learns_whether_they_exist(desk: Desk) -> None:
    opened(desk)
    eve = desk.customer("eve@example.net")
    for number in (1, 77):
        eve.writes("support@desk.example", subject=f"status {number}", text="hello")
    assert len(desk.tickets()) == 3
    assert not any("No sound" in mail.text for mail in eve.mails)


def test_a_link_of_somebody_else_does_nothing(desk: Desk) -> None:
    anna = opened(desk)
    eve = desk.customer("eve@example.net")
    presses(eve, anna.last_mail, "solved")
    assert desk.ticket(1)["status"] == "new"


def test_a_machine_that_presses_gets_no_more_than_its_budget(make_desk: DeskMaker) -> None:
    desk = make_desk()
    anna = opened(desk)
    for at in range(12):
        anna.writes("support@desk.example", subject="status 1", text=f"now {at}")
        desk.clock.passes(minutes=3)
    assert len([m for m in anna.mails if m.is_automatic]) <= 5
    assert "mail_withheld" in desk.events(1)


def test_customers_have_no_commands(desk: Desk) -> None:
    anna = opened(desk)
    anna.replies(anna.last_mail, "#close\n\nPlease.")
    assert desk.ticket(1)["status"] == "new"
    assert list(texts(desk.ticket(1)))[-1] == "#close\n\nPlease."


def test_a_follower_asks_for_no_more(desk: Desk) -> None:
    anna = opened(desk)
    carl = desk.customer("carl@example.org", "Carl")
    desk.runs("cc", "1", "+carl@example.org")
    desk.runs("reply", "1", "-m", "Hello both.")
    presses(carl, carl.last_mail, "stop")
    got = len(carl.mails)
    desk.runs("reply", "1", "-m", "Only Anna.")
    assert len(carl.mails) == got
    assert "Only Anna." in anna.last_mail.text


@pytest.mark.parametrize("words", ["help", "#help", "ช่วยด้วย"])
def test_a_customer_who_asks_for_help_gets_a_person(desk: Desk, words: str) -> None:
    """Commands are for agents; an ack says all that a customer needs to know."""
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject=words, text=words)
    assert [t["number"] for t in desk.tickets()] == [1]
    assert list(texts(desk.ticket(1))) == [words]
    assert len(anna.mails) == 1
    assert "- #" not in anna.last_mail.text
    assert "[#1]" in anna.last_mail.text
