"""`ticketd keys`: looked at, rotated, dropped; secrets are never shown, and the file stays the daemon's own."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk, texts


@pytest.fixture
def file(desk: Desk) -> Path:
    return desk.config.state_dir / "keys"


def listed(desk: Desk, *arguments: str) -> list[dict[str, Any]]:
    told = json.loads(desk.runs("keys", *(arguments or ("list",)), "--json"))
    assert told["schema"] == 1
    found: list[dict[str, Any]] = told["keys"]
    return found


def test_answers_find_their_tickets_until_the_key_is_dropped(desk: Desk) -> None:
    """New, copied, rotated, and two years later dropped."""
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="It is silent.")
    desk.runs("reply", "1", "-m", "Is it on?")
    old = anna.last_mail
    assert ".a" in old.reply_to
    assert "key b verifies, and signs after `ticketd keys rotate`" in desk.runs("keys", "new")
    assert "key b signs, and the others still verify" in desk.runs("keys", "rotate")
    desk.reloads()

    anna.replies(old, "It is.", references=False, tag=False)
    assert list(texts(desk.ticket(1))) == ["It is silent.", "It is."]
    desk.runs("reply", "1", "-m", "Then buy another.")
    assert ".b" in anna.last_mail.reply_to

    assert "nothing dropped" in desk.runs("keys", "drop")
    desk.clock.passes(days=401)
    assert "dropped: a" in desk.runs("keys", "drop")
    desk.reloads()
    assert [(k["version"], k["state"]) for k in listed(desk)] == [("b", "signs")]
    anna.replies(old, "Hello?", references=False, tag=False)
    assert len(desk.tickets()) == 2


def test_what_a_list_shows(desk: Desk, file: Path) -> None:
    desk.runs("keys", "rotate")
    new, old = listed(desk)
    assert (new["state"], new["retired"], new["may_be_dropped"]) == ("signs", None, False)
    assert (old["state"], old["retired"], old["may_be_dropped"]) == (
        "verifies",
        "2026-11-02",
        False,
    )
    shown = desk.runs("keys", "list") + desk.runs("keys", "list", "--json")
    for line in file.read_text("ascii").splitlines()[1:]:
        assert line.split()[1] not in shown


@pytest.mark.parametrize(
    "arguments", [("new",), ("rotate",), ("drop",), ("drop", "a", "--force")], ids=" ".join
)
def test_a_dry_run_changes_nothing(desk: Desk, file: Path, arguments: tuple[str, ...]) -> None:
    desk.runs("keys", "rotate")
    desk.clock.passes(days=401)
    before = file.read_bytes()
    would = listed(desk, *arguments, "--dry-run")
    assert "nothing is changed" in desk.runs("keys", *arguments, "--dry-run")
    assert file.read_bytes() == before
    done = listed(desk, *arguments)
    assert file.read_bytes() != before
    assert [k["version"] for k in would] == [k["version"] for k in done]


def test_the_file_stays_whole_and_with_its_owner(desk: Desk, file: Path) -> None:
    if os.geteuid() == 0:
        os.chown(file, 12345, 12345)
    before = file.stat()
    desk.runs("keys", "rotate")
    after = file.stat()
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_mode & 0o777 == 0o600
    assert after.st_ino != before.st_ino, "written beside it, and put in its place"
    assert [p.name for p in file.parent.glob("keys*")] == ["keys"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("drop", "b"), "key b signs; `ticketd keys rotate` first"),
        (("drop", "x"), "there is no key x; see `ticketd keys list`"),
        (("drop", "a"), "key a signed until 2026-11-02, and answers may come until 2027-12-07"),
    ],
)
def test_what_is_refused(desk: Desk, file: Path, arguments: tuple[str, ...], said: str) -> None:
    desk.runs("keys", "rotate")
    before = file.read_bytes()
    assert said in desk.runs("keys", *arguments, code=1)
    assert file.read_bytes() == before


def test_no_keys_or_damaged_ones(desk: Desk, file: Path) -> None:
    whole = file.read_text("ascii")
    file.write_text(whole.replace("a ", "a x"))
    assert "it is damaged" in desk.runs("keys", "rotate", code=78)
    file.unlink()
    assert "`ticketd serve` makes them" in desk.runs("keys", "list", code=78)
    assert not file.exists()
    file.write_text(whole)
