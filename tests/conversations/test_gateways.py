"""Gateways bring chats, calls and forms as JSON; an agent's answer goes back into the chat by a hook."""

import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DeskMaker
from tests.conversations.test_hooks import CONTRIB
from tests.desk import Desk
from tests.fakes import Gateway
from ticketd.core.gateway import Brought
from ticketd.desk.act import act
from ticketd.desk.gateway import bring

CHAT = {
    "external_id": "line:m1", "channel": "line", "department": "support", "join": True,
    "customer": {"handle": "line:U4aF", "name": "Anna", "phone": "+66 81 234-5678"},
    "text": "No sound\nIt is silent.", "priority": "high", "tags": ["audio"],
    "attachments": [{"name": "a.txt", "type": "text/plain", "content": "aGVsbG8="}],
}  # fmt: skip


def brings(desk: Desk, monkeypatch: pytest.MonkeyPatch, *objects: Any, code: int = 0) -> Any:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in objects)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    said = desk.runs("new", "--json", "-", code=code)
    return said if code else json.loads(said)["done"]


def test_a_chat_comes_in_and_its_answer_goes_back(
    make_desk: DeskMaker,
    tmp_path: Path,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """eDesk 1.15, 1.40: one customer over mail and chat; NextCRM 3.02: every channel is a ticket."""
    conf = tmp_path / "chat.conf"
    body = '{"to": "$id", "messages": [{"type": "text", "text": "$text"}]}'
    conf.write_text(
        f"[line]\nurl={gateway.url}/push\nheader=Authorization: Bearer T\nbody={body}\n", "utf-8"
    )
    chat = {
        "when": ["agent_replied"], "query": "channel:line",
        "command": [sys.executable, str(CONTRIB / "chat.py"), str(conf)],
    }  # fmt: skip
    desk = make_desk(hooks={"chat": chat})
    (told,) = brings(desk, monkeypatch, CHAT)
    assert (told["number"], told["what"]) == (1, "opened")
    again, more = brings(
        desk, monkeypatch, CHAT, CHAT | {"external_id": "line:m2", "text": "Are you there?"}
    )
    assert [(t["number"], t["what"]) for t in (again, more)] == [(1, "known"), (1, "joined")]
    ticket = desk.ticket(1)
    assert ticket["customer"] == {"address": "line:U4aF", "name": "Anna"}
    assert (ticket["subject"], ticket["channel"]) == ("No sound", "line")
    assert (ticket["priority"], ticket["tags"]) == ("high", ["audio"])
    assert [m["text"] for m in ticket["messages"]] == ["No sound\nIt is silent.", "Are you there?"]
    assert ticket["messages"][0]["attachments"][0]["size"] == 5
    assert desk.captured() == [], "who has no address gets no mail"
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, 'Turn it on, "now".')
    ((path, headers, body_),) = gateway.got
    assert (path, headers["Authorization"]) == ("/push", "Bearer T")
    assert body_ == {"to": "U4aF", "messages": [{"type": "text", "text": 'Turn it on, "now".'}]}
    assert desk.ticket(1)["status"] == "pending"
    desk.runs("close", "1")
    assert desk.captured() == []
    (later,) = brings(desk, monkeypatch, CHAT | {"external_id": "line:m3"})
    assert (later["number"], later["what"]) == (2, "opened"), "a closed talk is over"
    assert "phone        +66812345678" in desk.runs("customer", "show", "line:U4aF")


def test_a_form_with_an_address_is_answered_by_mail(
    make_desk: DeskMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk()
    form = {"channel": "web", "department": "sales", "subject": "A price", "text": "How much?"}
    person = {"address": "Carl@Example.org", "phone": "0812345678"}
    brings(desk, monkeypatch, form | {"customer": person}, form | {"customer": {"phone": "0811"}})
    assert "[#1]" in desk.customer("carl@example.org").last_mail.subject
    assert desk.ticket(2)["customer"]["address"] == "tel:0811"
    assert "no hook carries answers" in desk.runs("reply", "2", "-m", "Ten.", code=1)
    verified = person | {"handle": "zalo:77", "verified": True}
    brings(desk, monkeypatch, form | {"customer": verified, "channel": "zalo"})
    assert "carl@example.org, tel:0812345678, zalo:77" in desk.runs(
        "customer", "show", "carl@example.org"
    )
    stranger = {"address": "carl@example.org", "handle": "zalo:99"}
    brings(desk, monkeypatch, form | {"customer": stranger, "channel": "zalo"})
    assert "zalo:99" not in desk.runs("customer", "show", "carl@example.org"), "typed, not proven"
    other = {"text": "Me too.", "ticket": 1, "customer": {"handle": "zalo:99"}}
    assert "zalo:99 takes no part in #1" in brings(desk, monkeypatch, other, code=65)


FAULTS = [
    ('{"text": "x"', "line 1, column 13: no JSON: Expecting ',' delimiter"),
    ("[]", "line 1: this is no object"),
    ({"text": ""}, "line 1: text: it is missing, or empty"),
    ({"subjekt": "x"}, "line 1: subjekt: there is no such key; there are external_id, customer,"),
    ({"customer": {}}, "customer: an address, a handle or a phone number is needed"),
    ({"customer": {"address": "anna"}}, "customer.address: 'anna' is no mail address"),
    ({"customer": {"handle": "U4af"}}, "write the service in front: line:U4af"),
    ({"customer": {"phone": "call me"}}, "customer.phone: 'call me' is no number"),
    ({"department": "x"}, "department: 'x' is none; use one of sales, support"),
    ({"channel": "fux"}, "channel: 'fux' is none; use one of email, phone"),
    ({"ack": "no"}, "ack: it has to be true or false"),
    ({"ticket": True}, "ticket: it has to be a number"),
    ({"at": "2026-11-02"}, "at: '2026-11-02' is no moment with its offset"),
    ({"tags": ["a b"]}, "tags: a tag is a word"),
    ({"attachments": [{"content": "?"}]}, "attachments[0].content: it is no base64"),
    ({"fields": {"contract": "C-77"}}, "line 1: there is no field 'contract'"),
    ("[" * 100_000, "line 1: no JSON that can be read"),
    ("", "there is no object to read"),
]


def test_every_fault_is_one_sentence_and_nothing_is_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"customer": {"address": "a@x.example"}, "department": "support", "text": "Help"}
    for fault, sentence in FAULTS:
        wrong = good | fault if isinstance(fault, dict) else fault
        assert sentence in brings(desk, monkeypatch, wrong, code=65), fault
    said = brings(desk, monkeypatch, good, good | {"text": 7}, code=65)
    assert "line 2: text: it has to be a text" in said
    assert desk.tickets() == []


def test_two_that_bring_the_same_at_once_open_one_ticket(desk: Desk) -> None:
    bob = desk.settings.agent("bob")
    assert bob is not None
    new = Brought("Help", external_id="m1", address="line:U1", department="support", subject="Help")

    def bring_it(_: int) -> str:
        with act(desk.intake.desk, desk.clock()) as work:
            return bring(work, new, bob).what

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(bring_it, range(2))) == ["known", "opened"]
    assert [t["number"] for t in desk.tickets()] == [1]
