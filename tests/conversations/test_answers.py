"""Agents answer and close from the terminal."""

from pathlib import Path

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts


def opened(desk: Desk) -> Person:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    return anna


def test_an_answer_reaches_the_customer_as_a_human_mail(desk: Desk) -> None:
    anna = opened(desk)

    said = desk.runs("reply", "1", "-m", "Please update the driver.")

    mail = anna.last_mail
    assert "Please update the driver." in mail.text
    assert "Please update the driver." in mail.html
    assert mail.subject == "[#1] No sound"
    assert str(mail.message["from"]) == "Bob – Support <support@desk.example>"
    assert not mail.is_automatic
    assert mail.mail_from.startswith("b+")
    assert "bob@agents.example" not in str(mail.message), "agents' own addresses stay inside"
    assert mail.message["in-reply-to"] == anna.written[0]["message-id"]
    assert "anna@example.org" in said
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["assignee"], ticket["involved"]) == ("pending", "bob", ["bob"])
    (reply,) = [m for m in ticket["messages"] if m["kind"] == "reply"]
    assert reply["by"] == "bob"
    assert reply["delivery"][0]["state"] == "sent"


def test_the_customer_sees_the_own_words_quoted(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("reply", "1", "-m", "Update.")

    assert "> The speaker is silent." in anna.last_mail.text
    assert "<blockquote" in anna.last_mail.html


def test_an_answer_that_closes_is_one_mail(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("reply", "1", "-m", "Done.", "--close")

    assert desk.ticket(1)["status"] == "closed"
    assert desk.ticket(1)["close_reason"] == "solved"
    assert len(anna.mails) == 2
    assert "we close your request" in anna.last_mail.text


def test_closing_tells_the_customer_how_to_reopen(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("close", "1")

    assert "reply to this email" in anna.last_mail.text
    assert anna.last_mail.message["auto-submitted"] == "auto-generated"

    anna.replies(anna.last_mail, "Still silent!")
    assert desk.ticket(1)["status"] == "open"


def test_closing_without_a_mail(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("close", "1", "--no-mail", "--reason", "duplicate")

    assert desk.ticket(1)["close_reason"] == "duplicate"
    assert len(anna.mails) == 1


def test_a_thank_you_leaves_it_closed_and_a_question_opens_it(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("reply", "1", "-m", "Done.", "--close")

    for thanks in ("Thank you!", "ขอบคุณครับ", "Cảm ơn bạn nhiều"):
        anna.replies(anna.last_mail, thanks)
        assert desk.ticket(1)["status"] == "closed", thanks

    anna.replies(anna.last_mail, "Thanks, but which driver?")
    assert desk.ticket(1)["status"] == "open"


def test_an_answer_with_a_file(desk: Desk, tmp_path: Path) -> None:
    anna = opened(desk)
    file = tmp_path / "hướng dẫn.pdf"
    file.write_bytes(b"%PDF-1.4 test")
    desk.runs("reply", "1", "-m", "See file.", "--attach", str(file))

    (attached,) = list(anna.last_mail.message.iter_attachments())
    assert attached.get_filename() == "hướng dẫn.pdf"
    assert attached.get_content() == b"%PDF-1.4 test"


def test_several_tickets_at_once(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.customer(f"{name}@example.org").writes(
            "support@desk.example", subject=name, text=f"Matter of {name}."
        )

    said = desk.runs("close", "1-2,#3", "--no-mail")

    assert said.count("-> closed") == 3
    assert desk.tickets("status:open,new") == []


def test_dry_run_changes_nothing(desk: Desk) -> None:
    anna = opened(desk)
    said = desk.runs("reply", "1", "-m", "Hi", "--close", "--dry-run")

    assert "would be queued for anna@example.org" in said
    assert desk.ticket(1)["status"] == "new"
    assert len(anna.mails) == 1


def test_what_cannot_be_done_is_one_sentence(desk: Desk) -> None:
    opened(desk)
    assert "there is no ticket #7" in desk.runs("reply", "7", "-m", "Hi", code=1)
    assert "an empty text sends nothing" in desk.runs("reply", "1", "-m", "  ", code=1)
    assert "no agent 'nobody'" in desk.runs("reply", "1", "-m", "Hi", agent="nobody", code=77)
    assert "is no ticket" in desk.runs("show", "seven", code=2)
    assert "is no reason" in desk.runs("close", "1", "--reason", "bored", code=1)
    desk.runs("close", "1", "--no-mail")
    assert "closed already" in desk.runs("close", "1", code=1)
    assert list(texts(desk.ticket(1), "reply")) == []


def test_an_answer_waits_for_the_undo_window(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    anna = opened(desk)
    assert "sends in 60 s" in desk.runs("reply", "1", "-m", "Hi")
    assert len(anna.mails) == 1

    desk.clock.passes(seconds=61)
    desk.rests()
    assert len(anna.mails) == 2


def test_a_customer_that_is_an_address_of_ours_is_never_mailed(desk: Desk) -> None:
    raw = b"From: sales@desk.example\nTo: support@desk.example\nSubject: Loop\n\nHello.\n"
    desk.takes(raw, "sales@desk.example", "support@desk.example")

    assert desk.captured() == []
    assert "address of ours" in desk.runs("reply", "1", "-m", "Hi", code=1)
