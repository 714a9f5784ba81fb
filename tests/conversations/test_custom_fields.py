"""Fields and tags of the installation's own, and forms that write for customers."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person, texts

OWN = {
    "custom_fields": {
        "contract": {"required_on_close": True},
        "size": {"type": "choice", "choices": ["S", "M", "L"]},
        "until": {"type": "date"},
        "seats": {"type": "number"},
        "paid": {"type": "yes-no"},
    },
    "tag_groups": {
        "stage": {"tags": ["lead", "offer", "won"], "one": True},
        "fault": {"tags": ["hw", "sw"], "required_on_close": True},
    },
}


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    return make_desk(**OWN)


@pytest.fixture
def anna(desk: Desk) -> Person:
    person = desk.customer("anna@example.org", "Anna")
    person.writes("support@desk.example", subject="No sound", text="Silent.")
    return person


def test_own_fields_hold_what_they_say(desk: Desk, anna: Person) -> None:
    desk.runs("set", "1", "contract=C-77", "size=m", "until=2026-12-31", "seats=3,5", "paid=ใช่")
    assert desk.ticket(1)["fields"] == {
        "contract": "C-77", "size": "M", "until": "2026-12-31", "seats": "3.5", "paid": "yes",
    }  # fmt: skip
    for wrong, why in (
        ("size=XL", "use one of S, M, L"), ("until=31.12.", "write until as 2026-12-31"), ("seats=many", "is no number"),
        ("paid=perhaps", "neither yes nor no"), ("colour=red", "there are channel, contract,"),
    ):  # fmt: skip
        assert why in desk.runs("set", "1", wrong, code=1)
    desk.runs("set", "1", "size=")
    assert "size" not in desk.ticket(1)["fields"]
    desk.runs("undo", "1")
    assert desk.ticket(1)["fields"]["size"] == "M"


def test_own_fields_are_asked_for_in_queries(desk: Desk, anna: Person) -> None:
    anna.writes("support@desk.example", subject="Another", text="x")
    desk.runs("set", "1", "contract=Hợp đồng 7")
    assert [t["number"] for t in desk.tickets('contract:"Hợp đồng 7"')] == [1]
    assert [t["number"] for t in desk.tickets("contract:none")] == [2]
    assert [t["number"] for t in desk.tickets('-contract:"Hợp đồng 7"')] == [2]
    assert "there is no field 'contrct:'" in desk.runs("list", "contrct:x", code=2)


def test_what_is_required_is_asked_back_before_a_ticket_is_closed(desk: Desk, anna: Person) -> None:
    bob = desk.agent("bob")
    needed = "#1 needs this before it is closed: contract=…, a tag of fault (+hw, +sw)"
    assert needed in desk.runs("close", "1", code=1)
    got = len(anna.mails)
    bob.replies(bob.last_mail, "#close\n\nDone.")
    assert len(anna.mails) == got
    assert needed in bob.last_mail.text
    bob.replies(bob.last_mail, "#set contract=C-1\n#tag +hw\n#close\n\nDone.")
    assert "Done." in anna.last_mail.text
    assert desk.ticket(1)["status"] == "closed"


def test_spam_needs_nothing(desk: Desk, anna: Person) -> None:
    desk.runs("close", "1", "--reason", "spam")
    assert desk.ticket(1)["status"] == "closed"


def test_one_stage_at_a_time(desk: Desk, anna: Person) -> None:
    desk.runs("tag", "1", "+lead", "+vip")
    desk.runs("tag", "1", "+offer")
    assert desk.ticket(1)["tags"] == ["vip", "offer"]
    assert "one stage at a time" in desk.runs("tag", "1", "+lead", "+won", code=1)
    desk.runs("undo", "1")
    assert desk.ticket(1)["tags"] == ["vip", "lead"]


def test_only_known_tags(make_desk: DeskMaker) -> None:
    desk = make_desk(**OWN, only_known_tags=True)
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text="x")
    assert "there is no tag 'vip'; there are hw, sw, lead, offer, won" in desk.runs(
        "tag", "1", "+vip", code=1
    )


def test_a_web_form_writes_for_a_customer(make_desk: DeskMaker) -> None:
    desk = make_desk(web_forms=["noreply@shop.example"])
    form = desk.customer("noreply@shop.example", "Shop")
    fields = {
        "Reply-To": "Carl <carl@example.org>",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }
    form.writes(
        "support@desk.example", subject="Contact form", text="Where is my parcel?", headers=fields
    )
    ticket = desk.ticket(1)
    assert ticket["customer"] == {"address": "carl@example.org", "name": "Carl"}
    assert list(texts(ticket)) == ["Where is my parcel?"]
    carl = desk.customer("carl@example.org")
    assert "Its number is [#1]." in carl.last_mail.text
    desk.runs("reply", "1", "-m", "On its way.")
    assert "On its way." in carl.last_mail.text
    assert form.mails == []
    stranger = desk.customer("noreply@other.example")
    stranger.writes(
        "support@desk.example", subject="x", text="x", headers={"Reply-To": "anna@example.org"}
    )
    assert all(t["customer"]["address"] != "anna@example.org" for t in desk.tickets())
