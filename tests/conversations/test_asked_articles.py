"""A customer's mail that asks for articles and nothing else: `kb printer jam`."""

import json
from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk

ARTICLES = {
    "jam.md": "title: Clear a paper jam\npublic: true\nkeywords: [printer stuck]\nurl: https://help.acme.example/jam\n"
    "---\n# Clear a paper jam\n\nOpen the **front** of the printer.\n\nPull the paper out.",
    "toner.md": "title: Change the toner\npublic: true\n---\nYour printer tells you when. Open the lid.",
    "router.md": "title: Master password of the printer room\n---\nhunter2, the printer jam code",
    "sales.md": "title: Printer prices\npublic: true\ndepartments: [sales]\n---\nFrom 99.",
    "may-in.vi.md": "title: Máy in bị kẹt giấy\npublic: true\n---\nMở nắp máy in.",
    "may-in.th.md": "title: กระดาษติดในเครื่องพิมพ์\npublic: true\n---\nเปิดฝาเครื่องพิมพ์",
}
AUTHSERV = {"auth": {"authserv_ids": ["mx.desk.example"]}}
FORGED = {"Authentication-Results": "mx.desk.example; dmarc=fail header.from=example.org; spf=fail"}


@pytest.fixture
def kb(tmp_path: Path) -> str:
    folder = tmp_path / "kb"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(f"---\n{text}", "utf-8")
    return str(folder)


@pytest.fixture
def desk(make_desk: DeskMaker, kb: str) -> Desk:
    return make_desk(kb=kb)


def test_the_article_that_fits_comes_back_and_no_ticket_is_opened(desk: Desk) -> None:
    anna = desk.customer("anna@example.org", "Anna")
    asked = anna.writes("support@desk.example", subject="KB printer", text="Sent from my iPhone")
    answer = anna.last_mail
    assert answer.subject == "Clear a paper jam"
    assert "Open the front of the printer.\n\nPull the paper out." in answer.text
    assert "https://help.acme.example/jam" in answer.text
    assert "- Change the toner" in answer.text
    assert "hunter2" not in answer.message.as_string(), "what is internal stays inside"
    assert "Master password" not in answer.message.as_string()
    assert "Printer prices" not in answer.text, "another department's"
    assert answer.message["in-reply-to"] == asked["message-id"]
    assert (answer.message["auto-submitted"], answer.mail_from) == ("auto-replied", "")
    assert desk.tickets() == []
    assert desk.agent("bob").mails == []
    used = {r["name"]: r for r in json.loads(desk.runs("kb", "list", "--json"))["articles"]}
    assert [used[name]["asked"] for name in ("jam", "toner", "router")] == [1, 0, 0]
    # The link of another title asks for that one.
    anna.writes("support@desk.example", subject="kb Change the toner", text="Just send this mail.")
    assert "Your printer tells you when." in anna.last_mail.text
    assert "mailto:support@desk.example?subject=kb%20Change%20the%20toner" in answer.html
    # An answer to the answer is a question to people.
    anna.replies(answer, "It has no front.")
    assert [t["subject"] for t in desk.tickets()] == ["Clear a paper jam"]


def test_where_none_fits_and_in_other_languages(desk: Desk) -> None:
    for at, (subject, said) in enumerate(
        (
            ("kb coffee machine", "None of our articles fits these words."),
            ("kb master password", "simply write to support@desk.example"),
            ("kb how to", "None of our articles fits"),
            ("hướng dẫn: máy in kẹt giấy", "Mở nắp máy in.\n\nThư của quý khách chưa mở yêu cầu nào."),
            ("huong dan may in ket giay", "Mở nắp máy in."),
            ("คู่มือ กระดาษติด", "เปิดฝาเครื่องพิมพ์\n\nอีเมลของท่านไม่ได้เปิดเรื่องใหม่"),
            ("ความรู้ กาแฟ", "เราไม่มีบทความที่ตรงกับคำเหล่านี้"),
        )
    ):  # fmt: skip
        anna = desk.customer(f"anna{at}@example{at}.org")
        anna.writes("support@desk.example", subject=subject, text="")
        assert said in anna.last_mail.text
    assert desk.tickets() == []


def test_an_ordinary_mail_opens_a_ticket(desk: Desk, make_desk: DeskMaker) -> None:
    anna = desk.customer("anna@example.org")
    for at, (subject, text) in enumerate(
        (
            ("kb printer jam", "I have read it and it still jams."),
            ("KB5034441 fails to install", ""),
            ("kb", ""),
            ("Re: kb printer jam", ""),
            ("คู่มือเครื่องพิมพ์หายไปไหน", ""),
        ),
        start=1,
    ):
        anna.writes("support@desk.example", subject=subject, text=text)
        assert f"[#{at}]" in anna.last_mail.subject
        desk.clock.passes(minutes=15)
    anna.writes("support@desk.example", subject="kb printer", attachments=[("a.log", b"jam")])
    assert len(desk.tickets()) == 6
    bare = make_desk(kb=None)
    bare.customer("eve@example.org").writes("support@desk.example", subject="kb printer", text="")
    assert len(bare.tickets()) == 7, "without public articles there is nothing to ask for"


def test_what_may_not_be_answered_is_read_by_an_agent(make_desk: DeskMaker, kb: str) -> None:
    """The budgets of acks, the trust and the loop protection are those of every automatic mail."""
    desk = make_desk(kb=kb, blocked=["spam@bad.example"], **AUTHSERV)
    anna, spam = desk.customer("anna@example.org", "Anna"), desk.customer("spam@bad.example")
    for _ in range(12):
        anna.writes("support@desk.example", subject="kb printer", text="")
        desk.clock.passes(minutes=3)
    assert len(anna.mails) == 5
    assert all("Anna" not in str(mail.message) for mail in anna.mails), (
        "nothing that a forger chose"
    )
    assert len(desk.tickets()) == 7
    assert "ack_withheld" in desk.events(1)
    eve = desk.customer("eve@example.org")
    eve.writes("support@desk.example", subject="kb printer", text="", headers=FORGED)
    assert (eve.mails, len(desk.tickets())) == ([], 8)
    spam.writes("support@desk.example", subject="kb printer", text="")
    assert (spam.mails, len(desk.tickets())) == ([], 8)


def test_who_reads_one_article_after_the_other_is_no_machine(desk: Desk) -> None:
    anna, bob = desk.customer("anna@example.org"), desk.agent("bob")
    for words in ("printer", "paper jam", "change toner", "printer stuck"):
        anna.writes("support@desk.example", subject=f"kb {words}", text="")
        desk.clock.passes(seconds=20)
    anna.writes("support@desk.example", subject="Printer", text="None of that helps.")
    assert len(anna.mails) == 5
    assert "[#1]" in anna.last_mail.subject
    bob.writes("support@desk.example", subject="kb printer", text="")
    assert bob.last_mail.subject == "Clear a paper jam", "agents may ask, too"
    assert len(desk.tickets()) == 1
