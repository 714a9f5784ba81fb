"""The desk is in trouble, and tells the person who is named for that: once an hour for each kind."""

from tests.conftest import DeskMaker
from tests.desk import Desk, Mail

ROOT = "root@elsewhere.example"


def alerts(desk: Desk) -> list[Mail]:
    return [m for m in desk.all_captured() if m.rcpt_to == ROOT]


def minutes_pass(desk: Desk, minutes: int) -> None:
    for _ in range(minutes):
        desk.clock.passes(minutes=1)
        desk.rests()


def test_mail_that_nobody_can_read_is_told_once_an_hour(make_desk: DeskMaker) -> None:
    desk = make_desk(ops={"alert_to": ROOT})

    def crash(*_: object) -> None:
        raise RuntimeError("unreadable")

    desk.parse = crash  # type: ignore[assignment]
    desk.customer("eve@customer.example").writes("support@desk.example", subject="x", text="y")
    minutes_pass(desk, 10)
    assert [m.subject for m in alerts(desk)] == ["desk.example: 1 mails are quarantined"]
    told = alerts(desk)[0]
    assert "ticketd quarantine list" in told.text
    assert told.is_automatic
    assert told.mail_from == ""
    minutes_pass(desk, 45)
    assert len(alerts(desk)) == 1
    minutes_pass(desk, 15)
    assert len(alerts(desk)) == 2
    desk.runs("quarantine", "drop", *_quarantined(desk))
    minutes_pass(desk, 130)
    assert len(alerts(desk)) == 2, "all is well again"


def _quarantined(desk: Desk) -> list[str]:
    import json

    found = json.loads(desk.runs("quarantine", "list", "--json"))
    return [str(one["id"]) for one in found["mails"]]


def test_two_kinds_of_trouble_are_one_mail(make_desk: DeskMaker) -> None:
    desk = make_desk(
        ops={"alert_to": ROOT, "silence_after": "2h"}, limits={"min_free": "900000GiB"}
    )
    desk.customer("eve@customer.example").writes("support@desk.example", subject="x", text="y")
    minutes_pass(desk, 5)
    assert len(alerts(desk)) == 1
    assert "are free on the disk" in alerts(desk)[0].subject
    minutes_pass(desk, 120)
    told = alerts(desk)
    assert len(told) == 3
    assert "no mail has come in for 2 hours" in told[-1].text
    assert "are free on the disk" in told[-1].text


def test_nobody_named_nobody_told(desk: Desk) -> None:
    desk.clock.passes(hours=2)
    desk.rests()
    assert desk.all_captured() == []
