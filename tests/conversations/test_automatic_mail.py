"""Machines that write: nothing that they send causes mail, and nothing of it is lost."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts


@pytest.fixture
def anna(desk: Desk) -> Person:
    person = desk.customer("anna@example.org", "Anna")
    person.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    return person


def test_a_vacation_note_is_filed_on_its_ticket_and_moves_nothing(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Try again.")
    anna.replies(anna.last_mail, "I am away until May.", headers={"Auto-Submitted": "auto-replied"})

    ticket = desk.ticket(1)
    assert ticket["status"] == "pending"
    assert list(texts(ticket, "automatic")) == ["I am away until May."]
    assert len(anna.mails) == 2


def test_a_vacation_note_without_a_ticket_stays_in_the_inbox_list(desk: Desk) -> None:
    bot = desk.customer("bot@example.org")
    bot.writes(
        "support@desk.example",
        subject="Out of office",
        text="Away.",
        headers={"Auto-Submitted": "auto-replied"},
    )

    assert desk.tickets() == []
    assert bot.mails == []


def test_monitoring_opens_a_ticket_without_an_ack(desk: Desk) -> None:
    bot = desk.customer("nagios@example.org")
    bot.writes(
        "support@desk.example",
        subject="DISK CRITICAL",
        text="/ is full",
        headers={"Auto-Submitted": "auto-generated"},
    )

    assert desk.ticket(1)["subject"] == "DISK CRITICAL"
    assert bot.mails == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Precedence": "bulk"},
        {"List-Id": "<news.example>"},
        {"X-Autoreply": "yes"},
        {"X-Loop": "x"},
    ],
)
def test_bulk_mail_makes_neither_ticket_nor_mail(desk: Desk, headers: dict[str, str]) -> None:
    news = desk.customer("news@example.org")
    news.writes("support@desk.example", subject="Our news", text="Buy!", headers=headers)

    assert desk.tickets() == []
    assert desk.captured() == []


def test_our_own_mail_that_comes_back_causes_nothing(desk: Desk, anna: Person) -> None:
    """A smarthost that sends our ack back to us, an alias to itself."""
    desk.takes(anna.last_mail.message.as_bytes(), "", "support@desk.example")

    assert len(desk.tickets()) == 1
    assert len(desk.captured()) == 1


def test_a_bounce_of_an_answer_is_shown_on_its_ticket_and_opens_it_again(
    desk: Desk, anna: Person
) -> None:
    desk.runs("reply", "1", "-m", "Try again.", "--close")
    assert desk.ticket(1)["status"] == "closed"

    anna.bounces(anna.last_mail)

    ticket = desk.ticket(1)
    assert ticket["status"] == "open"
    assert "delivery_failed" in desk.events(1)
    assert "5.1.1" in desk.runs("show", "1")
    assert len(desk.tickets()) == 1


def test_a_delay_is_noted_and_moves_nothing(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Try again.")
    anna.bounces(anna.last_mail, "4.4.1", "delayed")

    assert desk.ticket(1)["status"] == "pending"
    assert "delivery_late" in desk.events(1)


def test_a_forged_bounce_changes_nothing(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Try again.", "--close")
    mail = anna.last_mail
    forged = mail.mail_from.replace(mail.mail_from.partition(".")[2][:21], "a" * 21)
    mail.mail_from = forged
    del mail.message["message-id"]
    mail.message["Message-ID"] = "<made.up@evil.example>"
    anna.bounces(mail)

    assert desk.ticket(1)["status"] == "closed"
    assert len(desk.tickets()) == 1


def test_a_bounce_of_the_ack_marks_it_and_answers_nobody(desk: Desk, anna: Person) -> None:
    anna.bounces(anna.last_mail)

    assert len(desk.tickets()) == 1
    assert len(desk.captured()) == 1


def test_two_desks_that_answer_each_other_stop(desk: Desk) -> None:
    """The worst partner: strips every header, writes a new subject each time."""
    partner = desk.customer("desk@partner.example")
    for number in range(25):
        partner.writes(
            "support@desk.example",
            subject=f"Got it {number}",
            text=f"We have received your mail {number}.",
        )
        desk.clock.passes(seconds=30)

    assert len(partner.mails) <= 5
    assert len(desk.tickets()) == 25, "nothing is dropped"


def test_no_more_acks_than_the_budget_for_strangers(make_desk: DeskMaker) -> None:
    desk = make_desk(
        auth={"authserv_ids": ["mx.desk.example"]}, budgets={"unauthenticated_per_hour": 10}
    )
    for number in range(15):
        desk.customer(f"stranger{number}@example{number}.org").writes(
            "support@desk.example", subject="Hi", text=f"Hello {number}."
        )

    assert len(desk.tickets()) == 15
    assert len(desk.captured()) == 10
    assert "ack_withheld" in desk.events(15)


def test_one_address_gets_five_acks_an_hour(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    for number in range(7):
        anna.writes("support@desk.example", subject=f"Matter {number}", text=f"Number {number}.")
        desk.clock.passes(minutes=5)
    assert len(anna.mails) == 5

    desk.clock.passes(hours=1)
    anna.writes("support@desk.example", subject="Later", text="One more.")
    assert len(anna.mails) == 6


def test_a_storm_is_kept_below_its_first_ticket_without_acks(desk: Desk) -> None:
    bomber = desk.customer("bomber@example.org")
    for number in range(25):
        bomber.writes("support@desk.example", subject=f"Boom {number}", text=f"Boom {number}.")

    assert len(desk.tickets()) == 25
    assert "ack_withheld" in desk.events(25)


def test_budgets_can_be_lifted(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"enabled": False})
    anna = desk.customer("anna@example.org")
    for number in range(30):
        anna.writes("support@desk.example", subject=f"Matter {number}", text=f"Number {number}.")

    assert len(anna.mails) == 30


@pytest.mark.parametrize("headers", [{"X-Spam-Flag": "YES"}, {"X-Auto-Response-Suppress": "All"}])
def test_some_mail_asks_for_no_ack(desk: Desk, headers: dict[str, str]) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes("support@desk.example", subject="Hi", text="Hello.", headers=headers)

    assert len(desk.tickets()) == 1
    assert anna.mails == []


def test_a_blind_copy_is_a_ticket_without_an_ack(desk: Desk) -> None:
    """Whoever is not named openly does not answer by itself (RFC 3834, 2)."""
    raw = b"From: anna@example.org\nTo: friends@example.org\nSubject: Party\n\nCome all.\n"
    desk.takes(raw, "anna@example.org", "support@desk.example")

    assert len(desk.tickets()) == 1
    assert desk.captured() == []


def test_a_vacation_note_to_the_reverse_path_is_no_bounce(desk: Desk, anna: Person) -> None:
    """Where responders answer (RFC 3834, 4): it is filed, and a closed ticket stays closed."""
    desk.runs("reply", "1", "-m", "Done.", "--close")
    raw = b"From: anna@example.org\nTo: %s\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nAway until May.\n"
    to = anna.last_mail.mail_from
    desk.takes(raw % to.encode(), "", to)

    assert list(texts(desk.ticket(1), "automatic")) == ["Away until May."]
    assert desk.ticket(1)["status"] == "closed"
    assert "delivery_failed" not in desk.events(1)


def test_a_warning_in_words_is_a_delay(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Done.", "--close")
    raw = (
        b"From: MAILER-DAEMON@mx.example\nTo: %s\nSubject: Warning: message delayed\n\n"
        b"Your mail to anna@example.org could not be delivered yet: 4.4.1. It will be retried.\n"
    )
    to = anna.last_mail.mail_from
    desk.takes(raw % to.encode(), "", to)

    assert "delivery_late" in desk.events(1)
    assert desk.ticket(1)["status"] == "closed"


def test_a_storm_of_monitoring_mail_is_kept_below_its_first_ticket(desk: Desk) -> None:
    bot = desk.customer("nagios@example.org")
    for number in range(23):
        bot.writes(
            "support@desk.example",
            subject=f"DOWN {number}",
            text=f"Host {number}",
            headers={"Auto-Submitted": "auto-generated"},
        )

    with desk.database.reading() as session:
        from ticketd.store import tickets

        last = tickets.by_number(session, 23)
        assert last is not None
        assert last.parent == 1
