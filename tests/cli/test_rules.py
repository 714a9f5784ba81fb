"""`ticketd rules test` explains each decision and changes nothing; a rule that cannot be is told with its line."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import DeskMaker
from tests.desk import CONFIG, merged
from ticketd.config.document import ConfigError
from ticketd.config.load import load

RULES = [
    {
        "name": "urgent", "when": ["opened"], "if": [{"field": "subject", "contains": "urgent"}],
        "then": [{"set_priority": "urgent"}], "stop": True,
    },
    {"name": "all", "when": ["opened", "customer_wrote"], "then": [{"tag": "seen"}, {"notify": "lan"}]},
]  # fmt: skip
MAIL = (
    "From: Eve <eve@example.org>\nTo: sales@desk.example\nSubject: {}\nMessage-ID: <1@x>\n\nText.\n"
)


def test_a_mail_is_explained_and_nothing_is_changed(make_desk: DeskMaker, tmp_path: Path) -> None:
    desk = make_desk(rules=RULES)
    (tmp_path / "a.eml").write_text(MAIL.format("Urgent: help"))
    (tmp_path / "b.eml").write_text(MAIL.format("A question"))
    said = desk.runs("rules", "test", str(tmp_path / "a.eml"))
    assert "urgent (opened): acts: set priority=urgent" in said
    assert "yes subject contains urgent   <- Urgent: help" in said
    assert "all (customer_wrote, opened): not asked" in said
    said = desk.runs("rules", "test", str(tmp_path / "b.eml"))
    assert "urgent (opened): does not act" in said
    assert "no  subject contains urgent   <- A question" in said
    assert "all (customer_wrote, opened): acts: tag +seen; notify lan" in said
    told = json.loads(desk.runs("rules", "test", str(tmp_path / "b.eml"), "--json"))["rules"]
    assert [(r["name"], r["holds"], r["did"]) for r in told] == [
        ("urgent", False, []), ("all", True, ["tag +seen"]),
    ]  # fmt: skip
    assert desk.tickets() == []
    assert desk.all_captured() == []


def test_a_ticket_and_the_past(make_desk: DeskMaker) -> None:
    desk = make_desk()
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes(
        "support@desk.example", subject="Urgent", text="Hello.", headers={"X-Spam-Score": "7"}
    )
    anna.writes("support@desk.example", subject="Question", text="Hello again.")
    desk.runs("reply", "2", "-m", "Yes?", "--close")
    anna.replies(anna.last_mail, "This is urgent now.")
    score = {"name": "score", "when": ["opened"], "if": [{"field": "header.x-spam-score", "matches": "^[5-9]"}],
             "then": ["spam"]}  # fmt: skip
    values = yaml.safe_load(desk.config_path.read_text())
    desk.config_path.write_text(yaml.safe_dump(values | {"rules": [*RULES, score]}))

    said = desk.runs("rules", "test", "#1")
    assert "urgent (opened): acts: set priority=urgent" in said
    assert "score (opened): acts: spam" not in said, "the first one stops"
    said = desk.runs("rules", "test", "1", "--rule", "score", "--json")
    assert json.loads(said)["rules"][0]["asked"] is False
    past = json.loads(desk.runs("rules", "test", "--since", "30d", "--json"))
    assert past["tickets"] == 2
    by_name = {r["name"]: (r["asked"], r["tickets"]) for r in past["rules"]}
    assert by_name == {"urgent": (2, [1]), "all": (3, [1, 2]), "score": (2, [])}
    assert "no length of time" in desk.runs("rules", "test", "--since", "soon", code=2)
    assert "there is no rule 'x'; there are urgent, all, score" in desk.runs("rules", "test", "1", "--rule", "x", code=1)  # fmt: skip
    assert [t["priority"] for t in desk.tickets()] == ["normal", "normal"]


OK: dict[str, Any] = {"name": "r", "when": ["opened"], "then": ["spam"]}
IF = {"field": "subject", "is": "x"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (OK | {"when": ["always"]}, "rules.0.when.0: input should be 'opened', 'customer_wrote'"),
        (OK | {"iff": []}, "rules.0.iff: unknown key; did you mean `if`?"),
        (OK | {"if": [{"field": "subjekt", "is": "x"}]}, "there is no field 'subjekt'; there are subject, text"),
        (OK | {"if": [{"field": "subject"}]}, "a condition takes one operator of is, is_not"),
        (OK | {"if": [IF | {"contains": "y"}]}, "2 stand here"),
        (OK | {"if": [{"field": "subject", "iss": "x"}]}, "unknown key; did you mean `is`?"),
        (OK | {"if": [{"field": "subject", "matches": "(a"}]}, "'(a' is no pattern of RE2: missing )"),
        (OK | {"if": [{"field": "subject", "matches": r"(x)\1"}]}, "back-references are not taken"),
        (OK | {"if": [{"field": "opened", "older_than": "3 moons"}]}, "'3 moons' is no length of time"),
        (OK | {"if": [{"field": "subject", "older_than": "3d"}]}, "`older_than` is for opened, updated"),
        (OK | {"if": [{"field": "priority", "is": "hi"}]}, "'hi' is no priority; use one of low"),
        (OK | {"if": [{"field": "department", "is": "sale"}]}, "there is no department 'sale'; there are sales"),
        (OK | {"query": "stauts:open"}, "rules.0.query: there is no field 'stauts:'; did you mean `status:`?"),
        (OK | {"when": ["time"]}, "a rule on time needs `if` or `query`"),
        (OK | {"then": []}, "rules.0: `when` needs one of opened,"),
        (OK | {"then": ["explode"]}, "rules.0.then.0: there is no action 'explode'; there are assign"),
        (OK | {"then": [{"set_color": "red"}]}, "there is no action 'set_color'; there are set_priority"),
        (OK | {"then": [{"set_priority": "red"}]}, "'red' is no priority"),
        (OK | {"then": [{"set_due": "friday"}]}, "'friday' is no length of time"),
        (OK | {"then": [{"set_due": "0d"}]}, "'0d' is over at once"),
        (OK | {"then": ["spam", {"assign": "eve"}]}, "rules.0.then.1: there is no agent 'eve'; there are bob, lan"),
        (OK | {"then": [{"assign": {"rotation": "x"}}]}, "there is no department 'x'"),
        (OK | {"then": [{"assign": {"dice": "x"}}]}, "write assign: AGENT, assign: {rotation: DEPARTMENT}"),
        (OK | {"then": [{"notify": "lan x@y.example"}]}, "there is no agent 'x@y.example'"),
        (OK | {"then": [{"canned": "hi"}]}, "there is no canned reply 'hi'; there are none yet"),
        (OK | {"then": [{"tag": "+a +#"}]}, "'+#' is not understood"),
        (OK | {"then": [{"close": "bored"}]}, "'bored' is no reason to close"),
        (OK | {"then": [{"spam": True, "tag": "x"}]}, "spam, tag stand here together"),
        (OK | {"then": [{"block": "planet"}]}, "`block` takes sender or domain"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_told_with_file_line_and_key(
    tmp_path: Path, rule: dict[str, Any], said: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(merged(CONFIG, {"rules": [rule]}), sort_keys=False))
    with pytest.raises(ConfigError) as caught:
        load(path)
    told = str(caught.value)
    assert said in told
    assert told.startswith(f"{path}:"), told
    assert "rules.0" in told
    assert len(caught.value.faults) == 1, told


def test_a_rule_of_a_snippet_is_told_with_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    path, snippet = tmp_path / "config.yaml", tmp_path / "conf.d" / "rules.yaml"
    path.write_text(yaml.safe_dump(merged(CONFIG, {"rules": [OK]}), sort_keys=False))
    snippet.write_text("rules:\n- name: second\n  when: [opened]\n  then: [explode]\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(
        f"{snippet}:4: rules.1.then.0: there is no action 'explode'"
    )


def test_a_blocked_sender_is_explained(make_desk: DeskMaker, tmp_path: Path) -> None:
    desk = make_desk(blocked=["@example.org"])
    (tmp_path / "a.eml").write_text(MAIL.format("Hello"))
    told = json.loads(desk.runs("explain", str(tmp_path / "a.eml"), "--json"))
    assert (told["step"], told["reasons"][-1]) == ("file-only", "@example.org is blocked")


def test_two_rules_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(merged(CONFIG, {"rules": [OK, OK]}), sort_keys=False))
    with pytest.raises(ConfigError, match=r"rules\.1\.name: another rule is called 'r' too"):
        load(path)
