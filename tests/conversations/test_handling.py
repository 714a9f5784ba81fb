"""What agents do to tickets besides answering; none of it reaches the customer."""

import json
from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts


@pytest.fixture
def anna(desk: Desk) -> Person:
    person = desk.customer("anna@example.org", "Anna")
    person.writes(
        "support@desk.example",
        subject="No sound",
        text="Silent.",
        attachments=[("log.txt", b"boom")],
    )
    return person


def test_a_note_stays_inside(desk: Desk, anna: Person) -> None:
    desk.runs("note", "1", "-m", "CANARY: an awkward customer.")

    assert list(texts(desk.ticket(1), "note")) == ["CANARY: an awkward customer."]
    desk.runs("reply", "1", "-m", "Hello.")
    desk.runs("close", "1")
    assert not any("CANARY" in str(mail.message) for mail in anna.mails)
    assert desk.ticket(1)["status"] == "closed"


def test_taking_and_assigning(desk: Desk, anna: Person) -> None:
    assert "assigned to bob" in desk.runs("take", "1")
    assert desk.ticket(1)["assignee"] == "bob"
    assert "already" in desk.runs("take", "1", code=1)
    desk.runs("assign", "1", "lan")
    assert desk.ticket(1)["assignee"] == "lan"
    assert "no agent 'eve'" in desk.runs("assign", "1", "eve", code=1)
    desk.runs("assign", "1", "none")
    assert desk.ticket(1)["assignee"] is None
    assert desk.events(1).count("assigned") == 3


def test_reopening_and_waiting(desk: Desk, anna: Person) -> None:
    desk.runs("pending", "1")
    assert desk.ticket(1)["status"] == "pending"
    assert "already" in desk.runs("pending", "1", code=1)
    desk.runs("reopen", "1")
    assert desk.ticket(1)["status"] == "open"
    assert "already" in desk.runs("reopen", "1", code=1)
    anna.replies(anna.last_mail, "Any news?")
    assert desk.ticket(1)["status"] == "open"


FIELDS = [
    ("priority=high", "priority", "high"), ("priority=ด่วนมาก", "priority", "urgent"), ("priority=khẩn", "priority", "urgent"),
    ("severity=critical", "severity", "critical"), ("severity=none", "severity", None), ("dept=sales", "department", "sales"),
    ("title=Loudspeaker", "subject", "Loudspeaker"), ("summary=Driver", "summary", "Driver"), ("lang=th", "language", "th"),
    ("channel=phone", "channel", "phone"),
]  # fmt: skip


def test_fields(desk: Desk, anna: Person) -> None:
    for change, field, value in FIELDS:
        desk.runs("set", "1", change)
        assert desk.ticket(1)[field] == value, change


def test_what_no_field_can_hold_changes_nothing(desk: Desk, anna: Person) -> None:
    before = desk.ticket(1)
    for change in ("priority=soon", "colour=red", "dept=nowhere", "subject=", "lang=xx", "channel=pigeon"):  # fmt: skip
        said = desk.runs("set", "1", "priority=high", change, code=1)
        assert said.count("\n") == 1
        assert desk.ticket(1)["priority"] == before["priority"], "all or nothing"


def test_a_moved_ticket_is_seen_by_both_departments(desk: Desk, anna: Person) -> None:
    desk.runs("set", "1", "department=sales")
    assert desk.ticket(1)["departments"] == ["sales", "support"]


def test_tags(desk: Desk, anna: Person) -> None:
    desk.runs("tag", "1", "+hw", "+printer", "-nothing")
    desk.runs("tag", "1", "-hw", "+HCM")
    assert desk.ticket(1)["tags"] == ["printer", "hcm"]
    assert "not understood" in desk.runs("tag", "1", "+a b", code=1)
    assert "tag 7 +hw" in desk.runs("tag", "1", code=2)


def test_people_who_take_part_get_the_answers_from_then_on(desk: Desk, anna: Person) -> None:
    carl = desk.customer("carl@example.org")
    desk.runs("cc", "1", "+carl@example.org")
    desk.runs("reply", "1", "-m", "Hello both.")

    assert "Hello both." in carl.last_mail.text
    assert str(carl.last_mail.message["to"]) == "Anna <anna@example.org>"
    assert str(carl.last_mail.message["cc"]) == "carl@example.org"
    assert carl.last_mail.reply_to != anna.last_mail.reply_to, "each has a token of the own"
    carl.replies(carl.last_mail, "Thanks from Carl, but how?", tag=False, references=False)
    assert "Thanks from Carl, but how?" in list(texts(desk.ticket(1)))

    desk.runs("cc", "1", "-carl@example.org")
    desk.runs("reply", "1", "-m", "Only you.")
    assert "Only you." not in carl.last_mail.text
    for wrong in (
        "+anna@example.org",
        "-anna@example.org",
        "+nonsense",
        "+support@desk.example",
        "-eve@example.org",
    ):
        desk.runs("cc", "1", wrong, code=1)


