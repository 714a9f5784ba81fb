"""Agents come and go, and reach their commands by ssh and sudo, each in the own name alone."""

import json
from pathlib import Path

import pytest
import yaml

from tests.conftest import DeskMaker
from tests.desk import Desk

pytestmark = pytest.mark.in_process
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtGcWB2gCgPhk7 bob@home"


def busy(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.customer(f"{name}@x.example").writes("sales@desk.example", subject=f"Of {name}")
    desk.runs("take", "1-2", agent="lan")
    desk.runs("close", "2", agent="lan")
    desk.runs("follow", "3", agent="lan")


def test_who_there_is_and_what_is_open_at_whom(desk: Desk) -> None:
    busy(desk)
    agents = {a["key"]: a for a in json.loads(desk.runs("agent", "list", "--json"))["agents"]}
    assert {k: (a["state"], a["open"]) for k, a in agents.items()} == {
        "bob": ("active", 0),
        "lan": ("active", 1),
    }
    assert agents["lan"]["departments"] == ["sales"]
    assert "lan@agents.example" in desk.runs("agent", "list")


def test_an_agent_leaves(desk: Desk) -> None:
    busy(desk)
    desk.runs("agent", "deactivate", "lan", "--reassign", "bob", "--dry-run")
    assert desk.ticket(1)["assignee"] == "lan"
    bob = desk.agent("bob")
    before = len(bob.mails)
    said = desk.runs("agent", "deactivate", "lan", "--reassign", "bob")
    assert f"{desk.config_path}:" in said
    assert "active: false" in said
    assert (desk.ticket(1)["assignee"], desk.ticket(2)["assignee"]) == ("bob", "lan")
    assert desk.ticket(3)["followers"] == []
    assert len(bob.mails) == before, "who does it is not told of it"
    assert "cannot take them over" in desk.runs(
        "agent", "deactivate", "bob", "--reassign", "zoe", code=1
    )
    assert "no agent 'zoe'" in desk.runs("agent", "deactivate", "zoe", "--reassign", "none", code=1)
    desk.runs("undo")
    assert desk.ticket(1)["assignee"] == "lan"


def test_who_is_not_active_is_a_stranger(make_desk: DeskMaker) -> None:
    desk = make_desk()
    busy(desk)
    lan = desk.agent("lan")
    values = yaml.safe_load(desk.config_path.read_text("utf-8"))
    values["agents"]["lan"]["active"] = False
    desk.config_path.write_text(yaml.safe_dump(values), "utf-8")
    assert "no agent 'lan'" in desk.runs("close", "1", agent="lan", code=77)
    desk.config = type(desk.config).model_validate(values)
    desk.reloads()
    notice = lan.last_mail
    lan.replies(notice, "#close")
    assert desk.ticket(1)["status"] != "closed"
    agents = {
        a["key"]: a["state"] for a in json.loads(desk.runs("agent", "list", "--json"))["agents"]
    }
    assert agents["lan"] == "inactive"
    got = len(lan.mails)
    desk.customer("c@x.example").writes("sales@desk.example", subject="Once more")
    assert len(lan.mails) == got


# -- ssh ----------------------------------------------------------------------------------------


def by_ssh(desk: Desk, monkeypatch: pytest.MonkeyPatch, command: str, code: int = 0) -> str:
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", command)
    monkeypatch.delenv("SUDO_USER", raising=False)
    return desk.runs("agent-shell", "--agent", "bob", code=code)


def test_a_key_does_the_commands_of_its_agent(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(desk)
    public, keys = tmp_path / "id.pub", tmp_path / "authorized_keys"
    public.write_text(f"{KEY}\n")
    line = desk.runs("ssh-key", "add", "bob", str(public)).strip()
    assert line.startswith('restrict,pty,command="')
    assert line.endswith(f'agent-shell --agent bob" {KEY}')
    assert f"--config {desk.config_path}" in line
    for _ in range(2):
        desk.runs("ssh-key", "add", "bob", str(public), "--to", str(keys))
    assert keys.read_text() == f"{line}\n"

    assert "Of a" in by_ssh(desk, monkeypatch, "show 1")
    by_ssh(desk, monkeypatch, "reply 1 -m 'On my way' --close")
    told = desk.ticket(1)
    assert (told["status"], told["messages"][-1]["by"]) == ("closed", "bob")
    assert "Agents:" in by_ssh(desk, monkeypatch, "")
    assert "Usage" in by_ssh(desk, monkeypatch, "reply --help")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("--as lan list", "one is who one is"),
        ("list --config /etc/passwd", "one is who one is"),
        ("backup /tmp/x", "no command for agents"),
        ("serve", "no command for agents"),
        ("agent-shell --agent lan", "no command for agents"),
        ("reply 1 -F /etc/passwd", "only `-`"),
        ("reply 1 -F/etc/passwd", "only `-`"),
        ("reply 1 --file=/etc/passwd", "only `-`"),
        ("reply 1 -m x --attach /etc/passwd", "only `-`"),
        ("note 1 -qF keys", "only `-`"),
        ("attach 1 1 -o /tmp/x", "only `-`"),
    ],
)
def test_a_key_does_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, command: str, words: str
) -> None:
    assert words in by_ssh(desk, monkeypatch, command, code=77)


def test_what_is_no_public_key_is_refused(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "key"
    for text, words in (
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n", "private key"),
        (f'command="sh" {KEY}\n', "no public key"),
        (f"{KEY}\n{KEY}\n", "no public key"),
        ("", "no public key"),
    ):
        file.write_text(text)
        assert words in desk.runs("ssh-key", "add", "bob", str(file), code=1)
    file.write_text(KEY)
    assert "there are bob, lan" in desk.runs("ssh-key", "add", "zoe", str(file), code=1)
