"""What operators ask, on each database."""

import json

import pytest

from tests.desk import Desk
from ticketd.store import schema


def test_check_and_db(desk: Desk) -> None:
    said = desk.runs("check")
    assert "ok    config" in said
    assert f"schema {schema.HEAD}" in desk.runs("db", "status")
    assert json.loads(desk.runs("db", "status", "--json"))["ok"] is True
    assert f"{schema.HEAD} -> {schema.HEAD}" in desk.runs("db", "upgrade")
    assert "secret" not in desk.runs("db", "status")


@pytest.mark.in_process
def test_what_reports_read_is_held_against_the_history_and_made_anew(desk: Desk) -> None:
    eve = desk.customer("eve@customer.example")
    for subject in ("Printer", "Login"):
        eve.writes("support@desk.example", subject=subject, text="It says no.")
    desk.runs("reply", "1", "-m", "Now?", "--close")
    assert "0 tickets" in desk.runs("db", "rebuild", "--check")
    with desk.intake.desk.database.bare() as bare:
        bare.run("UPDATE ticket SET story = 'r 60 lan  ' WHERE number = 1")
    assert "not as the history says: 1 tickets: #1" in desk.runs("db", "rebuild", "--check", code=1)
    assert "made anew: 1 tickets: #1" in desk.runs("db", "rebuild")
    assert json.loads(desk.runs("report", "agents", "--json"))["agents"][0]["agent"] == "bob"
