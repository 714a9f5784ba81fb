"""Whatever was answered 250 is seen by a person, even what nobody can read."""

from typing import Any

import pytest

from tests.desk import Desk
from ticketd.core.errors import Temporary
from ticketd.mail.parse import parse
from ticketd.mail.worker import ParserCrashed

pytestmark = pytest.mark.in_process
POISON = b"From: eve@evil.example\nTo: support@desk.example\nSubject: POISON\n\nboom\n"


def poisoned(error: type[Exception]) -> Any:
    def read(raw: bytes, hint: str) -> Any:
        if b"POISON" in raw:
            raise error("it died")
        return parse(raw, hint)

    return read


@pytest.mark.parametrize(("error", "attempts"), [(ParserCrashed, 2), (ValueError, 3)])
def test_poison_becomes_a_ticket_of_last_resort_and_others_are_not_held_up(
    desk: Desk, error: type[Exception], attempts: int
) -> None:
    desk.parse = poisoned(error)
    desk.takes(POISON, "eve@evil.example", "support@desk.example")
    anna = desk.customer("anna@example.org")
    anna.writes("support@desk.example", subject="No sound", text="Silent.")
    for _ in range(attempts):
        desk.clock.passes(minutes=2)
        desk.rests()

    assert desk.ticket(1)["subject"] == "No sound"
    last = desk.ticket(2)
    assert (last["subject"], last["department"]) == ("Unreadable mail", "support")
    assert last["messages"][0]["attachments"][0]["name"] == "unreadable.eml"
    assert "POISON" in desk.runs(
        "quarantine", "show", desk.runs("quarantine", "list").split("\t")[0]
    )
    assert desk.customer("eve@evil.example").mails == []


def test_a_mail_that_is_read_in_part_is_attached_whole(desk: Desk) -> None:
    raw = b"From: anna@example.org\nTo: support@desk.example\nSubject: x\n" + b"X: y\n" * 1001
    raw += b"\nHello.\n"
    desk.takes(raw, "anna@example.org", "support@desk.example")

    message = desk.ticket(1)["messages"][0]
    (file,) = message["attachments"]
    assert message["text"] == "Hello."
    size = len(raw.replace(b"\n", b"\r\n"))
    assert (file["name"], file["type"], file["size"]) == ("whole mail.eml", "message/rfc822", size)


def test_every_department_that_it_was_for_sees_the_ticket_of_last_resort(desk: Desk) -> None:
    desk.parse = poisoned(ParserCrashed)
    desk.takes(POISON, "eve@evil.example", "support@desk.example", "sales@desk.example")
    for _ in range(2):
        desk.clock.passes(minutes=2)
        desk.rests()

    for department in ("support", "sales"):
        assert "Unreadable mail" in desk.runs("list", f"department:{department}")


def test_a_quarantined_mail_is_read_again_after_an_upgrade(desk: Desk) -> None:
    desk.parse = poisoned(ParserCrashed)
    desk.takes(POISON, "eve@evil.example", "support@desk.example")
    for _ in range(3):
        desk.clock.passes(minutes=2)
        desk.rests()
    desk.parse = parse

    desk.runs("quarantine", "retry", "--all")

    assert desk.ticket(2)["subject"] == "POISON"
    assert desk.runs("quarantine", "list") == ""


def test_a_database_that_is_away_counts_as_no_attempt(desk: Desk) -> None:
    desk.parse = poisoned(Temporary)
    desk.takes(POISON, "eve@evil.example", "support@desk.example", rest=False)
    for _ in range(6):
        with pytest.raises(Temporary):
            desk.intake.step()
    desk.parse = parse
    desk.rests()

    assert desk.ticket(1)["subject"] == "POISON"
