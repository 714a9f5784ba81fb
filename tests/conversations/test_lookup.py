"""What another system knows of a customer: shown to agents, never to the customer, and never waited for."""

import sys
from pathlib import Path
from typing import Any

from tests.conftest import DeskMaker

KNOWS = """
import json, sys
asked = json.load(sys.stdin)
print("order 77 of", asked["address"], "shipped")
print("contract C-1\\x1b[31m")
open(sys.argv[1], "a").write("x")
"""


def command(folder: Path, code: str) -> dict[str, Any]:
    script = folder / "lookup.py"
    script.write_text(code, "utf-8")
    return {
        "lookup": {"command": [sys.executable, str(script), str(folder / "asked")], "within": "5s"}
    }


def test_agents_read_it_and_it_is_asked_once_in_a_while(
    make_desk: DeskMaker, tmp_path: Path
) -> None:
    desk = make_desk(**command(tmp_path, KNOWS))
    anna, bob = desk.customer("anna@example.org", "Anna"), desk.agent("bob")
    anna.writes("support@desk.example", subject="No sound", text="Silent.")
    assert "order 77 of anna@example.org shipped\ncontract C-1" in bob.last_mail.text
    assert "order 77" not in anna.last_mail.text
    anna.replies(anna.last_mail, "Still silent.")
    assert (tmp_path / "asked").read_text() == "x", "its answer is kept"
    desk.clock.passes(hours=2)
    anna.replies(anna.last_mail, "And now?")
    assert (tmp_path / "asked").read_text() == "xx"


def test_one_that_fails_or_hangs_stops_nothing(make_desk: DeskMaker, tmp_path: Path) -> None:
    desk = make_desk(**command(tmp_path, "raise SystemExit(3)"))
    anna, bob = desk.customer("anna@example.org", "Anna"), desk.agent("bob")
    anna.writes("support@desk.example", subject="No sound", text="Silent.")
    assert "> Silent." in bob.last_mail.text
    assert "Known of the customer" not in bob.last_mail.text