def test_history_files_and_log(
    desk: Desk, anna: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk.runs("tag", "1", "+hw")
    assert desk.runs("history", "anna@example.org").startswith("#1\t")
    assert desk.runs("history", "@example.org").startswith("#1\t")
    assert desk.runs("history", "@ample.org") == ""
    assert "tagged" in desk.runs("log", "1")
    assert desk.runs("attach", "1") == "1\tlog.txt\tapplication/octet-stream\t4\n"
    desk.runs("attach", "1", "1")
    assert (tmp_path / "log.txt").read_bytes() == b"boom"
    assert "exists already" in desk.runs("attach", "1", "1", code=1)
    assert "1 files" in desk.runs("attach", "1", "2", code=1)


def test_a_dry_run_of_anything_changes_nothing(desk: Desk, anna: Person) -> None:
    before = desk.ticket(1)
    for command in (
        ["take", "1"],
        ["tag", "1", "+x"],
        ["set", "1", "priority=high"],
        ["note", "1", "-m", "x"],
        ["pending", "1"],
    ):
        assert "dry run" in desk.runs(*command, "--dry-run")
    after = desk.ticket(1)
    assert {k: after[k] for k in ("status", "assignee", "tags", "priority")} == {
        k: before[k] for k in ("status", "assignee", "tags", "priority")
    }
    assert len(after["activity"]) == len(before["activity"])


def test_a_viewer_reads_and_changes_nothing(make_desk: DeskMaker) -> None:
    desk = make_desk(agents={"lan": {"role": "viewer"}})
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text="Hello.")
    assert desk.runs("list", "-q", agent="lan") == "1\n"
    for command in (
        ("reply", "1", "-m", "Hi"),
        ("note", "1", "-m", "Hi"),
        ("take", "1"),
        ("undo",),
    ):
        assert "is a viewer" in desk.runs(*command, agent="lan", code=77)
    assert desk.ticket(1)["status"] == "new"


def test_a_call_is_the_agents_wording_and_never_quoted_to_the_customer(desk: Desk) -> None:
    pim = desk.customer("pim@example.org")
    said = desk.runs(
        "new", "--customer", "pim@example.org", "--name", "Pim", "--dept", "sales", "-s", "Receipt",
        "-m", "She asks for a receipt, rather rudely.", "--channel", "line",
    )  # fmt: skip
    assert said == "#1 opened; ack queued for pim@example.org, sends in 0 s\n"
    assert "We have noted your request “Receipt”" in pim.last_mail.text
    notice = desk.agent("lan").last_mail
    assert "Bob (line) wrote on" in notice.text
    desk.runs("reply", "1", "-m", "Here it is.")
    assert "rudely" not in str(pim.last_mail.message)
    ticket = desk.ticket(1)
    assert (ticket["channel"], ticket["customer"]) == ("line", {"address": "pim@example.org", "name": "Pim"})  # fmt: skip
    pim.replies(pim.last_mail, "Thanks, but it is wrong?")
    assert desk.ticket(1)["status"] == "open"
    for field, value in (("--customer", "nobody"), ("--customer", "sales@desk.example"), ("--dept", "x"), ("-s", "  "), ("--channel", "pigeon")):  # fmt: skip
        given = {"--customer": "a@b.example", "--dept": "sales", "-s": "x", "-m": "y", field: value}
        desk.runs("new", *(word for pair in given.items() for word in pair), code=1)
    assert len(desk.tickets()) == 1


def test_many_tickets_at_once_have_to_be_meant(desk: Desk, anna: Person) -> None:
    assert "these are 21 tickets; add --yes" in desk.runs("close", "1-21", code=2)
    said = desk.runs("close", "1-21", "--yes", "--no-mail", code=1)
    assert said.count("there is no ticket") == 20
    assert desk.ticket(1)["status"] == "closed", "what can be done is done"


def test_a_change_is_told_to_programs_too(desk: Desk, anna: Person) -> None:
    told = json.loads(desk.runs("reply", "1", "-m", "Hi.", "--json"))
    (done,) = told["done"]
    assert (done["number"], done["status"]) == (1, "pending")
    assert done["mails"] == [{"kind": "reply", "to": "anna@example.org"}]
    assert desk.runs("close", "1", "-q") == "1\n"


def test_what_the_terminal_has_as_mail_does(desk: Desk) -> None:
    anna = desk.customer("anna@example.org", "Anna")
    for subject in ("One", "Two"):
        anna.writes("support@desk.example", subject=subject, text="x")
    desk.runs("link", "1", "2")
    assert (desk.ticket(1)["links"], desk.ticket(2)["links"]) == ([2], [1])
    assert "is this ticket itself" in desk.runs("link", "1", "1", code=1)
    desk.runs("set", "1", "customer=carl@example.org")
    assert desk.ticket(1)["customer"]["address"] == "carl@example.org"
    desk.runs("undo", "1")
    assert desk.ticket(1)["customer"]["address"] == "anna@example.org"
    bob = desk.agent("bob")
    desk.runs("remind", "1", "--at", "2d")
    desk.clock.passes(days=3)
    desk.rests()
    assert "You wanted to be reminded" in bob.last_mail.text
    assert "is over" in desk.runs("remind", "1", "--at", "2026-01-01", code=1)
    assert "no mail of #1 is held" in desk.runs("release", "1", code=1)
    desk.runs("away", "3d", "--deputy", "lan")
    desk.runs("take", "1")
    anna.replies(anna.last_mail, "And now?")
    assert "> And now?" in desk.agent("lan").last_mail.text
    desk.runs("back")
    assert "bob is not away" in desk.runs("back", code=1)
