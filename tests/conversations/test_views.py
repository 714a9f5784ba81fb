"""Queries under a name: of the configuration, of every desk, of an agent; as lists, in groups and as charts."""

import json

import pytest

from tests.conftest import DeskMaker
from tests.conversations.test_desk_address import PASS, says
from tests.desk import Desk
from tests.process import TICKETD
from tests.terminal import runs_in_terminal

VIEWS = {"vip": {"query": "customer:@big.example status:all", "sort": "number", "columns": ["number", "name", "tags"]}}  # fmt: skip


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    desk = make_desk(views=VIEWS, auth={"authserv_ids": ["mx.desk.example"]})
    for number, address in enumerate(("ann@big.example", "bo@small.example", "cy@big.example"), 1):
        person = desk.customer(address, f"Person {number}")
        person.writes("support@desk.example", subject=f"Question {number}", text="Please help.")
        desk.clock.passes(days=2)
    desk.runs("tag", "1", "2", "+hw")
    desk.runs("tag", "2", "+big")
    desk.runs("set", "3", "priority=urgent")
    desk.runs("close", "1", "--no-mail")
    return desk


def test_a_view_of_the_configuration_is_the_same_everywhere(desk: Desk) -> None:
    shown = desk.runs("list", "vip").splitlines()
    assert shown == ["#1\tPerson 1\thw", "#3\tPerson 3\t-"]
    assert desk.runs("list", "vip", "-q", "status:new") == "3\n"
    assert desk.runs("list", "--view", "vip", "tag:hw", "-q") == "1\n"
    assert desk.runs("list", "view:vip", "sort:-number", "-q") == "3\n1\n"
    bob = says(desk, "list vip\nlimit view:vip\n1-3 tag +seen")
    assert "Question 1" in bob.last_mail.text
    assert "Question 2" not in bob.last_mail.text
    assert [t["number"] for t in desk.tickets("tag:seen", "status:all")] == []
    assert "#2: outside of the limit" in bob.last_mail.text
    report = json.loads(desk.runs("report", "summary", "view:vip", "--json"))
    assert report["query"] == "view:vip"
    assert "did you mean vip" in desk.runs("list", "view:vop", code=1)


def test_an_agent_s_own_view_stands_before_the_others_and_is_the_agent_s_alone(desk: Desk) -> None:
    desk.runs(
        "view", "save", "hot", "priority:high+", "sort:-priority", "--columns", "number,priority"
    )
    assert desk.runs("list", "hot") == "#3\turgent\n"
    assert "Question 3" in says(desk, "list hot").last_mail.text
    assert desk.runs("list", "hot", agent="lan") == "", "a word that nobody wrote"
    desk.runs("view", "save", "asked", "tag:big status:all", "Please help", "-tag:x")
    assert desk.runs("list", "asked", "-q") == "2\n", "two fields in one, and a phrase"
    desk.runs("view", "save", "vip", "tag:big")
    assert desk.runs("list", "vip", "-q") == "2\n"
    named = json.loads(desk.runs("view", "list", "--json"))["views"]
    assert {(v["name"], v["owner"]) for v in named} >= {
        ("hot", "bob"),
        ("vip", "bob"),
        ("mine", None),
    }
    desk.runs("view", "delete", "vip")
    assert desk.runs("list", "vip", "-q") == "1\n3\n"
    assert "not an agent's, but the desk's" in desk.runs("view", "delete", "vip", code=1)
    assert "made of no other" in desk.runs("view", "save", "x", "view:hot", code=1)
    assert "no column 'colour'" in desk.runs("view", "save", "x", "tag:a", "--columns", "colour", code=1)  # fmt: skip
    assert "did you mean `status:`" in desk.runs("view", "save", "x", "statsu:open", code=2)
    lan = desk.agent("lan")
    lan.writes("desk@desk.example", subject="x", text="list unassigned", headers=PASS)
    assert "no tickets" in lan.last_mail.text, "of those that Lan may see"


def test_counted_and_in_groups(desk: Desk) -> None:
    assert desk.runs("list", "status:all", "--chart") == "new\t2\nclosed\t1\n"
    assert desk.runs("list", "--chart", "status:all") == "new\t2\nclosed\t1\n"
    assert desk.runs("list", "status:all", "--chart", "tag") == "hw\t2\nbig\t1\nnone\t1\n"
    assert desk.runs("list", "status:all", "--chart", "age") == "1-3d\t1\n3-7d\t2\n"
    chart = json.loads(desk.runs("list", "--chart", "priority", "--json"))
    assert chart["groups"] == [{"value": "urgent", "count": 1}, {"value": "normal", "count": 1}]
    groups = json.loads(desk.runs("list", "status:all", "--group-by", "tag", "--json"))["groups"]
    numbers = {g["value"]: sorted(t["number"] for t in g["tickets"]) for g in groups}
    assert list(numbers.items()) == [("hw", [1, 2]), ("big", [2]), ("none", [3])]
    lines = desk.runs("list", "--group-by", "agent").splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["none", "#3"], ["none", "#2"]]
    assert "did you mean priority" in desk.runs("list", "--chart", "prioirty", code=2)


@pytest.mark.in_process
def test_a_list_that_looks_again_ends_with_ctrl_c(desk: Desk) -> None:
    assert "here is none" in desk.runs("list", "--watch", code=2)
    command = [*TICKETD, "--config", str(desk.config_path), "list", "--watch", "--every", "1"]
    code, shown = runs_in_terminal(
        command, [(b"Question 3", ""), (b"every 1 s", "\x03")], size=(5, 80)
    )
    assert code == 0, shown
    assert shown.count("Question 3") >= 2, "drawn again"
    assert "1 more line" in shown or "more lines" in shown
    assert shown.rstrip().endswith("\x1b[?1049l"), "the screen from before comes back"
    assert "Traceback" not in shown
