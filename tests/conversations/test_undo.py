"""An agent takes the last act back, as a whole, before its mails have left."""

from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person


@pytest.fixture
def desk(make_desk: DeskMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    return make_desk(undo_window="60s")


@pytest.fixture
def anna(desk: Desk) -> Person:
    person = desk.customer("anna@example.org", "Anna")
    person.writes("support@desk.example", subject="No sound", text="Silent.")
    return person


def test_a_reply_and_everything_that_came_with_it(desk: Desk, anna: Person, tmp_path: Path) -> None:
    desk.runs("follow", "1", "lan")
    before = desk.ticket(1)
    desk.runs("reply", "1", "-m", "Wrong customer!", "--close", "--cc", "carl@example.org")
    assert desk.ticket(1)["status"] == "closed"

    said = desk.runs("undo")

    assert "reply to anna@example.org not sent" in said
    assert "status closed -> new" in said
    desk.clock.passes(minutes=5)
    desk.rests()
    assert len(anna.mails) == 1
    assert desk.agent("lan").mails == []
    assert desk.customer("carl@example.org").mails == []
    after = desk.ticket(1)
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= {"activity", "updated_at", "involved", "waiting_seconds"}
    assert desk.events(1)[-1] == "undone"
    kept = (tmp_path / "home" / "ticketd" / "drafts" / "bob" / "undone-reply-1.txt").read_text()
    assert kept == "Wrong customer!", "what was written is not lost"
    assert desk.runs("search", "Wrong") == ""


def test_what_has_left_cannot_be_taken_back(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Hello.")
    desk.clock.passes(seconds=61)
    desk.rests()
    assert "has left already" in desk.runs("undo", code=1)
    assert desk.ticket(1)["status"] == "pending"


def test_each_change_has_its_way_back(desk: Desk, anna: Person) -> None:
    before = desk.ticket(1)
    for command in (
        ("tag", "1", "+hw", "-none"), ("set", "1", "priority=high", "subject=Loudspeaker", "severity=low"),
        ("set", "1", "department=sales"), ("follow", "1", "lan"), ("cc", "1", "+carl@example.org"), ("take", "1"),
        ("note", "1", "-m", "Hm."), ("pending", "1", "--until", "3d"), ("close", "1"), ("reopen", "1"),
    ):  # fmt: skip
        desk.runs(*command)
    for _ in range(10):
        desk.runs("undo", "1")
    after = desk.ticket(1)
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= {"activity", "updated_at", "involved", "waiting_seconds"}
    assert "nothing of bob on #1" in desk.runs("undo", "1", code=1)
    assert "nothing of lan" in desk.runs("undo", agent="lan", code=1)


def test_what_somebody_else_has_changed_since_stays(desk: Desk, anna: Person) -> None:
    desk.runs("reply", "1", "-m", "Hello.")
    anna.replies(anna.last_mail, "One more thing.")
    assert desk.ticket(1)["status"] == "open"
    desk.runs("undo")
    assert desk.ticket(1)["status"] == "open"
    desk.clock.passes(minutes=5)
    desk.rests()
    assert len(anna.mails) == 1


def test_a_closing_undone_keeps_when_it_was_closed_before(desk: Desk, anna: Person) -> None:
    desk.runs("close", "1", "--no-mail", "--reason", "no-answer")
    closed_at = desk.ticket(1)["closed_at"]
    desk.clock.passes(hours=1)
    desk.runs("reopen", "1")
    desk.runs("undo")
    ticket = desk.ticket(1)
    assert (ticket["closed_at"], ticket["close_reason"]) == (closed_at, "no-answer")


def test_a_dry_run_undoes_nothing(desk: Desk, anna: Person) -> None:
    desk.runs("tag", "1", "+hw")
    assert "nothing was done" in desk.runs("undo", "--dry-run")
    assert desk.ticket(1)["tags"] == ["hw"]


def test_a_ticket_opened_by_mistake(desk: Desk) -> None:
    said = desk.runs("new", "--customer", "eve@example.org", "--department", "sales", "-s", "Call", "-m", "Called.")  # fmt: skip
    assert said.startswith("#1 opened; ack queued for eve@example.org")
    desk.runs("undo")
    desk.clock.passes(minutes=5)
    desk.rests()
    assert desk.all_captured() == []
    assert desk.ticket(1)["status"] == "closed"


def test_a_note_that_was_taken_back_is_no_beginning_of_an_answer(
    desk: Desk, anna: Person, tmp_path: Path
) -> None:
    desk.runs("note", "1", "-m", "INTERNAL")
    desk.runs("undo")
    names = [p.name for p in (tmp_path / "home" / "ticketd" / "drafts" / "bob").iterdir()]
    assert names == ["undone-note-1.txt"]


def test_a_command_for_many_tickets_is_one_act(desk: Desk, anna: Person) -> None:
    anna.writes("support@desk.example", subject="Second", text="Another matter.")
    desk.runs("reply", "1-2", "-m", "Hello.", "--close")
    assert desk.runs("undo").count("status closed -> new") == 2
    desk.clock.passes(minutes=5)
    desk.rests()
    assert len(anna.mails) == 2


def test_when_a_ticket_should_open_comes_back_too(desk: Desk, anna: Person) -> None:
    desk.runs("pending", "1", "--until", "3d")
    until = desk.ticket(1)["pending_until"]
    desk.runs("close", "1", "--no-mail")
    desk.runs("undo")
    assert desk.ticket(1)["pending_until"] == until
    desk.runs("reply", "1", "-m", "Hello.")
    assert desk.ticket(1)["pending_until"] is None
    desk.runs("undo")
    assert desk.ticket(1)["pending_until"] == until


def test_what_others_have_done_again_is_not_done_twice(desk: Desk, anna: Person) -> None:
    desk.runs("follow", "1", "lan")
    desk.runs("cc", "1", "+carl@example.org")
    desk.runs("cc", "1", "-carl@example.org")
    desk.runs("cc", "1", "+carl@example.org", agent="lan")
    desk.runs("undo", "1")
    desk.runs("tag", "1", "+hw")
    desk.runs("tag", "1", "-hw")
    desk.runs("tag", "1", "+hw", agent="lan")
    desk.runs("undo", "1")
    ticket = desk.ticket(1)
    assert ticket["tags"] == ["hw"]
    assert {"address": "carl@example.org", "name": ""} in ticket["followers"]


def test_a_ticket_that_others_work_on_is_not_closed_under_their_hands(desk: Desk) -> None:
    desk.runs("new", "--customer", "eve@example.org", "--department", "sales", "-s", "Call", "-m", "Called.", "--no-ack")  # fmt: skip
    desk.runs("reply", "1", "-m", "Hello.", agent="lan")
    assert "others have worked on it" in desk.runs("undo", "1", code=1)
    assert desk.ticket(1)["status"] == "pending"


def test_an_act_of_yesterday_is_not_undone_by_one_word_too_many(desk: Desk, anna: Person) -> None:
    desk.runs("note", "1", "-m", "Important.")
    desk.clock.passes(hours=20)
    assert "too long ago" in desk.runs("undo", code=1)
    assert [m["kind"] for m in desk.ticket(1)["messages"]][-1] == "note"


def test_a_change_that_agents_were_told_of_is_taken_back_and_told_again(
    desk: Desk, anna: Person
) -> None:
    lan = desk.agent("lan")
    desk.runs("assign", "1", "lan")
    desk.clock.passes(minutes=2)
    desk.rests()
    assert len(lan.mails) == 1
    desk.runs("undo")
    assert desk.ticket(1)["assignee"] is None
    desk.rests()
    assert "nobody holds it now" in lan.last_mail.text
