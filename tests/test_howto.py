"""The recipes of docs/howto are typed as they stand there, against a desk; only the places are moved."""

import json
import mailbox
import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.desk import Desk
from tests.process import ROOT
from ticketd.cli.program import run
from ticketd.config.load import load
from ticketd.core import mta
from ticketd.core.gateway import Brought, read_object

HOWTO = ROOT / "docs" / "howto"


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    database = tmp_path / "desk" / "ticketd.db"
    database.parent.mkdir()
    shutil.copy(sqlite_template, database)
    made = Desk(tmp_path / "desk", f"sqlite:///{database}")
    eve = made.customer("eve@x.example")
    eve.writes("support@desk.example", subject="Printer", text="It is jammed")
    return made


def blocks(name: str) -> list[str]:
    """Every line of the document's blocks that calls us, without its remark."""
    text = (HOWTO / name).read_text("utf-8")
    found = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.partition("  #")[0].strip() for block in found for line in block.splitlines()]
    return [line for line in lines if line.startswith("ticketd ")]


def typed(line: str, config: Path, **places: str) -> int:
    """Run a line of a document as the operator."""
    for old, new in places.items():
        line = re.sub(rf"(?<![\w/]){re.escape(old)}(?![\w])", new, line)
    return run(["--config", str(config), *shlex.split(line)[1:]])


def test_backup(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "backups").mkdir()
    make, check, restore, listed, release = blocks("backup.md")
    for line in (make, check):
        assert (
            typed(line, desk.config_path, **{"/var/backups/ticketd": str(tmp_path / "backups")})
            == 0
        )
    shutil.copy(tmp_path / "backups" / "desk.tar.gz", tmp_path)
    # The other machine: there the state folder of the configuration is empty.
    desk.close()
    (tmp_path / "desk").rename(tmp_path / "gone")
    (tmp_path / "desk" / "state").mkdir(parents=True)
    new = tmp_path / "etc"
    assert typed(restore, tmp_path / "none.yaml", **{"/etc/ticketd": str(new)}) == 0
    for line in (listed, release):
        assert typed(line, new / "config.yaml") == 0
    again = Desk(tmp_path / "desk", yaml.safe_load((new / "config.yaml").read_text())["database"])
    assert [t["subject"] for t in again.tickets()] == ["Printer"]
    again.close()


def test_upgrade(desk: Desk) -> None:
    (upgrade,) = blocks("upgrade.md")
    assert typed(upgrade, desk.config_path) == 0


def test_moving_to_postgresql(desk: Desk, empty_postgres: str) -> None:
    lines = blocks("postgres.md")
    assert len(lines) == 2
    for line in lines:
        assert (
            typed(
                line, desk.config_path, **{"postgresql://ticketd@localhost/ticketd": empty_postgres}
            )
            == 0
        )


def test_coming_and_leaving(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    box = mailbox.mbox("old-desk.mbox")
    box.add(
        b"From: tom@y.example\nTo: support@desk.example\nSubject: Old\nMessage-ID: <1@y>\nDate: Mon, 3 Mar 2025 09:00:00 +0000\n\nHi\n"
    )
    box.close()
    mailbox.Maildir("Maildir").close()
    for line in blocks("leaving.md"):
        assert typed(line, desk.config_path, **{"/home/support/Maildir": "Maildir"}) == 0
    assert len((tmp_path / "everything.jsonl").read_text("utf-8").splitlines()) == 2
    assert (tmp_path / "everything.mbox").read_bytes().count(b"\nX-Ticketd-Ticket: ") == 3


def test_an_agent_comes_by_ssh(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ann.pub").write_text(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtGcWB2gCgPhk7 ann\n"
    )
    add, leave = blocks("agents.md")
    keys = tmp_path / "authorized_keys"
    places = {
        "/var/lib/ticketd/.ssh/authorized_keys": str(keys),
        "add ann": "add bob",
        "ann --": "bob --",
        "bob": "lan",
    }
    assert typed(add, desk.config_path, **places | {"bob": "bob"}) == 0
    assert "agent-shell --agent bob" in keys.read_text()
    assert typed(leave.replace("bob", "lan").replace("ann", "bob"), desk.config_path) == 0


def test_each_question_has_its_command(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mail.eml").write_bytes(
        b"From: eve@x.example\nTo: support@desk.example\nSubject: Re: [#1] Printer\n\nStill\n"
    )
    robot = desk.customer("no-reply@x.example")
    robot.writes(
        "support@desk.example", subject="Report", headers={"Auto-Submitted": "auto-generated"}
    )
    said: dict[str, str] = {}
    for question, answer in re.findall(
        r"^\| (.*?\?) .*?\| (.*) \|$", (HOWTO / "questions.md").read_text("utf-8"), re.MULTILINE
    ):
        for line in re.findall(r"`(ticketd [^`]*)`", answer):
            if "FILE" in line or "deactivate" in line or "release" in line:
                continue
            words = line.replace("1042", "2").replace("WORDS", "jammed")
            code = typed(words, desk.config_path)
            assert code == (1 if "--check" in line else 0), line
            said[question] = said.get(question, "") + capsys.readouterr().out
    assert "Printer" in said["Where is this mail?"]
    assert "tag" in said["Why did this become a new ticket?"]
    assert "kind=automatic" in said["Why no ack?"]
    assert "the daemon has never run" in said["Is anything stuck?"]


@pytest.mark.parametrize("name", ["hooks.md", "monitoring-mails.md", "rules.md", "templates.md"])
def test_the_settings_of_a_page_are_understood(desk: Desk, tmp_path: Path, name: str) -> None:
    given = yaml.safe_load(desk.config_path.read_text("utf-8"))
    pages = re.findall(r"```yaml\n(.*?)```", (HOWTO / name).read_text("utf-8"), re.DOTALL)
    (tmp_path / "token").write_text("x")
    for number, text in enumerate(pages):
        path = tmp_path / f"{number}.yaml"
        page = yaml.safe_load(text.replace("/etc/ticketd/chat.token", str(tmp_path / "token")))
        if isinstance(page, dict) and {"hooks", "monitoring", "spam", "custom_fields", "labels"} & {
            *page
        }:
            path.write_text(yaml.safe_dump(given | page, allow_unicode=True), "utf-8")
            load(path)


def test_the_object_of_the_page_of_gateways_is_understood() -> None:
    (text,) = re.findall(
        r"```json\n(.*?)```", (HOWTO / "gateways.md").read_text("utf-8"), re.DOTALL
    )
    read = read_object(json.loads(text), ["support"], ["en"], datetime.now(UTC))
    assert isinstance(read, Brought)
    assert read.address == "line:U4af4980629"


@pytest.mark.parametrize("lmtp", ["127.0.0.1:8024", "/run/ticketd/lmtp.sock"])
def test_init_prints_what_was_run_beside_exim_and_opensmtpd(lmtp: str) -> None:
    """The pages say when and with which versions; a line that changes has to be run again."""
    route = mta.Route("tickets.example.com", lmtp, "127.0.0.1:8025", ("support@example.com",))
    for name, printed in (
        ("exim.md", mta.exim_lines(route)),
        ("opensmtpd.md", mta.opensmtpd_lines(route)),
    ):
        page = (HOWTO / name).read_text("utf-8").splitlines()
        assert [line for line in printed if line not in page] == []
    if lmtp.startswith("127"):
        assert "\n".join(mta.exim_lines(route)) in (HOWTO / "exim.md").read_text("utf-8")
