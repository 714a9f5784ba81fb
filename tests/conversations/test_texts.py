"""Canned replies and the knowledge base: by mail, in the terminal, and in the ack of who would ask."""

import json
from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts

REFUND = """---
title: A refund
files: [form.pdf]
---
Dear {customer},

we refund **{order}**. More in [the terms](https://acme.example/terms), {{really}}.

{agent}
"""
RESET = """---
title: Reset your password
public: true
keywords: [cannot log in, ลืมรหัสผ่าน, quên mật khẩu]
url: https://help.acme.example/reset
---
# Reset your password

Press “Forgot password” on the first page.

Then look into your mail.
"""


@pytest.fixture
def desk(make_desk: DeskMaker, tmp_path: Path) -> Desk:
    canned, kb = tmp_path / "canned", tmp_path / "kb"
    canned.mkdir()
    kb.mkdir()
    (canned / "refund.md").write_text(REFUND, "utf-8")
    (canned / "refund.th.md").write_text("เรียนคุณ {customer} เราคืนเงิน {order} แล้ว", "utf-8")
    (canned / "discount.md").write_text("---\ndepartments: [sales]\n---\nTen per cent.", "utf-8")
    (canned / "form.pdf").write_bytes(b"%PDF-1.4 form")
    (kb / "reset.md").write_text(RESET, "utf-8")
    (kb / "billing.md").write_text(
        "---\ntitle: Change the billing address\npublic: true\n---\nOnline.", "utf-8"
    )
    (kb / "secret.md").write_text(
        "---\ntitle: Master password of the router\n---\nhunter2", "utf-8"
    )
    return make_desk(canned=str(canned), kb=str(kb))


@pytest.fixture
def anna(desk: Desk) -> Person:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="Broken", text="It came in pieces.")
    return anna


def test_a_canned_reply_by_mail(desk: Desk, anna: Person) -> None:
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, '#canned refund order="17 A"\n#close\n\nSorry again.')
    mail = anna.last_mail
    assert mail.text.startswith(
        "Dear Anna,\n\nwe refund 17 A. More in the terms: https://acme.example/terms, {really}.\n\nBob\n\nSorry again."
    )
    (file,) = mail.message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("form.pdf", b"%PDF-1.4 form")
    ticket = desk.ticket(1)
    assert ticket["status"] == "closed"
    assert "text_used" in [a["event"] for a in ticket["activity"]]
    assert "- used: canned refund" in bob.last_mail.text
    assert [r["uses"] for r in json.loads(desk.runs("canned", "list", "--json"))["canned"]] == [
        0,
        1,
        1,
    ]


def test_what_is_missing_or_absent_holds_the_mail(desk: Desk, anna: Person) -> None:
    bob, got = desk.agent("bob"), len(anna.mails)
    notice = bob.last_mail
    bob.replies(notice, "#canned refund")
    assert "canned reply 'refund': it needs order; write order=…" in bob.last_mail.text
    bob.replies(notice, "#canned refnd order=17")
    assert "there is no canned reply 'refnd'; there are discount, refund" in bob.last_mail.text
    bob.replies(notice, "#canned discount")
    assert "is for sales, and this is a ticket of support" in bob.last_mail.text
    bob.replies(notice, "#kb secret\n\nHere you are.")
    assert "the article 'secret' is internal" in bob.last_mail.text
    assert len(anna.mails) == got
    assert desk.events(1).count("text_used") == 0


def test_an_article_by_mail_and_an_internal_one_as_a_note(desk: Desk, anna: Person) -> None:
    bob = desk.agent("bob")
    notice = bob.last_mail
    bob.replies(notice, "#kb reset")
    assert anna.last_mail.text.startswith("Reset your password\n\nPress “Forgot password”")
    assert "https://help.acme.example/reset" in anna.last_mail.text
    desk.runs("reply", "1", "--kb", "secret", code=1)
    desk.runs("reply", "1", "--kb", "reset", "-m", "As before:")
    assert anna.last_mail.text.startswith("Reset your password\n\nPress")
    got = len(anna.mails)
    bob.replies(notice, "#note\n#kb secret")
    assert "hunter2" in next(texts(desk.ticket(1), "note"))
    assert len(anna.mails) == got


