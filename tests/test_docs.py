"""The documents against the program: what can be checked is checked, and what can be made is made."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.process import ROOT
from ticketd.cli.program import program
from ticketd.config import reference
from ticketd.core.customer_words import asked_article, asked_status
from ticketd.core.lifecycle import AFTER, Happening, Status
from ticketd.core.notices import Notice
from ticketd.core.permits import NEEDS, Proof
from ticketd.core.query import FIELDS
from ticketd.core.verbs import VERBS
from ticketd.desk.buttons import LABELS
from ticketd.mail.render import NAMES

README = (ROOT / "README.md").read_text("utf-8")
REFERENCE = ROOT / "docs" / "reference"
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/ticketd demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"


def test_the_two_commands_stand_in_the_readme_word_for_word() -> None:
    lines = [line.strip() for line in README.splitlines()]
    assert RUN in lines
    assert TEST in lines
    assert len(lines) <= 120


def test_every_command_is_documented() -> None:
    reference = (REFERENCE / "commands.md").read_text("utf-8")
    for name in program.list_commands(None):  # type: ignore[arg-type]
        assert f"`ticketd {name}" in reference, name
    for field in FIELDS:
        assert f"{field}:" in reference, field


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name in program.list_commands(None):  # type: ignore[arg-type]
        command = program.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {n}", c) for n, c in command.commands.items())


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_every_command_and_option_in_the_documents_exists(path: Path) -> None:
    commands = dict(_commands())
    text = path.read_text("utf-8")
    for name in re.findall(r"`(?:\.venv/bin/)?ticketd ([a-z][a-z-]+)", text):
        assert name in commands, name
    pipe = (ROOT / "ticketd" / "receive" / "deliver.py").read_text("utf-8")
    everywhere = {
        "--config",
        "--as",
        "--debug",
        "--help",
        "--wire",
        "--postgres",
        "--update-golden",
    }
    known = everywhere | {
        o for c in commands.values() for p in c.params for o in (*p.opts, *p.secondary_opts)
    }
    ours_too = [*(ROOT / "bench").glob("*.py"), ROOT / "tests" / "conftest.py"]
    for code in (pipe, *(p.read_text("utf-8") for p in ours_too)):
        known |= set(re.findall(r'"(--[a-z-]+)"', code))
    ours = re.sub(
        r"curl [^\n]*|(?:pip|pip-audit|getmail) [^\n]*|systemd-[^\n]*|systemctl [^\n]*", "", text
    )
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours):
        assert option in known, option


def test_links_lead_somewhere() -> None:
    for path in DOCS:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path}: {target}"


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_lifecycle_is_the_table_of_the_code() -> None:
    text = (REFERENCE / "lifecycle.md").read_text("utf-8")
    rows = _rows(text.partition("## Who is told")[0])
    assert rows[0][1:] == [status.value for status in Status]
    told = {row[0].split("`")[1]: row[1:] for row in rows[2:]}
    assert told == {h.value: [AFTER[s, h].value for s in Status] for h in Happening}
    for notice in Notice:
        assert f"`{notice}`" in text


def test_every_template_is_documented() -> None:
    text = (ROOT / "docs" / "howto" / "templates.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in NAMES)


def _table_of_commands() -> str:
    rows = [
        f"| `{verb.usage.replace('|', chr(92) + '|')}` | `#{verb.others[0]}` `#{verb.others[1]}` | {verb.help[0]}"
        f"{' (needs proof)' if NEEDS.get(verb.name) is Proof.STRONG else ''} |"
        for verb in VERBS
    ]
    return "| command | in Thai, in Vietnamese | what it does |\n|---|---|---|\n" + "\n".join(rows)


def test_the_commands_of_agents_are_the_table_of_the_code(request: pytest.FixtureRequest) -> None:
    path = ROOT / "docs" / "agents.md"
    between = re.compile(r"(<!-- commands[^\n]*-->\n)(.*\n)(<!-- /commands -->)", re.DOTALL)
    text = path.read_text("utf-8")
    if request.config.getoption("--update-golden"):
        table = f"{_table_of_commands()}\n"
        path.write_text(between.sub(lambda m: m[1] + table + m[3], text), "utf-8")
        return
    found = between.search(text)
    assert found
    assert found[2] == f"{_table_of_commands()}\n"


def test_customers_read_the_words_of_the_buttons() -> None:
    text = (ROOT / "docs" / "customers.md").read_text("utf-8")
    for labels in LABELS.values():
        assert all(f"*{label}*" in text for label in labels.values())
    asked = re.findall(r"`((?:status|สถานะ|tình trạng)[^`]*)`", text)
    assert len(asked) == 6
    assert {asked_status(subject, "Acme") for subject in asked} == {0, 1042}
    asked = re.findall(r"`((?:kb|ความรู้|คู่มือ|hướng dẫn)[^`]*)`", text)
    assert len(asked) == 4
    assert all(asked_article(subject) for subject in asked)


# -- the reference of the configuration is made of the schema and the example -----------------


def _config_reference() -> str:
    rows = [
        f"| `{key.name}` | {f'`{key.default}`' if key.default else ''} | {key.meaning} |"
        for key in reference.all_keys()
    ]
    return (
        "# Configuration\n\n"
        "Every key with its default; made from the schema and [the example](../../config.example.yaml), which shows them in their place.\n"
        "`ticketd check` names every fault with file, line and remedy. A running desk takes up changes by itself, and on SIGHUP;\n"
        "`listen`, `database`, `state_dir` and `blobs` count from the next restart.\n\n"
        "| key | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def test_the_reference_of_the_configuration(request: pytest.FixtureRequest) -> None:
    path = REFERENCE / "config.md"
    if request.config.getoption("--update-golden"):
        path.write_text(_config_reference(), "utf-8")
    assert path.read_text("utf-8") == _config_reference()
    assert [row[0] for row in _rows(_config_reference()) if not row[2]] == [], (
        "no meaning in the example"
    )
