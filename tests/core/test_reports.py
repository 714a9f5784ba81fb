"""Definitions of docs/reference/reports.md, each computed by hand."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from ticketd.core.errors import Refused
from ticketd.core.figures import Happened, change, mean, median, p90, share
from ticketd.core.reports.cases import Case, read
from ticketd.core.reports.period import Period, midnight, period_of
from ticketd.core.reports.schedule import Every, due_day, parse_every, period_before
from ticketd.core.reports.sections import section
from ticketd.core.reports.shape import Figures, Heat, Lines, Section, Table
from ticketd.core.reports.story import whole
from ticketd.core.reports.sums import Facts, is_open_at, sums
from ticketd.core.reports.values import duration, shown

DAY = 86_400
START = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp())
"""A Monday."""
WEEK = Period(midnight(date(2026, 11, 2), "UTC"), midnight(date(2026, 11, 9), "UTC"), "UTC")
HOUR, MINUTE = 3600, 60


Line = tuple[int, Happened]


def happened(ticket: int, hours: float, by: str, event: str, act: str = "", **data: Any) -> Line:
    return ticket, Happened(moment(hours), event, data, act, by)


def moment(hours: float) -> datetime:
    return datetime.fromtimestamp(START + round(hours * HOUR), UTC)


def wrote(ticket: int, hours: float, kind: str = "customer") -> Line:
    return happened(ticket, hours, "customer", "customer_wrote", kind=kind)


def replied(ticket: int, hours: float, by: str = "ann", act: str = "") -> Line:
    return happened(ticket, hours, by, "agent_replied", act)


def moved(ticket: int, hours: float, old: str, new: str, by: str = "ann", act: str = "") -> Line:
    return happened(ticket, hours, by, "status_changed", act, old=old, new=new, reason="solved")


def facts(cases: list[Case], lines: list[Line], period: Period = WEEK) -> Facts:
    return Facts(period, period.end, cases, told(cases, lines, period.last))


def told(cases: list[Case], lines: list[Line], until: int) -> dict[str, list[int]]:
    """Give the cases their stories, as the desk keeps them."""
    for one in cases:
        history = [event for number, event in lines if number == one.number]
        one.story = whole(history, datetime.fromtimestamp(one.opened, UTC))
        one.touched = max([one.opened, *(int(event.at.timestamp()) for event in history)])
    return read(cases, until)


def case(number: int, hours: float, **fields: Any) -> Case:
    opened = START + round(hours * HOUR)
    return Case(number, opened, opened, **fields)


def figures(made: Section) -> dict[str, Any]:
    block = next(b for b in made.blocks if isinstance(b, Figures))
    return {one.key: one.value for one in block.items}


def rows(made: Section, key: str) -> list[dict[str, Any]]:
    table = next(b for b in made.blocks if isinstance(b, Table) and b.key == key)
    return [dict(zip((c.key for c in table.columns), row, strict=True)) for row in table.rows]


def heats(made: Section) -> list[tuple[tuple[int, ...], ...]]:
    return [block.cells for block in made.blocks if isinstance(block, Heat)]


def week() -> Facts:
    """Three tickets: one of the week before, one answered twice and closed, one that nobody has answered."""
    cases = [
        case(1, -30, department="sales", assignee="ann", tags=("printer",), status="closed"),
        case(2, 10, department="support", assignee="bob", tags=("printer", "login"), status="open", severity="critical"),
        case(3, 20, department="support", channel="phone"),
    ]  # fmt: skip
    lines = [
        wrote(1, -30),
        wrote(2, 10), happened(2, 11, "bob", "assigned", assignee="bob"), replied(2, 12, "bob"),
        moved(2, 12, "new", "pending", "bob"), wrote(2, 15, "automatic"), wrote(2, 16), moved(2, 16, "pending", "open", "customer"),
        replied(1, 18), moved(1, 18, "new", "closed"), wrote(3, 20), wrote(2, 17), replied(2, 19, "bob"),
        moved(2, 20, "open", "closed", "bob"), happened(2, 21, "customer", "rated", score=2, comment="slow"),
        moved(2, 30, "closed", "open", "customer"), happened(1, 31, "customer", "rated", score=5, comment=""),
        happened(1, 32, "system", "delivery_failed", to="x@y.z", answer="550"),
    ]  # fmt: skip
    return facts(cases, lines)


def test_the_figures_of_a_week() -> None:
    found = figures(section("summary", week()))
    assert (found["opened"], found["closed"], found["close_rate"]) == (2, 2, 1.0)
    assert (found["reopened"], found["backlog"]) == (1, 2)
    assert (found["answered"], found["unanswered"]) == (1, 1)
    # #2: 10 to 12; #1: 30 hours before the week to 18.
    assert (found["first_reply_median"], found["first_reply_p90"]) == (25 * HOUR, 48 * HOUR)
    # #2: 10-12 and 16-19 (the automatic mail at 15 and the second one at 17 change nothing), #1: 48.
    assert found["every_reply_median"] == 3 * HOUR
    # #1: 48 hours, #2: 10.
    assert (found["resolution_median"], found["resolution_p90"]) == (29 * HOUR, 48 * HOUR)
    # #1 waited 48 hours; #2 from 10 to 12, from 16 to 20, and since 30 to the end of the week at 168.
    assert found["waiting_median"] == (48 + 144) * HOUR // 2
    # An agent had #2 from 11 on, #1 never.
    assert found["service_median"] == (143 * HOUR) // 2
    assert (found["rating"], found["ratings"], found["delivery_failures"]) == (3.5, 2, 1)


def test_the_time_before_is_as_long() -> None:
    block = section("summary", week()).blocks[0]
    assert isinstance(block, Figures)
    before = {one.key: one.before for one in block.items}
    assert (before["opened"], before["closed"], before["backlog"]) == (1, 0, 1)
    assert before["first_reply_median"] is None


def test_agents_side_by_side() -> None:
    bob, ann = rows(section("agents", week()), "agents")
    assert (ann["rank"], ann["agent"], ann["closed"], ann["replies"]) == (1, "ann", 1, 1)
    assert (bob["rank"], bob["agent"], bob["closed"], bob["replies"]) == (1, "bob", 1, 2)
    assert (bob["reopened_share"], ann["reopened_share"]) == (1.0, 0.0)
    assert (bob["rating"], ann["rating"]) == (2.0, 5.0)
    # The slowest tenth of the desk's two first replies is the one of 48 hours.
    assert (ann["slow_first_replies"], bob["slow_first_replies"]) == (1.0, 0.0)
    assert bob["reply_median"] == 5 * HOUR // 2
    # Bob did something at 11, 12, 19 and 20 o'clock.
    assert (bob["active_hours"], bob["involved"]) == (4, 1)
    assert [at for at, n in enumerate(bob["hours"]) if n] == [11, 12, 19, 20]


def test_groups_growth_and_channels() -> None:
    printer, login = rows(section("tags", week()), "tags")
    assert (printer["tag"], printer["opened"], printer["opened_before"]) == ("printer", 1, 1)
    assert (printer["growth"], login["growth"]) == (0.0, None)
    assert printer["share"] == 0.5
    by_channel = {row["channel"]: row["opened"] for row in rows(section("channels", week()), "channels")}  # fmt: skip
    assert by_channel == {"email": 1, "phone": 1}
    support, sales = rows(section("departments", week()), "by_department")
    assert (support["opened"], support["closed"], support["backlog"]) == (2, 1, 2)
    assert (sales["opened"], sales["closed"], sales["backlog"]) == (0, 1, 0)


def test_the_heat_of_the_week() -> None:
    opened, wrote_at, closed = heats(section("hours", week()))
    assert (opened[0][10], opened[0][20], sum(map(sum, opened))) == (1, 1, 2)
    assert sum(map(sum, wrote_at)) == 4
    assert (closed[0][18], closed[0][20]) == (1, 1)


def test_the_hours_are_those_of_the_desk() -> None:
    period = Period(midnight(date(2026, 11, 2), "Asia/Kathmandu"), midnight(date(2026, 11, 9), "Asia/Kathmandu"), "Asia/Kathmandu")  # fmt: skip
    heat = section("hours", facts([case(1, 10.25)], [], period)).blocks[0]
    assert isinstance(heat, Heat)
    assert heat.cells[0][16] == 1  # 10:15 UTC is 16:00 there


def test_a_trend_adds_up() -> None:
    lines = section("trend", week(), by="day").blocks[0]
    assert isinstance(lines, Lines)
    assert list(lines.series["opened"]) == [2, 0, 0, 0, 0, 0, 0]
    assert list(lines.series["closed"]) == [2, 0, 0, 0, 0, 0, 0]
    # One from before, two came, two went, one came back on Tuesday.
    assert list(lines.series["backlog"]) == [1, 2, 2, 2, 2, 2, 2]


def test_each_piece_of_a_trend_is_a_report_of_its_own() -> None:
    made = week()
    for row, piece in zip(
        rows(section("trend", made, by="day"), "every_day"), WEEK.pieces("day"), strict=True
    ):
        alone = sums(made.cases, piece)
        told = (
            row["opened"],
            row["closed"],
            row["reopened"],
            row["backlog"],
            row["first_reply_median"],
            row["rating"],
        )
        assert told == (
            alone.opened, len(alone.closed), alone.reopened, alone.backlog, median(alone.first), mean(alone.scores)
        )  # fmt: skip


def test_ratings_with_comments() -> None:
    made = section("ratings", week())
    assert figures(made) == {"rating": 3.5, "ratings": 2, "rated_share": 1.0, "low_ratings": 1}
    assert [(row["score"], row["ratings"]) for row in rows(made, "scores")] == [(5, 1), (4, 0), (3, 0), (2, 1), (1, 0)]  # fmt: skip
    (comment,) = rows(made, "comments")
    assert (comment["ticket"], comment["agent"], comment["comment"]) == (2, "bob", "slow")


def test_texts_that_were_used() -> None:
    used = [("canned", "reset mail", 1), ("canned", "reset mail", 2), ("kb", "vpn", 3), ("suggested", "vpn", 4),
            ("suggested", "vpn", 5), ("solved", "vpn", 6), ("canned", "reset mail", -20)]  # fmt: skip
    lines = [
        happened(1, hours, "ann", "text_used", kind=kind, name=name) for kind, name, hours in used
    ]
    made = section("texts", facts([case(1, -30)], [*lines, replied(1, 1), replied(1, 2), replied(1, 3)]))  # fmt: skip
    found = figures(made)
    assert (found["used_canned"], found["used_kb"], found["solved_share"]) == (2, 1, 0.5)
    first = rows(made, "texts_used")[0]
    assert (first["text"], first["used"], first["used_before"], first["growth"]) == ("reset mail", 2, 1, 1.0)  # fmt: skip
    assert (first["share"], first["reply_share"]) == (1.0, 0.6667)


def test_severe_and_forgotten() -> None:
    assert [row["ticket"] for row in rows(section("severe", week()), "tickets")] == [2]
    found = {row["ticket"]: row for row in rows(section("forgotten", week()), "tickets")}
    # #2 is answered, but nobody has touched it since hour 30 of 168.
    assert (found[2]["why"], found[2]["untouched_for"]) == ("untouched", 138 * HOUR)
    assert (found[3]["why"], found[3]["waiting"]) == ("unanswered", 148 * HOUR)
    assert 1 not in found


def test_what_was_undone_has_not_happened() -> None:
    lines = [
        wrote(1, 0), replied(1, 2, act="a"), moved(1, 2, "new", "closed", act="a"),
    ]  # fmt: skip
    lines.append(happened(1, 3, "ann", "undone", "b"))
    lines[-1][1].data["act"] = "a"
    found = figures(section("summary", facts([case(1, 0)], [*lines, replied(1, 5, act="c")])))
    assert (found["closed"], found["reopened"], found["backlog"]) == (0, 0, 1)
    assert (found["first_reply_median"], found["every_reply_median"]) == (5 * HOUR, 5 * HOUR)


def test_open_at_a_moment() -> None:
    one = case(1, 0)
    lines = [moved(1, 1, "new", "closed"), moved(1, 2, "closed", "open"), moved(1, 3, "open", "closed")]  # fmt: skip
    told([one], lines, START + DAY)
    at = [is_open_at(one, START + round(hours * HOUR)) for hours in (0.5, 1.5, 2.5, 3.5)]
    assert at == [True, False, True, False]


def test_closing_a_closed_ticket_again_counts_once() -> None:
    one = case(1, 0)
    told([one], [moved(1, 1, "new", "closed"), moved(1, 2, "closed", "closed")], START + DAY)
    assert len(one.closings) == 1
    assert one.reopenings == ()


def test_arithmetic() -> None:
    assert (median([]), median([3]), median([1, 4]), median([5, 1, 3])) == (None, 3, 2, 3)
    assert (p90([]), p90([7]), p90(list(range(1, 11))), p90(list(range(1, 21)))) == (None, 7, 9, 18)
    assert (mean([]), mean([1, 2, 2])) == (None, 1.67)
    assert (share(1, 0), share(1, 8)) == (None, 0.125)
    assert (change(3, 2), change(1, 0), change(None, 2)) == (0.5, None, None)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0s"), (59, "59s"), (61, "1m"), (3600, "1h"), (5 * 3600 + 61, "5h 1m"), (90_000, "1d 1h"), (86_460, "1d")],
)  # fmt: skip
def test_lengths_of_time(seconds: int, said: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == said


def test_names_of_others_are_one_line_without_controls() -> None:
    assert shown("text", "a\x1b[31mb\n\u202ec", {}, "UTC") == "a [31mb c"


NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_periods() -> None:
    month = period_of("", "", "", NOW, "Asia/Bangkok")
    assert (month.first_day, month.last_day, month.days) == (date(2026, 10, 27), date(2026, 11, 25), 30)  # fmt: skip
    assert month.before().last_day == date(2026, 10, 26)
    two = period_of("2026-11-01", "2026-11-02", "", NOW, "UTC")
    assert (two.days, two.end) == (2, datetime(2026, 11, 3, tzinfo=UTC))
    assert period_of("", "2026-11-02", "1w", NOW, "UTC").first_day == date(2026, 10, 27)
    day = period_of("", "", "24h", NOW, "UTC")
    assert (day.end, day.before().start) == (NOW, NOW - timedelta(hours=48))
    with pytest.raises(Refused, match="the earlier day comes first"):
        period_of("2026-11-03", "2026-11-02", "", NOW, "UTC")
    for given in (("x", "", ""), ("2026-11-01", "", "3d"), ("", "", "3 moons"), ("", "", "9999y")):
        with pytest.raises(Refused):
            period_of(*given, NOW, "UTC")


def test_days_stay_days_where_the_clock_is_changed() -> None:
    week = period_of("2026-10-19", "2026-10-25", "", NOW, "Europe/Berlin")
    assert week.last - week.first == 7 * DAY + HOUR
    assert week.before().last - week.before().first == 7 * DAY
    assert [p.last - p.first for p in week.pieces("day")][-1] == 25 * HOUR
    assert [p.first_day.day for p in week.pieces("week")] == [19]


def test_times_of_schedules() -> None:
    assert parse_every("every mon 08:00") == Every(frozenset({0}), time(8))
    assert parse_every("mon, Thu 8:05") == Every(frozenset({0, 3}), time(8, 5))
    assert parse_every("weekday 08:00").weekdays == frozenset(range(5))
    assert parse_every("month 07:30").weekdays == frozenset()
    for wrong in ("", "mon", "moon 08:00", "mon 25:00", "day mon 08:00"):
        with pytest.raises(Refused, match="write mon 08:00"):
            parse_every(wrong)


def test_due_days() -> None:
    monday = parse_every("mon 08:00")
    at = datetime(2026, 11, 23, 0, 59, 59, tzinfo=UTC)
    assert due_day(monday, at, "Asia/Bangkok") == date(2026, 11, 16)
    assert due_day(monday, at + timedelta(seconds=1), "Asia/Bangkok") == date(2026, 11, 23)
    about = period_before(monday, date(2026, 11, 23), "Asia/Bangkok")
    assert (about.first_day, about.last_day) == (date(2026, 11, 16), date(2026, 11, 22))
    weekday = parse_every("weekday 08:00")
    about = period_before(weekday, date(2026, 11, 23), "UTC")
    assert (about.first_day, about.last_day) == (date(2026, 11, 20), date(2026, 11, 22))
    about = period_before(parse_every("month 08:00"), date(2026, 3, 1), "UTC")
    assert (about.first_day, about.last_day) == (date(2026, 2, 1), date(2026, 2, 28))
    # 02:30 does not exist on that day, and exists twice on the other one.
    night = parse_every("day 02:30")
    spring = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert due_day(night, spring, "Europe/Berlin") == date(2026, 3, 29)
    assert due_day(night, spring - timedelta(seconds=1), "Europe/Berlin") == date(2026, 3, 28)
    autumn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert due_day(night, autumn, "Europe/Berlin") == date(2026, 10, 25)


def test_of_an_opening_and_a_closing_in_the_same_second_the_order_counts() -> None:
    """A rule may close what the customer's words have opened."""
    one = case(1, 0, status="closed")
    lines = [moved(1, 1, "new", "closed"), moved(1, 2, "closed", "open"), moved(1, 2, "open", "closed")]  # fmt: skip
    found = facts([one], lines)
    assert figures(section("summary", found))["backlog"] == 0
    assert not is_open_at(one, START + 3 * HOUR)
    assert rows(section("agents", found), "agents")[0]["reopened_share"] == 0.0
