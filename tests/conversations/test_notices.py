"""What agents get by mail: told once of what concerns them, never of what they did themselves."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Mail, Person, texts


def opened(desk: Desk, *to: str) -> Person:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes(
        *(to or ("support@desk.example",)), subject="No sound", text="The speaker is silent.",
        attachments=[("photo.jpg", b"jpeg")],
    )  # fmt: skip
    return anna


def kinds(person: Person) -> list[str]:
    return [str(mail.message["x-ticketd-event"]) for mail in person.mails]


def test_a_new_ticket_is_told_to_the_agents_of_its_department(desk: Desk) -> None:
    bob, lan = desk.agent("bob"), desk.agent("lan")
    opened(desk)

    mail = bob.last_mail
    assert mail.subject == "[#1] No sound"
    assert "A new ticket for Support." in mail.text
    assert "> The speaker is silent." in mail.text
    assert "photo.jpg (4 B)" in mail.text
    assert "Customer:    Anna <anna@example.org>\nSender:      not verified\n" in mail.text
    assert "<table" in mail.html
    assert lan.mails == [], "she is of sales alone"


def test_a_notice_can_be_filtered_and_threads_with_the_next_one(desk: Desk) -> None:
    bob = desk.agent("bob")
    anna = opened(desk)
    anna.replies(anna.last_mail, "Still silent?")

    first, second = bob.mails
    fields = {name: str(second.message[name]) for name in second.message}
    assert fields["X-Ticketd-Ticket"] == "1"
    assert fields["X-Ticketd-Department"] == "support"
    assert fields["X-Ticketd-Status"] == "new"
    assert fields["X-Ticketd-Priority"] == "normal"
    assert fields["List-Id"] == '"Support" <support.desk.example>'
    assert fields["Auto-Submitted"] == "auto-generated"
    assert fields["To"] == "Bob <bob@agents.example>"
    root = str(anna.written[0]["message-id"])
    for mail in (first, second):
        assert str(mail.message["references"]).split()[0] == root
    assert str(first.message["message-id"]) in str(second.message["references"])
    assert second.mail_from.startswith("b+"), "one that comes back is seen"


def test_a_mail_to_two_departments_is_one_mail_for_each_agent(desk: Desk) -> None:
    bob, lan = desk.agent("bob"), desk.agent("lan")
    opened(desk, "support@desk.example", "sales@desk.example")
    assert len(bob.mails) == len(lan.mails) == 1


def test_assigning_tells_the_agent_and_nobody_who_did_it(desk: Desk) -> None:
    bob, lan = desk.agent("bob"), desk.agent("lan")
    opened(desk)
    desk.runs("assign", "1", "lan")

    assert kinds(lan) == ["assigned"]
    assert "Bob has assigned this ticket to you." in lan.last_mail.text
    assert "> The speaker is silent." in lan.last_mail.text
    assert kinds(bob) == ["new-for-agents"]

    desk.runs("take", "1")
    assert kinds(lan) == ["assigned", "progress"]
    assert "Bob has taken this ticket over." in lan.last_mail.text


def test_what_the_customer_writes_goes_to_the_assignee_alone(desk: Desk) -> None:
    bob, lan = desk.agent("bob"), desk.agent("lan")
    anna = opened(desk)
    desk.runs("assign", "1", "lan")
    desk.runs("reply", "1", "-m", "Try again.", "--close", agent="lan")
    before = len(bob.mails)
    anna.replies(anna.last_mail, "No, it does not work.")

    assert kinds(lan)[-1] == "customer-wrote"
    assert "The ticket was closed and is open again." in lan.last_mail.text
    assert len(bob.mails) == before


def test_a_follower_is_told_of_everything_that_others_do(desk: Desk) -> None:
    lan = desk.agent("lan")
    anna = opened(desk)
    desk.runs("follow", "1", "lan")
    desk.runs("note", "1", "-m", "Known fault.")
    assert "Bob has written a note." in lan.last_mail.text
    assert "> Known fault." in lan.last_mail.text
    desk.runs("reply", "1", "-m", "Try this.")
    assert "Bob has answered the customer." in lan.last_mail.text
    anna.replies(anna.last_mail, "It works?")
    assert kinds(lan)[-1] == "customer-wrote"
    desk.runs("close", "1")
    assert "Bob has closed this ticket." in lan.last_mail.text
    assert desk.ticket(1)["followers"] == ["lan"]

    got = len(lan.mails)
    desk.runs("note", "1", "-m", "My own.", agent="lan")
    desk.runs("unfollow", "1", agent="lan")
    desk.runs("note", "1", "-m", "Behind her back.")
    assert len(lan.mails) == got
    assert "does not follow" in desk.runs("unfollow", "1", "lan", code=1)
    assert "no agent 'eve'" in desk.runs("follow", "1", "eve", code=1)


def test_an_answer_that_did_not_arrive(desk: Desk) -> None:
    bob = desk.agent("bob")
    anna = opened(desk)
    desk.runs("reply", "1", "-m", "Try this.")
    anna.bounces(anna.last_mail)

    assert kinds(bob)[-1] == "delivery-failed"
    assert "anna@example.org cannot be reached" in bob.last_mail.text
    assert "user unknown" in bob.last_mail.text
    assert desk.ticket(1)["status"] == "open"


def test_a_lost_ack_is_an_entry_and_no_mail(desk: Desk) -> None:
    bob = desk.agent("bob")
    anna = opened(desk)
    desk.takes(_report(anna.last_mail, desk), "", "support@desk.example")
    assert desk.events(1)[-1] == "delivery_failed"
    assert kinds(bob) == ["new-for-agents"]


def _report(mail: Mail, desk: Desk) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n--B\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; anna@example.org\nAction: failed\nStatus: 5.1.1\n\n"
        f"--B\nContent-Type: text/rfc822-headers\n\nMessage-ID: {mail.message['message-id']}\n\n--B--\n"
    ).encode()


def test_a_vacation_note_brings_nobody(desk: Desk) -> None:
    bob = desk.agent("bob")
    anna = opened(desk)
    got = len(bob.mails)
    anna.replies(anna.last_mail, "I am away.", headers={"Auto-Submitted": "auto-replied"})
    assert len(bob.mails) == got


def test_an_agents_note_stays_inside(desk: Desk) -> None:
    bob = desk.agent("bob")
    anna = opened(desk)
    desk.runs("follow", "1", "lan")
    bob.replies(bob.last_mail, "#note\nCANARY she always shouts.")

    assert list(texts(desk.ticket(1), "note")) == ["CANARY she always shouts."]
    assert desk.ticket(1)["status"] == "new"
    assert "> CANARY" in desk.agent("lan").last_mail.text
    desk.runs("reply", "1", "-m", "Hello.")
    assert not any("CANARY" in str(mail.message) for mail in anna.mails)


@pytest.mark.parametrize(
    ("language", "first", "fact"),
    [
        ("th", "มีเรื่องใหม่เข้ามาที่ Support", "สถานะ:"),
        ("vi", "Có yêu cầu mới cho bộ phận Support.", "Trạng thái:  mới, ưu tiên bình thường"),
    ],
)
def test_agents_read_their_own_language(
    make_desk: DeskMaker, language: str, first: str, fact: str
) -> None:
    desk = make_desk(agents={"bob": {"language": language, "timezone": "Asia/Bangkok"}})
    opened(desk)
    text = desk.agent("bob").last_mail.text
    assert first in text
    assert fact in text


def test_more_than_an_agent_can_read_comes_as_one_list(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"notices_per_hour": 2})
    bob = desk.agent("bob")
    for number in range(5):
        desk.customer(f"c{number}@example.org").writes(
            "support@desk.example", subject=f"Matter {number}", text=f"Text {number}."
        )
    assert len(bob.mails) == 2
    desk.clock.passes(minutes=16)
    desk.rests()
    assert len(bob.mails) == 3
    assert bob.last_mail.subject == "3 tickets"
    assert all(f"[#{n}] Matter {n - 1}" in bob.last_mail.text for n in (3, 4, 5))
    desk.clock.passes(minutes=16)
    desk.rests()
    assert len(bob.mails) == 3


def test_a_storm_is_one_mail_and_not_hundreds(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"storm_tickets": 3, "notices_per_hour": 100})
    bob = desk.agent("bob")
    anna = desk.customer("anna@example.org")
    for number in range(8):
        anna.writes("support@desk.example", subject=f"Alarm {number}", text=f"Alarm {number}!")
    assert kinds(bob) == ["new-for-agents"] * 3 + ["progress"]
    assert "More than 3 tickets came from anna@example.org" in bob.last_mail.text
    assert bob.last_mail.subject == "[#1] Alarm 0"


def test_a_mail_nobody_can_read_is_told_to_its_agents(
    desk: Desk, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--wire"):
        pytest.skip("reaches into the process of the desk")

    def broken(_raw: bytes, _hint: str) -> None:
        raise RuntimeError("what is this")

    desk.parse = broken  # type: ignore[assignment]
    opened(desk)
    for _ in range(3):
        desk.clock.passes(minutes=2)
        desk.rests()
    mail = desk.agent("bob").last_mail
    assert mail.message["x-ticketd-event"] == "last-resort"
    assert "what is this" in mail.text
    assert "ticketd attach 1 1" in mail.text


def test_a_wait_that_is_over_opens_the_ticket_and_tells_its_agent(desk: Desk) -> None:
    bob = desk.agent("bob")
    opened(desk)
    desk.runs("reply", "1", "-m", "Tell us the number.", "--pending", "3d")
    assert desk.ticket(1)["status"] == "pending"
    assert desk.ticket(1)["pending_until"]
    desk.clock.passes(days=2)
    desk.rests()
    assert desk.ticket(1)["status"] == "pending"
    desk.clock.passes(days=1, seconds=10)
    desk.rests()
    assert desk.ticket(1)["status"] == "open"
    assert "The desk has opened this ticket again." in bob.last_mail.text
    assert "is over" in desk.runs("pending", "1", "--until", "2020-01-01", code=1)
    assert "is no moment" in desk.runs("pending", "1", "--until", "soon", code=1)


def test_an_agent_who_writes_to_a_department_is_its_customer(desk: Desk) -> None:
    lan = desk.agent("lan")
    lan.writes(
        "support@desk.example", "sales@desk.example", subject="My screen", text="It is dark."
    )
    assert kinds(desk.agent("bob")) == ["new-for-agents"]
    assert "new-for-agents" not in kinds(lan)
    assert "We have received your message" in lan.last_mail.text


def test_an_agents_vacation_note_reaches_no_ticket(desk: Desk) -> None:
    bob = desk.agent("bob")
    opened(desk)
    bob.replies(bob.last_mail, "I am at the sea.", headers={"Auto-Submitted": "auto-replied"})
    assert [m["kind"] for m in desk.ticket(1)["messages"]] == ["customer", "ack"]


def test_an_agent_as_a_customer_can_open_the_own_ticket_again(desk: Desk) -> None:
    lan = desk.agent("lan")
    lan.writes("support@desk.example", subject="My screen", text="It is dark.")
    desk.runs("close", "1")
    lan.replies(lan.last_mail, "It is still dark?")
    assert desk.ticket(1)["status"] == "open"


def test_below_a_storm_who_took_a_ticket_up_hears_of_it(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"storm_tickets": 2})
    bob, anna = desk.agent("bob"), desk.customer("anna@example.org")
    for number in range(4):
        anna.writes("support@desk.example", subject=f"Alarm {number}", text=f"Alarm {number}!")
    desk.runs("reply", "4", "-m", "Hello.")
    anna.replies(anna.last_mail, "Thank you, but why?")
    assert kinds(bob)[-1] == "customer-wrote"


def test_an_agents_own_address_never_stands_in_a_customers_mail(desk: Desk) -> None:
    opened(desk)
    assert "#follow tells a colleague" in desk.runs("cc", "1", "+lan@agents.example", code=1)
    assert "#follow tells a colleague" in desk.runs(
        "reply", "1", "-m", "Hi", "--cc", "lan@agents.example", code=1
    )


def test_moving_a_ticket_tells_the_department_that_gets_it(desk: Desk) -> None:
    bob, lan = desk.agent("bob"), desk.agent("lan")
    opened(desk, "support@desk.example", "sales@desk.example")
    assert len(lan.mails) == 1
    desk.runs("set", "1", "department=sales")
    assert kinds(lan) == ["new-for-agents", "new-for-agents"], "now it is theirs"
    assert len(bob.mails) == 1
    assert str(lan.last_mail.message["x-ticketd-role"]) == "department"


def test_the_same_mail_to_a_second_department_is_no_news_to_whoever_is_in_both(desk: Desk) -> None:
    bob = desk.agent("bob")
    message = desk.customer("anna@example.org").writes(
        "support@desk.example", subject="Both", text="For both."
    )
    desk.customer("anna@example.org").sends(message, "sales@desk.example")
    assert desk.ticket(1)["departments"] == ["sales", "support"]
    assert len(bob.mails) == 1
    assert kinds(desk.agent("lan")) == ["new-for-agents"]


def test_a_strangers_words_are_not_called_the_customers(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("reply", "1", "-m", "Hello.")
    desk.customer("stranger@example.net").replies(anna.last_mail, "I was forwarded this.")
    assert desk.ticket(1)["messages"][-1]["kind"] == "third-party"
    assert "Somebody wrote who takes no part" in desk.agent("bob").last_mail.text


def test_waiting_needs_a_moment_that_is_to_come_and_an_open_ticket(desk: Desk) -> None:
    opened(desk)
    assert "is over" in desk.runs("reply", "1", "-m", "Hi", "--pending", "2020-01-01", code=1)
    desk.runs("close", "1", "--no-mail")
    assert "is closed" in desk.runs("reply", "1", "-m", "Hi", "--pending", "3d", code=1)


def test_a_persons_blank_lines_are_kept(desk: Desk) -> None:
    anna = opened(desk)
    desk.runs("reply", "1", "-m", "First.\n\n\n\nSecond.")
    assert anna.last_mail.text.startswith("First.\n\n\n\nSecond.\n")
