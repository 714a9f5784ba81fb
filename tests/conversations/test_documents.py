"""What the users' documents describe, told as they tell it: who writes, who answers, what everybody then sees.

Sections 1.0 to 1.4 of the list of features (docs/features.md), one story for each document or for each of its scenarios.
"""

import json
from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.conversations.test_customers_words import presses
from tests.desk import Desk

AUTH = {"authserv_ids": ["mx.desk.example"]}
PASS = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=agents.example"}
PROVEN = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=example.org"}
KM = {
    "languages": ["th", "en"],
    "departments": {
        "sales": {"name": "ฝ่ายขาย"},
        "technical": {"name": "ฝ่ายเทคนิค", "address": "technical@desk.example", "auto_close": "10d"},
        "service": {"name": "ฝ่ายบริการลูกค้า", "address": "service@desk.example"},
    },
    "agents": {"bob": {"departments": ["technical", "service"], "language": "en"}},
    "rules": [{"name": "turns", "when": ["opened"], "query": "dept:technical", "then": [{"assign": {"rotation": "technical"}}]}],
    "sla": [{"name": "first word", "first_reply": "6h"}],
}  # fmt: skip


def test_km_crm_first_scenario_from_the_trouble_to_a_content_customer(make_desk: DeskMaker) -> None:
    """0.01, 0.03, 0.06-0.10, 0.12-0.14, 0.18, 0.19, 0.21, 0.27: a product fails, is mended, and the customer says so."""
    desk = make_desk(**KM)
    nok, bob = desk.customer("nok@example.org", "Nok"), desk.agent("bob")
    nok.writes("technical@desk.example", subject="เปิดเครื่องไม่ติด", text="เปิดเครื่องไม่ติดค่ะ", attachments=[("screen.png", b"PNG")])  # fmt: skip
    assert desk.ticket(1)["assignee"] == "bob", "of its department, by turns"
    assert "#1" in nok.last_mail.subject
    assert "15:00" in nok.last_mail.text, "by when they will hear from us"
    assert "screen.png" in bob.last_mail.text
    bob.replies(bob.last_mail, "#priority ด่วนมาก\n#pending\n\nกดปุ่มสีเขียวค้างไว้ค่ะ")
    assert desk.ticket(1)["priority"] == "urgent"
    assert desk.ticket(1)["status"] == "pending"
    assert "กดปุ่มสีเขียวค้างไว้ค่ะ" in nok.last_mail.text
    presses(nok, nok.last_mail, "solved")
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"]) == ("closed", "solved")
    assert "closed" in bob.last_mail.text.lower()
    presses(nok, nok.last_mail, "rate-5")
    assert desk.ticket(1)["rating"] == 5
    told = json.loads(desk.runs("report", "summary", "--json"))["figures"]
    assert (told["opened"]["value"], told["close_rate"]["value"]) == (1, 1.0)
    assert [a for a in desk.events(1) if a in {"assigned", "agent_replied", "rated"}] == ["assigned", "agent_replied", "rated"]  # fmt: skip


def test_km_crm_second_scenario_a_question_that_comes_again_and_again(
    make_desk: DeskMaker, tmp_path: Path
) -> None:
    """0.15, 0.16, 0.28, 1.41-1.44, 2.15: the ack answers it, and where not, an answer that was written once."""
    for folder, name, text in (
        ("kb", "account.md", "---\ntitle: Set up an account\npublic: true\nkeywords: [new account]\n---\nPress Sign up."),
        ("canned", "account.md", "Dear {customer}, press “Sign up” and choose a name."),
    ):  # fmt: skip
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, "utf-8")
    desk = make_desk(kb=str(tmp_path / "kb"), canned=str(tmp_path / "canned"))
    ann, eve = desk.customer("ann@example.org", "Ann"), desk.customer("eve@example.org", "Eve")
    ann.writes("support@desk.example", subject="Set up an account", text="How do I set up a new account?")  # fmt: skip
    assert "Press Sign up." in ann.last_mail.text or "Set up an account" in ann.last_mail.text
    presses(ann, ann.last_mail, "solved")
    assert desk.ticket(1)["status"] == "closed"
    eve.writes("support@desk.example", subject="Hello", text="I want to be a member.")
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "#canned account\n#close")
    assert "Dear Eve, press “Sign up”" in eve.last_mail.text
    assert desk.ticket(2)["status"] == "closed"


