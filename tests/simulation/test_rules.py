"""Random rule sets and random histories: no loop, each rule at most once in an act, clocks and figures that agree.

A thousand of them: `pytest --rule-sets 1000 tests/simulation/test_rules.py`.
"""

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.desk import Desk
from ticketd.store.agent_tables import DigestLine
from ticketd.store.tables import Activity, Outbox, Ticket

SLA = [{"name": "all", "first_reply": "2h", "resolution": "5h", "warn": "30m", "escalate": []}]
WHEN = ("opened", "customer_wrote", "agent_replied", "changed", "time")
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"field": "priority", "is": ["low", "normal"]},
    {"field": "priority", "is_not": "urgent"},
    {"field": "status", "in": ["new", "open"]},
    {"field": "status", "is": "closed"},
    {"field": "tag", "is": "a"},
    {"field": "tag", "is_not": "b"},
    {"field": "assignee", "is": "none"},
    {"field": "text", "contains": "sound"},
    {"field": "subject", "matches": "(?i)x|y"},
    {"field": "changed", "is": "priority"},
    {"field": "updated", "older_than": "1h"},
    {"field": "customer_wrote", "older_than": "2h"},
)
QUERIES = (
    "",
    "",
    "status:open,new",
    "-tag:b",
    "priority:>=high",
    "has:reply",
    "sound",
    "opened:>1h",
    "sla:late",
    "due:<1h",
)
ACTIONS: tuple[Any, ...] = (
    {"set_priority": "low"}, {"set_priority": "high"}, {"set_priority": "urgent"}, {"set_severity": "high"},
    {"set_department": "sales"}, {"set_department": "support"}, {"set_due": "3d"}, {"tag": "+a -b"}, {"tag": "+b -a"},
    {"assign": "bob"}, {"assign": "none"}, {"assign": {"rotation": "sales"}}, {"assign": {"least_loaded": "sales"}},
    {"notify": "lan"}, {"notify": "bob lan"}, {"follow": "lan"}, {"note": "A rule was here."},
    {"close": "no-answer"}, "no_ack", {"canned": "hours"},
)  # fmt: skip


def rule_set(chance: random.Random) -> list[dict[str, Any]]:
    found = []
    for number in range(chance.randint(1, 12)):
        when = chance.sample(WHEN, chance.randint(1, 3))
        rule: dict[str, Any] = {
            "name": f"rule {number}",
            "when": when,
            "if": chance.sample(CONDITIONS, chance.randint(0, 2)),
            "query": chance.choice(QUERIES),
            "then": chance.sample(ACTIONS, chance.randint(1, 3)),
            "stop": chance.random() < 0.15,
        }
        if "time" in when and not (rule["if"] or rule["query"]):
            rule["query"] = "status:new,open"
        found.append(rule)
    return found


def play(desk: Desk, chance: random.Random) -> None:
    """Some hours of a customer and an agent."""
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject=chance.choice("xyz"), text="No sound.")
    for _ in range(chance.randint(2, 6)):
        desk.clock.passes(minutes=chance.choice((1, 61, 200)))
        desk.rests()
        act = chance.randint(0, 4)
        if act == 0 and anna.mails:
            anna.replies(anna.last_mail, f"Still no sound {desk.serial()}.")
        elif act == 0:
            anna.writes("support@desk.example", subject="y", text=f"More {desk.serial()}.")
        elif act == 1:
            desk.runs("reply", "1", "-m", f"Turn it on {desk.serial()}.")
        elif act == 2:
            desk.runs("set", "1", f"priority={chance.choice(('low', 'high', 'urgent'))}")
        elif act == 3:
            desk.runs("tag", "1", chance.choice(("+a", "+b")))
        else:
            desk.runs("note", "1", "-m", "Hm.")
    desk.clock.passes(hours=3)
    desk.rests()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("seed", range(int(metafunc.config.getoption("--rule-sets"))))


@pytest.mark.in_process
def test_no_loop_and_everything_agrees(tmp_path: Path, seed: int, sqlite_template: Path) -> None:
    chance = random.Random(seed)
    (tmp_path / "canned").mkdir()
    (tmp_path / "canned" / "hours.md").write_text("Dear {customer}, from 9 to 5.", "utf-8")
    file = tmp_path / "desk.db"
    file.write_bytes(sqlite_template.read_bytes())
    rules = rule_set(chance)
    more = {"rules": rules, "canned": str(tmp_path / "canned"), "sla": SLA}
    desk = Desk(tmp_path, f"sqlite:///{file}", **more)
    try:
        play(desk, chance)
        with desk.database.reading() as session:
            rows = list(session.execute(select(Activity).order_by(Activity.id)).scalars())
            tickets = list(session.execute(select(Ticket)).scalars())
            mails = list(session.execute(select(Outbox)).scalars())
            kept = list(session.execute(select(DigestLine)).scalars())
        assert_no_loop(rows, rules)
        for ticket in tickets:
            own = [row for row in rows if row.ticket == ticket.number]
            assert_history_agrees(ticket, own)
            assert_clocks_agree(desk, ticket, own)
        assert_figures_agree(desk, rows)
        assert_notices(desk, rows, mails, kept)
    finally:
        desk.close()


