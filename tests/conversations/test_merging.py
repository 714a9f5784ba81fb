"""Two tickets that are one, one that is two: numbers lead on, and nobody reads what was not theirs."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts


@pytest.fixture
def anna(desk: Desk) -> Person:
    """A customer with two tickets about one thing."""
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    anna.writes("sales@desk.example", subject="Speaker", text="About the speaker: it is new.")
    return anna


def test_a_merged_ticket_goes_on_as_the_other_one(desk: Desk, anna: Person) -> None:
    desk.runs("tag", "2", "+audio")
    desk.runs("follow", "2", "lan")
    assert "goes on as #1" in desk.runs("merge", "2", "1")
    one = desk.ticket(1)
    assert list(texts(one)) == ["The speaker is silent.", "About the speaker: it is new."]
    assert (one["tags"], one["followers"]) == (["audio"], ["lan"])
    assert desk.ticket(2)["number"] == 1, "its number leads on"
    (two,) = [t for t in desk.tickets() if t["number"] == 2]
    assert (two["status"], two["close_reason"]) == ("closed", "merged")
    notice = next(m for m in desk.agent("bob").mails if "[#2]" in m.subject)
    desk.agent("bob").replies(notice, "Turn it on.")
    assert "Turn it on." in anna.last_mail.text, (
        "the agent's old notice answers the ticket that it has become"
    )
    assert "[#1]" in anna.last_mail.subject
    anna.replies(next(m for m in anna.mails if "[#2]" in m.subject), "Any news?")
    assert list(texts(desk.ticket(1)))[-1] == "Any news?"
    assert desk.runs("search", "new", "-q").split() == ["1"]
    assert "was merged into it already" in desk.runs("merge", "2", "1", code=1)


def test_two_requesters_only_when_confirmed_and_nobody_reads_the_other(
    desk: Desk, anna: Person
) -> None:
    eve = desk.customer("eve@example.org", "Eve")
    eve.writes(
        "support@desk.example", subject="Secret plan", text="canary-eve: silent since the party."
    )
    said = desk.runs("merge", "3", "1", code=1)
    assert "eve@example.org would take part in #1 from now on" in said
    assert desk.ticket(3)["status"] == "new"
    desk.runs("merge", "3", "1", "--yes")
    desk.runs("reply", "1", "-m", "We fixed the stream.", "--close")
    assert "We fixed the stream." in anna.last_mail.text
    assert "We fixed the stream." in eve.last_mail.text
    eve.replies(eve.last_mail, "It works.")
    anna.replies(anna.last_mail, "Here too, but now it hums.")
    desk.runs("reply", "1", "-m", "Humming is over, too.")
    for_anna = "".join(m.message.as_string() for m in anna.mails)
    for_eve = "".join(m.message.as_string() for m in eve.mails)
    assert "canary-eve" not in for_anna
    assert "Secret plan" not in for_anna
    assert "speaker is silent" not in for_eve
    assert "now it hums" not in for_eve


def test_a_merge_is_taken_back(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    for name in ("anna", "eve"):
        desk.customer(f"{name}@example.org").writes(
            "support@desk.example", subject=name, text=f"Text of {name}."
        )
    desk.runs("merge", "1", "2", "--yes")
    assert len(desk.ticket(1)["messages"]) >= 2
    said = desk.runs("undo")
    assert "#1 goes on by itself" in said
    one, two = desk.ticket(1), desk.ticket(2)
    assert (one["number"], one["status"], list(texts(one))) == (1, "new", ["Text of anna."])
    assert (list(texts(two)), two["followers"]) == (["Text of eve."], [])


def test_by_mail_with_a_confirmation_where_the_trust_is_low(desk: Desk, anna: Person) -> None:
    bob = desk.agent("bob")
    first = next(m for m in bob.mails if "[#2]" in m.subject)
    bob.replies(first, "#merge 1\n\nWe look into it.")
    assert desk.ticket(2)["number"] == 2, "another ticket is touched: this is asked first"
    question = bob.last_mail
    assert "#merge 1" in question.text
    bob.replies(question, "OK")
    assert desk.ticket(2)["number"] == 1
    assert "We look into it." in anna.last_mail.text
    assert "[#1]" in anna.last_mail.subject


def test_what_cannot_be_merged(desk: Desk, anna: Person) -> None:
    assert "name the tickets" in desk.runs("merge", "1", code=2)
    desk.runs(
        "new",
        "--customer",
        "anna@example.org",
        "--dept",
        "sales",
        "-s",
        "Call",
        "-m",
        "She called.",
        agent="lan",
    )
    assert "#1: it belongs to support" in desk.runs("merge", "3", "1", code=1, agent="lan")
    assert "there is no ticket #9" in desk.runs("merge", "1", "9", code=1)
    desk.runs("close", "1", "--no-mail")
    assert "#1 is closed; reopen it first" in desk.runs("merge", "2", "1", code=1)


def test_a_second_matter_becomes_a_ticket_of_its_own(desk: Desk, anna: Person) -> None:
    anna.replies(anna.mails[0], "Where is my invoice?\nI need it for the tax.")
    assert "is all that #2 holds" in desk.runs(
        "split", "2", str(desk.ticket(2)["messages"][0]["id"]), code=1
    )
    message = next(m for m in desk.ticket(1)["messages"] if "invoice" in m["text"])
    desk.runs("split", "1", str(message["id"]))
    three = desk.ticket(3)
    assert (three["subject"], three["links"], list(texts(three))) == (
        "Where is my invoice?", [1], ["Where is my invoice?\nI need it for the tax."],
    )  # fmt: skip
    assert list(texts(desk.ticket(1))) == ["The speaker is silent."]
    assert "[#3]" in anna.last_mail.subject, "the customer hears the new number"
    anna.replies(anna.last_mail, "It is of May.")
    assert list(texts(desk.ticket(3)))[-1] == "It is of May."
    assert "has no such message of a customer" in desk.runs("split", "1", "99", code=1)


def test_a_split_by_mail_and_its_undo(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="Silent.")
    anna.replies(anna.last_mail, "And where is my invoice?")
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "#split")
    assert len(desk.tickets()) == 1, "asked first"
    bob.replies(bob.last_mail, "OK")
    assert list(texts(desk.ticket(2))) == ["And where is my invoice?"]
    desk.runs("undo")
    assert list(texts(desk.ticket(1))) == ["Silent.", "And where is my invoice?"]
    assert desk.ticket(2)["status"] == "closed"
    desk.clock.passes(minutes=3)
    desk.rests()
    assert "[#2]" not in anna.last_mail.subject
