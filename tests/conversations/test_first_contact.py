"""A customer writes for the first time."""

from tests.conftest import DeskMaker
from tests.desk import Desk, texts


def test_a_mail_becomes_a_ticket_and_its_number_goes_back(desk: Desk) -> None:
    anna = desk.customer("anna@example.org", "Anna Berg")

    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.")

    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["department"], ticket["subject"]) == (
        "new",
        "support",
        "No sound",
    )
    assert ticket["customer"] == {"address": "anna@example.org", "name": "Anna Berg"}
    assert list(texts(ticket)) == ["The speaker is silent."]
    assert "[#1]" in anna.last_mail.subject
    assert "[#1]" in anna.last_mail.text


def test_the_ack_says_that_a_machine_wrote_it_and_is_never_answered(desk: Desk) -> None:
    """RFC 3834: no auto-responder may answer it, and a failure to deliver it goes nowhere."""
    anna = desk.customer("anna@example.org")
    sent = anna.writes("support@desk.example", subject="No sound", text="Silent.")

    ack = anna.last_mail
    assert ack.message["auto-submitted"] == "auto-replied"
    assert ack.message["x-auto-response-suppress"] == "All"
    assert ack.mail_from == ""
    assert ack.message["in-reply-to"] == sent["message-id"]
    assert ack.message["references"] == sent["message-id"]


def test_an_ack_to_an_unproven_sender_shows_nothing_that_the_sender_chose(desk: Desk) -> None:
    """Else a stranger could send any text to anybody through us (relay spam)."""
    eve = desk.customer("victim@example.org", "CHEAP-PILLS")
    eve.writes(
        "support@desk.example", subject="CHEAP-PILLS http://evil.example", text="CHEAP-PILLS"
    )

    ack = eve.last_mail
    assert "CHEAP-PILLS" not in ack.subject + ack.text + ack.html
    assert "evil" not in ack.subject + ack.text + ack.html


