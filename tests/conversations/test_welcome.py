"""A new agent's first mail proves the way there and back."""

import json

import pytest

from tests.conftest import DeskMaker
from tests.desk import CONFIG, Desk, Person, merged

PASS = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=agents.example"}
FAIL = {"Authentication-Results": "mx.desk.example; dmarc=fail header.from=agents.example"}


def welcomed(desk: Desk, key: str = "bob") -> Person:
    said = desk.runs("agent", "welcome", key)
    assert said == f"{key}: a mail to {key}@agents.example is queued; its answer brings a receipt\n"
    return desk.agent(key)


def test_any_answer_brings_a_receipt(desk: Desk) -> None:
    bob = welcomed(desk)
    mail = bob.last_mail
    assert str(mail.message["from"]) == "ticketd <desk@desk.example>"
    assert "support@desk.example" in mail.text
    assert mail.is_automatic
    bob.replies(mail, "Hello?")
    receipt = bob.last_mail
    assert len(bob.mails) == 2
    assert "It works: your answers arrive, Bob. Trust is none." in receipt.text
    assert "desk@desk.example) needs dkim" in receipt.text
    assert receipt.message["in-reply-to"] == bob.written[-1]["message-id"]
    assert desk.tickets() == []


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (PASS, "It works: your answers arrive, Bob. Trust is dkim.\n\nThat is proof that it was you"),
        ({}, "it would not count. Trust is none.\n\nA mail of an agent has to be signed here (dkim)"),
        (FAIL, "it would not count. Trust is fail.\n\nYour mail from bob@agents.example looked forged"),
    ],
    ids=["dkim", "nothing", "fail"],
)  # fmt: skip
def test_the_receipt_says_how_far_answers_are_believed(
    make_desk: DeskMaker, headers: dict[str, str], said: str
) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    bob = welcomed(desk)
    bob.replies(bob.last_mail, "Hello?", headers=headers)
    assert said in bob.last_mail.text


@pytest.mark.parametrize(
    ("language", "subject", "works"),
    [
        ("th", "ยินดีต้อนรับสู่ Acme: โปรดตอบกลับอีเมลฉบับนี้", "ใช้งานได้: คำตอบของคุณมาถึงแล้ว"),
        ("vi", "Chào mừng bạn đến với Acme: vui lòng trả lời thư này", "Mọi thứ hoạt động"),
    ],
)
def test_in_the_agents_language(
    make_desk: DeskMaker, language: str, subject: str, works: str
) -> None:
    desk = make_desk(name="Acme", agents=merged(CONFIG["agents"], {"bob": {"language": language}}))
    bob = welcomed(desk)
    assert bob.last_mail.subject == subject
    bob.replies(bob.last_mail, "OK")
    assert bob.last_mail.text.startswith(works)


def test_nobody_else_can_answer_it_and_no_machine(desk: Desk) -> None:
    bob, lan = welcomed(desk), desk.agent("lan")
    mail = bob.last_mail
    lan.replies(mail, "I am Bob.")
    assert not any("It works" in m.text for m in (*bob.mails, *lan.mails))
    tickets = len(desk.tickets())
    bob.replies(mail, "I am out.", headers={"Auto-Submitted": "auto-replied"})
    assert not any("It works" in m.text for m in bob.mails)
    assert len(desk.tickets()) == tickets


def test_from_the_first_department_where_that_address_is_taken(make_desk: DeskMaker) -> None:
    departments = {"desk": {"name": "Front desk", "address": "desk@desk.example"}}
    desk = make_desk(departments=departments, agents={"bob": CONFIG["agents"]["bob"] | {"departments": ["desk"]}})  # fmt: skip
    bob = welcomed(desk)
    assert str(bob.last_mail.message["from"]) == "Front desk <desk@desk.example>"
    assert "commands about any ticket" not in bob.last_mail.text
    bob.replies(bob.last_mail, "Hello?")
    assert "It works" in bob.last_mail.text


def test_what_the_command_says(desk: Desk) -> None:
    assert "would be queued" in desk.runs("agent", "welcome", "bob", "--dry-run")
    said = desk.runs("agent", "welcome", "bob", "eve", code=1)
    assert said == "ticketd: there is no agent 'eve' in the configuration; there are bob, lan\n"
    assert desk.agent("bob").mails == []
    got = json.loads(desk.runs("agent", "welcome", "bob", "lan", "bob", "--json"))
    assert got["welcomed"][1] == {"agent": "lan", "to": "lan@agents.example"}
    assert len(desk.agent("bob").mails) == 1
    assert "next  agents     ticketd agent welcome bob" in desk.runs("check")
