"""An agent goes through the own tickets with single keys, in a terminal of their own."""

import pytest

from tests.desk import Desk
from tests.process import TICKETD
from tests.terminal import runs_in_terminal

CHOICE = b"q quit"


@pytest.mark.in_process
def test_through_the_own_tickets_with_single_keys(desk: Desk) -> None:
    for number in range(1, 6):
        eve = desk.customer(f"eve{number}@x.example", f"Eve {number}")
        eve.writes("support@desk.example", subject=f"Question {number}", text="Please help.")
    desk.runs("take", "1", "2", "3", "4")
    desk.runs("due", "4", "5h")
    editor = desk.folder / "editor"
    editor.write_text('#!/bin/sh\n{ echo; echo "Press the green one."; } >>"$1"\n')
    editor.chmod(0o755)
    command = [*TICKETD, "--config", str(desk.config_path), "--as", "bob", "inbox"]
    steps = [
        (b"1/4 #4", "r"), (b"2/4 #3", "n"), (CHOICE, "x"), (b"is no key", "g"), (b"tags, as", "+hw\n"),
        (CHOICE, "p"), (b"until (", "soonish\n"), (b"is no moment", "p"), (b"until (", "3d\n"),
        (b"3/4 #2", "c"), (b"4/4 #1", "k"), (b"3/4 #2", "\r"), (b"4/4 #1", "?"), (b"take my last act back", "q"),
    ]  # fmt: skip
    code, shown = runs_in_terminal(command, steps, EDITOR=str(editor))
    assert code == 0, shown
    assert "Question 5" not in shown, "nobody holds it"
    assert shown.index("Question 4") < shown.index("Question 3"), "what is due comes first"
    desk.rests()
    told = {t["number"]: (t["status"], t["tags"]) for t in desk.tickets()}
    assert told == {
        1: ("new", []), 2: ("closed", []), 3: ("pending", ["hw"]), 4: ("pending", []), 5: ("new", []),
    }  # fmt: skip
    assert "Press the green one." in desk.customer("eve4@x.example").last_mail.text
    assert desk.ticket(3)["messages"][-1]["kind"] == "note"
    assert desk.ticket(3)["pending_until"] is not None


def test_it_needs_a_terminal_and_something_to_do(desk: Desk) -> None:
    assert "reads single keys from a terminal" in desk.runs("inbox", code=2)


@pytest.mark.in_process
def test_by_ssh_where_there_is_no_editor(desk: Desk) -> None:
    eve = desk.customer("eve@x.example", "Eve")
    eve.writes("support@desk.example", subject="Question", text="Please help.")
    command = [
        *TICKETD,
        "--config",
        str(desk.config_path),
        "agent-shell",
        "--agent",
        "bob",
        "inbox",
        "open",
    ]
    steps = [(CHOICE, "R"), (b"a dot alone", "Press it.\n\nThen wait.\n.\n")]
    code, shown = runs_in_terminal(command, steps, TICKETD_CONFIG="")
    assert code == 0, shown
    assert "1 of 1 done" in shown
    desk.rests()
    assert "Press it.\n\nThen wait." in eve.last_mail.text
    assert desk.ticket(1)["status"] == "closed"
