"""When agents want it done, how long they worked on it, and what it has to do with elsewhere."""

from tests.conversations.test_agents_by_mail import opened
from tests.desk import Desk


def test_due_is_set_shown_found_and_told_once(desk: Desk) -> None:
    anna = opened(desk)
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "#due tomorrow 17:00\n#time 20m")
    assert "due: nothing → 2026-11-03 17:00" in bob.last_mail.text
    ticket = desk.ticket(1)
    assert ticket["agent_due"] == "2026-11-03T17:00:00+00:00"
    assert ticket["time_spent_seconds"] == 1200
    assert "to be done Tue 03 Nov 17:00" in desk.runs("show", "1")
    assert desk.runs("list", "due:<2d", "-q") == "1\n"
    assert desk.runs("list", "due:2026-11-03", "-q") == "1\n"
    assert desk.runs("list", "due:late", "-q") == desk.runs("list", "due:none", "-q") == ""
    assert desk.runs("list", "late") == ""
    got = len(bob.mails)
    desk.clock.passes(days=1, hours=9)
    desk.rests()
    assert "This ticket is due now." in bob.last_mail.text
    desk.clock.passes(days=3)
    desk.rests()
    assert len(bob.mails) == got + 1, "once"
    assert desk.runs("list", "late", "-q") == "1\n"
    assert "needs targets" in desk.runs("list", "sla:late", code=1), (
        "that is what customers were promised"
    )
    assert len(anna.mails) == 1, "nothing of it is for customers"
    desk.runs("close", "1", "--no-mail")
    assert desk.runs("list", "due:late", "status:all", "-q") == "", "what is closed is done"


def test_due_in_other_languages_is_moved_and_taken_back(desk: Desk) -> None:
    opened(desk)
    bob = desk.agent("bob")
    first = bob.last_mail
    bob.replies(first, "#hạn t6 17:00")
    assert str(desk.ticket(1)["agent_due"]).startswith("2026-11-06T17:00")
    bob.replies(first, "#กำหนดเสร็จ พรุ่งนี้")
    assert str(desk.ticket(1)["agent_due"]).startswith("2026-11-03T08:00")
    desk.runs("undo")
    assert str(desk.ticket(1)["agent_due"]).startswith("2026-11-06T17:00")
    desk.runs("due", "1", "none")
    assert desk.ticket(1)["agent_due"] is None
    assert "is over" in desk.runs("due", "1", "2026-01-01", code=1)
    assert "is no moment" in desk.runs("set", "1", "due=soonish", code=1)


def test_time_is_added_up_mended_and_taken_back(desk: Desk) -> None:
    opened(desk)
    desk.runs("time", "1", "1h30m")
    desk.runs("time", "1", "-20m")
    assert desk.ticket(1)["time_spent_seconds"] == 70 * 60
    desk.runs("undo")
    assert desk.ticket(1)["time_spent_seconds"] == 90 * 60
    assert "only 90 min" in desk.runs("time", "1", "-2h", code=1)
    assert "is no time" in desk.runs("time", "1", "long", code=1)


def test_what_it_refers_to_elsewhere(desk: Desk) -> None:
    opened(desk)
    desk.runs("link", "1", "contract:C-77")
    assert desk.ticket(1)["refs"] == ["contract:C-77"]
    assert (
        desk.runs("list", "ref:contract:c-77", "-q") == desk.runs("list", "ref:C-77", "-q") == "1\n"
    )
    assert desk.runs("list", "ref:C-7", "-q") == "", "that is another one"
    assert desk.runs("list", "ref:order:C-77", "-q") == ""
    assert "refers to  contract:C-77" in desk.runs("show", "1")
    desk.runs("link", "1", "-contract:C-77")
    assert desk.ticket(1)["refs"] == []
    desk.runs("undo")
    assert desk.ticket(1)["refs"] == ["contract:C-77"]
    assert "refers to contract:C-77 already" in desk.runs("link", "1", "contract:C-77", code=1)


def test_a_merge_keeps_the_earlier_due_and_adds_the_time(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    anna.writes("support@desk.example", subject="Again", text="Still silent.")
    desk.runs("due", "1", "2026-11-09 17:00")
    desk.runs("due", "2", "2026-11-05 17:00")
    desk.runs("time", "1", "30m")
    for _ in range(2):
        desk.runs("time", "2", "20h")
    desk.runs("merge", "2", "1")
    one = desk.ticket(1)
    assert one["agent_due"] == "2026-11-05T17:00:00+00:00"
    assert one["time_spent_seconds"] == (40 * 60 + 30) * 60
    desk.runs("undo")
    assert desk.ticket(1)["agent_due"] == "2026-11-09T17:00:00+00:00"
    assert desk.ticket(1)["time_spent_seconds"] == 30 * 60
    assert desk.ticket(2)["agent_due"] == "2026-11-05T17:00:00+00:00"
    assert desk.ticket(2)["time_spent_seconds"] == 40 * 3600
    desk.runs("merge", "1", "2")
    assert desk.ticket(2)["agent_due"] == "2026-11-05T17:00:00+00:00", (
        "the later one changes nothing"
    )
    desk.clock.passes(days=4)
    desk.rests()
    assert "This ticket is due now." in bob.last_mail.text
