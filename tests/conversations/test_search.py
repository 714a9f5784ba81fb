"""Finding tickets: words of any language, in whatever case, with or without marks."""

import json

import pytest

from tests.desk import Desk


@pytest.fixture
def filled(desk: Desk) -> Desk:
    def write(name: str, subject: str, text: str, *files: tuple[str, bytes]) -> None:
        shown = {"hung": "Nguyễn Văn Hùng"}.get(name, name.title())
        desk.customer(f"{name}@example.org", shown).writes(
            "support@desk.example", subject=subject, text=text, attachments=files
        )

    write("anna", "Printer jam", "The fuser unit makes noise. Error E05.")
    write("somchai", "ใบแจ้งหนี้", "ขอใบเสนอราคาสำหรับสิบสาขาครับ")
    write(
        "hung",
        "Máy in hóa đơn",
        "Từ sáng nay máy in chỉ in ra giấy trắng.",
        ("ảnh-máy-in.jpg", b"x"),
    )
    write("eve", "Cannot log in", 'My "secret" password: 50%_off! -- "\'\\')
    return desk


def numbers(desk: Desk, *words: str) -> list[int]:
    return [int(line) for line in desk.runs("search", *words, "-q").split()]


WORDS: list[tuple[tuple[str, ...], list[int]]] = [
    (("เสนอราคา",), [2]), (("สิบสาขา",), [2]), (("hoa don",), [3]), (("HÓA ĐƠN",), [3]), (("giấy",), [3]), (("giay",), [3]),
    (("in",), [1, 3, 4]), (("E05",), [1]), (("fuser", "e05"), [1]), (("fuser unit",), [1]), (("unit fuser",), []),
    (("fuser", "giay"), []), (("anh-may-in",), [3]), (("ảnh-máy-in.jpg",), [3]), (("SOMCHAI",), [2]),
    (("anna@example.org",), [1]), (("50%_off",), [4]), (('"secret"',), [4]), (("secret",), [4]), (("'\\",), [4]),
    (("e", "-printer", "-may"), [2, 4]), (("printer", "dept:sales"), []), (("ใบ",), [2]), (("zzz",), []),
]  # fmt: skip


def test_words(filled: Desk) -> None:
    for words, found in WORDS:
        assert sorted(numbers(filled, *words)) == found, words


def test_notes_answers_and_new_subjects_are_found_and_closed_tickets_too(filled: Desk) -> None:
    filled.runs("note", "1", "-m", "Replaced by Trịnh.")
    filled.runs("reply", "2", "-m", "ส่งให้แล้วค่ะ", "--close")
    filled.runs("set", "4", "subject=Đăng nhập")
    assert numbers(filled, "trinh") == [1]
    assert numbers(filled, "ส่งให้แล้ว") == [2]
    assert numbers(filled, "dang nhap") == [4]
    assert numbers(filled, "Cannot log") == []


def test_where_and_how_it_was_said(filled: Desk) -> None:
    found = json.loads(filled.runs("search", "gia giay", "--json"))
    assert found == {"schema": 1, "tickets": []}
    (hit,) = json.loads(filled.runs("search", "giay trang", "--json"))["tickets"]
    assert hit["number"] == 3
    assert "«giấy trắng»" in hit["snippet"]
    assert hit["where"] == "customer"
    assert "«Printer»" in filled.runs("search", "printer")


def test_the_same_language_in_lists(filled: Desk) -> None:
    filled.runs("set", "1", "priority=urgent")
    filled.runs("set", "2", "priority=high")
    filled.runs("tag", "1", "+hw")
    filled.runs("tag", "3", "+in-ấn")
    filled.runs("take", "3")
    filled.runs("follow", "4", "lan")

    def listed(*query: str) -> list[int]:
        return [int(line) for line in filled.runs("list", *query, "-q").split()]

    assert listed("priority:high+", "sort:-priority") == [1, 2]
    assert listed("tag:hw") == [1]
    assert listed("tag:in-ấn") == [3]
    assert sorted(listed("-tag:hw")) == [2, 3, 4]
    assert listed("assignee:me") == [3]
    assert listed("assignee:none", "-priority:high+") == [4]
    assert listed("follower:lan") == [4]
    assert listed("involved:bob", "sort:number") == [1, 2, 3, 4]
    assert listed("customer:eve@example.org") == [4]
    assert listed("customer:@example.org", "has:attachment") == [3]
    assert listed("has:attachment", "giấy") == [3]
    assert sorted(listed("opened:today")) == [1, 2, 3, 4]
    assert listed("opened:<2026-01-01") == []
    assert listed("severity:none", "number:2") == [2]
    assert listed("customer:HÙNG") == listed("customer:hung") == [3]
    assert listed("subject:hoa") == [3]
    assert listed("customer:printer") == listed("subject:hung") == listed("subject:_") == []
    assert listed("status:closed") == []
    filled.runs("close", "1-2", "--no-mail")
    assert (
        listed("status:all", "sort:-closed") == listed("status:all", "sort:closed") == [2, 1, 4, 3]
    )
    assert "no department 'salse'" in filled.runs("list", "dept:salse", code=1)
    assert "did you mean `status:`" in filled.runs("list", "stauts:open", code=2)
    assert "none configured" in filled.runs("list", "sla:late", code=1)
