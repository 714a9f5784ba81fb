"""The command: what it prints, its exit codes, who may act."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.process import ROOT, TICKETD
from ticketd.cli.app import Failure, who
from ticketd.cli.arguments import split_globals
from ticketd.cli.ids import ticket_numbers
from ticketd.core.addresses import Agent

BOB = Agent("bob", "Bob", ("bob@x.example",), (), login="bob")
ANN = Agent("ann", "Ann", ("ann@x.example",), (), login="ann")


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["1042"], [1042]),
        (["#7"], [7]),
        (["[Acme #7]"], [7]),
        (["[#7]"], [7]),
        (["1-3,7", "2"], [1, 2, 3, 7]),
        (["#1-#2"], [1, 2]),
    ],
)
def test_ids(words: list[str], numbers: list[int]) -> None:
    assert ticket_numbers(words) == numbers


def test_options_stand_before_or_after_the_command_and_text_is_text() -> None:
    given = ["--config", "c", "reply", "1", "-m", "--as", "--as=bob"]
    assert split_globals(given) == ({"config": "c", "agent": "bob"}, ["reply", "1", "-m", "--as"])
    assert split_globals(["show", "--", "--as"]) == ({}, ["show", "--", "--as"])


def test_who_acts() -> None:
    agents = (BOB, ANN)
    assert who("ann", "root", agents, may_be_any=True) == ANN
    assert who("ann@x.example", "root", agents, may_be_any=True) == ANN
    assert who(None, "bob", agents, may_be_any=True) == BOB
    for asked, login, any_one in (
        ("ann", "bob", False),
        ("eve", "root", True),
        (None, "eve", True),
    ):
        with pytest.raises(Failure, match=r"login: bob|no agent 'eve'|login: eve") as caught:
            who(asked, login, agents, may_be_any=any_one)
        assert caught.value.code == 77


def run(*arguments: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TICKETD", "SUDO"))}
    return subprocess.run(
        [*TICKETD, *arguments], capture_output=True, text=True, cwd=ROOT, check=False, env={**clean, "XDG_STATE_HOME": "/nonexistent", **(env or {})}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["lsit"], 2, "did you mean `list`?"), (["show"], 2, "IDS"), (["list", "--nonsense"], 2, "--nonsense"), (["--config"], 2, "needs a value"),
        (["--config", "/nonexistent.yaml", "list"], 78, "/nonexistent.yaml"), (["list"], 78, "no configuration"),
        (["explain", "/nonexistent.eml"], 1, "/nonexistent.eml"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(arguments: list[str], code: int, word: str) -> None:
    if Path("/etc/ticketd/config.yaml").exists():
        pytest.skip("a desk is installed here")
    done = run(*arguments)
    assert done.returncode == code
    assert word in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr + done.stdout


def test_a_reader_that_goes_away_is_no_failure(desk: Desk) -> None:
    for number in range(3):
        desk.customer(f"c{number}@example.org").writes(
            "support@desk.example", subject="x", text=f"Text {number}"
        )
    command = f"{sys.executable} -m ticketd --config {desk.config_path} show 1-3 | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def on_a_terminal(columns: int, *arguments: str) -> str:
    """What a person sees."""
    main, side = pty.openpty()
    env = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1", "TERM": "xterm", "PAGER": "cat"}
    with subprocess.Popen(
        [*TICKETD, *arguments], stdout=side, stderr=side, stdin=side, cwd=ROOT, env=env
    ) as process:
        os.close(side)
        said = b""
        while True:
            try:
                block = os.read(main, 65536)
            except OSError:
                break
            if not block:
                break
            said += block
        process.wait()
    os.close(main)
    return said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 120])
def test_columns_are_aligned_in_every_script(desk: Desk, columns: int) -> None:
    from rich.cells import cell_len

    for name, subject in (
        ("a", "เครื่องพิมพ์ใบเสร็จไม่ทำงานตั้งแต่เมื่อวาน"),
        ("b", "Máy in hóa đơn không hoạt động từ hôm qua"),
        ("c", "No sound"),
    ):
        desk.customer(f"{name}@example.org").writes(
            "support@desk.example", subject=subject, text=subject
        )
    *lines, total = on_a_terminal(columns, "--config", str(desk.config_path), "list").splitlines()
    assert total == "3 tickets (new, open, pending)"
    assert lines[0].startswith("ID")
    at = cell_len(lines[0][: lines[0].index("CUSTOMER")])
    for line in lines[1:]:
        assert cell_len(line) <= columns
        assert line.startswith("#")
        before = line[: line.index("@example.org") - 1]
        assert cell_len(before) == at


def test_nobody_reads_the_output(desk: Desk) -> None:
    """A reader that has gone and an output that was closed are no faults."""
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text="Hello.")
    command = " ".join([*TICKETD, "--config", str(desk.config_path)])
    for shell in (f"{command} show 1 | true", f"{command} list >&-", f"{command} show 1 >&- 2>&-"):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", shell], capture_output=True, check=False, cwd=ROOT
        )
        assert (done.returncode, done.stderr) == (0, b""), shell


def test_a_reader_that_goes_away_stops_no_act(desk: Desk) -> None:
    for number in range(3):
        desk.customer(f"c{number}@example.org").writes(
            "support@desk.example", subject="x", text=f"Text {number}"
        )
    command = f"{' '.join(TICKETD)} --config {desk.config_path} --as bob close 1-3 --no-mail | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert {t["status"] for t in desk.tickets()} == {"closed"}


def test_a_file_to_standard_output(desk: Desk) -> None:
    desk.customer("a@example.org").writes(
        "support@desk.example", subject="x", text="y", attachments=[("a.bin", b"\x00\xff")]
    )
    command = [*TICKETD, "--config", str(desk.config_path), "attach", "1", "1", "-o", "-"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, b"\x00\xff")


@pytest.mark.parametrize("columns", [44, 120])
def test_screens_fit_the_terminal(desk: Desk, columns: int) -> None:
    """Nothing runs over the edge, whatever the script and however long a word is."""
    from rich.cells import cell_len

    anna = desk.customer(
        "anna.with.a.very.long.address@subdomain.customer.example", "สมชาย ใจดี มีสุข"
    )
    anna.writes(
        "support@desk.example", subject="เครื่องพิมพ์ใบเสร็จไม่ทำงานตั้งแต่เมื่อวานตอนบ่าย " * 3,
        text=("ตั้งแต่เช้าเครื่องพิมพ์ใบเสร็จพิมพ์ออกมาเป็นกระดาษเปล่าค่ะ" * 4) + "\n" + "x" * 300 + "\nMáy in hóa đơn " * 20,
        attachments=[("ảnh.jpg", b"x" * 2000)],
    )  # fmt: skip
    desk.runs("note", "1", "-m", "Known fault. " * 20)
    desk.runs("show", "1")
    config = ("--config", str(desk.config_path), "--as", "bob")
    commands = (("show", "@last"), ("list",), ("search", "hoa"), ())
    for command in commands if columns == 44 else commands[:1]:
        said = on_a_terminal(columns, *config, *command)
        assert all(cell_len(line) <= columns for line in said.splitlines()), command
        assert "#1" in said
        if "@last" in command:
            assert "[ảnh.jpg, 2.0 kB]" in said


def test_a_pipe_gets_tabs_and_whole_values(desk: Desk) -> None:
    desk.customer("anna@example.org").writes(
        "support@desk.example", subject="x" * 150, text="Hello."
    )
    (row,) = [line.split("\t") for line in desk.runs("list").splitlines()]
    assert row[:6] == ["#1", "new", "normal", "support", "-", "anna@example.org"]
    assert row[6] == "x" * 150
    assert row[7].endswith("+00:00")
    assert desk.runs("list", "-q") == "1\n"
    assert desk.runs("list", "status:closed") == ""


def test_control_characters_of_a_customer_do_nothing_to_a_terminal(desk: Desk) -> None:
    raw = b"From: anna@example.org\nTo: support@desk.example\nSubject: x\x1b[2J\n\n\x1b]0;evil\x07 hello \xe2\x80\xae\n"
    desk.takes(raw, "anna@example.org", "support@desk.example")
    assert "\x1b" not in desk.runs("show", "1") + desk.runs("list")


def test_json_shapes(desk: Desk) -> None:
    desk.customer("anna@example.org", "Anna").writes(
        "support@desk.example", subject="x", text="Hello."
    )
    ticket = desk.ticket(1)
    assert set(ticket) >= {
        "number", "subject", "status", "close_reason", "priority", "severity", "department", "assignee", "customer", "followers",
        "involved", "tags", "channel", "language", "summary", "opened_at", "updated_at", "first_reply_at", "closed_at", "due",
        "waiting_seconds", "service_seconds", "rating", "links", "fields", "messages", "activity",
    }  # fmt: skip
    message = ticket["messages"][0]
    assert set(message) >= {
        "id", "kind", "author", "at", "text", "full_text", "html", "attachments", "trust", "message_id", "delivery",
    }  # fmt: skip
    assert set(ticket["activity"][0]) == {"at", "by", "event", "data"}
    (mail, *_notices) = json.loads(desk.runs("queue", "list", "--json"))["mails"]
    assert set(mail) >= {
        "id",
        "state",
        "kind",
        "to",
        "ticket",
        "attempts",
        "next_at",
        "answer",
        "message_id",
    }
    told = json.loads(desk.runs("status", "--json"))
    assert set(told) >= {"inbox", "outbox", "workers", "ok"}


def test_the_queue_can_be_held_released_retried_and_dropped(desk: Desk) -> None:
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text="Hello.")
    desk.runs("reply", "1", "-m", "Hi")

    def mails() -> dict[int, str]:
        return {
            m["id"]: m["state"] for m in json.loads(desk.runs("queue", "list", "--json"))["mails"]
        }

    assert mails() == {1: "sent", 2: "sent", 3: "sent"}
    assert "left alone: 1" in desk.runs("queue", "hold", "1", code=1)
    assert "Subject: [#1] x" in desk.runs("queue", "show", "3")
    with desk.database.transaction() as session:
        from ticketd.store import outbox

        outbox.move(session, [3], ["sent"], "held", desk.clock())
    assert mails()[3] == "held"
    assert desk.runs("queue", "release", "3") == "3 now waiting\n"
    assert mails()[3] == "sent"
    with desk.database.transaction() as session:
        outbox.move(session, [3], ["sent"], "held", desk.clock())
    assert desk.runs("queue", "drop", "3") == "3 given up\n"
    assert "delivery_failed" in desk.events(1)
    assert desk.runs("queue", "retry", "3") == "3 now waiting\n"
    assert mails()[3] == "sent"


def test_explain_says_the_same_as_intake_and_stores_nothing(desk: Desk, tmp_path: Path) -> None:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="Silent.")
    file = tmp_path / "reply.eml"
    file.write_bytes(
        b"From: Anna <anna@example.org>\nTo: sales@desk.example\nSubject: Re: [#1] No sound\n\nStill.\n\nOn 2 Nov 2026 x@y wrote:\n> a\n"
    )
    told = json.loads(
        desk.runs(
            "explain",
            str(file),
            "--json",
            "--rcpt",
            "support@desk.example",
            "--mail-from",
            "anna@example.org",
        )
    )
    assert (told["kind"], told["department"], told["ticket"], told["evidence"], told["step"]) == (
        "human", "support", 1, "tag", "add-message",
    )  # fmt: skip
    assert told["text"] == "Still."
    assert "On 2 Nov" in told["full_text"]
    assert told["cut"] == "On 2 Nov 2026 x@y wrote:\n> a"
    said = desk.runs("explain", str(file))
    assert "add-message" in said
    assert "  cut| > a\n" in said
    assert len(desk.ticket(1)["messages"]) == 2


def test_a_fault_of_ours_is_one_sentence_and_a_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text="Hello.")
    with desk.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE activity")
    said = desk.runs("show", "1", "--json", code=70)
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_help_is_grouped() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert done.stdout.index("Agents:") < done.stdout.index("Operators:")
    assert run("--version").stdout.startswith("ticketd, version")


def test_check_leaves_no_socket_behind(desk: Desk, tmp_path: Path) -> None:
    place = tmp_path / "lmtp.sock"
    desk.config_path.write_text(
        desk.config_path.read_text().replace("lmtp: null", f"lmtp: {place}")
    )
    assert f"ok    listen     {place}" in desk.runs("check")
    assert not place.exists()


def test_check_names_all_faults_at_once(desk: Desk, tmp_path: Path) -> None:
    bad = tmp_path / "templates" / "en" / "ack.txt"
    bad.parent.mkdir(parents=True)
    bad.write_text("{{ tag", "utf-8")
    text = desk.config_path.read_text("utf-8")
    secret = "outgoing:\n  smtp: 127.0.0.1:25\n  password: {file: /nonexistent/secret}\n"
    desk.config_path.write_text(re.sub(r"outgoing:\n  capture: .*\n", secret, text), "utf-8")
    said = desk.runs("check", code=78)
    assert "outgoing.password: cannot be read" in said
    assert "en/ack.txt:1" in said
