"""What an agent reads in a mail stands in that agent's language, commands included."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import CONFIG, merged


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
