"""A customer's mail that an agent sends on, and an agent's first word to a customer."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import texts

PASS = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=agents.example"}
FORWARDS = {
    "gmail": (
        "Please handle.\n\n---------- Forwarded message ---------\nFrom: Anna Berg <anna@example.org>\n"
        "Date: Mon, 2 Nov 2026 at 09:00\nSubject: No sound\nTo: <bob@agents.example>\n\n\nThe speaker is silent.\n"
    ),
    "outlook": (
        "Please handle.\n\n________________________________\nFrom: Anna Berg <anna@example.org>\nSent: Monday, 2 November 2026 09:00\n"
        "To: Bob\nSubject: No sound\n\nThe speaker is silent.\n"
    ),
    "german": (
        "Please handle.\n\n-------- Weitergeleitete Nachricht --------\nBetreff: No sound\nDatum: Mon, 2 Nov 2026 09:00:00 +0000\n"
        "Von: Anna Berg <anna@example.org>\nAn: bob@agents.example\n\nThe speaker is silent.\n"
    ),
    "thai": (
        "Please handle.\n\n---------- ข้อความที่ส่งต่อ ----------\nจาก: Anna Berg <anna@example.org>\nวันที่: จ. 2 พ.ย. 2569 เวลา 09:00\n"
        "เรื่อง: No sound\nถึง: bob@agents.example\n\nThe speaker is silent.\n"
    ),
    "vietnamese": (
        "Please handle.\n\n---------- Forwarded message ---------\nTừ: Anna Berg <anna@example.org>\nDate: Th 2, 2 thg 11, 2026 vào lúc 09:00\n"
        "Subject: No sound\nTo: <bob@agents.example>\n\nThe speaker is silent.\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", FORWARDS)
def test_a_customers_mail_that_an_agent_sends_on(make_desk: DeskMaker, program: str) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    bob, anna = desk.agent("bob"), desk.customer("anna@example.org", "Anna")
    bob.writes(
        "support@desk.example", subject="Fwd: No sound", text=FORWARDS[program], headers=PASS
    )
    ticket = desk.ticket(1)
    assert ticket["customer"] == {"address": "anna@example.org", "name": "Anna Berg"}
    assert ticket["subject"] == "No sound"
    assert list(texts(ticket)) == ["The speaker is silent."]
    assert list(texts(ticket, "note")) == ["Please handle."]
    assert "Its number is [#1]." in anna.last_mail.text
    assert "anna@example.org" in bob.last_mail.text
    bob.writes(
        bob.last_mail.reply_to, subject="Re: [#1]", text="#reply\n\nTurn it on.", headers=PASS
    )
    assert "Turn it on." in anna.last_mail.text
    assert "> The speaker is silent." in anna.last_mail.text


def test_an_enclosed_mail_gives_the_exact_customer_and_threads(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    inner = (
        "From: Anna Berg <anna@example.org>\nTo: bob@agents.example\nSubject: No sound\nMessage-ID: <orig@example.org>\n"
        "Date: Mon, 2 Nov 2026 08:00:00 +0000\n\nThe speaker is silent.\n"
    )
    raw = (
        f"Authentication-Results: {PASS['Authentication-Results']}\nFrom: Bob <bob@agents.example>\nTo: support@desk.example\n"
        "Subject: No sound\nMessage-ID: <f@agents.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n"
        f"--B\n\n#take\n#priority high\n\nShe called as well.\n--B\nContent-Type: message/rfc822\n\n{inner}\n--B--\n"
    )
    desk.takes(raw.encode(), "bob@agents.example", "support@desk.example")
    ticket = desk.ticket(1)
    assert ticket["customer"]["address"] == "anna@example.org"
    assert (ticket["assignee"], ticket["priority"]) == ("bob", "high")
    assert list(texts(ticket)) == ["The speaker is silent."]
    assert list(texts(ticket, "note")) == ["She called as well."]
    anna = desk.customer("anna@example.org")
    assert str(anna.last_mail.message["in-reply-to"]) == "<orig@example.org>"


def test_whoever_is_not_proven_is_a_customer_like_any_other(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    bob = desk.agent("bob")
    bob.writes("support@desk.example", subject="Fwd: No sound", text=FORWARDS["gmail"])
    assert desk.ticket(1)["customer"]["address"] == "bob@agents.example"
    assert desk.customer("anna@example.org").mails == []


def test_the_customer_of_a_forward_is_mended_before_the_ack_leaves(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]}, undo_window="60s")
    bob = desk.agent("bob")
    bob.writes(
        "support@desk.example", subject="Fwd: No sound", text=FORWARDS["gmail"], headers=PASS
    )
    bob.writes(
        bob.last_mail.reply_to, subject="Re: x", text="#customer carl@example.org", headers=PASS
    )
    desk.clock.passes(minutes=5)
    desk.rests()
    assert desk.customer("anna@example.org").mails == []
    assert "Its number is [#1]." in desk.customer("carl@example.org").last_mail.text
    assert desk.ticket(1)["customer"]["address"] == "carl@example.org"


def test_the_first_word_to_a_customer(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    bob, carl = desk.agent("bob"), desk.customer("carl@example.org", "Carl")
    bob.writes(
        "sales@desk.example",
        subject="Your offer",
        text="#to carl@example.org\n\nHere it is.",
        headers=PASS,
    )
    assert carl.last_mail.subject == "[#1] Your offer"
    assert "Here it is." in carl.last_mail.text
    assert len(carl.mails) == 1, "no ack of what he never wrote"
    proven = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=example.org"}
    carl.replies(carl.last_mail, "Too expensive.", headers=proven)
    assert desk.ticket(1)["status"] == "open"
    bob.writes("sales@desk.example", subject="Offer", text="#to nobody\n\nHello.", headers=PASS)
    assert "'nobody' is no mail address" in bob.last_mail.text
    assert len(desk.tickets()) == 1
    bob.replies(desk.agent("bob").mails[0], "#to carl@example.org", headers=PASS)
    assert "#to begins a fresh mail to a department" in bob.last_mail.text


def test_what_a_customer_said_by_telephone(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    bob, lan, carl = desk.agent("bob"), desk.agent("lan"), desk.customer("carl@example.org")
    text = "#new carl@example.org\n#priority high\n\nThe printer smokes."
    bob.writes("support@desk.example", subject="Smoke", text=text, headers=PASS)
    ticket = desk.ticket(1)
    assert (ticket["customer"]["address"], ticket["priority"], ticket["channel"]) == (
        "carl@example.org",
        "high",
        "phone",
    )
    assert list(texts(ticket)) == ["The printer smokes."]
    assert carl.last_mail.subject == "[#1] Smoke", "an ack"
    bob.writes("support@desk.example", subject="Empty", text="#new carl@example.org", headers=PASS)
    assert "an empty text opens no ticket" in bob.last_mail.text
    bob.replies(bob.mails[0], "#dept sales He has called twice.", headers=PASS)
    assert desk.ticket(1)["department"] == "sales"
    assert list(texts(desk.ticket(1), "note")) == ["He has called twice"]
    assert (
        "wrote on Mon 2 Nov 2026, 09:00 UTC (note):\n\n> He has called twice" in lan.last_mail.text
    )


def test_a_desk_that_knows_no_proof_asks_before_it_writes_in_a_customers_name(
    make_desk: DeskMaker,
) -> None:
    desk = make_desk()
    bob, anna, carl = (
        desk.agent("bob"),
        desk.customer("anna@example.org"),
        desk.customer("carl@example.org"),
    )
    bob.writes(
        "sales@desk.example",
        subject="Your offer",
        text="#to carl@example.org\n\nHere it is.",
        attachments=[("a.pdf", b"%PDF")],
    )
    assert (carl.mails, desk.tickets()) == ([], [])
    assert "- #to carl@example.org" in bob.last_mail.text
    assert "sales@desk.example" in bob.last_mail.text
    bob.replies(bob.last_mail, "OK")
    assert "Here it is." in carl.last_mail.text
    assert [part.get_filename() for part in carl.last_mail.message.iter_attachments()] == ["a.pdf"]
    bob.writes("support@desk.example", subject="Fwd: No sound", text=FORWARDS["gmail"])
    assert "- a customer's mail, sent on: anna@example.org" in bob.last_mail.text
    bob.replies(bob.last_mail, "Yes.")
    assert desk.ticket(2)["customer"]["address"] == "anna@example.org"
    assert anna.last_mail.is_automatic
    assert anna.last_mail.subject == "[#2] Support", "nothing of what a forger could have written"
    bob.writes("support@desk.example", subject="Fwd: No sound", text=FORWARDS["gmail"])
    question = bob.last_mail
    desk.clock.passes(minutes=31)
    bob.replies(question, "Yes.")
    assert len(desk.tickets()) == 2
