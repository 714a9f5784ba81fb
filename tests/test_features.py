"""The list of features against the program: what it names exists, and no line is left out."""

import ast
import re
from functools import cache
from pathlib import Path

import click
import pytest

from tests.cli.test_help import commands
from tests.process import ROOT
from ticketd.cli.program import program
from ticketd.config import reference
from ticketd.core.commands import verb_of

PAGE = (ROOT / "docs" / "features.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| [0-9]\.[0-9]{2} \|", line)
]
COUNTS = {"0": 30, "1": 46, "2": 19, "3": 33, "4": 48, "5": 33}
"""So many lines each document has; 5 is what no other desk has."""
OPEN = ("**not done**", "**in work**")
KEYS = frozenset(key.name for key in reference.all_keys())


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_line_of_the_documents_is_there() -> None:
    ids = [row[0] for row in ROWS]
    assert ids == [f"{part}.{n:02}" for part, count in COUNTS.items() for n in range(1, count + 1)]
    for number, what, by, shown in ROWS:
        assert what, number
        assert by, number
        assert shown or any(word in by for word in OPEN), f"{number} has no test, and does not say why"  # fmt: skip


@cache
def tree() -> dict[str, click.Command]:
    groups = {n: program.get_command(click.Context(program), n) for n in program.list_commands(click.Context(program))}  # fmt: skip
    return commands() | {name: found for name, found in groups.items() if found is not None}


def _why_not(said: str) -> str:
    """Why this is nothing that the program has; empty where it is."""
    if said.startswith("#"):
        return "" if verb_of(said[1:]) else "no command of agents"
    if not said.startswith("ticketd "):
        return "" if said in KEYS else "no key of the configuration"
    words = said.split()[1:]
    name = " ".join(word for word in words if not word.startswith("--"))
    if name not in tree():
        return "no command"
    options = {option for p in tree()[name].params for option in (*p.opts, *p.secondary_opts)}
    absent = [word for word in words if word.startswith("--") and word not in options]
    return f"without {', '.join(absent)}" if absent else ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_line_names_exists(row: list[str]) -> None:
    number, _, by, shown = row
    found = [(said, why) for said in named(by) if (why := _why_not(said))]
    assert found == [], number
    for test in named(shown):
        path, _, name = test.partition("::")
        assert (ROOT / "tests" / path).is_file(), test
        assert not name or name in _names(ROOT / "tests" / path), test


@cache
def _names(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(n.name for n in nodes if isinstance(n, ast.FunctionDef) and n.name.startswith("test_"))  # fmt: skip