def test_by_the_ticket_s_language_and_in_the_words_of_its_agents(desk: Desk) -> None:
    somchai = desk.customer("somchai@example.co.th", "สมชาย")
    somchai.writes("support@desk.example", subject="สินค้าชำรุด", text="ได้รับสินค้าชำรุด ขอคืนเงินครับ")
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "#สำเร็จรูป refund order=17")
    assert somchai.last_mail.text.startswith("เรียนคุณ สมชาย เราคืนเงิน 17 แล้ว")


def test_in_the_terminal(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "--canned", "refund order=9", "-m", "PS: sorry.")
    assert "we refund 9." in anna.last_mail.text
    assert "PS: sorry." in anna.last_mail.text
    desk.runs("reply", "1", "--canned", "refund order=9", "--close")
    assert desk.ticket(1)["status"] == "closed"
    assert "it needs order" in desk.runs("reply", "1", "--canned", "refund", code=1)
    assert "Dear {customer}," in desk.runs("canned", "show", "refund")
    assert "there is no canned reply 'x'" in desk.runs("canned", "show", "x", code=1)
    assert [line.split("\t")[0] for line in desk.runs("kb", "search", "password").splitlines()] == [
        "reset",
        "secret",
    ]
    assert "Press “Forgot password”" in desk.runs("kb", "show", "reset")
    desk.runs("reply", "1", "--canned", "refund order=9", "--dry-run")
    assert used(desk) == [0, 2, 2], "a dry run is not counted"


def test_what_is_taken_back_is_not_counted(desk: Desk, anna: Person, make_desk: DeskMaker) -> None:
    canned = str(desk.config.canned)
    later = make_desk(undo_window="60s", canned=canned)
    later.runs("reply", "1", "--canned", "refund order=9")
    assert used(later) == [0, 1, 1]
    later.runs("undo")
    assert used(later) == [0, 0, 0]


def used(desk: Desk) -> list[int]:
    return [r["uses"] for r in json.loads(desk.runs("canned", "list", "--json"))["canned"]]


@pytest.mark.parametrize(
    ("subject", "text", "named"),
    [
        ("Password", "How do I reset it? My password is gone.", ["reset"]),
        ("Hello", "I cannot log in since Monday.", ["reset"]),
        ("ขอความช่วยเหลือ", "ลืมรหัสผ่านครับ ทำอย่างไรดี", ["reset"]),
        ("Xin giúp", "Tôi quên mật khẩu rồi.", ["reset"]),
        ("Billing", "Please change our billing address, and I must reset my password.", ["billing", "reset"]),
        ("My password", "I changed it yesterday and all is well, thank you.", []),
        ("Address", "What is the address of your shop?", []),
        ("Router", "What is the master password of the router?", []),
        ("No sound", "The speaker is silent.", []),
    ],
)  # fmt: skip
def test_the_ack_names_what_fits_and_nothing_where_it_is_not_sure(
    desk: Desk, subject: str, text: str, named: list[str]
) -> None:
    eve = desk.customer("eve@example.org")
    eve.writes("support@desk.example", subject=subject, text=text)
    ack = eve.last_mail.text
    titles = {
        "reset": "“Reset your password”: Press",
        "billing": "“Change the billing address”: Online.",
    }
    assert [slug for slug, title in sorted(titles.items()) if title in ack] == named
    assert "hunter2" not in ack
    used = [a["data"]["name"] for a in desk.ticket(1)["activity"] if a["event"] == "text_used"]
    assert sorted(used) == named


def test_this_solved_it_is_counted(desk: Desk) -> None:
    eve = desk.customer("eve@example.org")
    eve.writes("support@desk.example", subject="Help", text="I cannot log in.")
    link = next(part for part in eve.last_mail.html.split('"') if part.startswith("mailto:solved"))
    eve.writes(
        link.removeprefix("mailto:").partition("?")[0].replace("%2B", "+"), subject="x", text=""
    )
    assert desk.ticket(1)["close_reason"] == "solved"
    (row,) = [
        r for r in json.loads(desk.runs("kb", "list", "--json"))["articles"] if r["name"] == "reset"
    ]
    assert (row["suggested"], row["solved"]) == (1, 1)
