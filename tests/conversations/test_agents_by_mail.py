"""Agents in their mail program: an answer reaches the customer, commands are done, mistakes do nothing."""

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts


def opened(desk: Desk) -> Person:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    return anna


def test_an_answer_with_close(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    notice = bob.last_mail
    assert notice.text.startswith("Your reply goes to the customer.\n")
    bob.replies(notice, "#close\n\nTurn it on.\n\n-- \nBob\nmobile 123")

    answer = anna.last_mail
    assert "Turn it on." in answer.text
    assert "With this answer we close your request [#1]." in answer.text
    assert "#close" not in answer.text
    assert "mobile 123" not in answer.text
    assert "bob@agents.example" not in answer.message.as_string()
    assert str(answer.message["from"]) == "Bob – Support <support@desk.example>"
    assert not answer.is_automatic
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"], ticket["assignee"]) == (
        "closed",
        "solved",
        "bob",
    )
    assert list(texts(ticket, "reply")) == ["Turn it on."]

    receipt = bob.last_mail
    assert "- your answer goes to anna@example.org" in receipt.text
    assert "- status: new → closed" in receipt.text
    assert receipt.is_automatic
    assert len(bob.mails) == 2


def test_a_plain_answer_goes_to_the_customer_who_answers_again(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    bob.replies(bob.last_mail, "Is it plugged in?")
    assert "Is it plugged in?" in anna.last_mail.text
    assert desk.ticket(1)["status"] == "pending"
    assert len(bob.mails) == 1, "no receipt without commands"
    anna.replies(anna.last_mail, "It is.")
    assert desk.ticket(1)["status"] == "open"
    assert "> It is." in bob.last_mail.text
    assert len(desk.tickets()) == 1


def test_commands_without_a_text_send_the_customer_nothing(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    got = len(anna.mails)
    bob.replies(bob.last_mail, "#take\n#tag +audio\n#pri high.")
    assert len(anna.mails) == got
    ticket = desk.ticket(1)
    assert (ticket["assignee"], ticket["tags"], ticket["priority"]) == ("bob", ["audio"], "high")
    assert "- tags: +audio" in bob.last_mail.text


def test_a_typo_holds_everything_and_offers_a_mail_that_mends_it(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    got = len(anna.mails)
    bob.replies(bob.last_mail, "#take\n#cloze solved\n\nDone.")
    assert len(anna.mails) == got
    assert desk.ticket(1)["assignee"] is None
    assert desk.ticket(1)["status"] == "new"
    held = bob.last_mail
    assert "Nothing was done and nothing was sent." in held.text
    assert "“#cloze solved”: there is no command '#cloze'. Did you mean #close?" in held.text
    assert "> Done." in held.text
    assert "%23take%0A%23close%20solved%0A%0ADone." in held.html
    bob.replies(held, "#take\n#close solved\n\nDone.")
    assert "Done." in anna.last_mail.text
    assert desk.ticket(1)["status"] == "closed"


def test_a_command_that_cannot_be_done_takes_all_of_its_mail_back(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    got = len(anna.mails)
    bob.replies(bob.last_mail, "#tag +audio\n#assign eve\n\nEve will call you.")
    assert len(anna.mails) == got
    assert desk.ticket(1)["tags"] == []
    assert "there is no agent 'eve'; there are bob, lan" in bob.last_mail.text


def test_two_number_signs_are_a_text(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    bob.replies(bob.last_mail, "##close is what you type.")
    assert "#close is what you type." in anna.last_mail.text
    assert "##close" not in anna.last_mail.text
    assert desk.ticket(1)["status"] == "pending"


def test_a_command_below_the_text_is_not_sent_to_the_customer(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    got = len(anna.mails)
    bob.replies(bob.last_mail, "Done.\n\n#close")
    assert len(anna.mails) == got
    assert "commands stand above the text" in bob.last_mail.text
    assert "Did you mean" not in bob.last_mail.text


def test_a_mail_of_a_telephone_as_html_alone(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    notice = bob.last_mail
    page = (
        "<html><body dir=auto>\u200b#close<div><br></div><div>It is fixed&nbsp;now.</div><br id=lineBreakAtBeginningOfSignature>"
        "<div dir=ltr>Sent from my iPhone</div><div dir=ltr><br><blockquote type=cite>On 2 Nov 2026, at 10:00, Support "
        "&lt;support@desk.example&gt; wrote:<br><br></blockquote></div><blockquote type=cite>#take</blockquote></body></html>"
    )
    raw = (
        f"From: Bob <bob@agents.example>\nTo: {notice.reply_to}\nSubject: Re: {notice.subject}\n"
        f"Message-ID: <p1@phone.example>\nContent-Type: text/html; charset=utf-8\n\n{page}"
    )
    desk.takes(raw.encode(), "bob@agents.example", notice.reply_to)
    assert "It is fixed now." in anna.last_mail.text
    assert "iPhone" not in anna.last_mail.text
    assert desk.ticket(1)["status"] == "closed"


def test_commands_in_quoted_mail_never_run_again(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    notice = bob.last_mail
    outlook = (
        "I will look.\r\n\r\n________________________________\r\nFrom: Bob <bob@agents.example>\r\nSent: Monday, 2 November 2026 10:00\r\n"
        "To: Support\r\nSubject: Re: [#1] No sound\r\n\r\n#close\r\n\r\nDone.\r\n"
    )
    gmail = "Still looking.\n\nOn Mon, 2 Nov 2026 at 10:00, Bob <bob@agents.example> wrote:\n#close\nDone.\n"
    for text, said in ((outlook, "I will look."), (gmail, "Still looking.")):
        bob.writes(notice.reply_to, subject=f"Re: {notice.subject}", text=text)
        assert said in anna.last_mail.text
        assert desk.ticket(1)["status"] == "pending"


def test_thai_and_vietnamese_verbs(make_desk: DeskMaker) -> None:
    agents = {
        "mai": {"name": "Mai", "address": "mai@agents.example", "departments": ["support"], "language": "vi"},
        "som": {"name": "Som", "address": "som@agents.example", "departments": ["support"], "language": "th"},
    }  # fmt: skip
    desk = make_desk(agents=agents)
    anna, mai, som = opened(desk), desk.agent("mai"), desk.agent("som")
    assert mai.last_mail.text.startswith("Thư trả lời của bạn sẽ gửi cho khách.")
    assert "#nhận · #ghichú · #đóng" in mai.last_mail.text
    mai.replies(mai.last_mail, "#nhan\n#nhãn +loa\n#ghichú\n\nĐã gọi khách.")
    ticket = desk.ticket(1)
    assert (ticket["assignee"], ticket["tags"]) == ("mai", ["loa"])
    assert list(texts(ticket, "note")) == ["Đã gọi khách."]
    som.replies(som.mails[0], "#ด่วน\n#ปิด\n\nเรียบร้อยแล้วค่ะ")
    assert "เรียบร้อยแล้วค่ะ" in anna.last_mail.text
    ticket = desk.ticket(1)
    assert (ticket["priority"], ticket["status"]) == ("urgent", "closed")
    assert "- สถานะ: ใหม่ → ปิดแล้ว" in som.last_mail.text


def test_a_colleagues_note_is_answered_by_a_note(desk: Desk) -> None:
    anna, bob, lan = opened(desk), desk.agent("bob"), desk.agent("lan")
    desk.runs("follow", "1", "lan")
    got = len(anna.mails)
    desk.runs("note", "1", "-m", "She has called before.")
    notice = lan.last_mail
    assert notice.text.startswith("Your reply stays inside (note).")
    lan.replies(notice, "Twice, in fact.")
    assert len(anna.mails) == got
    assert list(texts(desk.ticket(1), "note")) == ["She has called before.", "Twice, in fact."]
    lan.replies(notice, "#reply\n\nWe call you back.")
    assert "We call you back." in anna.last_mail.text
    assert bob.mails


def test_a_vacation_note_of_an_agent_reaches_nobody(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    got = len(anna.mails)
    bob.replies(bob.last_mail, "#close\nI am away.", headers={"Auto-Submitted": "auto-replied"})
    assert len(anna.mails) == got
    assert [m["kind"] for m in desk.ticket(1)["messages"]] == ["customer", "ack"]


def test_a_token_that_was_forwarded_to_an_outsider(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    got = len(anna.mails)
    eve = desk.customer("eve@example.net")
    eve.replies(bob.last_mail, "#close\n\nI am Bob.")
    assert len(anna.mails) == got
    ticket = desk.ticket(1)
    assert ticket["status"] == "new"
    assert list(texts(ticket, "third-party")) == ["#close\n\nI am Bob."]
    assert eve.mails == []


def test_the_same_mail_twice_is_done_once(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    message = bob.replies(bob.last_mail, "#tag +audio\n\nHello.")
    got = len(anna.mails)
    message["X-Other-Way"] = "yes"
    desk.takes(message.as_bytes(), bob.address, str(message["to"]))
    only = bob.replies(bob.mails[0], "#priority high")
    only["X-Other-Way"] = "yes"
    before = len(desk.events(1))
    desk.takes(only.as_bytes(), bob.address, str(only["to"]))
    assert len(anna.mails) == got
    assert len(desk.events(1)) == before
    assert list(texts(desk.ticket(1), "reply")) == ["Hello."]


def test_two_agents_take_one_ticket(desk: Desk) -> None:
    desk.customer("anna@example.org").writes(
        "sales@desk.example", subject="Offer", text="How much?"
    )
    bob, lan = desk.agent("bob"), desk.agent("lan")
    first, second = bob.last_mail, lan.last_mail
    bob.replies(first, "#take")
    lan.replies(second, "#take")
    assert desk.ticket(1)["assignee"] == "bob"
    assert "Bob holds #1; #assign lan takes it over" in lan.last_mail.text


def test_a_stale_answer_waits_until_it_is_sent_all_the_same(desk: Desk) -> None:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    bob, lan = desk.agent("bob"), desk.agent("lan")
    old = lan.last_mail
    bob.replies(bob.last_mail, "100 euros.")
    got = len(anna.mails)
    lan.replies(old, "#close\n\n200 euros.")
    assert len(anna.mails) == got
    assert desk.ticket(1)["status"] == "pending"
    held = lan.last_mail
    assert "> 100 euros." in held.text
    assert "> 200 euros." in held.text
    lan.replies(held, "#send")
    assert "200 euros." in anna.last_mail.text
    assert desk.ticket(1)["status"] == "closed"
    lan.replies(held, "#send")
    assert len(anna.mails) == got + 1
    assert "no text of yours waits on #1" in lan.last_mail.text


def test_undo_in_the_window_and_after_it(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    anna, bob = opened(desk), desk.agent("bob")
    desk.clock.passes(seconds=61)
    desk.rests()
    got = len(anna.mails)
    notice = bob.last_mail
    bob.replies(notice, "#close\n\nDone.")
    receipt = bob.last_mail
    assert "after 60 seconds" in receipt.text
    bob.replies(receipt, "#undo")
    desk.clock.passes(seconds=120)
    desk.rests()
    assert len(anna.mails) == got
    assert desk.ticket(1)["status"] == "new"
    assert "Done." in bob.last_mail.text, "the text is not lost"
    bob.replies(notice, "Now really.")
    desk.clock.passes(seconds=120)
    desk.rests()
    assert "Now really." in anna.last_mail.text
    bob.replies(notice, "#undo")
    assert "has left already" in bob.last_mail.text


def test_what_is_asked_for_comes_by_mail(desk: Desk) -> None:
    opened(desk)
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "#show\n#history\n#help close")
    text = bob.last_mail.text
    assert "> The speaker is silent." in text
    assert "· customer ·" in text or "anna@example.org wrote" in text
    assert "- #close [solved|not-solved|duplicate|spam|no-answer] – close, and tell" in text


def test_a_draft_a_preview_and_their_sending(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    got = len(anna.mails)
    notice = bob.last_mail
    bob.replies(notice, "#preview\n\nTurn it on.")
    assert len(anna.mails) == got
    assert "Bob\nSupport" in bob.last_mail.text
    bob.replies(notice, "#send")
    assert "Turn it on." in anna.last_mail.text
    assert list(texts(desk.ticket(1), "draft")) == []
    bob.replies(notice, "#draft\n#tag +power\n\nIs the lamp green?")
    assert desk.ticket(1)["tags"] == []
    desk.runs("send", "1", agent="lan", code=1)
    desk.runs("send", "1")
    assert "Is the lamp green?" in anna.last_mail.text
    assert desk.ticket(1)["tags"] == ["power"]
    assert "no text of yours waits on #1" in desk.runs("send", "1", code=1)


def test_an_agent_without_a_right_on_the_department(desk: Desk) -> None:
    anna, lan = opened(desk), desk.agent("lan")
    desk.runs("follow", "1", "lan")
    desk.runs("note", "1", "-m", "Look at this.")
    notice = lan.last_mail
    desk.runs("unfollow", "1", "lan")
    got = len(anna.mails)
    lan.replies(notice, "#reply\n\nHello Anna.")
    assert len(anna.mails) == got
    assert "it belongs to support" in lan.last_mail.text


def test_a_deputy_gets_the_mails_of_who_is_away(desk: Desk) -> None:
    anna, bob, lan = opened(desk), desk.agent("bob"), desk.agent("lan")
    bob.replies(bob.last_mail, "#take\n#away until 3d deputy lan")
    assert "Lan gets your mails" in bob.last_mail.text
    got = len(bob.mails)
    anna.replies(anna.last_mail, "Still silent?")
    assert len(bob.mails) == got
    assert "> Still silent?" in lan.last_mail.text
    lan.replies(lan.last_mail, "Bob is away; I help you.")
    assert "I help you." in anna.last_mail.text
    desk.clock.passes(days=4)
    anna.replies(anna.last_mail, "Thanks, and now?")
    assert "> Thanks, and now?" in bob.last_mail.text
