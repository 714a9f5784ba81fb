"""Mails with what they mean: `NAME.eml` beside `NAME.json` (expected) and `NAME.why` (one sentence)."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from ticketd.mail.parse import parse

FOLDER = Path(__file__).parent / "golden"
MAILS = sorted(FOLDER.rglob("*.eml"))


def seen(path: Path) -> dict[str, Any]:
    mail = parse(path.read_bytes())
    return {
        "author": list(dataclasses.astuple(mail.author)),
        "ambiguous": mail.author_is_ambiguous,
        "to": [box.address for box in mail.to],
        "subject": mail.subject,
        "text": mail.text,
        "full_text": mail.full_text,
        "html": mail.has_html,
        "attachments": [[a.name, a.type, len(a.content), a.inline] for a in mail.attachments],
        "references": list(mail.references),
        "report_type": mail.report_type,
        "bounces": [[b.recipient, b.action, b.status] for b in mail.bounces]
        if mail.report_type
        else [],
        "charset_guessed": mail.charset_guessed,
        "truncated": mail.truncated,
    }


@pytest.mark.parametrize("path", MAILS, ids=lambda p: p.stem)
def test_golden(path: Path, request: pytest.FixtureRequest) -> None:
    expected = path.with_suffix(".json")
    got = seen(path)
    if request.config.getoption("--update-golden"):
        expected.write_text(json.dumps(got, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert got == json.loads(expected.read_text("utf-8"))
    if "private" not in path.parts:
        assert path.with_suffix(".why").read_text("utf-8").strip()
