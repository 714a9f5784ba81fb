"""Loops and storms, told as conversations: who is muted, what is withheld and why, and what operators see of it."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Person
from ticketd.store import spent
from ticketd.store.database import Database


def writes(
    person: Person, *numbers: int, to: str = "support@desk.example", seconds: int = 60
) -> None:
    """Matter after matter, so soon that a machine may have answered the ack."""
    for number in numbers:
        person.writes(to, subject=f"Matter {number}", text=f"This is matter {number}.")
        person.desk.clock.passes(seconds=seconds)


def reasons(desk: Desk, number: int) -> list[str]:
    """Why automatic mail was withheld on a ticket."""
    activity = desk.ticket(number)["activity"]
    return [a["data"]["why"] for a in activity if a["event"] in {"ack_withheld", "mail_withheld"}]


def status(desk: Desk) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(desk.runs("status", "--json"))
    return told


def test_three_rounds_mute_an_address_for_every_automatic_mail(desk: Desk) -> None:
    machine = desk.customer("desk@partner.example")
    writes(machine, 1, 2, 3, 4)
    assert len(machine.mails) == 4
    assert "muted" in desk.events(4)

    writes(machine, 5)
    assert len(machine.mails) == 4
    assert ["muted" in why for why in reasons(desk, 5)] == [True]
    desk.runs("close", "5")
    desk.runs("reopen", "5")
    assert ["muted" in why for why in reasons(desk, 5)] == [True] * 3
    assert len(machine.mails) == 4

    desk.runs("reply", "5", "-m", "A person answers you.")
    assert len(machine.mails) == 5, "what an agent writes is no automatic mail"
    desk.clock.passes(hours=24)
    writes(machine, 6)
    assert len(machine.mails) == 6


def test_an_operator_sees_a_mute_and_lifts_it(desk: Desk) -> None:
    machine = desk.customer("desk@partner.example")
    writes(machine, 1, 2, 3, 4)
    (mute,) = status(desk)["muted"]
    assert mute == {"address": "desk@partner.example", "until": "2026-11-03T09:03:00+00:00"}
    assert "ticketd queue unmute desk@partner.example" in desk.runs("status")

    assert "nobody@partner.example" in desk.runs(
        "queue", "unmute", "nobody@partner.example", code=1
    )
    desk.runs("queue", "unmute", "Desk+7@partner.example")
    assert status(desk)["muted"] == []
    writes(machine, 5)
    assert len(machine.mails) == 5
    assert status(desk)["muted"] == [], "the rounds are forgotten too"


def test_an_answer_to_a_closing_notice_within_two_minutes_is_a_round(desk: Desk) -> None:
    machine = desk.customer("desk@partner.example")
    writes(machine, 1, seconds=600)
    for number in (1, 2, 3):
        desk.runs("close", str(number))
        writes(machine, number + 1, seconds=600)
    assert "muted" in desk.events(4)


def test_slow_people_are_never_muted(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    writes(anna, *range(5), seconds=125)
    assert len(anna.mails) == 5
    assert status(desk)["muted"] == []


def test_another_local_part_is_no_other_budget(desk: Desk) -> None:
    for number in range(8):
        writes(desk.customer(f"case-{number}@partner.example"), number, seconds=200)
        writes(desk.customer(f"ann.a+{number}@gmail.com"), number + 50, seconds=200)
    mails = [mail.rcpt_to.partition("@")[2] for mail in desk.captured()]
    assert mails.count("partner.example") == 5
    assert mails.count("gmail.com") == 5


def test_a_call_that_an_agent_writes_down_is_within_the_budget_of_its_customer(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    for number in range(6):
        desk.runs(
            "new",
            "--customer",
            anna.address,
            "--dept",
            "support",
            "-s",
            f"Call {number}",
            "-m",
            "She called.",
        )
    assert len(anna.mails) == 5
    assert ["this hour" in why for why in reasons(desk, 6)] == [True]


def test_a_storm_has_one_parent_and_one_alert_and_is_over_some_time(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"storm_tickets": 3, "notices_per_hour": 1})
    bob, bomber = desk.agent("bob"), desk.customer("bomber@example.org")
    writes(bomber, *range(40), seconds=60)
    assert {parent(desk, n) for n in range(4, 41)} == {1}, "one storm, however long it lasts"
    assert parent(desk, 3) is None
    alerts = [m for m in bob.mails if "More than 3 tickets" in m.text]
    assert len(alerts) == 1, "beyond the budget for notices, once"
    assert "storm" in reasons(desk, 40)[0]
    (storm,) = status(desk)["storms"]
    assert (storm["of"], storm["who"], storm["ticket"]) == ("address", "bomber@example.org", 1)
    assert storm["seen"] > storm["began"]

    desk.clock.passes(hours=25)
    writes(bomber, 41)
    assert parent(desk, 41) is None
    assert desk.ticket(41)["status"] == "new"
    assert status(desk)["storms"] == []


def parent(desk: Desk, number: int) -> int | None:
    from ticketd.store import tickets

    with desk.database.reading() as session:
        ticket = tickets.by_number(session, number)
        assert ticket is not None
        return ticket.parent


def test_a_crowd_is_an_alert_and_everybody_gets_an_ack(make_desk: DeskMaker) -> None:
    """It may be an outage, and those customers want their acks."""
    desk = make_desk(budgets={"crowd_tickets": 5, "notices_per_hour": 2})
    bob = desk.agent("bob")
    for number in range(9):
        writes(desk.customer(f"c{number}@home{number}.example"), number, seconds=5)
    assert len(desk.captured()) == 9
    assert {parent(desk, n) for n in range(1, 10)} == {None}
    assert ["More than 5 tickets came to Support" in m.text for m in bob.mails] == [
        False,
        False,
        True,
    ]
    assert "crowd_began" in desk.events(1)
    assert [(s["of"], s["who"]) for s in status(desk)["storms"]] == [("department", "support")]
    assert "storm   support" in desk.runs("status")


def test_lifted_budgets_lift_mutes_and_storms(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"enabled": False, "storm_tickets": 3, "crowd_tickets": 3})
    machine = desk.customer("desk@partner.example")
    writes(machine, *range(12), seconds=5)
    assert len(machine.mails) == 12
    assert status(desk)["muted"] == status(desk)["storms"] == []


def test_further_mails_are_acked_once_an_hour_where_that_is_wanted(make_desk: DeskMaker) -> None:
    desk = make_desk(budgets={"follow_up_per_hour": 1})
    anna = desk.customer("anna@example.org")
    writes(anna, 1, seconds=300)
    for words in ("It is red.", "And loud.", "Thanks!"):
        anna.replies(anna.mails[0], words)
        desk.clock.passes(minutes=10)
    assert len(anna.mails) == 2
    assert anna.last_mail.is_automatic
    assert ["of the ticket" in why for why in reasons(desk, 1)] == [True], (
        "thanks want no ack at all"
    )
    desk.clock.passes(hours=1)
    anna.replies(anna.mails[0], "One more thing.")
    assert len(anna.mails) == 3
    anna.replies(anna.mails[0], "One more thing.")
    assert len(anna.mails) == 3, "the same words again may be a machine's"


def test_further_mails_are_not_acked_by_default(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    writes(anna, 1)
    anna.replies(anna.last_mail, "It is red.")
    assert len(anna.mails) == 1
    assert reasons(desk, 1) == []


@pytest.mark.in_process
def test_two_daemons_share_one_budget(
    make_desk: DeskMaker, tmp_path: Path, database_url: str
) -> None:
    """Twenty mails of one address, worked in by two at once: five acks and not one more."""
    from ticketd.intake import Intake

    desk = make_desk()
    anna = desk.customer("anna@example.org")
    desk.rests = lambda: None  # type: ignore[method-assign]
    writes(anna, *range(20), seconds=0)
    database = Database(database_url, tmp_path / "state" / "blobs")
    other = Intake(
        type(desk.intake.desk)(database, desk.settings, desk.intake.desk.renderer),
        desk.parse,
        "other",
        desk.clock,
    )

    def works(intake: Intake) -> None:
        while intake.step():
            pass

    threads = [threading.Thread(target=works, args=(i,)) for i in (desk.intake, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    del desk.rests
    desk.rests()
    database.close()

    assert len(desk.tickets()) == 20
    assert len(anna.mails) <= 5
    assert len(anna.mails) + sum(bool(reasons(desk, n)) for n in range(1, 21)) == 20


def test_a_storm_of_any_length_costs_the_same(database: Database) -> None:
    """No question about a storm looks at more rows than the storm is told by."""
    from datetime import timedelta

    from tests.store.test_store import NOW

    with database.transaction() as session:
        for number in range(3000):
            spent.spend(
                session, "opened", "b@x.example", NOW + timedelta(milliseconds=number), number
            )
        since = NOW - timedelta(minutes=10)
        assert spent.is_spent(session, "opened", "b@x.example", since, 20)
        assert not spent.is_spent(session, "opened", "b@x.example", since, 3001)
        first = spent.first_use(session, "opened", "b@x.example", since)
        last = spent.last_use(session, "opened", "b@x.example", since)
        assert first is not None
        assert last is not None
        assert (first.ticket, last.ticket) == (0, 2999)
        spent.spend(session, "ack", "b@x.example", NOW)
        assert spent.uses(session, "b@x.example", since, 7).times("ack", "opened") == [NOW]