def assert_no_loop(rows: list[Activity], rules: list[dict[str, Any]]) -> None:
    """Each rule at most once for a ticket in an act; a ticket changes at most so often as rules have actions."""
    acted = [(row.act, row.ticket, row.data["rule"]) for row in rows if row.event == "rule_acted"]
    assert len(acted) == len(set(acted))
    most = 4 * sum(len(rule["then"]) + 1 for rule in rules) + 12
    for act in {row.act for row in rows}:
        assert sum(row.act == act for row in rows) <= most


def assert_history_agrees(ticket: Ticket, rows: list[Activity]) -> None:
    """Replaying the history gives the ticket as it is, and each change begins where the last one ended."""
    now: dict[str, Any] = {
        "status": "new", "priority": "normal", "severity": "", "assignee": "", "tags": [],
        "department": next(r.data["department"] for r in rows if r.event == "opened"), "language": ticket.language,
    }  # fmt: skip
    for row in rows:
        data = row.data
        match row.event:
            case "status_changed":
                assert now["status"] == data["old"]
                now["status"] = data["new"]
            case "assigned":
                assert now["assignee"] == data["before"]
                now["assignee"] = data["assignee"]
            case "changed" if data["field"] in now:
                assert now[data["field"]] == data["old"]
                now[data["field"]] = data["new"]
            case "tagged":
                now["tags"] = [t for t in now["tags"] if t not in data["removed"]] + data["added"]
            case _:
                pass
    assert now["status"] == ticket.status
    assert (ticket.status == "closed") == (ticket.closed_at is not None)
    assert now["assignee"] == (ticket.assignee or "")
    assert (now["priority"], now["severity"]) == (ticket.priority, ticket.severity or "")
    assert now["department"] == ticket.department
    assert sorted(now["tags"]) == sorted(ticket.tags)


def assert_notices(
    desk: Desk, rows: list[Activity], mails: list[Outbox], kept: list[DigestLine]
) -> None:
    """Whom a rule notifies gets one mail of that act; nobody outside gets one that is not in the history."""
    for row in rows:
        if row.event != "rule_acted":
            continue
        for key in row.data["notified"]:
            agent = desk.settings.agent(key)
            assert agent is not None
            told = [m for m in mails if m.act == row.act and m.rcpt_to in agent.addresses]
            lines = [k for k in kept if k.act == row.act and k.agent == key]
            # Who did it is told nothing of the own act, be it that a rule says so: that is by the desk.
            assert len(told) + len(lines) == 1, (row.data, key)
    canned = sum("canned hours" in row.data["did"] for row in rows if row.event == "rule_acted")
    acks = [m for m in mails if m.kind == "ack"]
    opened = sum(row.event == "opened" for row in rows)
    withheld = sum(row.event == "ack_withheld" for row in rows)
    assert len(acks) == opened - withheld + canned


def running(
    rows: Sequence[Activity], opened: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """When customers waited, by the changes of the status alone."""
    found, status, since = [], "new", opened
    for at, new in [
        *((r.at, r.data["new"]) for r in rows if r.event == "status_changed"),
        (until, ""),
    ]:
        if status in {"new", "open"}:
            found.append((since, at))
        status, since = new, at
    return found


def reached(spans: Sequence[tuple[datetime, datetime]], hours: int) -> datetime | None:
    """When they had waited so long; None where they did not, and do not wait now."""
    left = timedelta(hours=hours)
    for at, (start, end) in enumerate(spans):
        if end - start >= left or at == len(spans) - 1:
            return start + left
        left -= end - start
    return None


def assert_clocks_agree(desk: Desk, ticket: Ticket, rows: list[Activity]) -> None:
    """Due moments and spans, reckoned a second time from the changes of the status."""
    now = desk.clock()
    spans = running(rows, ticket.opened_at, now)
    told = desk.ticket(ticket.number)
    waited = sum((end - start for start, end in spans), timedelta(0))
    assert told["waiting_seconds"] == round(waited.total_seconds())
    assert told["service_seconds"] <= told["waiting_seconds"]
    is_answered = any(
        row.event == "agent_replied" or row.data.get("new") == "closed" for row in rows
    )
    goes = ticket.status in {"new", "open"}
    for due, hours, is_done in (
        (ticket.first_reply_due, 2, is_answered), (ticket.resolution_due, 5, ticket.status == "closed"),
    ):  # fmt: skip
        if is_done:
            assert due is None
        elif goes:
            assert due == reached(spans, hours)
    own = ticket.agent_due if ticket.status != "closed" else None
    dues = (ticket.first_reply_due, ticket.next_reply_due, ticket.resolution_due, own)
    assert ticket.sla_due_at == min(filter(None, dues), default=None)
    breaches = [(r.data["target"], r.data["since"]) for r in rows if r.event == "sla_breached"]
    assert len(breaches) == len(set(breaches)), "told twice"


def assert_figures_agree(desk: Desk, rows: list[Activity]) -> None:
    """What the report counts is what stands in the history."""
    told = json.loads(desk.runs("report", "summary", "--last", "2d", "--json"))["figures"]
    closings = {r.ticket for r in rows if r.event == "status_changed" and r.data["new"] == "closed"}
    openings = [r for r in rows if r.event == "status_changed" and r.data["old"] == "closed"]
    assert told["opened"]["value"] == sum(r.event == "opened" for r in rows)
    assert told["closed"]["value"] == len(closings)
    assert told["reopened"]["value"] == len(openings)
    assert told["backlog"]["value"] == len(desk.tickets("status:new,open,pending"))
