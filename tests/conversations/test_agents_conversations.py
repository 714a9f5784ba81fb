"""The rest of what has to pass when agents work by mail: tickets in every state, forwards within forwards, lost answers."""

from email.message import EmailMessage

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, texts

SERVER = "mx.desk.example"
PASS = {"Authentication-Results": f"{SERVER}; dkim=pass header.d=agents.example"}
AUTH = {"authserv_ids": [SERVER]}


@pytest.mark.parametrize("days", [1, 60])
def test_the_answer_to_a_closed_ticket_stays_on_it_however_old(desk: Desk, days: int) -> None:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    bob = desk.agent("bob")
    notice = bob.last_mail
    bob.replies(notice, "#close")
    desk.clock.passes(hours=24 * days)
    bob.replies(notice, "I forgot: 100 euros.")
    ticket = desk.ticket(1)
    assert "I forgot: 100 euros." in anna.last_mail.text
    assert ticket["status"] in {"closed", "pending"}
    assert len(desk.tickets()) == 1
    anna.replies(anna.last_mail, "Thank you for coming back. And with tax?")
    number = 1 if days == 1 or ticket["status"] == "pending" else 2
    assert "Thank you for coming back. And with tax?" in list(texts(desk.ticket(number)))
    assert "And with tax?" in bob.last_mail.text