def test_edesk_one_file_of_a_customer_who_comes_by_several_ways(make_desk: DeskMaker) -> None:
    """0.02, 1.06, 1.08, 1.14, 1.18, 1.19, 1.21, 1.40, 2.06, 2.18: phone, Facebook and mail are one person's history."""
    desk = make_desk()
    eve = desk.customer("eve@example.org", "Eve")
    eve.writes("support@desk.example", subject="Late parcel", text="Where is it?")
    for channel, address in (("phone", "eve@example.org"), ("facebook", "eve.page@chat.example")):
        desk.runs("new", "--customer", address, "--department", "sales", "-s", f"By {channel}", "-m", "Again.",
                  "--channel", channel, "--no-ack")  # fmt: skip
    desk.runs("customer", "merge", "eve.page@chat.example", "eve@example.org")
    shown = desk.runs("customer", "show", "eve@example.org")
    assert all(subject in shown for subject in ("Late parcel", "By phone", "By facebook"))
    assert desk.runs("list", "--chart", "channel") == "email\t1\nfacebook\t1\nphone\t1\n"
    assert "1 earlier" in desk.runs("show", "2")
    rows = json.loads(desk.runs("report", "channels", "--json"))
    assert "facebook" in json.dumps(rows)


def test_the_blog_on_osticket_a_number_like_at_a_counter(make_desk: DeskMaker) -> None:
    """2.01, 2.08-2.10, 0.05, 0.11: a running number, how it stands at any time, and a follower who sees all."""
    desk = make_desk()
    dao = desk.customer("dao@example.org", "Dao")
    for _ in range(2):
        dao.writes("support@desk.example", subject="Question", text=f"Please {desk.serial()}?")
    assert [m.subject.partition(" ")[0] for m in dao.mails] == ["[#1]", "[#2]"]
    desk.runs("take", "2")
    desk.runs("follow", "2", "lan", agent="bob")
    dao.writes("support@desk.example", subject="status 2", text="")
    assert "in progress" in dao.last_mail.text or "received" in dao.last_mail.text
    desk.runs("send-status", "2")
    assert "[#2] Question" in dao.last_mail.text
    desk.runs("pending", "2")
    assert "pending" in desk.agent("lan").last_mail.text
    assert desk.runs("show", "2", "--mailto").startswith("mailto:support@desk.example?subject=Re%3A%20%5B%232%5D")  # fmt: skip
    got = len(dao.mails)
    desk.customer("eve@evil.example").writes("support@desk.example", subject="status 2", text="")
    assert len(dao.mails) == got, "whoever asks, the answer goes to nobody else's address"


NEXT = {
    "auth": AUTH,
    "departments": {
        "support": {"name": "Intake", "triage": True, "closes": False},
        "sales": {"name": "Processing", "answers": False, "closes": False},
        "feedback": {"name": "Feedback", "address": "feedback@desk.example"},
    },
    "agents": {
        "bob": {"departments": ["support"]},
        "lan": {"departments": ["sales"], "language": "vi"},
        "mai": {"name": "Mai", "address": "mai@agents.example", "departments": ["feedback"]},
        "boss": {"name": "Boss", "address": "boss@agents.example", "role": "lead"},
    },
}  # fmt: skip


