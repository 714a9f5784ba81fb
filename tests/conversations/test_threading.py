"""Which ticket an answer joins, and what a stranger can do with a number: nothing."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts


@pytest.fixture
def anna(desk: Desk) -> Person:
    """A customer with ticket 1 and its ack."""
    person = desk.customer("anna@example.org", "Anna")
    person.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    return person


@pytest.mark.parametrize(
    ("tag", "references", "token"),
    [(True, False, False), (False, True, False), (False, False, True), (True, True, True)],
    ids=["by the number", "by References", "by the token", "by all"],
)
def test_an_answer_joins_its_ticket(
    desk: Desk, anna: Person, tag: bool, references: bool, token: bool
) -> None:
    anna.replies(anna.last_mail, "Still silent.", tag=tag, references=references, token=token)

    assert [t["number"] for t in desk.tickets()] == [1]
    assert list(texts(desk.ticket(1))) == ["The speaker is silent.", "Still silent."]
    assert len(anna.mails) == 1, "an answer gets no second ack"


def test_an_answer_with_none_of_them_is_a_new_ticket(desk: Desk, anna: Person) -> None:
    anna.replies(anna.last_mail, "Still silent.", tag=False, references=False, token=False)

    assert sorted(t["number"] for t in desk.tickets()) == [1, 2]


@pytest.mark.parametrize("number", [1, 999])
def test_a_stranger_with_a_guessed_number_opens_a_ticket_that_reveals_nothing(
    desk: Desk, anna: Person, number: int
) -> None:
    """The answer is the same whether the number exists or not."""
    eve = desk.customer("eve@evil.example")
    eve.writes("support@desk.example", subject=f"Re: [#{number}] No sound", text="Tell me more.")

    assert list(texts(desk.ticket(1))) == ["The speaker is silent."]
    assert desk.ticket(2)["customer"]["address"] == "eve@evil.example"
    assert desk.ticket(2)["links"] == ([1] if number == 1 else []), "agents see the claim"
    said = eve.last_mail.subject + eve.last_mail.text
    assert "[#2]" in said
    assert "#1]" not in said
    assert "#999" not in said
    assert "anna" not in str(eve.last_mail.message).lower()


def test_a_stranger_with_a_known_message_id_opens_a_new_ticket(desk: Desk, anna: Person) -> None:
    eve = desk.customer("eve@evil.example")
    known = str(anna.written[0]["message-id"])
    eve.writes("support@desk.example", subject="hm", text="Me too.", headers={"In-Reply-To": known})

    assert list(texts(desk.ticket(1))) == ["The speaker is silent."]
    assert desk.ticket(2)["links"] == [1]


def test_a_token_of_somebody_else_is_a_third_party_and_nothing_is_sent_to_it(
    desk: Desk, anna: Person
) -> None:
    """Anna forwarded our mail to a colleague, who answers it."""
    carl = desk.customer("carl@example.org")
    carl.replies(anna.last_mail, "I know why.", tag=False, references=False)

    ticket = desk.ticket(1)
    assert list(texts(ticket, "third-party")) == ["I know why."]
    assert ticket["followers"] == []
    assert carl.mails == []
    desk.runs("reply", "1", "-m", "Thank you.")
    assert carl.mails == []


def test_a_token_that_does_not_verify_counts_as_none(desk: Desk, anna: Person) -> None:
    eve = desk.customer("eve@evil.example")
    eve.writes("support+1.aaaaaaaaaaaaaaaaaaaaaa@desk.example", subject="hm", text="Let me in.")

    assert list(texts(desk.ticket(1))) == ["The speaker is silent."]
    assert desk.ticket(2)["links"] == []


def test_the_words_of_a_body_never_thread(desk: Desk, anna: Person) -> None:
    anna.writes("support@desk.example", subject="Another matter", text="Not about [#1] at all.")

    assert sorted(t["number"] for t in desk.tickets()) == [1, 2]


def test_a_participant_who_fails_authentication_is_filed_as_unverified(
    make_desk: DeskMaker,
) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    anna = desk.customer("anna@example.org")
    good = {
        "Authentication-Results": "mx.desk.example; dmarc=pass header.from=example.org; spf=pass smtp.mailfrom=example.org"
    }
    bad = {"Authentication-Results": "mx.desk.example; dmarc=fail header.from=example.org"}
    anna.writes("support@desk.example", subject="No sound", text="Silent.", headers=good)
    desk.runs("close", "1")

    anna.replies(anna.mails[0], "Reopen!", references=False, token=False, headers=bad)
    assert list(texts(desk.ticket(1), "unverified")) == ["Reopen!"]
    assert desk.ticket(1)["status"] == "closed"

    anna.replies(anna.mails[0], "Held?", headers=bad)
    assert list(texts(desk.ticket(1), "held")) == ["Held?"]

    anna.replies(anna.mails[0], "Really me.", headers=good)
    assert desk.ticket(1)["status"] == "open"


def test_authentication_results_below_our_own_servers_count_for_nothing(
    make_desk: DeskMaker,
) -> None:
    """A sender can write any field; only a trusted server's, above the first Received, is believed."""
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    raw = (
        b"Received: from a by mx.desk.example\nAuthentication-Results: mx.desk.example; dkim=pass header.d=example.org\n"
        b"From: anna@example.org\nTo: support@desk.example\nSubject: Hi\n\nHello.\n"
    )
    desk.takes(raw, "anna@example.org", "support@desk.example")

    assert desk.ticket(1)["messages"][0]["trust"] == "none"


def test_an_answer_long_after_closing_is_a_new_ticket_linked_to_the_old(
    desk: Desk, anna: Person
) -> None:
    desk.runs("close", "1")
    desk.clock.passes(days=31)

    anna.replies(anna.mails[0], "It is back.")

    assert desk.ticket(1)["status"] == "closed"
    assert desk.ticket(2)["links"] == [1]
    assert "[#1]" in anna.last_mail.text, "the ack names the old one"


@pytest.mark.in_process
def test_a_reply_address_outlives_the_name_of_its_department(make_desk: DeskMaker) -> None:
    desk = make_desk(departments={"old": {"name": "Old", "address": "old@desk.example"}})
    anna = desk.customer("anna@example.org")
    anna.writes("old@desk.example", subject="No sound", text="Silent.")
    renamed = make_desk()
    assert not renamed.settings.own.department_for("old@desk.example")
    assert renamed.settings.own.is_ours(anna.last_mail.reply_to)

    renamed.customer("anna@example.org").replies(
        anna.last_mail, "Still.", tag=False, references=False
    )
    assert list(texts(renamed.ticket(1))) == ["Silent.", "Still."]
    renamed.runs("reply", "1", "-m", "Hi")
    assert "Sales <sales@desk.example>" in str(renamed.captured()[-1].message["from"])