def _enclosed(
    sender: str, to: str, subject: str, text: str, inner: EmailMessage | None
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{len(text)}.{len(subject)}@{sender.rpartition('@')[2].strip('>')}>"
    mail.set_content(text)
    if inner is not None:
        mail.add_attachment(inner)
    return mail


def test_of_a_forward_within_a_forward_the_one_who_wrote_to_us_is_the_customer(
    make_desk: DeskMaker,
) -> None:
    desk = make_desk(auth=AUTH)
    carl = _enclosed(
        "Carl <carl@factory.example>", "anna@example.org", "Part", "It is broken.", None
    )
    anna = _enclosed(
        "Anna <anna@example.org>", "bob@agents.example", "Fwd: Part", "See what Carl writes.", carl
    )
    outer = _enclosed(
        "Bob <bob@agents.example>", "support@desk.example", "Fwd: Fwd: Part", "Please handle.", anna
    )
    outer["Authentication-Results"] = PASS["Authentication-Results"]
    bob = desk.agent("bob")
    bob.sends(outer, "support@desk.example")
    ticket = desk.ticket(1)
    assert ticket["customer"]["address"] == "anna@example.org"
    assert list(texts(ticket)) == ["See what Carl writes."]
    assert list(texts(ticket, "note")) == ["Please handle."]
    assert desk.customer("carl@factory.example").mails == []
    bob.replies(bob.last_mail, "#reply\n\nWe ask Carl.", headers=PASS)
    assert "We ask Carl." in desk.customer("anna@example.org").last_mail.text


INLINE = (
    "Please handle.\n\n---------- Forwarded message ---------\nFrom: Anna Berg <anna@example.org>\nDate: Mon, 2 Nov 2026 at 09:00\n"
    "Subject: Fwd: Part\nTo: <bob@agents.example>\n\n\nSee what Carl writes.\n\n---------- Forwarded message ---------\n"
    "From: Carl <carl@factory.example>\nDate: Mon, 2 Nov 2026 at 08:00\nSubject: Part\nTo: <anna@example.org>\n\n\nIt is broken.\n"
)


def test_the_same_written_below_each_other(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    bob = desk.agent("bob")
    bob.writes("support@desk.example", subject="Fwd: Fwd: Part", text=INLINE, headers=PASS)
    ticket = desk.ticket(1)
    assert ticket["customer"]["address"] == "anna@example.org"
    assert "See what Carl writes." in next(texts(ticket))
    assert desk.customer("carl@factory.example").mails == []


def test_a_forward_to_two_departments_is_one_ticket_that_both_see(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    bob, lan = desk.agent("bob"), desk.agent("lan")
    bob.writes(
        "support@desk.example", "sales@desk.example", subject="Fwd: Part", text=INLINE, headers=PASS
    )
    assert len(desk.tickets()) == 1
    assert "See what Carl writes." in lan.last_mail.text
    lan.replies(lan.last_mail, "#take", headers=PASS)
    assert desk.ticket(1)["assignee"] == "lan"
    assert len(desk.customer("anna@example.org").mails) == 1, "one ack"


def test_the_bounce_of_an_answer_is_shown_to_the_agent_who_can_write_again(desk: Desk) -> None:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    bob, lan = desk.agent("bob"), desk.agent("lan")
    bob.replies(bob.last_mail, "#close\n\n100 euros.")
    got = len(lan.mails)
    anna.bounces(anna.last_mail)
    assert bob.last_mail.message["x-ticketd-event"] == "delivery-failed"
    assert "5.1.1" in bob.last_mail.text
    assert "100 euros." in bob.last_mail.text
    assert len(lan.mails) == got
    ticket = desk.ticket(1)
    assert ticket["status"] == "open"
    bob.replies(bob.last_mail, "#customer anna@home.example")
    bob.replies(bob.last_mail, "OK")
    bob.replies(bob.last_mail, "#reply\n\nOnce more: 100 euros.")
    home = desk.customer("anna@home.example").last_mail
    assert "Once more: 100 euros." in home.text
    assert "How much?" not in home.text, "a new participant starts empty"


@pytest.mark.parametrize(
    ("fields", "is_done"),
    [
        ([("mx.evil.example", "dkim=fail"), (SERVER, "dkim=pass header.d=agents.example")], True),
        ([(SERVER, "dkim=pass header.d=agents.example"), ("mx.evil.example", "dmarc=fail")], True),
        ([(SERVER, "spf=pass smtp.mailfrom=agents.example"), (SERVER, "dkim=pass header.d=agents.example")], True),
        ([("mx.evil.example", "dkim=pass header.d=agents.example"), (SERVER, "dkim=none")], False),
        ([(SERVER, "dmarc=pass header.from=agents.example"), (SERVER, "dmarc=fail"), (SERVER, "dkim=pass header.d=agents.example")], False),
    ],
)  # fmt: skip
def test_two_authentication_results(
    make_desk: DeskMaker, fields: list[tuple[str, str]], is_done: bool
) -> None:
    desk = make_desk(auth=AUTH)
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    bob = desk.agent("bob")
    head = "".join(f"Authentication-Results: {server}; {said}\n" for server, said in fields)
    raw = f"{head}From: bob@agents.example\nTo: {bob.last_mail.reply_to}\nSubject: Re: [#1]\nMessage-ID: <1@agents.example>\n\n100 euros.\n"
    desk.takes(raw.encode(), "bob@agents.example", bob.last_mail.reply_to)
    assert ("100 euros." in anna.last_mail.text) is is_done
    assert desk.ticket(1)["status"] == ("pending" if is_done else "new")


def test_an_answer_after_the_window_cannot_be_taken_back_and_says_so(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    bob, lan = desk.agent("bob"), desk.agent("lan")
    bob.replies(bob.last_mail, "#close\n\n100 euros.")
    receipt = bob.last_mail
    assert len(anna.mails) == 1
    lan.replies(lan.mails[0], "#undo")
    assert "there is nothing of lan" in lan.last_mail.text
    assert desk.ticket(1)["status"] == "closed", "nobody takes back what a colleague did"
    desk.clock.passes(seconds=61)
    desk.rests()
    assert "100 euros." in anna.last_mail.text
    bob.replies(receipt, "#undo")
    assert "has left already" in bob.last_mail.text
    assert desk.ticket(1)["status"] == "closed"


def test_nobody_sends_a_colleagues_draft(desk: Desk) -> None:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    bob, lan = desk.agent("bob"), desk.agent("lan")
    bob.replies(bob.last_mail, "#draft\n\nPerhaps 100 euros.")
    lan.replies(lan.last_mail, "#send")
    assert "no text of yours waits on #1" in lan.last_mail.text
    assert len(anna.mails) == 1
    bob.replies(bob.mails[0], "#send")
    assert "Perhaps 100 euros." in anna.last_mail.text
