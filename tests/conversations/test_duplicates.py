"""The same mail twice is one message; another mail with the same Message-ID is another mail."""

from tests.desk import Desk, texts

RAW = b"From: anna@example.org\nTo: support@desk.example\nSubject: Hi\nMessage-ID: <1@x>\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\nHello.\n"


def test_the_same_delivery_again_is_acted_on_once(desk: Desk) -> None:
    """A mail server that never saw our 250 sends again (RFC 1047)."""
    for _ in range(5):
        desk.takes(RAW, "anna@example.org", "support@desk.example")

    assert [t["number"] for t in desk.tickets()] == [1]
    assert list(texts(desk.ticket(1))) == ["Hello."]
    assert len(desk.captured()) == 1


def test_fields_that_a_delivery_agent_adds_make_no_other_mail(desk: Desk) -> None:
    desk.takes(RAW, "anna@example.org", "support@desk.example")
    desk.takes(
        b"Return-Path: <anna@example.org>\nDelivered-To: support@desk.example\n" + RAW,
        "anna@example.org",
        "support@desk.example",
    )

    assert [t["number"] for t in desk.tickets()] == [1]
    assert desk.events(1).count("also_received") == 0


def test_the_same_mail_by_another_way_is_noted_not_doubled(desk: Desk) -> None:
    desk.takes(RAW, "anna@example.org", "support@desk.example")
    desk.takes(b"Received: from elsewhere\n" + RAW, "anna@example.org", "support@desk.example")

    assert list(texts(desk.ticket(1))) == ["Hello."]
    assert desk.events(1).count("also_received") == 1
    assert len(desk.captured()) == 1


def test_a_known_message_id_with_another_text_is_another_mail(desk: Desk) -> None:
    """Else a stranger could make a mail vanish by sending its Message-ID first."""
    desk.takes(RAW.replace(b"anna@", b"eve@"), "eve@example.org", "support@desk.example")
    desk.takes(RAW, "anna@example.org", "support@desk.example")

    assert sorted(t["customer"]["address"] for t in desk.tickets()) == [
        "anna@example.org",
        "eve@example.org",
    ]


def test_the_same_text_without_message_id_a_month_later_is_a_new_mail(desk: Desk) -> None:
    raw = b"From: anna@example.org\nTo: support@desk.example\nSubject: Report\n\nAll well.\n"
    desk.takes(raw, "anna@example.org", "support@desk.example")
    desk.clock.passes(days=31)
    desk.takes(raw, "anna@example.org", "support@desk.example")

    assert len(desk.tickets()) == 2


def test_two_mails_of_one_person_are_two_tickets(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    first = anna.writes("support@desk.example", subject="One", text="First matter.")
    second = anna.writes("support@desk.example", subject="Two", text="Second matter.")

    assert first["message-id"] != second["message-id"]
    assert len(desk.tickets()) == 2
