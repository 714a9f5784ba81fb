"""Customers are written to in their own language, in a form that every mail program shows."""

import pytest

from tests.conftest import DeskMaker
from tests.fakes import MovableClock
from ticketd.mail.dates import moment


@pytest.mark.parametrize(
    ("subject", "ack", "closing", "wrote"),
    [
        ("เครื่องพิมพ์ใบเสร็จไม่ทำงาน", "หมายเลขเรื่องคือ [#1]", "เราขอแจ้งปิดเรื่อง [#1]", "เขียนว่า:"),
        (
            "Máy in hóa đơn không hoạt động ạ",
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
