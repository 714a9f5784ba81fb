"""Texts from an editor, a file, standard input: what was written is never lost."""

import contextlib
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.process import TICKETD
from ticketd.cli.program import run
from ticketd.cli.writing import parsed


@pytest.fixture
def home(tmp_path: Path, desk: Desk) -> Path:
    desk.customer("anna@example.org", "Anna").writes(
        "support@desk.example", subject="No sound", text="Silent."
    )
    return tmp_path / "home"


def at_terminal(desk: Desk, home: Path, *arguments: str, editor: str = "") -> tuple[int, str, str]:
    """Run the command as a person at a terminal; its code, what it printed, and what it complained of."""
    master, slave = pty.openpty()
    environment = {
        "XDG_STATE_HOME": str(home),
        "EDITOR": editor,
        "VISUAL": "",
        "TICKETD_EDITOR": "",
    }
    before, stdin = {name: os.environ.get(name) for name in environment}, sys.stdin
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    os.environ.update(environment)
    try:
        with (
            os.fdopen(slave) as sys.stdin,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(["--config", str(desk.config_path), "--as", "bob", *arguments], desk.clock)
    finally:
        sys.stdin = stdin
        os.environ.update({name: value or "" for name, value in before.items()})
        os.close(master)
    desk.rests()
    out.seek(0)
    return code, out.read(), err.getvalue()


def script(folder: Path, text: str) -> str:
    path = folder / "editor"
    path.write_text(f"#!{sys.executable}\nimport sys, pathlib\np = pathlib.Path(sys.argv[1])\nt = p.read_text()\n{text}\n")  # fmt: skip
    path.chmod(0o755)
    return str(path)


class TestEditor:
    """Once is enough: the editor knows nothing of the database."""

    def test_an_answer_with_its_fields(self, desk: Desk, home: Path, tmp_path: Path) -> None:
        change = 'p.write_text(t.replace("Cc: ", "Cc: carl@example.org").replace("pending", "closed", 1).replace("\\n\\n\\n", "\\n\\nTry this.\\n\\n", 1))'  # fmt: skip
        code, said, complained = at_terminal(
            desk, home, "reply", "1", editor=script(tmp_path, change)
        )
        assert (code, complained) == (0, "")
        assert "closed" in said
        mail = desk.customer("carl@example.org").last_mail
        assert mail.text.startswith("Try this.")
        assert "Silent." not in mail.text, "carl did not write that, and anna's words are hers"
        assert "#" not in mail.text.partition("[#1]")[0]
        assert not list((home / "ticketd" / "drafts" / "bob").iterdir())

    def test_an_editor_that_fails_keeps_the_draft(
        self, desk: Desk, home: Path, tmp_path: Path
    ) -> None:
        failing = script(
            tmp_path,
            'p.write_text(t.replace("pending", "pending\\n\\nHalf an answer"))\nsys.exit(3)',
        )
        code, _, complained = at_terminal(desk, home, "reply", "1", editor=failing)
        assert code == 1
        assert complained.count("\n") == 1
        assert "ended with 3; nothing was done, the draft is kept in" in complained
        code, _, complained = at_terminal(desk, home, "reply", "1", editor="true")
        assert code == 1
        assert "the draft is as it was: nothing was done" in complained, "to look is not to send"
        going_on = script(tmp_path, "assert 'Half an answer' in t; p.write_text(t.replace('Half', 'Whole'))")  # fmt: skip
        code, _, complained = at_terminal(desk, home, "reply", "1", editor=going_on)
        assert "going on with the draft" in complained
        assert code == 0
        assert desk.customer("anna@example.org").last_mail.text.startswith("Whole an answer")

    def test_who_writes_above_the_fields_is_told(
        self, desk: Desk, home: Path, tmp_path: Path
    ) -> None:
        above = script(tmp_path, 'p.write_text("My answer.\\n" + t)')
        code, _, complained = at_terminal(desk, home, "reply", "1", editor=above)
        assert code == 1
        assert "have to stand above the text" in complained
        assert len(desk.customer("anna@example.org").mails) == 1

    def test_no_editor_an_empty_text_and_a_wrong_status(
        self, desk: Desk, home: Path, tmp_path: Path
    ) -> None:
        code, _, complained = at_terminal(desk, home, "reply", "1", editor="/no/such/editor")
        assert code == 1
        assert "cannot be run" in complained
        assert complained.count("\n") == 1
        (home / "ticketd" / "drafts" / "bob" / "reply-1.txt").unlink()
        code, _, complained = at_terminal(desk, home, "note", "1", editor="true")
        assert (code, complained) == (1, "ticketd: an empty text: nothing was done\n")
        wrong = script(tmp_path, 'p.write_text("Status: shut\\n\\nMy long answer.")')
        code, _, complained = at_terminal(desk, home, "reply", "1", editor=wrong)
        assert code == 1
        assert "'shut' is no status" in complained
        kept = home / "ticketd" / "drafts" / "bob" / "reply-1.txt"
        assert "My long answer." in kept.read_text()
        assert str(kept) in complained

    def test_what_came_from_a_pipe_is_kept_when_the_ticket_is_absent(
        self, desk: Desk, home: Path
    ) -> None:
        done = subprocess.run(
            [*TICKETD, "--config", str(desk.config_path), "--as", "bob", "reply", "77", "-F", "-"],
            input=b"A long text.\n", capture_output=True, check=False,
            env={**os.environ, "XDG_STATE_HOME": str(home)},
        )  # fmt: skip
        assert done.returncode == 1
        assert (
            home / "ticketd" / "drafts" / "bob" / "reply-77.txt"
        ).read_text() == "A long text.\n"
        assert b"there is no ticket #77" in done.stderr

    def test_an_older_draft_of_the_same_name_is_not_lost_either(
        self, desk: Desk, home: Path
    ) -> None:
        for text in (b"First.\n", b"Second.\n"):
            subprocess.run(
                [*TICKETD, "--config", str(desk.config_path), "--as", "bob", "note", "77", "-F", "-"],
                input=text, capture_output=True, check=False, env={**os.environ, "XDG_STATE_HOME": str(home)},
            )  # fmt: skip
        folder = home / "ticketd" / "drafts" / "bob"
        assert (folder / "note-77.txt").read_text() == "First.\n"
        assert (folder / "note-77.2.txt").read_text() == "Second.\n"

    def test_a_dry_run_keeps_the_draft_and_the_draft_can_be_used_as_a_file(
        self, desk: Desk, home: Path, tmp_path: Path
    ) -> None:
        writing = script(
            tmp_path, 'p.write_text(t.replace("\\n\\n\\n", "\\n\\nLong work.\\n\\n", 1))'
        )
        code, _, complained = at_terminal(desk, home, "reply", "1", "--dry-run", editor=writing)
        path = home / "ticketd" / "drafts" / "bob" / "reply-1.txt"
        assert (code, str(path) in complained) == (0, True)
        code, _, _ = at_terminal(desk, home, "reply", "1", "-F", str(path))
        assert code == 0
        assert not path.exists(), "it would be the beginning of the next reply"
        assert desk.customer("anna@example.org").last_mail.text.startswith("Long work.")

    def test_the_people_in_the_draft_are_the_people_who_get_it(
        self, desk: Desk, home: Path, tmp_path: Path
    ) -> None:
        desk.runs("cc", "1", "+carl@example.org")
        alone = script(tmp_path, 'p.write_text("Cc:\\nStatus: pending\\n\\nOnly for Anna.")')
        assert at_terminal(desk, home, "reply", "1", editor=alone)[0] == 0
        assert desk.customer("carl@example.org").mails == []
        elsewhere = script(tmp_path, 'p.write_text("To: eve@example.org\\n\\nFor Eve.")')
        code, _, complained = at_terminal(desk, home, "reply", "1", editor=elsewhere)
        assert code == 1
        assert "goes to anna@example.org, not to eve@example.org" in complained

    def test_a_note_may_begin_with_any_word(self, desk: Desk, home: Path, tmp_path: Path) -> None:
        writing = script(tmp_path, 'p.write_text("Status: vendor has it\\nTo: do tomorrow\\nrest")')
        assert at_terminal(desk, home, "note", "1", editor=writing)[0] == 0
        (note,) = [m["text"] for m in desk.ticket(1)["messages"] if m["kind"] == "note"]
        assert note == "Status: vendor has it\nTo: do tomorrow\nrest"


def test_fields_of_a_draft_stand_at_its_top() -> None:
    found = parsed(
        "To: Anna <a@b.example>\nCc: c@d.example\nStatus: closed\n\n# a comment\nNote: this is text.\nStatus: too\n",
        ("to", "cc", "status"),
    )
    assert found.fields == {"to": "Anna <a@b.example>", "cc": "c@d.example", "status": "closed"}
    assert found.text == "Note: this is text.\nStatus: too"
