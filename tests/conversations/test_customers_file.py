"""The customers' file: one person with several addresses, everything of them in one file, and forgetting them."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    return make_desk(agents={"bob": {"role": "lead"}})


@pytest.fixture
def anna(desk: Desk) -> Person:
    person = desk.customer("anna@example.org", "Anna Berg")
    person.writes(
        "support@desk.example",
        subject="Secret matter",
        text="My number is 4711.",
        attachments=[("id.jpg", b"jpeg")],
    )
    desk.runs("reply", "1", "-m", "Dear Anna, 4711 it is.")
    return person


def test_who_somebody_is(desk: Desk, anna: Person) -> None:
    desk.runs(
        "customer",
        "edit",
        "anna@example.org",
        "--organisation",
        "Berg Ltd",
        "--note",
        "Likes tea.",
        "--phone",
        "123",
    )
    told = json.loads(desk.runs("customer", "show", "anna@example.org", "--json"))["customer"]
    assert (told["name"], told["organisation"], told["tickets"]) == ("Anna Berg", "Berg Ltd", [1])
    assert "Likes tea." in desk.runs("customer", "show", "anna@example.org")
    assert "Anna Berg <anna@example.org>" in desk.runs("customer", "list", "berg")
    assert desk.runs("customer", "list", "nobody") == ""
    assert "nobody is known by x@y.example" in desk.runs("customer", "show", "x@y.example", code=1)


def test_a_second_address_writes_on_the_same_ticket(desk: Desk, anna: Person) -> None:
    home = desk.customer("anna@home.example", "Anna")
    home.writes("support@desk.example", subject=f"Re: {anna.last_mail.subject}", text="From home.")
    assert [t["number"] for t in desk.tickets()] == [2, 1], "a stranger with a number"
    desk.runs("customer", "merge", "anna@home.example", "anna@example.org")
    home.writes(
        "support@desk.example", subject=f"Re: {anna.last_mail.subject}", text="From home again."
    )
    assert len(desk.tickets()) == 2
    assert desk.ticket(1)["messages"][-1]["text"] == "From home again."
    assert "one person already" in desk.runs(
        "customer", "merge", "anna@home.example", "anna@example.org", code=1
    )
    told = json.loads(desk.runs("customer", "show", "anna@home.example", "--json"))["customer"]
    assert told["addresses"] == ["anna@home.example", "anna@example.org"]
    assert told["tickets"] == [2, 1]
    assert "is one of us" in desk.runs(
        "customer", "edit", "anna@example.org", "--add-address", "bob@agents.example", code=1
    )


def test_everything_of_somebody_in_one_file(desk: Desk, anna: Person, tmp_path: Path) -> None:
    file = tmp_path / "anna.zip"
    desk.runs("customer", "export", "anna@example.org", str(file))
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("customer.json"))
        assert told["tickets"][0]["messages"][0]["text"] == "My number is 4711."
        assert any(b"My number is 4711." in archive.read(n) for n in names if n.endswith(".eml"))
        assert any(archive.read(n) == b"jpeg" for n in names if n.endswith("id.jpg"))
    assert "is there already" in desk.runs(
        "customer", "export", "anna@example.org", str(file), code=1
    )


def test_a_person_is_forgotten(desk: Desk, anna: Person, tmp_path: Path) -> None:
    desk.customer("carl@example.org", "Carl").writes(
        "support@desk.example", subject="Mine", text="Other words."
    )
    desk.runs("customer", "erase", "anna@example.org", code=2)
    desk.runs("customer", "erase", "anna@example.org", "--dry-run")
    assert desk.ticket(1)["subject"] == "Secret matter"
    said = desk.runs("customer", "erase", "anna@example.org", "--yes")
    assert "1 tickets" in said
    whole = json.dumps(desk.ticket(1))
    for word in ("Secret", "4711", "anna@", "Anna", "jpeg", "id.jpg"):
        assert word not in whole, word
    assert desk.ticket(1)["activity"][-1]["event"] == "erased"
    assert desk.runs("search", "4711") == ""
    with desk.database.reading() as session:
        for table in (
            "inbox",
            "outbox",
            "message",
            "activity",
            "participant",
            "search_text",
            "spent",
            "ticket",
        ):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            stored = " ".join(map(str, rows))
            assert "anna@example.org" not in stored, table
            assert "4711" not in stored, table
    assert desk.ticket(2)["messages"][0]["text"] == "Other words."
    anna.writes("support@desk.example", subject="New", text="Hello again.")
    assert desk.ticket(3)["customer"]["address"] == "anna@example.org"


def test_only_a_lead_erases(desk: Desk, anna: Person) -> None:
    assert "is no lead" in desk.runs(
        "customer", "erase", "anna@example.org", "--yes", agent="lan", code=77
    )
