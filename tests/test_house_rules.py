"""What no linter knows."""

import ast
import re
from pathlib import Path

import pytest

from tests.process import ROOT
from ticketd.cli.program import program
from ticketd.mail.render import NAMES, shipped_folder

CODE = sorted((ROOT / "ticketd").rglob("*.py"))
TESTS = sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])


def test_no_file_is_longer_than_350_lines() -> None:
    long = {
        str(p): n
        for p in (*CODE, *TESTS)
        if "migrations" not in p.parts and (n := len(p.read_text().splitlines())) > 350
    }
    assert long == {}


def test_only_the_database_commits() -> None:
    found = [str(p) for p in CODE if ".commit(" in p.read_text() and p.name != "database.py"]
    assert found == []


def test_sql_text_stands_in_the_store_alone() -> None:
    found = [
        str(p)
        for p in CODE
        if "store" not in p.parts
        and re.search(r"exec_driver_sql|\.execute\(\s*[\"'(]?text", p.read_text())
    ]
    assert found == []


def test_no_module_has_mutable_state_at_its_top_level() -> None:
    """Besides `log`, locks and compiled patterns nothing may be remembered between calls."""
    found = []
    for path in CODE:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(
                node.value, ast.List | ast.Set
            ):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                name = getattr(target, "id", "")
                if name.lower() == name and not name.startswith("__"):
                    found.append(f"{path}: {name}")
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    for path in CODE:
        first = ast.get_docstring(ast.parse(path.read_text()))
        assert first, path


def test_intake_reads_as_a_table_of_contents() -> None:
    text = (ROOT / "ticketd" / "intake.py").read_text()
    assert len(text.splitlines()) <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 40, node.name


@pytest.mark.parametrize("name", NAMES)
def test_every_template_exists_in_every_language_with_the_same_variables(name: str) -> None:
    def variables(language: str) -> set[str]:
        text = (shipped_folder() / language / f"{name}.txt").read_text("utf-8")
        return set(re.findall(r"{{\s*(\w+)", text)) | set(re.findall(r"{%\s*if (\w+)", text))

    assert variables("en") == variables("th") == variables("vi")


@pytest.mark.parametrize("name", program.list_commands(None))  # type: ignore[arg-type]
def test_every_command_has_help(name: str) -> None:
    command = program.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help


def test_no_word_of_unfinished_work() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplemented)\b")
    assert [
        str(p) for p in [*CODE, *Path(ROOT / "docs").rglob("*.md")] if words.search(p.read_text())
    ] == []
