"""Business time: tables computed by hand, and laws that hold for any calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketd.config.hours import WEEKDAYS, week
from ticketd.core.calendars import ALWAYS, Calendar, add, between

BANGKOK = "Asia/Bangkok"
OFFICE = Calendar(
    "office", BANGKOK,
    week({"mon-fri": ["08:30-12:00", "13:00-17:30"], "sat": "09:00-12:00"}),
    frozenset({date(2026, 12, 10), date(2026, 12, 31), date(2027, 1, 1)}),
)  # fmt: skip
NIGHT = Calendar(
    "night", "Europe/Berlin", week({"mon-sun": "22:00-06:00"}), frozenset({date(2026, 12, 24)})
)
NEW_YORK = Calendar("ny", "America/New_York", week({"mon-sun": ["01:30-02:15", "02:45-04:00"]}))


def at(text: str, zone: str = BANGKOK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        # 2026-12-07 is a Monday; eight hours a day, three on Saturday.
        ("2026-12-07T09:00", 2, "2026-12-07T11:00"),
        ("2026-12-07T11:00", 2, "2026-12-07T14:00"),
        ("2026-12-07T12:30", 1, "2026-12-07T14:00"),
        ("2026-12-07T03:00", 8, "2026-12-07T17:30"),
        ("2026-12-07T17:00", 1, "2026-12-08T09:00"),
        ("2026-12-07T23:00", 6, "2026-12-08T15:30"),
        ("2026-12-09T17:00", 1, "2026-12-11T09:00"),  # the 10th is a holiday
        ("2026-12-12T11:00", 2, "2026-12-14T09:30"),  # Saturday to Monday
        ("2026-12-13T10:00", 0.5, "2026-12-14T09:00"),  # a Sunday
        ("2026-12-07T08:30", 43, "2026-12-14T17:30"),  # 24 + 0 + 8 + 3 of the week, 8 on Monday
        ("2026-12-30T17:30", 3, "2027-01-02T12:00"),  # two holidays, then a Saturday
    ],
)  # fmt: skip
def test_office_hours(start: str, hours: float, end: str) -> None:
    span = timedelta(hours=hours)
    assert add(OFFICE, at(start), span) == at(end)
    assert between(OFFICE, at(start), at(end)) == span


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-12-07T17:30", "2026-12-08T08:30", 0),
        ("2026-12-12T12:00", "2026-12-14T08:30", 0),
        ("2026-12-08T09:00", "2026-12-07T09:00", 0),
        ("2026-12-07T00:00", "2026-12-14T00:00", 35),
        ("2026-12-14T00:00", "2026-12-21T00:00", 43),
    ],
)
def test_what_lies_between(start: str, end: str, hours: float) -> None:
    assert between(OFFICE, at(start), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("calendar", "start", "end", "hours"),
    [
        # A night shift belongs to the evening on which it begins.
        (NIGHT, "2026-12-22T20:00", "2026-12-23T08:00", 8),
        (NIGHT, "2026-12-23T23:00", "2026-12-24T12:00", 7),  # from before the holiday: runs to its end
        (NIGHT, "2026-12-24T12:00", "2026-12-25T12:00", 0),  # begins on the holiday: is not worked
        # 25 October 2026: clocks go from 03:00 back to 02:00; 28 March 2027: from 02:00 to 03:00.
        (NIGHT, "2026-10-24T12:00", "2026-10-25T12:00", 9),
        (NIGHT, "2027-03-27T12:00", "2027-03-28T12:00", 7),
        # 8 November 2026 is plain; on 1 November 01:00-02:00 is shown twice. On 8 March 02:00-03:00 does not exist:
        # 02:15 is read as 03:15 of the new clock, 02:45 as 03:45 (PEP 495), so 45 minutes and 15.
        (NEW_YORK, "2026-11-08T00:00", "2026-11-09T00:00", 2),
        (NEW_YORK, "2026-11-01T00:00", "2026-11-02T00:00", 3),
        (NEW_YORK, "2026-03-08T00:00", "2026-03-09T00:00", 1),
    ],
)  # fmt: skip
def test_nights_and_changed_clocks(calendar: Calendar, start: str, end: str, hours: float) -> None:
    found = between(calendar, at(start, calendar.zone), at(end, calendar.zone))
    assert found == timedelta(hours=hours)


def test_around_the_clock_is_plain_time() -> None:
    start = at("2026-10-24T12:34")
    assert add(ALWAYS, start, timedelta(hours=100)) == start + timedelta(hours=100)
    assert between(ALWAYS, start, start + timedelta(days=70)) == timedelta(days=70)


def test_a_calendar_that_ends_promises_nothing() -> None:
    closed = Calendar("closed", "UTC", ((),) * 7)
    assert add(closed, at("2026-12-07T09:00"), timedelta(minutes=1)) is None
    only = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(4000))
    assert add(Calendar("off", "UTC", OFFICE.week, only), at("2026-12-07T09:00"), timedelta(1)) is None  # fmt: skip


# -- laws --------------------------------------------------------------------------------------

ZONES = ("Asia/Bangkok", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "UTC")  # fmt: skip
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
SPANS = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any hours that a configuration may hold: several shifts a day, over midnight, holidays, any zone."""
    week_: list[tuple[tuple[int, int], ...]] = []
    for _ in WEEKDAYS:
        marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        week_.append(tuple(zip(marks[::2], marks[1::2], strict=False)))
    if not any(week_):
        week_[0] = ((480, 1020),)
    night = draw(st.integers(0, 6))
    last = max((end for _, end in week_[night]), default=1200)
    first = min((start for start, _ in week_[(night + 1) % 7]), default=360)
    if draw(st.booleans()) and last < 1440:
        week_[night] = (*week_[night], (max(last, 1), 1440 + first))
    days = draw(st.sets(st.integers(0, 1500), max_size=40))
    off = frozenset(date(2024, 1, 1) + timedelta(days=n) for n in days)
    return Calendar("any", draw(st.sampled_from(ZONES)), tuple(week_), off)


@given(calendars(), MOMENTS, SPANS)
def test_add_then_between_is_the_span_again(calendar: Calendar, start: datetime, span: timedelta) -> None:  # fmt: skip
    end = add(calendar, start, span)
    if end is not None:
        assert end >= start
        assert between(calendar, start, end) == span


@given(calendars(), MOMENTS, SPANS, SPANS)
def test_later_and_longer_is_never_earlier(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    first, second = add(calendar, start, one), add(calendar, start, one + two)
    later = add(calendar, start + two, one)
    if first is not None and second is not None and later is not None:
        assert start <= first <= second
        assert first <= later
        assert add(calendar, first, two) == second


@given(calendars(), MOMENTS, SPANS, SPANS)
def test_parts_make_up_the_whole(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    middle, end = start + one, start + one + two
    whole = between(calendar, start, end)
    assert between(calendar, start, middle) + between(calendar, middle, end) == whole
    assert timedelta(0) <= whole <= end - start
