"""Mails of ours that come back: on which message, for whom, and who hears of it."""

import pytest

from tests.bounce_styles import STYLES
from tests.conftest import DeskMaker
from tests.desk import Desk, Mail, Person, texts


@pytest.fixture
def anna(desk: Desk) -> Person:
    person = desk.customer("anna@example.org", "Anna")
    person.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    return person


def come_back(desk: Desk, mail: Mail, style: str, *, to: str = "", other: str = "box@behind.example") -> None:  # fmt: skip
    """A notice in the style of this mail system."""
    told = {
        "to": mail.rcpt_to,
        "us": mail.mail_from or "support@desk.example",
        "id": str(mail.message["message-id"]),
    }
    raw = f"X-Serial: {desk.serial()}\n{STYLES[style].text}".format(**told, other=other)
    desk.takes(raw.encode(), "", to or told["us"])


def deliveries(desk: Desk, number: int) -> dict[str, tuple[str, str]]:
    """What became of each copy of the agents' answers."""
    return {
        copy["to"]: (copy["state"], copy["answer"])
        for message in desk.ticket(number)["messages"]
        if message["kind"] == "reply"
        for copy in message["delivery"]
    }


def test_each_recipient_of_an_answer_has_an_outcome(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Try again.", "--cc", "carl@example.org")
    carl = desk.customer("carl@example.org")
    come_back(desk, carl.last_mail, "qmail")

    found = deliveries(desk, 1)
    assert found["anna@example.org"][0] == "sent"
    assert found["carl@example.org"][0] == "failed"
    assert found["carl@example.org"][1].startswith("not delivered: 5.1.1 no such user here")
    assert "not delivered: carl@example.org: 5.1.1 no such user" in desk.runs("show", "1")


def test_a_forwarder_that_complains_of_its_own_address(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Try again.")
    come_back(desk, anna.last_mail, "forwarder")

    assert deliveries(desk, 1) == {
        "anna@example.org": ("failed", "not delivered: 5.2.2 over quota")
    }
    event = desk.ticket(1)["activity"][-2]
    assert (event["event"], event["data"]["to"]) == ("delivery_failed", "anna@example.org")


def test_a_notice_that_went_to_the_author_is_matched_by_the_returned_mail(
    desk: Desk, anna: Person
) -> None:
    desk.runs("reply", "1", "-m", "Try again.", "--close")
    come_back(desk, anna.last_mail, "exim", to="support@desk.example")

    assert deliveries(desk, 1)["anna@example.org"][0] == "failed"
    assert desk.ticket(1)["status"] == "open"


def test_good_news_is_no_failure(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Try again.")
    anna.bounces(anna.last_mail, "2.0.0", "delivered")
    anna.bounces(anna.last_mail, "2.0.0", "relayed")

    assert deliveries(desk, 1)["anna@example.org"][0] == "sent"
    assert desk.ticket(1)["status"] == "pending"


def test_the_same_failure_is_told_once(desk: Desk, anna: Person) -> None:
    """A forwarder and the system behind it both complain."""
    bob = desk.agent("bob")
    desk.runs("reply", "1", "-m", "Try again.")
    come_back(desk, anna.last_mail, "postfix")
    told = len(bob.mails)
    desk.runs("close", "1", "--no-mail")
    come_back(desk, anna.last_mail, "exim")

    assert len(bob.mails) == told
    assert desk.ticket(1)["status"] == "closed"
    assert desk.events(1).count("delivery_failed") == 2


def test_a_lost_ack_is_shown_and_moves_nothing(desk: Desk, anna: Person) -> None:
    come_back(desk, anna.last_mail, "postfix")

    assert desk.ticket(1)["status"] == "new"
    assert "not delivered: 5.1.1" in desk.runs("show", "1")


def test_a_lost_notice_to_an_agent_is_an_entry_and_stops_nothing(desk: Desk, anna: Person) -> None:
    bob = desk.agent("bob")
    come_back(desk, bob.last_mail, "qmail")

    assert desk.ticket(1)["activity"][-1]["data"]["to"] == "bob@agents.example"
    assert desk.ticket(1)["status"] == "new"
    anna.replies(anna.last_mail, "Hello?")
    assert len(bob.mails) == 2


def test_two_lost_mails_in_thirty_days_stop_acks(desk: Desk, anna: Person) -> None:
    for number in (1, 2):
        anna.writes("support@desk.example", subject=f"Matter {number}", text=f"Number {number}.")
        desk.runs("reply", str(number), "-m", f"Answer {number}.")
        come_back(desk, anna.last_mail, "postfix")
    assert "address_marked" in desk.events(2)
    assert "address_marked" not in desk.events(1)

    got = len(anna.mails)
    anna.writes("support@desk.example", subject="One more", text="And this?")
    assert len(anna.mails) == got
    last = desk.ticket(4)["activity"][-1]
    assert (last["event"], last["data"]["why"]) == ("ack_withheld", "mails to the author came back")

    desk.clock.passes(days=31)
    anna.writes("support@desk.example", subject="Next month", text="And now?")
    assert len(anna.mails) == got + 1


@pytest.mark.parametrize("style", ["qmail-expired", "postfix-late"])
def test_what_may_get_better_marks_no_address(desk: Desk, anna: Person, style: str) -> None:
    for number in (1, 2, 3):
        desk.runs("reply", "1", "-m", f"Answer {number}.")
        come_back(desk, anna.last_mail, style)

    assert "address_marked" not in desk.events(1)


def test_marks_outlive_the_other_budgets(desk: Desk, anna: Person) -> None:
    from datetime import timedelta

    from ticketd.store import spent
    from ticketd.store.cleaning import clean

    with desk.database.transaction() as session:
        for budget in ("ack", "bounce"):
            spent.spend(session, budget, "eve@example.org", desk.clock())
    clean(desk.database, desk.clock() + timedelta(days=20))
    with desk.database.reading() as session:
        left = [
            spent.spent_since(session, b, "eve@example.org", desk.clock() - timedelta(days=1))
            for b in ("ack", "bounce")
        ]
    assert left == [0, 1]
    assert clean(desk.database, desk.clock() + timedelta(days=40)) >= 1


def test_a_bounce_of_somebody_elses_mail_is_kept_for_the_operator(desk: Desk, anna: Person) -> None:
    mail = anna.last_mail
    del mail.message["message-id"]
    mail.message["Message-ID"] = "<1@spam.example>"
    come_back(desk, mail, "exim", to="support@desk.example")

    assert len(desk.tickets()) == 1
    with desk.database.reading() as session:
        from sqlalchemy import select

        from ticketd.store.tables import Inbox

        last = session.execute(select(Inbox).order_by(Inbox.id.desc()).limit(1)).scalar_one()
    assert (last.kind, last.ticket) == ("bounce", None)
    assert "about no mail of ours" in last.reasons


def test_a_note_from_another_address_is_filed_with_the_mail_it_answers(
    desk: Desk, anna: Person
) -> None:
    desk.runs("reply", "1", "-m", "Try again.")
    raw = f"From: anna.smith@corp.example\nTo: {anna.last_mail.reply_to}\nSubject: Vắng mặt\nAuto-Submitted: auto-replied\n\nAway.\n"
    desk.takes(raw.encode(), "anna.smith@corp.example", anna.last_mail.reply_to)

    assert list(texts(desk.ticket(1), "automatic")) == ["Away."]
    assert desk.ticket(1)["status"] == "pending"


@pytest.mark.parametrize("address", ["bob@agents.example", "bob.private@example.net"])
def test_an_agents_vacation_note_reaches_no_ticket(desk: Desk, anna: Person, address: str) -> None:
    to = desk.agent("bob").last_mail.mail_from
    raw = f"From: {address}\nTo: {to}\nSubject: Automatic reply\nAuto-Submitted: auto-replied\n\nAway.\n"
    desk.takes(raw.encode(), "", to)

    assert list(texts(desk.ticket(1), "automatic", "note")) == []
    assert len(anna.mails) == 1


def test_human_words_behind_a_machines_mark_are_shown(desk: Desk, anna: Person) -> None:
    """Some desks stamp what their people write."""
    desk.runs("reply", "1", "-m", "Try again.")
    anna.replies(anna.last_mail, "It works, thank you!", headers={"Precedence": "bulk"})

    assert list(texts(desk.ticket(1), "automatic")) == ["It works, thank you!"]


def test_a_lost_answer_is_told_within_the_budget(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"notices_per_hour": 3})
    bob, anna = desk.agent("bob"), desk.customer("anna@example.org")
    anna.writes("support@desk.example", subject="No sound", text="Silent.")
    for number in range(6):
        desk.runs("reply", "1", "-m", f"Answer {number}.")
        come_back(desk, anna.last_mail, "yahoo")

    assert len(bob.mails) == 3
    assert desk.events(1).count("delivery_failed") == 6
