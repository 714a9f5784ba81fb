"""What an agent reads in a mail stands in that agent's language, commands included."""

import re

import pytest

from tests.conftest import DeskMaker
from tests.desk import CONFIG, merged
from ticketd.core.sentence_words import OTHERS


@pytest.mark.parametrize(
    ("language", "asked", "line", "undo"),
    [
        ("en", "#help", "- #close [solved|not-solved|duplicate|spam|no-answer] – close, and tell the customer", "#undo"),
        ("th", "#ช่วย", "- #ปิด, #close [solved|not-solved|duplicate|spam|no-answer] – ปิดเรื่องและแจ้งลูกค้า", "#เลิกทำ"),
        ("vi", "#giúp", "- #đóng, #close [solved|not-solved|duplicate|spam|no-answer] – đóng và báo cho khách", "#hoàntác"),
    ],
)  # fmt: skip
def test_help_and_undo_in_an_agents_own_words(
    make_desk: DeskMaker, language: str, asked: str, line: str, undo: str
) -> None:
    desk = make_desk(agents=merged(CONFIG["agents"], {"bob": {"language": language}}))
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, asked)
    help_mail = bob.last_mail
    assert line in help_mail.text.split("\n")
    assert help_mail.text.count("\n- ") > 35
    assert help_mail.html.count("<ul>") >= 7, "each group is a list of its own"
    bob.replies(bob.mails[0], "#take")
    assert desk.ticket(1)["assignee"] == "bob"
    assert undo in bob.last_mail.text.split("\n")
    bob.replies(bob.last_mail, undo)
    assert desk.ticket(1)["assignee"] is None


_MISTAKES = (
    "#clsoe\n\nText of mine.", "#take it", "#assign", "#assign nobody.here", "#close badly", "#snooze", "#pending soon",
    "#priority purple", "#severity purple", "#dept nowhere", "#lang xx", "#set x", "#set colour=red", "#tag hw",
    "#cc +support@desk.example", "#cc +lan@agents.example", "#cc -eve@example.org", "#cc +x", "#customer bob@agents.example",
    "#merge x", "#merge 1", "#link 99", "#split 99", "#show 99", "#find nonsense:", "#list dept:nowhere", "#list due:never",
    "#reply", "#note\n#reply\n\nText of mine.", "#canned nothing", "#kb nothing", "#send", "#undo", "#accept", "#decline",
    "#handback", "#release", "#remind yesterdayish", "#unfollow", "#help nothing", "#away until mon deputy eve", "#back",
    "#title ...", "#reopen", "Text of mine.\n\n#close", "#undo\n#take",
    "\n".join(["#take"] * 21),
)  # fmt: skip
_DESK_LINES = (
    "nonsense here", "close", "99 close", "1 close badly", "1-99 take", "1 reply", "limit colour:red", "dry-run\n1 take",
    "all-or-nothing\n1 take\n99 take", "undo", "",
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["th", "vi"])
def test_no_english_sentence_is_left_in_what_agents_read(
    make_desk: DeskMaker, language: str
) -> None:
    desk = make_desk(
        agents=merged(CONFIG["agents"], {"bob": {"language": language}}), budgets={"enabled": False},
        auth={"authserv_ids": ["mx.desk.example"], "agents_minimum": "dkim"},
    )  # fmt: skip
    proven = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=agents.example"}
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    bob = desk.agent("bob")
    first = bob.last_mail
    for wrong in _MISTAKES:
        before = len(bob.mails)
        bob.replies(first, wrong, headers=proven)
        assert len(bob.mails) > before, wrong
    for wrong in _DESK_LINES:
        before = len(bob.mails)
        bob.writes("desk@desk.example", subject="desk", text=wrong, headers=proven)
        assert len(bob.mails) > before, wrong
    bob.replies(first, "#tag +hw\n#priority high\n#follow", headers=proven)
    bob.replies(bob.last_mail, "#undo", headers=proven)
    bob.replies(first, "#history", headers=proven)
    bob.replies(first, "#show", headers=proven)
    bob.replies(
        first, "Does it have power?", headers=proven | {"Date": "Mon, 2 Feb 2026 10:00:00 +0000"}
    )
    bob.replies(first, "#take")
    for mail in bob.mails:
        text = "\n".join(line for line in mail.text.split("\n") if not line.startswith(">"))
        found = [words for words in _english(language) if words in text]
        assert not found, f"{found} in:\n{text}"


def _english(language: str) -> list[str]:
    """The words between the places of every English sentence, where the other one does not have them too."""
    found = set()
    for sentence, others in OTHERS.items():
        other = others[("th", "vi").index(language)]
        pieces = (piece.strip(" ;:,'#") for piece in re.split(r"\{\w+\}", sentence))
        found |= {p for p in pieces if " " in p and len(p) > 7 and p not in other}
    return sorted(found)
