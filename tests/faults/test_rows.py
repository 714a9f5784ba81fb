"""The table of README.md against the tests: each row is named, and each test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.process import ROOT

HERE = Path(__file__).parent
ROWS = [*(f"A{n}" for n in range(1, 18)), *(f"B{n}" for n in range(1, 10))]
_LINES = (HERE / "README.md").read_text("utf-8").splitlines()
TABLE = {m[1]: m[2] for line in _LINES if (m := re.match(r"\| ([AB]\d+) \|(.*)\|", line))}


def test_every_row_is_in_the_table() -> None:
    assert list(TABLE) == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_what_shows_a_row_exists(row: str) -> None:
    named = re.findall(r"`([\w/.]+\.(?:py|smtp))(?:::(\w+))?`", TABLE[row])
    assert named
    for file, test in named:
        path = ROOT / file if "/" in file else HERE / file
        assert path.is_file(), file
        if test:
            found = {
                n.name
                for n in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(n, ast.FunctionDef)
            }
            assert test in found, f"{file}::{test}"


@pytest.mark.parametrize("path", sorted(HERE.glob("test_*.py")), ids=lambda p: p.stem)
def test_every_fault_test_is_in_the_table(path: Path) -> None:
    if path.name == Path(__file__).name:
        return
    tests = [n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.FunctionDef)]
    named = " ".join(TABLE.values())
    for test in tests:
        if test.name.startswith("test_"):
            assert f"`{path.name}::{test.name}`" in named, test.name
            assert re.search(r"\b[AB]\d+\b", ast.get_docstring(test) or ""), (
                f"{test.name} names its row"
            )
