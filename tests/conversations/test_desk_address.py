"""Commands about any tickets, one on a line, to the desk address."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person

PASS = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=agents.example"}


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    made = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
    anna = made.customer("anna@example.org", "Anna")
    for at in range(1, 5):
        anna.writes("support@desk.example", subject=f"Case {at}", text=f"Text {at}.")
    return made


def says(desk: Desk, text: str, **more: str) -> Person:
    bob = desk.agent("bob")
    bob.writes("desk@desk.example", subject="work", text=text, headers=more or PASS)
    return bob


def test_each_line_is_done_or_refused_by_itself(desk: Desk) -> None:
    bob = says(desk, "1 2 assign bob\n#3 close\n4 assign eve\n99 close\nfrobnicate\n\nlist mine\n")
    text = bob.last_mail.text
    assert [desk.ticket(n)["assignee"] for n in (1, 2, 3, 4)] == ["bob", "bob", None, None]
    assert desk.ticket(3)["status"] == "closed"
    assert "1 2 assign bob\nOK: " in text
    assert "4 assign eve\nNOT DONE: there is no agent 'eve'" in text
    assert "99 close\nNOT DONE: there is no ticket #99" in text
    assert "frobnicate\nNOT DONE: there is no command 'frobnicate'" in text
    assert "[#2] Case 2" in text
    assert bob.last_mail.is_automatic


def test_a_line_about_several_tickets_is_done_to_all_or_to_none(desk: Desk) -> None:
    says(desk, "1 2 99 close")
    assert [desk.ticket(n)["status"] for n in (1, 2)] == ["new", "new"]


def test_all_or_nothing_and_dry_run(desk: Desk) -> None:
    outside = len(desk.captured())
    bob = says(desk, "all-or-nothing\n1 close\n99 close")
    assert "1 close\nNOT DONE: taken back" in bob.last_mail.text
    bob = says(desk, "dry-run\n1 2 close\n3 tag +x")
    assert "(dry run)" in bob.last_mail.text
    bob = says(desk, "all-or-nothing\n1 2 reply We call you.\n99 note x")
    assert "1 2 reply We call you.\nNOT DONE: taken back" in bob.last_mail.text
    bob = says(desk, "3 close\n1 2 99 reply We call you.\n2 3 99 note x\n3 reopen", **PASS)
    assert bob.last_mail.text.count("NOT DONE: there is no ticket #99") == 2
    assert {t["status"] for t in desk.tickets() if t["number"] != 3} == {"new"}
    assert desk.ticket(3)["tags"] == []
    assert len(desk.captured()) == outside


def test_bulk_of_fifty_with_one_bad_line(desk: Desk) -> None:
    says(desk, "1-4 tag +bulk\n1-60 close\n2 priority urgent")
    assert all(t["tags"] == ["bulk"] for t in desk.tickets())
    assert {t["status"] for t in desk.tickets()} == {"new"}
    assert desk.ticket(2)["priority"] == "urgent"


def test_a_limit_keeps_the_rest_out(desk: Desk) -> None:
    desk.runs("tag", "1", "+vip")
    bob = says(desk, "limit tag:vip\n1 2 close\n1 priority high")
    assert "#2: outside of the limit" in bob.last_mail.text
    assert desk.ticket(1)["status"] == "new"
    assert desk.ticket(1)["priority"] == "high"


def test_an_answer_and_its_undoing(make_desk: DeskMaker, desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    got = len(anna.mails)
    says(desk, "1 reply We call you today.")
    assert "We call you today." in anna.last_mail.text
    assert len(anna.mails) == got + 1
    bob = says(desk, "2 tag +x")
    bob.writes("desk@desk.example", subject="undo", text="undo", headers=PASS)
    assert desk.ticket(2)["tags"] == []


def test_whoever_is_not_proven_does_nothing(desk: Desk) -> None:
    got = len(desk.all_captured())
    says(desk, "1 close", **{"X-Nothing": "x"})
    desk.customer("eve@example.net").writes(
        "desk@desk.example", subject="work", text="1 close", headers=PASS
    )
    assert desk.ticket(1)["status"] == "new"
    assert not [
        m for m in desk.all_captured()[got:] if "transcript" in str(m.message["x-ticketd-event"])
    ]


def test_an_agent_without_a_right_and_one_merged_notice(desk: Desk) -> None:
    lan = desk.agent("lan")
    lan.writes("desk@desk.example", subject="x", text="1 close", headers=PASS)
    assert "it belongs to support" in lan.last_mail.text
    got = len(lan.mails)
    says(desk, "1-4 assign lan")
    assert len(lan.mails) == got + 1
    assert all(f"[#{n}]" in lan.last_mail.text for n in (1, 2, 3, 4))


def test_a_desk_that_knows_no_proof_asks_first(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="Case of Anna", text="Secret words.")
    bob = says(desk, "1 reply We call you today.\n1 tag +x\nlist open", **{"X-Nothing": "x"})
    question = bob.last_mail
    assert str(question.message["x-ticketd-event"]) == "confirm"
    assert "- 1 reply We call you today.\n- 1 tag +x" in question.text
    assert "Anna" not in question.text + question.subject
    assert desk.ticket(1)["tags"] == []
    desk.customer("eve@example.net").writes(question.reply_to, subject="x", text="OK")
    assert desk.ticket(1)["tags"] == [], "the question was Bob's"
    bob.replies(question, "OK")
    assert "1 tag +x\nOK: " in bob.last_mail.text
    assert desk.ticket(1)["tags"] == ["x"]
    bob.replies(question, "OK again")
    assert "that was done already" in bob.last_mail.text
    bob.writes("desk@desk.example", subject="undo", text="undo")
    bob.replies(bob.last_mail, "Yes.")
    assert "taken back: the reply to anna@example.org not sent" in bob.last_mail.text
    assert desk.ticket(1)["tags"] == []
    bob.writes("desk@desk.example", subject="x", text="1 close")
    late = bob.last_mail
    desk.clock.passes(minutes=31)
    bob.replies(late, "OK")
    assert "it waited for longer than 30 minutes" in bob.last_mail.text
    assert desk.ticket(1)["status"] == "new"


def test_who_writes_in_an_agents_name_is_told_nothing_and_the_agent_once(desk: Desk) -> None:
    bob = desk.agent("bob")
    got = len(bob.mails)
    for at in range(3):
        says(desk, f"1 close\n{at}", **{"X-Nothing": "x"})
    (told,) = bob.mails[got:]
    assert "A mail in your name reached desk@desk.example" in told.text
    assert desk.ticket(1)["status"] == "new"
    desk.clock.passes(hours=2)
    says(desk, "1 close", **{"X-Nothing": "x"})
    assert len(bob.mails) == got + 2


def test_an_undo_beside_other_lines_is_refused(desk: Desk) -> None:
    """It would share its act with them: what it took back, and what stands, could not be told apart."""
    bob = says(desk, "1 undo\n1 close\n")
    assert "1 undo\nNOT DONE: #undo stands alone" in bob.last_mail.text
    assert desk.ticket(1)["status"] == "closed"


def test_a_preview_is_kept_as_a_draft(desk: Desk) -> None:
    bob, anna = says(desk, "1 preview It comes tomorrow."), desk.customer("anna@example.org")
    got = len(anna.mails)
    assert "It comes tomorrow." in bob.last_mail.text
    assert "NOT DONE" not in bob.last_mail.text
    says(desk, "1 send")
    desk.clock.passes(minutes=5)
    desk.rests()
    assert len(anna.mails) == got + 1