def test_nextcrm_intake_processing_feedback(make_desk: DeskMaker) -> None:
    """3.01-3.06, 3.09, 3.21-3.25, 0.04, 2.07: taken in and sorted, worked on inside, answered and closed by another."""
    desk = make_desk(**NEXT)
    anh, bob, lan, mai = (
        desk.customer("anh@example.org", "Anh"), desk.agent("bob"), desk.agent("lan"), desk.agent("mai"),
    )  # fmt: skip
    anh.writes("support@desk.example", subject="Xin đổi gói", text="Tôi muốn đổi gói cước.")
    assert desk.runs("list", "untriaged", "-q") == "1\n"
    assert lan.mails == mai.mails == []
    bob.replies(bob.last_mail, "#ưutiên rất cao\n#mứcđộ cao\n#tag +plan\n#dept sales", headers=PASS)
    assert desk.runs("list", "untriaged") == ""
    assert desk.ticket(1)["department"] == "sales"
    lan.replies(lan.last_mail, "#trảlời\n\nĐổi được, 100.000 đ.", headers=PASS)
    assert "nơi không trả lời khách" in lan.last_mail.text
    assert len(anh.mails) == 1, "the ack alone"
    lan.replies(lan.mails[0], "Đổi được, 100.000 đ.", headers=PASS)
    assert len(anh.mails) == 1, "a plain answer is a note there"
    lan.replies(lan.mails[0], "#đóng", headers=PASS)
    assert "nơi không đóng yêu cầu" in lan.last_mail.text
    lan.replies(lan.mails[0], "#bộphận feedback", headers=PASS)
    assert "Đổi được, 100.000 đ." in desk.runs("show", "1", agent="mai"), (
        "what was found out goes along"
    )
    mai.replies(mai.last_mail, "#close\n\nDạ được ạ, phí là 100.000 đ.", headers=PASS)
    assert "phí là 100.000 đ." in anh.last_mail.text
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["priority"], ticket["severity"]) == (
        "closed",
        "urgent",
        "high",
    )
    assert desk.runs("list", "status:all", "--group-by", "severity", "-n", "5").startswith(
        "high\t#1"
    )
    desk.runs("reopen", "1", agent="mai")
    desk.runs("handback", "1", agent="mai")
    assert desk.ticket(1)["department"] == "sales", "back to where it came from"
    desk.runs("close", "1", "--no-mail", agent="boss")


OHO = {
    "auth": AUTH,
    "departments": {"support": {"handover": "4h"}},
    "agents": {"lan": {"departments": ["support"]}},
    "tag_groups": {
        "problem": {"tags": ["delivery", "price"], "required_on_close": True},
        "branch": {"tags": ["thonglor", "siam"], "one": True},
    },
}  # fmt: skip


def test_oho_a_case_from_hand_to_hand(make_desk: DeskMaker) -> None:
    """4.03, 4.08-4.24, 4.30, 4.35-4.48: claimed by an answer, handed over, accepted, tagged, summed up, closed and found."""
    desk = make_desk(**OHO)
    may, bob, lan = desk.customer("may@example.org", "May"), desk.agent("bob"), desk.agent("lan")
    may.writes("support@desk.example", subject="สอบถาม", text="ส่งของวันไหนคะ")
    desk.clock.passes(minutes=30)
    bob.replies(bob.last_mail, "วันศุกร์ค่ะ", headers=PASS)
    assert desk.ticket(1)["assignee"] == "bob", "who answers has claimed it"
    bob.replies(bob.mails[0], "#note\n\nShe is in a hurry.", headers=PASS)
    bob.replies(bob.mails[0], "#title ถามวันส่งของ\n#summary Wants it on Friday\n#assign lan", headers=PASS)  # fmt: skip
    assert "Wants it on Friday" in desk.runs("show", "1")
    lan.replies(lan.last_mail, "#accept", headers=PASS)
    assert "accepted" in desk.events(1)
    may.replies(may.last_mail, "ขอบคุณค่ะ แล้ววันเสาร์ล่ะคะ", headers=PROVEN)
    desk.clock.passes(minutes=10)
    lan.replies(lan.last_mail, "#close\n\nได้ค่ะ", headers=PASS)
    assert desk.ticket(1)["status"] != "closed"
    assert "problem" in lan.last_mail.text, "what has to be filled in is asked back"
    lan.replies(lan.mails[-2], "#tag +delivery +siam\n#close\n\nได้ค่ะ", headers=PASS)
    ticket = desk.ticket(1)
    assert ticket["status"] == "closed"
    assert (ticket["waiting_seconds"], ticket["service_seconds"]) == (40 * 60, 10 * 60)
    assert ticket["involved"] == ["bob", "lan"]
    for query in ("involved:bob", "assignee:lan", "tag:siam", "closed:today", "opened:this-month"):
        assert desk.runs("list", "status:all", query, "-q") == "1\n", query
    ranks = json.loads(desk.runs("report", "agents", "--json"))["agents"]
    assert ranks[0]["agent"] == "lan"
    assert ranks[0]["closed"] == 1


@pytest.mark.parametrize("word", ["severe", "hours", "forgotten", "tags", "ratings"])
def test_every_view_of_the_reports_speaks_of_an_empty_desk_too(desk: Desk, word: str) -> None:
    """4.07, 4.33, 0.20, 1.12, 2.03."""
    assert json.loads(desk.runs("report", word, "--json"))["report"] == word
