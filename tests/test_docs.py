"""The documents against the program: what can be checked is checked."""

import re

from tests.process import ROOT
from ticketd.cli.program import program

README = (ROOT / "README.md").read_text("utf-8")
RUN = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/ticketd demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"


def test_the_two_commands_stand_in_the_readme_word_for_word() -> None:
    lines = [line.strip() for line in README.splitlines()]
    assert RUN in lines
    assert TEST in lines
    assert len(lines) <= 120


def test_every_command_is_documented() -> None:
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    for name in program.list_commands(None):  # type: ignore[arg-type]
        assert f"`ticketd {name}" in reference, name


def test_links_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path}: {target}"