def test_a_proven_sender_sees_the_own_subject(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.company.example"]})
    anna = desk.customer("anna@example.org")
    passed = (
        "mx.company.example; dkim=pass header.d=example.org; dmarc=pass header.from=example.org"
    )

    anna.writes(
        "support@desk.example",
        subject="No sound",
        text="x",
        headers={"Authentication-Results": passed},
    )

    assert anna.last_mail.subject == "[#1] No sound"
    assert desk.ticket(1)["messages"][0]["trust"] == "dkim"


def test_one_mail_to_two_departments_is_one_ticket_that_both_see(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes(
        "support@desk.example",
        "sales@desk.example",
        "nobody@desk.example",
        subject="Both",
        text="Hello.",
    )

    assert [t["number"] for t in desk.tickets()] == [1]
    assert desk.ticket(1)["departments"] == ["sales", "support"]
    assert len(desk.tickets("dept:sales")) == len(desk.tickets("dept:support")) == 1
    assert len(anna.mails) == 1


def test_two_deliveries_of_one_mail_to_two_departments_are_one_ticket_too(desk: Desk) -> None:
    """Some mail servers deliver each recipient by itself."""
    anna = desk.customer("anna@example.org")
    sent = anna.writes("support@desk.example", subject="Both", text="Hello.")
    desk.clock.passes(minutes=1)

    anna.sends(sent, "sales@desk.example")

    assert [t["number"] for t in desk.tickets()] == [1]
    assert desk.ticket(1)["departments"] == ["sales", "support"]
    assert len(anna.mails) == 1


def test_with_also_to_copy_the_second_department_has_a_linked_ticket(make_desk: DeskMaker) -> None:
    desk = make_desk(also_to="copy")
    anna = desk.customer("anna@example.org")
    anna.writes("support@desk.example", "sales@desk.example", subject="Both", text="Hello.")

    assert {t["number"]: t["department"] for t in desk.tickets()} == {1: "support", 2: "sales"}
    assert desk.ticket(1)["links"] == [2]
    assert desk.ticket(2)["links"] == [1]
    assert len(anna.mails) == 1


def test_an_alias_that_rewrote_the_recipient_still_leads_to_the_department(desk: Desk) -> None:
    """ORCPT says what the customer wrote (RFC 3461)."""
    raw = b"From: anna@example.org\nTo: help@company.example\nSubject: Hi\n\nHello.\n"
    desk.takes(
        raw, "anna@example.org", "vmail-17@internal.example", original="help@company.example"
    )

    assert desk.ticket(1)["department"] == "support"


def test_the_language_of_the_customer_is_kept(desk: Desk) -> None:
    for address, text in (
        ("a@x.example", "เครื่องพิมพ์เสีย"),
        ("b@x.example", "Máy in bị hỏng rồi ạ"),
        ("c@x.example", "It is broken"),
    ):
        desk.customer(address).writes("support@desk.example", subject=text, text=text)

    assert {t["number"]: t["language"] for t in desk.tickets()} == {1: "th", 2: "vi", 3: "en"}


def test_attachments_are_kept_with_the_name_made_harmless(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes(
        "support@desk.example",
        subject="Log",
        text="See file.",
        attachments=[("../../etc/ảnh.png", b"\x89PNG")],
    )

    (file,) = desk.ticket(1)["messages"][0]["attachments"]
    assert file["name"] == "_.._etc_ảnh.png"
    assert file["size"] == 4


def test_a_mail_without_from_date_message_id_and_subject_is_a_ticket(desk: Desk) -> None:
    desk.takes(b"\nhello\n", "anna@example.org", "support@desk.example")

    ticket = desk.ticket(1)
    assert ticket["customer"]["address"] == "anna@example.org"
    assert ticket["subject"] == "(no subject)"


def test_numbers_start_where_the_configuration_says_and_carry_its_name(
    make_desk: DeskMaker,
) -> None:
    desk = make_desk(first_number=1042, name="Acme")
    anna = desk.customer("anna@example.org")
    anna.writes("support@desk.example", subject="Hi", text="Hello.")

    assert "[Acme #1042]" in anna.last_mail.subject


def test_a_name_and_a_message_id_are_the_senders_choosing_too(desk: Desk) -> None:
    victim = desk.customer("victim@example.org", "WIN MONEY www.evil.example")
    victim.writes(
        "support@desk.example",
        subject="x",
        text="x",
        headers={"Message-ID": "<BUY now (at) evil@evil.example>"},
    )

    assert str(victim.last_mail.message["to"]) == "victim@example.org"
    assert "evil" not in str(victim.last_mail.message).lower()


def test_an_author_who_cannot_be_answered_still_has_a_ticket(desk: Desk) -> None:
    raw = b"From: <a,b@example.org>\nTo: support@desk.example\nSubject: Odd\n\nRead me.\n"
    desk.takes(raw, "real@example.org", "support@desk.example")

    assert list(texts(desk.ticket(1))) == ["Read me."]
    assert desk.ticket(1)["subject"] == "Odd"


def test_a_subject_that_looks_encoded_can_be_answered(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    twice = "=?utf-8?B?PT91dGYtOD9CP1NHVnNiRzg9Pz0=?="
    raw = f"From: anna@example.org\nTo: support@desk.example\nSubject: {twice}\n\nHello.\n".encode()
    desk.takes(raw, "anna@example.org", "support@desk.example")
    desk.runs("reply", "1", "-m", "Hi")

    assert anna.last_mail.subject == "[#1] =?utf-8?B?SGVsbG8=?="


def test_copies_are_not_opened_again_by_another_delivery(make_desk: DeskMaker) -> None:
    desk = make_desk(also_to="copy")
    anna = desk.customer("anna@example.org")
    sent = anna.writes("support@desk.example", "sales@desk.example", subject="Both", text="Hello.")
    for hop in ("one", "two"):
        desk.takes(
            f"Received: from {hop}\n".encode() + sent.as_bytes(),
            "anna@example.org",
            "sales@desk.example",
        )

    assert len(desk.tickets()) == 2
