"""Which policy applies, and what a history promises: tables, and laws over any history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketd.config.hours import week
from ticketd.core.calendars import Calendar
from ticketd.core.figures import Happened, spans
from ticketd.core.promises import runs
from ticketd.core.sla import Facts, Policy, Sla, Target, clocks, misfit, never_reached, went

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
SIX, TEN = timedelta(hours=6), timedelta(hours=10)
POLICY = Policy(
    "all", {Target.FIRST_REPLY: SIX, Target.NEXT_REPLY: timedelta(hours=4), Target.RESOLUTION: TEN}
)
EVE = Facts("sales", "high", "", "eve@big.example", ("hw", "vip"))


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ({}, ""),
        ({"departments": ("support", "sales")}, ""),
        ({"departments": ("support",)}, "department is sales, not support"),
        ({"priorities": ("high", "urgent")}, ""),
        ({"priorities": ("low",), "departments": ("sales",)}, "priority is high, not low"),
        ({"severities": ("none",)}, ""),
        ({"severities": ("critical",)}, "severity is none, not critical"),
        ({"customers": ("@big.example",)}, ""),
        ({"customers": ("eve@big.example",)}, ""),
        ({"customers": ("@ig.example",)}, "customer is eve@big.example, not @ig.example"),
        ({"tags": ("vip", "gold")}, ""),
        ({"tags": ("gold",)}, "tags are hw, vip, not gold"),
    ],
)
def test_whom_a_policy_is_for(conditions: dict[str, tuple[str, ...]], why: str) -> None:
    assert misfit(Policy("p", {}, **conditions), EVE) == why  # type: ignore[arg-type]


def test_the_first_policy_that_fits_applies() -> None:
    gold = Policy("gold", {}, customers=("@gold.example",))
    sales, rest = Policy("sales", {}, departments=("sales",)), Policy("rest", {})
    assert Sla((gold, sales, rest)).policy_for(EVE) is sales
    assert Sla((gold,)).policy_for(EVE) is None
    assert never_reached((gold, rest, sales)) == [(2, "rest")]


def history(*rows: tuple[Any, ...]) -> list[Happened]:
    """Hours after nine, event and what it says; each an act of its own."""
    found = []
    for at, event, *more in rows:
        says: dict[str, dict[str, Any]] = {
            "wrote": {"kind": "customer"},
            "thanks": {"kind": "customer", "asks": False},
            "vacation": {"kind": "automatic"},
            "status": {"new": more[0] if more else ""},
            "undone": {"act": f"{more[0]}" if more else ""},
        }
        name = {
            "wrote": "customer_wrote",
            "thanks": "customer_wrote",
            "vacation": "customer_wrote",
            "status": "status_changed",
            "replied": "agent_replied",
        }.get(event, event)
        by = more[1] if len(more) > 1 else "bob"
        found.append(Happened(NINE + timedelta(hours=at), name, says.get(event, {}), f"{at}", by))
    return found


def due(rows: Sequence[Happened], target: Target) -> list[float | None]:
    """When a target is due, in hours after nine; None where its clock stands or it was kept."""
    return [
        (clock.due - NINE).total_seconds() / 3600 if clock.due else None
        for clock in clocks(POLICY, runs(rows, NINE))
        if clock.target is target
    ]


REPLY = ((1, "replied"), (1, "status", "pending"))
BACK = ((3, "wrote"), (3, "status", "open", "customer"))


@pytest.mark.parametrize(
    ("rows", "first", "next_", "resolution"),
    [
        ((), [6], [], [10]),
        (((0, "wrote"),), [6], [], [10]),
        (((0, "wrote"), (1, "vacation"), (2, "wrote")), [6], [], [10]),
        (REPLY, [None], [], [None]),  # one hour has gone, then it stands
        ((*REPLY, *BACK), [None], [7], [12]),
        ((*REPLY, *BACK, (5, "wrote")), [None], [7], [12]),  # from the oldest words without an answer
        ((*REPLY, (3, "thanks")), [None], [], [None]),
        ((*REPLY, (3, "vacation")), [None], [], [None]),
        ((*REPLY, *BACK, (4, "replied"), (4, "status", "pending")), [None], [None], [None]),
        ((*REPLY, *BACK, (4, "status", "pending"), (6, "status", "open")), [None], [9], [14]),
        ((*REPLY, (3, "status", "open", "system")), [None], [], [12]),  # woken up: nobody has asked
        ((*REPLY, (3, "released"), (3, "status", "open")), [None], [7], [12]),
        (((1, "replied"), (1, "status", "open"), (2, "thanks"), (3, "wrote")), [None], [7], [10]),
        (((7, "replied"), (7, "status", "pending")), [6], [], [None]),  # too late: it stays
        (((2, "status", "pending"), (5, "status", "open")), [9], [], [13]),
        (((2, "status", "closed"),), [None], [], [None]),
        (((2, "status", "closed"), (4, "status", "open")), [None], [], [12]),
        (((2, "status", "closed"), (4, "wrote"), (4, "status", "open", "customer")), [None], [8], [12]),
        ((*REPLY, (2, "undone", 1)), [6], [], [10]),  # taken back: it never was
        (((2, "status", "closed"), (3, "undone", 2)), [6], [], [10]),
    ],
)  # fmt: skip
def test_what_a_history_promises(
    rows: tuple[Any, ...], first: list[Any], next_: list[Any], resolution: list[Any]
) -> None:
    told = history(*rows)
    assert due(told, Target.FIRST_REPLY) == first
    assert due(told, Target.NEXT_REPLY) == next_
    assert due(told, Target.RESOLUTION) == resolution


def test_a_late_answer_is_missed_and_an_early_one_is_not() -> None:
    (late, *_), (early, *_) = (
        clocks(POLICY, runs(history((hour, "replied")), NINE)) for hour in (7, 5)
    )
    assert late.is_missed(NINE + timedelta(days=9))
    assert not early.is_missed(NINE + timedelta(days=9))


@pytest.mark.parametrize(
    ("warn", "after"),
    [(None, 4.5), (timedelta(hours=1), 5), (timedelta(0), None), (timedelta(hours=7), None)],
)
def test_warnings(warn: timedelta | None, after: float | None) -> None:
    policy = Policy("p", {Target.FIRST_REPLY: SIX}, warn=warn)
    assert policy.warning_after(Target.FIRST_REPLY) == (timedelta(hours=after) if after else None)


OFFICE = Calendar("office", "Asia/Bangkok", week({"mon-fri": "08:00-17:00"}))
ROWS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.sampled_from(["wrote", "thanks", "vacation", "replied", "released", "status", "undone"]),
        st.sampled_from(["new", "open", "pending", "closed"]),
        st.sampled_from(["customer", "bob", "system"]),
    ),
    max_size=25,
).map(lambda rows: history(*sorted(rows, key=lambda row: row[0])))


@given(ROWS)
def test_any_history_reads_to_clocks_that_agree(rows: list[Happened]) -> None:
    now = NINE + timedelta(hours=500)
    policy = Policy("p", POLICY.targets, OFFICE)
    found = runs(rows, NINE)
    for clock in clocks(policy, found):
        run, edges = clock.run, [moment for span in clock.run.spans for moment in span if moment]
        assert edges == sorted(edges), "a clock never goes backwards"
        assert edges[:1] in ([], [run.since]) or edges[0] >= run.since
        gone = went(OFFICE, run, now)
        target = policy.targets[run.target]
        if clock.due is None:
            assert gone <= target
            assert run.is_paused or run.done_at is not None
        elif clock.due <= now:
            assert gone >= target
        else:
            assert gone <= target
        if clock.warn_at is not None and clock.due is not None:
            assert clock.warn_at <= clock.due
    running = [r for r in found if r.target is Target.NEXT_REPLY and r.done_at is None]
    assert len(running) <= 1
    assert [r.target for r in found].count(Target.FIRST_REPLY) == 1


@given(ROWS)
def test_waiting_in_business_time_is_never_longer(rows: list[Happened]) -> None:
    now = NINE + timedelta(hours=500)
    plain = spans(rows, NINE, now)
    business = spans(rows, NINE, now, lambda a, b: went(OFFICE, runs([], a)[1], b))
    assert business.waiting <= plain.waiting
    assert business.service <= plain.service <= plain.waiting
