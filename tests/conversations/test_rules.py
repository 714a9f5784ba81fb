"""Rules: on what comes, on what people do, on what time does; told in the history, bounded, taken back with the act."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, texts


def rule(name: str, when: str, then: list[Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "when": [when], "then": then, **more}


def acted(desk: Desk, number: int) -> list[tuple[str, list[str]]]:
    """What rules did to a ticket: their names, and what stands in the history."""
    rows = desk.ticket(number)["activity"]
    return [(r["data"]["rule"], r["data"]["did"]) for r in rows if r["event"] == "rule_acted"]


URGENT = rule(
    "urgent words", "opened", [{"set_priority": "urgent"}, {"tag": "hot"}, {"assign": "bob"}],
    **{"if": [{"field": "subject", "matches": "(?i)urgent|ด่วน|khẩn"}]},
)  # fmt: skip


@pytest.mark.parametrize("subject", ["URGENT: no sound", "เรื่องด่วนมาก", "Việc KHẨN cấp"])
def test_a_word_in_the_subject_gives_the_ticket_to_somebody(
    make_desk: DeskMaker, subject: str
) -> None:
    desk = make_desk(rules=[URGENT])
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject=subject, text="Help.")
    anna.writes("support@desk.example", subject="A question", text="No hurry.")
    ticket = desk.ticket(1)
    assert (ticket["priority"], ticket["tags"], ticket["assignee"]) == ("urgent", ["hot"], "bob")
    assert acted(desk, 1) == [("urgent words", ["set priority=urgent", "tag +hot", "assign bob"])]
    assert acted(desk, 2) == []
    (notice,) = [m for m in desk.agent("bob").mails if "[#1]" in m.subject]
    assert notice.message["X-Ticketd-Priority"] == "urgent"
    assert "urgent words" in desk.runs("log", "1")


def test_hot_tickets_are_due_in_three_days_and_the_act_takes_that_back(
    make_desk: DeskMaker,
) -> None:
    hot = rule("hot", "changed", [{"set_due": "3d"}], query="tag:hot due:none")
    cold = rule("cold", "changed", [{"set_due": "none"}], query="tag:cold -tag:hot")
    desk = make_desk(rules=[hot, cold])
    desk.customer("anna@example.org").writes("support@desk.example", subject="Hm", text="Hello.")
    desk.runs("tag", "1", "+hot")
    assert desk.ticket(1)["agent_due"] == "2026-11-05T09:00:00+00:00"
    assert acted(desk, 1) == [("hot", ["set due=3d"])]
    desk.runs("undo")
    assert desk.ticket(1)["agent_due"] is None
    desk.runs("tag", "1", "+hot")
    desk.clock.passes(hours=1)
    desk.runs("set", "1", "priority=high")
    assert desk.ticket(1)["agent_due"] == "2026-11-05T09:00:00+00:00", "once"
    desk.runs("tag", "1", "-hot", "+cold")
    assert desk.ticket(1)["agent_due"] is None


def test_another_department_answers_in_its_own_name(make_desk: DeskMaker) -> None:
    """The rules on `opened` come before the ack."""
    orders = rule(
        "orders", "opened", [{"set_department": "sales"}],
        **{"if": [{"field": "text", "contains": ["order", "đơn hàng"]}]},
    )  # fmt: skip
    desk = make_desk(rules=[orders])
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="Where?", text="Where is my DON HANG?")
    assert desk.ticket(1)["department"] == "sales"
    assert str(anna.last_mail.message["from"]) == "Sales <sales@desk.example>"
    assert desk.agent("lan").mails


def test_spam_is_closed_blocked_and_never_answered(make_desk: DeskMaker) -> None:
    spam = rule(
        "spam", "opened", ["spam", {"block": "domain"}], stop=True,
        **{"if": [{"field": "header.x-spam-flag", "is": "YES"}]},
    )  # fmt: skip
    later = rule("later", "opened", [{"tag": "seen"}])
    desk = make_desk(rules=[spam, later])
    eve = desk.customer("eve@mail.bad.example", "Eve")
    eve.writes("support@desk.example", subject="Win", text="Win!", headers={"X-Spam-Flag": "YES"})
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"], ticket["tags"]) == ("closed", "spam", [])
    assert eve.mails == []
    assert acted(desk, 1) == [("spam", ["spam", "block @mail.bad.example"])]
    eve.writes("support@desk.example", subject="Win again", text="Without a flag.")
    assert len(desk.tickets()) == 1, "kept in the inbox list, no ticket"
    assert "@mail.bad.example" in desk.runs("rules", "blocked")
    desk.runs("rules", "unblock", "@mail.bad.example")
    eve.writes("support@desk.example", subject="Sorry", text="It was my nephew.")
    assert desk.ticket(2)["tags"] == ["seen"]


def test_blocked_and_unknown_senders_of_the_configuration(make_desk: DeskMaker) -> None:
    desk = make_desk(blocked=["@bad.example"], customers="known", known_customers=["@example.org"])
    for address in ("a@bad.example", "b@mail.bad.example", "carl@elsewhere.example"):
        desk.customer(address).writes("support@desk.example", subject="x", text="Hello.")
    assert desk.tickets() == []
    assert desk.captured() == []
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text="Hello.")
    desk.runs("new", "--customer", "carl@elsewhere.example", "--dept", "sales", "-s", "Call", "-m", "He called.")  # fmt: skip
    desk.customer("carl@elsewhere.example").writes("support@desk.example", subject="y", text="And I write.")  # fmt: skip
    assert [t["customer"]["address"] for t in desk.tickets("status:all", "sort:number")] == [
        "anna@example.org", "carl@elsewhere.example", "carl@elsewhere.example",
    ]  # fmt: skip


def test_turns_and_the_least_loaded(make_desk: DeskMaker) -> None:
    desk = make_desk(
        rules=[
            rule("turns", "opened", [{"assign": {"rotation": "sales"}}], query="dept:sales"),
            rule("least", "opened", [{"assign": {"least_loaded": "sales"}}], query="dept:support"),
        ]
    )
    anna = desk.customer("anna@example.org")
    for nr in range(3):
        anna.writes("sales@desk.example", subject=f"x{nr}", text=f"Hello {nr}.")
    assert [desk.ticket(n)["assignee"] for n in (1, 2, 3)] == ["bob", "lan", "bob"]
    anna.writes("support@desk.example", subject="y", text="Hello there.")
    assert desk.ticket(4)["assignee"] == "lan"
    desk.runs("reply", "4", "-m", "Yes?", agent="lan")
    anna.replies(anna.last_mail, "No.")
    assert desk.ticket(4)["assignee"] == "lan", "who holds it keeps it"


def test_what_agents_do_asks_rules_too_and_is_taken_back_with_it(make_desk: DeskMaker) -> None:
    desk = make_desk(
        undo_window="60s",
        rules=[
            rule("answered", "agent_replied", [{"tag": "answered"}]),
            rule("escalate", "changed", [{"set_priority": "urgent"}, {"notify": "lan"}],
                 **{"if": [{"field": "changed", "is": "severity"}, {"field": "severity", "is": "critical"}]}),
        ],
    )  # fmt: skip
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="x", text="Hello.")
    desk.runs("reply", "1", "-m", "Yes?")
    assert desk.ticket(1)["tags"] == ["answered"]
    desk.runs("undo")
    assert desk.ticket(1)["tags"] == []
    desk.runs("set", "1", "severity=high")
    assert desk.ticket(1)["priority"] == "normal"
    desk.runs("set", "1", "severity=critical")
    assert desk.ticket(1)["priority"] == "urgent"
    desk.clock.passes(minutes=2)
    desk.rests()
    assert "The rule “escalate” tells you of this ticket." in desk.agent("lan").last_mail.text


def test_rules_that_undo_each_other_end(make_desk: DeskMaker) -> None:
    desk = make_desk(
        rules=[
            rule("up", "changed", [{"set_priority": "high"}], **{"if": [{"field": "priority", "is": "low"}]}),
            rule("down", "changed", [{"set_priority": "low"}], **{"if": [{"field": "priority", "is": "high"}]}),
        ]
    )  # fmt: skip
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text="Hello.")
    desk.runs("set", "1", "priority=high")
    assert [name for name, _ in acted(desk, 1)] == ["down", "up"]
    assert desk.ticket(1)["priority"] == "high"


def test_time_acts_once_until_somebody_touches_the_ticket(make_desk: DeskMaker) -> None:
    desk = make_desk(
        rules=[
            rule("silent", "time", [{"notify": "lan"}, {"tag": "silent"}],
                 **{"if": [{"field": "customer_wrote", "older_than": "2d"}, {"field": "status", "is": ["new", "open"]}]}),
            rule("given up", "time", [{"close": "no-answer"}], query="status:pending updated:>7d"),
        ]
    )  # fmt: skip
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="x", text="Hello.")
    lan = desk.agent("lan")
    desk.clock.passes(days=1)
    desk.rests()
    assert acted(desk, 1) == []
    for _ in range(4):
        desk.clock.passes(days=1)
        desk.rests()
        desk.clock.passes(minutes=16)
        desk.rests()
    assert acted(desk, 1) == [("silent", ["tag +silent"])]
    assert len(lan.mails) == 1
    desk.runs("reply", "1", "-m", "Sorry for the wait.")
    assert desk.ticket(1)["status"] == "pending"
    desk.clock.passes(days=8)
    desk.rests()
    desk.clock.passes(minutes=16)
    desk.rests()
    assert desk.ticket(1)["close_reason"] == "no-answer"
    assert acted(desk, 1)[-1] == ("given up", ["close no-answer"])


def test_a_canned_answer_by_rule_keeps_the_budget_and_never_answers_machines(
    make_desk: DeskMaker, tmp_path: Path
) -> None:
    (tmp_path / "canned").mkdir()
    text = "Dear {customer},\n\nwe are **here** from 9 to 5.\n"
    (tmp_path / "canned" / "hours.md").write_text(text, "utf-8")
    desk = make_desk(
        canned=str(tmp_path / "canned"),
        rules=[rule("hours", "customer_wrote", [{"canned": "hours"}], query="status:open,pending")],
        budgets={"acks_per_hour": 3},
    )
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="x", text="Hello.")
    desk.runs("reply", "1", "-m", "Which one?")
    for nr in range(4):
        desk.clock.passes(minutes=5)
        anna.replies(anna.mails[1], f"The {nr}th one.")
    told = [m for m in anna.mails if "Dear Anna" in m.text]
    assert len(told) == 2, "three automatic mails an hour, the ack is one"
    assert told[0].is_automatic
    assert str(told[0].message["from"]) == "Support <support@desk.example>"
    refused = [did[0] for _, did in acted(desk, 1) if "refused" in did[0]]
    assert "budget of the address for this hour is empty" in refused[0]
    assert len(list(texts(desk.ticket(1), "ack"))) == 3
