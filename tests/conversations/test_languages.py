"""Customers are written to in their own language, in a form that every mail program shows."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk
from tests.fakes import MovableClock
from ticketd.mail.dates import moment


@pytest.mark.parametrize(
    ("subject", "ack", "closing", "wrote"),
    [
        ("เครื่องพิมพ์ใบเสร็จไม่ทำงาน", "หมายเลขเรื่องคือ [#1]", "เราขอแจ้งปิดเรื่อง [#1]", "เขียนว่า:"),
        (
            "Máy in hỏng",
            "Mã yêu cầu là [#1]",
            "xin đóng yêu cầu [#1]",
            "đã viết:",
        ),
        (
            "The receipt printer is broken",
            "Its number is [#1]",
            "we close your request [#1]",
            "wrote on",
        ),
    ],
)
def test_the_whole_story_in_one_language(
    make_desk: DeskMaker, subject: str, ack: str, closing: str, wrote: str
) -> None:
    desk = make_desk()
    person = desk.customer("anna@example.org", "สมชาย Nguyễn")
    person.writes("support@desk.example", subject=subject, text=subject)
    assert ack in person.last_mail.text
    assert ack in person.last_mail.html

    desk.runs("reply", "1", "-m", "OK.", "--close")

    mail = person.last_mail
    assert mail.subject == f"[#1] {subject}"
    assert closing in mail.text
    assert wrote in mail.text
    assert f"> {subject}" in mail.text
    assert str(mail.message["to"]) == "สมชาย Nguyễn <anna@example.org>"
    person.replies(mail, "???")
    assert desk.ticket(1)["messages"][-1]["text"] == "???", (
        "our own mails are cut from the answers to them"
    )


def test_dates() -> None:
    at = MovableClock().now
    assert moment(at, "Asia/Bangkok", "th") == "จ. 2 พ.ย. 2569, 16:00 น."
    assert moment(at, "Asia/Ho_Chi_Minh", "vi") == "16:00, Thứ Hai, ngày 2/11/2026"
    assert moment(at, "UTC", "en") == "Mon 2 Nov 2026, 09:00 UTC"
    assert moment(at, "UTC", "xx") == "Mon 2 Nov 2026, 09:00 UTC"


THAI = "เครื่องพิมพ์ไม่ทำงานครับ ช่วยตรวจสอบให้ด้วย"
VIETNAMESE = "Máy in của tôi không hoạt động, vui lòng kiểm tra giúp tôi."


def test_who_writes_nothing_that_tells_is_written_to_in_the_language_known(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes("support@desk.example", subject="Printer", text=THAI)
    anna.writes("sales@desk.example", subject="INV-4711", text="PO 8812")
    desk.customer("bob@example.org").writes("sales@desk.example", subject="INV-4711", text="PO 8")

    assert [desk.ticket(n)["language"] for n in (1, 2, 3)] == ["th", "th", "en"]
    assert "หมายเลขเรื่องคือ [#2]" in anna.last_mail.text


def test_the_departments_language_is_the_last_resort(make_desk: DeskMaker) -> None:
    desk = make_desk(departments={"sales": {"language": "vi"}})
    desk.customer("anna@example.org").writes("sales@desk.example", subject="4711", text="PO 8812")
    assert desk.ticket(1)["language"] == "vi"


def test_the_text_counts_more_than_a_subject_that_somebody_else_wrote(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes("support@desk.example", subject="Fwd: The invoice is not paid", text=VIETNAMESE)
    assert desk.ticket(1)["language"] == "vi"


def test_a_customer_who_goes_on_in_another_language_is_answered_in_it(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes(
        "support@desk.example", subject="Printer", text="The printer is broken, please help."
    )
    anna.replies(anna.last_mail, VIETNAMESE)
    anna.replies(anna.last_mail, "OK 4711")
    desk.runs("reply", "1", "-m", "OK.", "--close")

    assert "xin đóng yêu cầu [#1]" in anna.last_mail.text
    assert desk.ticket(1)["language"] == "vi"
    entry = next(a for a in desk.ticket(1)["activity"] if a["data"].get("field") == "language")
    assert (entry["by"], entry["data"]["old"], entry["data"]["new"]) == ("customer", "en", "vi")


def test_a_language_that_an_agent_chose_stays(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes(
        "support@desk.example", subject="Printer", text="The printer is broken, please help."
    )
    desk.runs("set", "1", "language=th")
    anna.replies(anna.last_mail, VIETNAMESE)
    assert desk.ticket(1)["language"] == "th"


def test_a_language_that_the_desk_does_not_offer_is_not_used(make_desk: DeskMaker) -> None:
    desk = make_desk(languages=["en", "th"])
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text=VIETNAMESE)
    assert desk.ticket(1)["language"] == "en"


def test_a_strangers_words_do_not_change_the_language(desk: Desk) -> None:
    anna, eve = desk.customer("anna@example.org"), desk.customer("eve@example.org")
    anna.writes(
        "support@desk.example", subject="Printer", text="The printer is broken, please help."
    )
    eve.replies(anna.last_mail, VIETNAMESE)
    assert desk.ticket(1)["language"] == "en"


def test_the_agents_own_language_is_another_matter(make_desk: DeskMaker) -> None:
    desk = make_desk(agents={"bob": {"language": "vi"}})
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text=THAI)
    assert desk.ticket(1)["language"] == "th"
    assert "khách" in desk.agent("bob").mails[-1].text.lower()
