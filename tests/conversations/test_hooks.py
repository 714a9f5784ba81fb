"""Hooks: other systems are told of what happens, by a command or by HTTP, at least once, and never inside the act."""

import json
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.fakes import Gateway
from tests.process import ROOT
from ticketd.send.calls import Caller
from ticketd.store import hook_calls, outbox
from ticketd.store.outbox import LONGEST_PAUSE

CONTRIB = ROOT / "contrib" / "hooks"


def test_an_sms_says_that_it_is_done(
    make_desk: DeskMaker, tmp_path: Path, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KM CRM 2.14: the shipped sample, on a desk whose customers also call."""
    conf = tmp_path / "sms.conf"
    conf.write_text(f"url={gateway.url}/sms\ntoken=T\nsender=Acme\n", "utf-8")
    sms = {"when": ["closed"], "command": [sys.executable, str(CONTRIB / "sms.py"), str(conf)]}
    desk = make_desk(hooks={"sms": sms})
    desk.customer("anna@example.org", "Anna").writes("support@desk.example", subject="Lamp")
    desk.runs("customer", "edit", "anna@example.org", "--phone", "+66 81 234 5678")
    desk.runs("close", "1")
    ((path, headers, body),) = gateway.got
    assert (path, headers["Authorization"]) == ("/sms", "Bearer T")
    assert body["to"] == "+66812345678"
    assert "#1" in body["text"]
    desk.customer("carl@example.org").writes("support@desk.example", subject="Cable")
    desk.runs("close", "2")
    assert len(gateway.got) == 1, "without a number nobody is told, and that is no failure"
    states = {
        m["kind"]: m["state"] for m in json.loads(desk.runs("queue", "list", "--json"))["mails"]
    }
    assert states["hook"] == "sent"


def test_a_gateway_is_told_once_with_one_id_however_often_it_is_tried(
    make_desk: DeskMaker, tmp_path: Path, gateway: Gateway
) -> None:
    (tmp_path / "token").write_text("secret\n")
    desk = make_desk(
        hooks={
            "chat": {
                "when": ["customer_wrote", "agent_replied", "reopened"],
                "query": "department:support", "url": f"{gateway.url}/in?x=1",
                "headers": {"Authorization": {"file": str(tmp_path / "token")}},
            }
        }
    )  # fmt: skip
    anna = desk.customer("anna@example.org", "Anna")
    gateway.answers = [503]
    anna.writes("support@desk.example", subject="No sound", text="It is silent.")
    anna.replies(anna.last_mail, "Still silent.")
    assert len(gateway.got) == 1, "what comes later waits behind it"
    waits = [
        m for m in json.loads(desk.runs("queue", "list", "--json"))["mails"] if m["kind"] == "hook"
    ]
    assert [m["state"] for m in waits] == ["waiting", "waiting"]
    assert waits[0]["answer"] == "503 thanks"
    desk.clock.passes(minutes=1)
    desk.rests()
    first, again, second = gateway.got
    assert first[2] == again[2]
    assert first[1]["Idempotency-Key"] == again[1]["Idempotency-Key"] == first[2]["id"]
    assert (again[1]["X-Ticketd-Attempt"], again[1]["Authorization"]) == ("2", "secret")
    assert second[2]["message"]["text"] == "Still silent."
    assert second[2]["ticket"]["subject"] == "No sound"
    assert second[2]["event"] == "customer_wrote"
    assert second[2]["customer"]["name"] == "Anna"
    anna.writes("sales@desk.example", subject="A price?", text="How much?")
    assert len(gateway.got) == 3, "the query leaves sales out"
    desk.runs("reply", "1", "-m", "Turn it on.")
    desk.rests()
    assert [got[2]["event"] for got in gateway.got[3:]] == ["agent_replied"]


def test_what_is_given_up_is_seen_and_made_again(make_desk: DeskMaker, gateway: Gateway) -> None:
    url = {"url": gateway.url, "within": "5s", "tries": 2}
    desk = make_desk(
        hooks={"crm": url | {"when": ["opened"]}, "gone": url},
        rules=[{"name": "vip", "when": ["opened"], "if": [{"field": "subject", "contains": "vip"}],
                "then": [{"hook": "gone"}]}],
        ops={"alert_to": "boss@example.net"},
    )  # fmt: skip
    gateway.answers = [400, 500, 500]
    desk.customer("anna@example.org").writes("support@desk.example", subject="vip: help")
    desk.clock.passes(minutes=2)
    desk.rests()
    assert [g[2]["event"] for g in gateway.got] == ["opened", "rule_acted", "rule_acted"]
    assert gateway.got[1][2]["data"]["rule"] == "vip"
    assert desk.events(1)[-2:] == ["hook_failed", "hook_failed"]
    assert "2 failed within a day" in desk.runs("status")
    told = json.loads(desk.runs("status", "--json"))
    assert told["hooks"] == {"waiting": 0, "failed": 2, "oldest_seconds": None}
    desk.clock.passes(minutes=2)
    desk.rests()
    boss = desk.customer("boss@example.net")
    assert "calls of hooks that were given up" in boss.last_mail.text
    calls = [
        m["id"]
        for m in json.loads(desk.runs("queue", "list", "--json"))["mails"]
        if m["kind"] == "hook"
    ]
    desk.runs("queue", "retry", *map(str, calls))
    assert json.loads(desk.runs("status", "--json"))["hooks"]["failed"] == 0
    assert len(gateway.got) == 5


def test_an_act_that_is_taken_back_was_never_told(make_desk: DeskMaker, gateway: Gateway) -> None:
    hook = {"when": ["closed"], "url": gateway.url}
    desk = make_desk(hooks={"crm": hook}, undo_window="60s")
    desk.customer("anna@example.org").writes("support@desk.example", subject="Lamp")
    desk.runs("close", "1")
    desk.runs("undo")
    desk.clock.passes(minutes=5)
    desk.rests()
    assert gateway.got == []


class Idle(Caller):
    """A process that makes no calls."""

    def step(self) -> bool:
        return False


def test_a_call_that_died_in_the_middle_is_made_again_with_its_id(
    make_desk: DeskMaker, gateway: Gateway
) -> None:
    desk = make_desk(hooks={"crm": {"when": ["opened"], "url": gateway.url}}, undo_window="60s")
    anna = desk.customer("anna@example.org")
    desk.hooks = Idle(desk.intake.desk, {}, "nobody", desk.clock)
    anna.writes("support@desk.example", subject="Lamp")
    with desk.database.transaction() as session:
        (call,) = hook_calls.claim(session, desk.clock(), "dead", 10, LONGEST_PAUSE)
    outbox.at_dot(desk.database, call.id, "dead")
    # Its answer never came: another process takes it over, and the sender has nothing to do with it.
    with desk.database.transaction() as session:
        assert outbox.owners(session) == set()
        assert hook_calls.owners(session) == {"dead"}
        assert hook_calls.recover(session, ["dead"]) == 1
        assert outbox.retry_doubts(session) == 1
    desk.reloads()
    desk.rests()
    (got,) = gateway.got
    assert got[2]["id"] == call.message_id
    assert got[1]["X-Ticketd-Attempt"] == "2"


def test_a_program_that_hangs_or_floods_is_ended(make_desk: DeskMaker, tmp_path: Path) -> None:
    hangs, floods, leaves = (tmp_path / name for name in ("hangs", "floods", "leaves"))
    hangs.write_text("import time, sys\nprint('begun', flush=True)\ntime.sleep(60)")
    floods.write_text(
        "import sys\nfor _ in range(300): sys.stdout.write('x' * 10000)\nsys.exit(65)"
    )
    leaves.write_text("import subprocess\nsubprocess.Popen(['sleep', '60'])\nprint('done')")
    hooks = {
        name: {"when": ["opened"], "command": [sys.executable, str(tmp_path / name)], "within": "2s", "tries": 1}
        for name in ("hangs", "floods", "leaves")
    }  # fmt: skip
    desk = make_desk(hooks=hooks)
    began = time.monotonic()
    desk.customer("anna@example.org").writes("support@desk.example", subject="Lamp")
    assert time.monotonic() - began < 20
    calls = json.loads(desk.runs("queue", "list", "--json"))["mails"]
    told = {m["to"]: (m["state"], m["answer"][:16]) for m in calls if m["kind"] == "hook"}
    assert told == {
        "hangs": ("failed", "it took too long"),
        "floods": ("failed", "exit 65: xxxxxxx"),
        "leaves": ("sent", "exit 0: done"),
    }
    assert desk.ticket(1)["activity"][-1]["data"]["hook"] in {"hangs", "floods"}
