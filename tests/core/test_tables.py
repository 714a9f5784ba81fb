"""The tables: every status with every happening, every evidence with every trust, every kind with every place."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.core.test_addresses import OWN
from ticketd.core import events
from ticketd.core.acks import AckFacts, Budgets, is_round, why_no_ack
from ticketd.core.classify import Kind
from ticketd.core.decide import (
    AddMessage,
    FileOnly,
    OpenTicket,
    TakeBounce,
    decide,
    is_thank_you,
    name_of,
)
from ticketd.core.figures import Happened, spans
from ticketd.core.inbound import InboundMail, Recipient
from ticketd.core.lifecycle import AFTER, Happening, Status, after
from ticketd.core.retries import GIVE_UP_TRIES, is_given_up, next_try
from ticketd.core.route import route
from ticketd.core.threads import Evidence, Found, Place, place
from ticketd.core.trust import Trust

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("happening", Happening)
def test_every_status_has_an_answer_to_every_happening(
    status: Status, happening: Happening
) -> None:
    assert after(status, happening) is AFTER[status, happening]


@pytest.mark.parametrize(
    ("status", "happening", "then"),
    [
        ("new", Happening.CUSTOMER_WROTE, "new"), ("pending", Happening.CUSTOMER_WROTE, "open"),
        ("closed", Happening.CUSTOMER_WROTE, "open"), ("new", Happening.AGENT_REPLIED, "pending"),
        ("closed", Happening.AGENT_REPLIED, "closed"), ("open", Happening.AGENT_CLOSED, "closed"),
        ("closed", Happening.AGENT_REOPENED, "open"), ("pending", Happening.ANSWER_FAILED, "open"),
    ],
)  # fmt: skip
def test_moves(status: str, happening: Happening, then: str) -> None:
    assert after(status, happening) == then


E, P = Evidence, Place


@pytest.mark.parametrize(
    ("by", "takes_part", "trust", "configured", "where"),
    [
        (E.TOKEN, True, Trust.DKIM, True, P.ON_TICKET), (E.TOKEN, False, Trust.WEAK, True, P.ON_TICKET),
        (E.TOKEN, True, Trust.NONE, True, P.UNVERIFIED), (E.TOKEN, True, Trust.FAIL, True, P.HELD),
        (E.TOKEN, True, Trust.NONE, False, P.ON_TICKET), (E.TOKEN_OF_ANOTHER, False, Trust.DKIM, True, P.THIRD_PARTY),
        (E.TOKEN_OF_ANOTHER, False, Trust.FAIL, True, P.THIRD_PARTY), (E.TOKEN_OF_ANOTHER, True, Trust.SPF, True, P.ON_TICKET),
        (E.MESSAGE_ID, True, Trust.WEAK, True, P.ON_TICKET), (E.MESSAGE_ID, True, Trust.NONE, True, P.UNVERIFIED),
        (E.MESSAGE_ID, True, Trust.FAIL, False, P.UNVERIFIED), (E.MESSAGE_ID, False, Trust.DKIM, True, P.NEW_WITH_CLAIM),
        (E.TAG, True, Trust.NONE, False, P.ON_TICKET), (E.TAG, True, Trust.NONE, True, P.UNVERIFIED),
        (E.TAG, False, Trust.LOCAL, True, P.NEW_WITH_CLAIM), (E.TAG, False, Trust.NONE, False, P.NEW_WITH_CLAIM),
    ],
)  # fmt: skip
def test_where_a_mail_goes(
    by: Evidence, takes_part: bool, trust: Trust, configured: bool, where: Place
) -> None:
    assert place(Found(1, by, takes_part), trust, configured=configured) is where


def test_every_combination_has_a_place() -> None:
    for by in Evidence:
        for takes_part in (True, False):
            for trust in Trust:
                assert isinstance(place(Found(1, by, takes_part), trust, configured=True), Place)
    assert place(None, Trust.DKIM, configured=True) is Place.NEW


MAIL = InboundMail(text="Hello there, it is still broken.")
HERE = ("support",)
FOUND = Found(7, Evidence.TOKEN, takes_part=True)
OLD = Found(7, Evidence.TOKEN, takes_part=True, is_closed=True, reopens=False)


@pytest.mark.parametrize(
    ("kind", "found", "where", "step"),
    [
        (Kind.HUMAN, None, Place.NEW, OpenTicket(HERE, with_ack=True)),
        (Kind.SUSPECT, None, Place.NEW, OpenTicket(HERE, with_ack=True)),
        (Kind.HUMAN, FOUND, Place.ON_TICKET, AddMessage(7, moves=True, with_ack=True)),
        (Kind.SUSPECT, FOUND, Place.ON_TICKET, AddMessage(7, moves=True)),
        (Kind.HUMAN, FOUND, Place.UNVERIFIED, AddMessage(7, moves=False, kind="unverified")),
        (Kind.HUMAN, FOUND, Place.HELD, AddMessage(7, moves=False, kind="held")),
        (Kind.HUMAN, FOUND, Place.THIRD_PARTY, AddMessage(7, moves=False, kind="third-party")),
        (Kind.HUMAN, FOUND, Place.NEW_WITH_CLAIM, OpenTicket(HERE, with_ack=True, claims=7)),
        (Kind.HUMAN, OLD, Place.ON_TICKET, OpenTicket(HERE, with_ack=True, follows=7)),
        (Kind.AUTOMATIC, FOUND, Place.ON_TICKET, AddMessage(7, moves=False, kind="automatic")),
        (Kind.AUTOMATIC, None, Place.NEW, FileOnly("automatic mail without a ticket")),
        (Kind.BOUNCE, FOUND, Place.ON_TICKET, TakeBounce()),
        (Kind.REPORT, None, Place.NEW, FileOnly("a report of a mail system")),
        (Kind.OWN, FOUND, Place.ON_TICKET, FileOnly("our own mail came back")),
    ],
)
def test_the_one_step(kind: Kind, found: Found | None, where: Place, step: object) -> None:
    got = decide(MAIL, kind, HERE, found, where)
    assert got == step
    assert name_of(got)


def test_monitoring_opens_a_ticket_without_ack() -> None:
    mail = InboundMail(fields=(("auto-submitted", "auto-generated"),))
    assert decide(mail, Kind.AUTOMATIC, HERE, None, Place.NEW) == OpenTicket(
        HERE, with_ack=False, kind="automatic"
    )


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("Thank you!", True), ("thanks a lot", True), ("Great, thanks!", True), ("ขอบคุณค่ะ", True), ("ขอบคุณมากๆครับ", True),
        ("Cảm ơn bạn", True), ("Em cảm ơn anh nhiều ạ", True), ("OK", True), ("Thanks, but it still fails", False),
        ("Thank you?", False), ("", False), ("Thanks. " * 40, False), ("I thank you for nothing, it is broken", False),
    ],
)  # fmt: skip
def test_what_is_a_mere_thank_you(text: str, thanks: bool) -> None:
    assert is_thank_you(text) is thanks


FACTS = AckFacts(
    trust=Trust.DKIM, trust_configured=True, addressed_publicly=True, wants_no_response=False, is_own_address=False,
    is_spam=False, is_muted=False, acks_last_hour=0, acks_last_day=0, unauthenticated_last_hour=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""), ({"is_own_address": True}, "address of ours"), ({"trust": Trust.FAIL}, "failed"), ({"is_spam": True}, "spam"),
        ({"wants_no_response": True}, "no automatic"), ({"addressed_publicly": False}, "public"), ({"is_muted": True}, "muted"),
        ({"is_muted": True, "is_proven_agent": True}, ""), ({"follow_ups_last_hour": 1}, "hour"),
        ({"acks_last_hour": 5}, "hour"), ({"acks_last_day": 20}, "day"),
        ({"trust": Trust.NONE, "unauthenticated_last_hour": 100}, "unauthenticated"),
        ({"trust": Trust.NONE, "trust_configured": False, "unauthenticated_last_hour": 100}, ""),
        ({"trust": Trust.SPF, "unauthenticated_last_hour": 5000}, ""),
    ],
)  # fmt: skip
def test_when_no_ack_leaves(change: dict[str, object], why: str) -> None:
    from dataclasses import replace

    facts = replace(FACTS, **change)  # type: ignore[arg-type]
    got = why_no_ack(facts, Budgets())
    assert (why in got) if why else got == ""
    if "muted" in why or "hour" in why:
        assert why_no_ack(facts, Budgets(enabled=False)) == ""


def test_a_round_is_an_answer_within_two_minutes() -> None:
    budgets = Budgets()
    assert not is_round([], NOW, budgets)
    assert is_round([NOW - timedelta(seconds=120)], NOW, budgets)
    assert not is_round([NOW - timedelta(seconds=121)], NOW, budgets)
    late = NOW + timedelta(seconds=1)
    assert not is_round([late], NOW, budgets), (
        "the desk was busy: that went after the mail had come"
    )
    assert is_round([late, NOW - timedelta(seconds=9)], NOW, budgets)


def test_retries_grow_and_end_after_five_days_and_twenty_tries() -> None:
    waits = [(next_try(n, NOW, 0) - NOW).total_seconds() for n in range(1, 10)]
    assert waits == [10, 30, 60, 120, 300, 600, 900, 1800, 1800]
    assert next_try(1, NOW, 1) - NOW == timedelta(seconds=12)
    assert not is_given_up(GIVE_UP_TRIES, NOW, NOW + timedelta(days=4))
    assert not is_given_up(3, NOW, NOW + timedelta(days=400)), "a clock that jumps expires nothing"
    assert is_given_up(GIVE_UP_TRIES, NOW, NOW + timedelta(days=6))


def test_routes_by_recipient_then_original() -> None:
    to = (
        Recipient("orders@example.com"),
        Recipient("x@internal", "support@t.example.com"),
        Recipient("sales@example.com"),
    )
    found = route(to, OWN)
    assert found.departments == ("sales", "support")
    token = route((Recipient("sales+42.aabcdefghijklmnopqrst@t.example.com"),), OWN)
    assert [c.number for c in token.tokens] == [42]
    bounce = route((Recipient("b+9.aabcdefghijklmnopqrst@t.example.com"),), OWN)
    assert [c.number for c in bounce.bounces] == [9]
    assert route((Recipient("no@where"),), OWN).departments == ()


def test_waiting_and_service_time() -> None:
    def at(minutes: int) -> datetime:
        return NOW + timedelta(minutes=minutes)

    history = [
        Happened(NOW, "opened", {}),
        Happened(at(10), "assigned", {"assignee": "bob"}),
        Happened(at(30), "status_changed", {"old": "new", "new": "pending"}),
        Happened(at(60), "status_changed", {"old": "pending", "new": "open"}),
        Happened(at(65), "status_changed", {"old": "open", "new": "closed"}),
    ]
    took = spans(history, NOW, at(500))
    assert (took.waiting, took.service) == (35 * 60, 25 * 60)


def test_every_event_has_a_name_in_the_past() -> None:
    assert events.words(events.StatusChanged("new", "open")) == (
        "status_changed",
        {"old": "new", "new": "open", "reason": "", "until": "", "until_before": ""},
    )
