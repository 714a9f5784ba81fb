"""Examples, manual pages and completion: made of the command tree, and true."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.desk import Desk
from tests.process import ROOT
from ticketd.cli.arguments import split_globals
from ticketd.cli.completion import complete
from ticketd.cli.examples import EXAMPLES
from ticketd.cli.manual import PAGES, text_of
from ticketd.cli.program import program
from ticketd.config import reference

CONTEXT = click.Context(program, info_name="ticketd")


def leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            yield from leaves(f"{name} {below}", one)
    else:
        yield name, command


def commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name in program.list_commands(CONTEXT):
        command = program.get_command(CONTEXT, name)
        assert command is not None
        found |= dict(leaves(name, command))
    return found


def test_every_command_has_an_example_that_is_a_call_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mail.eml").write_text("")
    found = commands()
    assert set(EXAMPLES) == set(found)
    for name, example in EXAMPLES.items():
        words = shlex.split(example.partition(" > ")[0])[1:]
        assert words[: len(name.split())] == name.split()
        _, rest = split_globals(words[len(name.split()) :])
        found[name].make_context(name, rest, parent=CONTEXT)
        assert example in (found[name].epilog or "")


def test_the_manual_knows_every_command_option_and_key() -> None:
    pages = {section: text_of(section).replace("\\-", "-") for section in PAGES}
    for name, command in commands().items():
        page = next(p for s, p in pages.items() if s != "5" and f".SS {name}" in p)
        for option in (o for p in command.params if isinstance(p, click.Option) for o in p.opts):
            assert option in page, (name, option)
    for key in reference.all_keys():
        assert f".B {key.name}" in pages["5"]


@pytest.mark.skipif(not shutil.which("man"), reason="there is no man here")
@pytest.mark.parametrize("section", PAGES)
def test_man_can_show_it(section: str, tmp_path: Path) -> None:
    path = tmp_path / PAGES[section]
    path.write_text(text_of(section), "utf-8")
    done = subprocess.run(["man", "--warnings=mac", "-l", str(path)], capture_output=True, text=True, check=True, env=os.environ | {"MANWIDTH": "90"})  # fmt: skip
    assert done.stderr == ""
    shown = re.sub(r".\x08", "", done.stdout)
    assert "SEE ALSO" in shown


def test_the_pages_are_written_where_they_are_wanted(desk: Desk) -> None:
    said = desk.runs("man", "--dir", str(desk.folder / "man"))
    assert len(said.splitlines()) == 3
    assert (desk.folder / "man" / "man8" / "ticketd.8").read_text().startswith(".TH TICKETD 8")
    assert desk.runs("man", "5").startswith(".TH TICKETD.YAML 5")
    desk.runs("man", code=2)


def completed(monkeypatch: pytest.MonkeyPatch, shell: str, line: str) -> list[str]:
    words = line.split(" ")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words) - 1))
    return complete(program, f"{shell}_complete").splitlines()


def test_ids_come_with_their_subjects(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for subject in ("Máy in: hỏng, lần 2", "ใบแจ้งหนี้", "Third"):
        desk.customer("a@x.example").writes("support@desk.example", subject=subject)
    desk.runs("close", "3")
    here = f"ticketd --config {desk.config_path}"
    assert completed(monkeypatch, "bash", f"{here} show ") == ["plain,2", "plain,1"]
    assert completed(monkeypatch, "fish", f"{here} reply 1") == ["plain,1\tMáy in: hỏng lần 2"]
    assert completed(monkeypatch, "zsh", f"{here} close 2") == ["plain", "2", "ใบแจ้งหนี้"]
    assert completed(monkeypatch, "bash", f"{here} clo") == ["plain,close"]
    assert "plain,--close" in completed(monkeypatch, "bash", f"{here} reply 1 --c")
    assert completed(monkeypatch, "bash", "ticketd --config /nowhere.yaml show ") == []


def test_the_scripts_are_of_those_shells(desk: Desk) -> None:
    for shell, word in (
        ("bash", "complete -o nosort -F"),
        ("zsh", "#compdef ticketd"),
        ("fish", "complete --no-files"),
    ):
        assert word in desk.runs("completion", shell)


def test_bash_itself_completes(desk: Desk) -> None:
    """The script, sourced by a real bash, asks the program and fills COMPREPLY."""
    desk.customer("a@x.example").writes("support@desk.example", subject="Printer")
    folder = desk.folder / "bin"
    folder.mkdir()
    (folder / "ticketd").write_text(f'#!/bin/sh\nexec {sys.executable} -m ticketd "$@"\n')
    (folder / "ticketd").chmod(0o755)
    script = (
        'eval "$(ticketd completion bash)"; COMP_WORDS=(ticketd show ""); COMP_CWORD=2;'
        ' _ticketd_completion ticketd; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=os.environ | {
        "PATH": f"{folder}:{os.environ['PATH']}", "TICKETD_CONFIG": str(desk.config_path), "PYTHONPATH": str(ROOT),
    })  # fmt: skip
    assert done.stdout.strip() == "1", done.stderr
