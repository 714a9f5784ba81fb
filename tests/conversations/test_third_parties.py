"""Somebody outside is asked: the customer hears nothing of it, and the answer stays inside."""

import pytest

from tests.conftest import DeskMaker
from tests.conversations.test_agents_by_mail import opened
from tests.conversations.test_desk_address import PASS
from tests.desk import Desk, texts

MAKER = "Maker <repair@maker.example>"


@pytest.fixture
def asked(desk: Desk) -> Desk:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="Broken", text="The lamp is broken.", attachments=[("lamp.jpg", b"JPEG")])  # fmt: skip
    desk.runs("take", "1")
    desk.runs("forward", "1", MAKER, "-m", "Is this under warranty?", "--files")
    return desk


def test_the_answer_of_who_was_asked_stays_inside(asked: Desk) -> None:
    desk, bob = asked, asked.agent("bob")
    anna, maker = desk.customer("anna@example.org"), desk.customer("repair@maker.example")
    question = maker.last_mail
    assert "Is this under warranty?" in question.text
    assert "> The lamp is broken." in question.text
    assert [part.get_filename() for part in question.message.iter_attachments()] == ["lamp.jpg"]
    assert not question.is_automatic
    got = len(anna.mails)
    maker.replies(question, "Yes, until May.")
    assert desk.ticket(1)["status"] == "new", "it moves nothing"
    assert list(texts(desk.ticket(1), "third-party")) == ["Yes, until May."]
    assert "Somebody whom you asked has answered" in bob.last_mail.text
    assert "Yes, until May." in bob.last_mail.text
    assert "Your reply stays inside" in bob.last_mail.text
    assert "no mail of #1 is held" in desk.runs("release", "1", code=1)
    maker.replies(question, "Or June.", token=False)
    desk.customer("boss@maker.example").replies(question, "I say July.")
    assert list(texts(desk.ticket(1), "third-party")) == [
        "Yes, until May.",
        "Or June.",
        "I say July.",
    ]
    desk.runs("reply", "1", "-m", "We mend it.")
    assert len(anna.mails) == got + 1
    assert "We mend it." in anna.last_mail.text
    assert "May" not in anna.last_mail.text
    assert len(maker.mails) == 1, "answers go to the customer alone"
    kinds = [m["kind"] for m in desk.ticket(1)["messages"]]
    assert kinds.count("forward") == 1


def test_what_is_refused_and_taken_back(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    opened(desk)
    maker = desk.customer("repair@maker.example")
    for to, why in (
        ("anna@example.org", "takes part in #1"), ("bob@agents.example", "is one of us"),
        ("sales@desk.example", "is one of us"), ("nobody", "is no mail address"),
    ):  # fmt: skip
        assert why in desk.runs("forward", "1", to, "-m", "Hm?", code=1)
    assert "asks nothing" in desk.runs("forward", "1", MAKER, "-m", " ", code=1)
    desk.runs("forward", "1", MAKER, "-m", "Hm?")
    desk.runs("undo")
    desk.clock.passes(minutes=5)
    desk.rests()
    assert maker.mails == []


def test_asked_by_mail(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    opened(desk)
    bob, maker = desk.agent("bob"), desk.customer("repair@maker.example")
    bob.replies(bob.last_mail, "#forward repair@maker.example\n#pending 3d\n\nUnder warranty?", headers=PASS)  # fmt: skip
    assert "Under warranty?" in maker.last_mail.text
    assert "repair@maker.example is asked" in bob.last_mail.text
    assert desk.ticket(1)["status"] == "pending"
    assert len(desk.customer("anna@example.org").mails) == 1
    bob.writes("desk@desk.example", subject="x", text="1 forward repair@maker.example And now?", headers=PASS)  # fmt: skip
    assert "And now?" in maker.last_mail.text


def test_each_department_has_its_own_way_with_answers_to_closed_tickets(
    make_desk: DeskMaker,
) -> None:
    departments = {"sales": {"reopen_within": "never"}, "support": {"reopen_within": "always"}}
    desk = make_desk(departments=departments, reopen_within="2d")
    anna = desk.customer("anna@example.org", "Anna")
    for to in ("sales", "support"):
        anna.writes(f"{to}@desk.example", subject=f"About {to}", text="A question.")
    desk.runs("close", "1", "2")
    closing = {m.subject.partition("]")[0]: m for m in anna.mails[-2:]}
    desk.clock.passes(days=400)
    anna.replies(closing["[#2"], "Once more, please.")
    assert desk.ticket(2)["status"] == "open"
    anna.replies(closing["[#1"], "Once more here, too.")
    assert desk.ticket(1)["status"] == "closed"
    assert desk.ticket(3)["links"] == [1]


def test_after_a_merge_who_was_asked_still_takes_no_part(asked: Desk) -> None:
    anna, maker = asked.customer("anna@example.org"), asked.customer("repair@maker.example")
    anna.writes("support@desk.example", subject="Lamp", text="It is the red one.")
    maker.replies(maker.last_mail, "Yes, until May.")
    anna.writes("support@desk.example", subject="Lamp once more", text="Still dark.")
    asked.runs("merge", "1", "2", "--yes")
    asked.runs("merge", "2", "3", "--yes")
    assert "no mail of #3 is held" in asked.runs("release", "3", code=1)
    got = len(maker.mails)
    asked.runs("reply", "3", "-m", "We mend it.")
    assert len(maker.mails) == got
