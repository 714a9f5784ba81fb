"""Business time and promises of many tickets: by hand, and against the clocks that agents see."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.core.test_reports import (
    DAY,
    HOUR,
    MINUTE,
    WEEK,
    Line,
    case,
    figures,
    happened,
    moment,
    moved,
    replied,
    rows,
    told,
    wrote,
)
from ticketd.core.calendars import ALWAYS, Calendar, Ruler, add, between
from ticketd.core.promises import runs
from ticketd.core.reports.cases import Case
from ticketd.core.reports.promised import Judge
from ticketd.core.reports.sections import section
from ticketd.core.reports.sums import Facts
from ticketd.core.sla import Policy, Sla, Target, clocks

_DAY = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
OFFICE = Calendar("office", "UTC", (_DAY,) * 5 + ((),) * 2, frozenset({date(2026, 11, 4)}))
NIGHT = Calendar("night", "Europe/Berlin", (((22 * 60, 30 * 60),),) * 7)
SLA = Sla(
    (
        Policy("urgent", {Target.FIRST_REPLY: timedelta(hours=1)}, priorities=("urgent",)),
        Policy("all", {Target.FIRST_REPLY: timedelta(hours=4), Target.NEXT_REPLY: timedelta(hours=2),
                       Target.RESOLUTION: timedelta(hours=10)}, OFFICE, departments=("support",)),
    )
)  # fmt: skip


def facts(cases: list[Case], lines: list[Line], sla: Sla = SLA) -> Facts:
    touched = told(cases, lines, WEEK.last)
    return Facts(WEEK, WEEK.end, cases, touched, Judge(sla, cases, WEEK.last))


def week() -> Facts:
    """Monday is START; the office works 9-12 and 13-17, not on Wednesday."""
    cases = [
        case(1, 16, department="support", assignee="ann"),
        case(2, 33, department="support", assignee="bob"),
        case(3, 10, department="sales", priority="urgent"),
        case(4, 11, department="sales"),
    ]
    lines = [
        # Opened Monday 16:00, answered Tuesday 10:00: 1 + 1 hours. Solved Thursday 9:30: 1 + 7 + 0.5.
        wrote(1, 16), replied(1, 34), moved(1, 34, "new", "open"), moved(1, 81.5, "open", "closed"),
        # Opened Tuesday 9:00, answered Tuesday 16:00: 6 hours of 4, missed at 14:00.
        wrote(2, 33), replied(2, 40, "bob"),
        # Asked again on Thursday 9:00, answered 10:00; not solved: the 10 hours were over on Thursday 12:00.
        wrote(2, 81), replied(2, 82, "bob"),
        # Around the clock, and nobody answers. Of the last one nothing was promised.
        wrote(3, 10), wrote(4, 11), replied(4, 12),
    ]  # fmt: skip
    return facts(cases, lines)


def test_promises_by_hand() -> None:
    made = section("sla", week())
    found = figures(made)
    # Kept: first reply and solution of #1, the next reply of #2. Missed: first reply and solution of #2, #3.
    assert (found["sla_met"], found["sla_missed"]) == (0.5, 3)
    assert found["sla_first_reply"] == 0.3333
    assert (found["sla_next_reply"], found["sla_resolution"]) == (1.0, 0.5)
    by = {row["department"]: row for row in rows(made, "by_department")}
    assert (by["support"]["promises"], by["support"]["sla_met"], by["support"]["sla_missed"]) == (5, 0.6, 2)  # fmt: skip
    assert (by["sales"]["promises"], by["sales"]["sla_met"]) == (1, 0.0)
    assert [(row["ticket"], row["target"], row["due"]) for row in rows(made, "missed")] == [
        (2, "resolution", moment(84)), (2, "first_reply", moment(38)), (3, "first_reply", moment(11)),
    ]  # fmt: skip
    agents = {row["agent"]: row["sla_met"] for row in rows(made, "by_agent")}
    assert agents == {"-": 0.0, "bob": 0.3333, "ann": 1.0}


def test_business_time_by_hand() -> None:
    found = figures(section("summary", week()))
    # First replies took 2 and 6 hours of the office; of #4, without a policy, an hour of the clock.
    assert found["first_reply_business_median"] == 2 * HOUR
    assert found["first_reply_median"] == 7 * HOUR
    # Every reply: those three, and one hour of Thursday.
    assert found["every_reply_business_median"] == 3 * HOUR // 2
    assert found["resolution_business_median"] == 17 * HOUR // 2
    assert figures(section("response", week()))["first_reply_business_p90"] == 6 * HOUR


def test_without_policies_nothing_is_said_of_them() -> None:
    made = facts([case(1, 1)], [wrote(1, 1)], Sla())
    assert not [key for key in figures(section("summary", made)) if "sla" in key or "business" in key]  # fmt: skip
    assert section("sla", made).is_empty


@pytest.mark.parametrize("calendar", [OFFICE, NIGHT], ids=lambda c: c.name)
def test_a_ruler_measures_as_the_calendar_does(calendar: Calendar) -> None:
    chance = random.Random(4)
    # Berlin's clock is put back within it.
    first = int(datetime(2026, 10, 20, tzinfo=UTC).timestamp())
    ruler = Ruler(calendar, first, first + 30 * DAY)
    for _ in range(300):
        start = first + chance.randrange(20 * DAY) // 900 * 900
        end = start + chance.randrange(8 * DAY) // 900 * 900
        span = chance.randrange(1, 60) * 15 * MINUTE
        at, then = (datetime.fromtimestamp(s, UTC) for s in (start, end))
        assert ruler.between(start, end) == between(calendar, at, then).total_seconds()
        due = add(calendar, at, timedelta(seconds=span))
        assert due is not None
        reached = ruler.reached(start, span)
        assert reached == (due.timestamp() if due.timestamp() <= first + 30 * DAY else None)


def _random_story(chance: random.Random) -> list[Line]:
    lines, at, status = [wrote(1, 9.0)], 9.0, "new"
    for _ in range(chance.randrange(12)):
        at += chance.choice((0.25, 0.5, 1, 3, 8, 20))
        what = chance.choice(("wrote", "thanks", "reply", "pending", "open", "closed", "released"))
        if what == "wrote":
            lines.append(wrote(1, at))
        elif what == "thanks":
            lines.append(happened(1, at, "customer", "customer_wrote", kind="customer", asks=False))
        elif what == "reply":
            lines.append(replied(1, at))
        elif what == "released":
            lines.append(happened(1, at, "ann", "released", message=1))
        elif what != status:
            lines.append(moved(1, at, status, what, chance.choice(("ann", "customer", "system"))))
            status = what
    return lines


def test_reports_and_clocks_never_disagree() -> None:
    chance = random.Random(8)
    for calendar in (OFFICE, NIGHT, ALWAYS):
        policy = Policy("all", {target: timedelta(hours=hours) for target, hours in zip(Target, (2, 3, 9), strict=True)}, calendar)  # fmt: skip
        for _ in range(150):
            lines, one = _random_story(chance), case(1, 9)
            found = facts([one], lines, Sla((policy,)))
            seen = sorted((t.value, at, kept) for t, at, kept in found.judge.decided(one))
            theirs = []
            for clock in clocks(policy, runs([event for _, event in lines], moment(9))):
                if clock.is_missed(WEEK.end):
                    assert clock.due is not None
                    theirs.append((clock.target.value, int(clock.due.timestamp()), False))
                elif clock.run.done_at is not None:
                    theirs.append((clock.target.value, int(clock.run.done_at.timestamp()), True))
            assert seen == sorted(theirs), lines
