"""What operators ask, on each database."""

import json

from tests.desk import Desk
from ticketd.store import schema


def test_check_and_db(desk: Desk) -> None:
    said = desk.runs("check")
    assert "ok    config" in said
    assert f"schema {schema.HEAD}" in desk.runs("db", "status")
    assert json.loads(desk.runs("db", "status", "--json"))["ok"] is True
    assert f"{schema.HEAD} -> {schema.HEAD}" in desk.runs("db", "upgrade")
    assert "secret" not in desk.runs("db", "status")
