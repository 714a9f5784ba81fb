"""The query language, word by word."""

from datetime import UTC, datetime, timedelta

import pytest

from ticketd.core.errors import Refused
from ticketd.core.moments import moment_of
from ticketd.core.query import parse_query
from ticketd.core.query_shape import Asker, BadQuery, Span, Term, Words
from ticketd.core.text import find_folded, snippet
from ticketd.core.views import BUILT_IN

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ASKER = Asker("bob", NOW, "Asia/Bangkok", ("support", "sales"), ("bob", "lan"), views=BUILT_IN)
MIDNIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        (("status:open",), (Term("status", ("open",)),)),
        (("is:open,new",), (Term("status", ("open", "new")),)),
        (("status:all",), (Term("status", ("new", "open", "pending", "closed")),)),
        (("dept:sales",), (Term("department", ("sales",)),)),
        (("assignee:me",), (Term("assignee", ("bob",)),)),
        (("-tag:spam",), (Term("tag", ("spam",), negated=True),)),
        (("!tag:spam",), (Term("tag", ("spam",), negated=True),)),
        (("priority:>=high",), (Term("priority", ("high", "urgent")),)),
        (("priority:high+",), (Term("priority", ("high", "urgent")),)),
        (("priority:<normal",), (Term("priority", ("low",)),)),
        (("priority:ด่วนมาก",), (Term("priority", ("urgent",)),)),
        (("severity:ปานกลาง",), (Term("severity", ("medium",)),)),
        (("severity:none,low",), (Term("severity", ("none", "low")),)),
        (("subject:ใบแจ้งหนี้",), (Term("subject", ("ใบแจ้งหนี้",)),)),
        (("status:open dept:sales",), (Term("status", ("open",)), Term("department", ("sales",)))),
        (('customer:"@acme.example" has:note',), (Term("customer", ("@acme.example",)), Term("has", ("note",)))),
    ],
)  # fmt: skip
def test_terms(words: tuple[str, ...], terms: tuple[Term, ...]) -> None:
    assert parse_query(words, ASKER).terms == terms


@pytest.mark.parametrize(
    ("word", "after", "before"),
    [
        ("updated:<3d", NOW - timedelta(days=3), None),
        ("updated:3d", NOW - timedelta(days=3), None),
        ("updated:>2h", None, NOW - timedelta(hours=2)),
        ("opened:today", MIDNIGHT, MIDNIGHT + timedelta(days=1)),
        ("opened:>=2026-11-25", MIDNIGHT, None),
        ("opened:>2026-11-25", MIDNIGHT + timedelta(days=1), None),
        ("closed:<2026-11-25", None, MIDNIGHT),
        ("closed:<=2026-11-25", None, MIDNIGHT + timedelta(days=1)),
        ("opened:>=2026-11-25T07:00", MIDNIGHT + timedelta(hours=7), None),
        ("opened:2026-11", MIDNIGHT - timedelta(days=24), MIDNIGHT + timedelta(days=6)),
        ("closed:last-week", MIDNIGHT - timedelta(days=9), MIDNIGHT - timedelta(days=2)),
        (
            "opened:2026-11-20..2026-11-21",
            MIDNIGHT - timedelta(days=5),
            MIDNIGHT - timedelta(days=3),
        ),
        ("opened:2026-11-20..", MIDNIGHT - timedelta(days=5), None),
        ("due:<2d", None, NOW + timedelta(days=2)),
        ("due:>2h", NOW + timedelta(hours=2), None),
        ("due:late", None, NOW),
        ("due:tomorrow", MIDNIGHT + timedelta(days=1), MIDNIGHT + timedelta(days=2)),
    ],
)
def test_times(word: str, after: datetime | None, before: datetime | None) -> None:
    assert parse_query((word,), ASKER).spans == (Span(word.partition(":")[0], after, before),)


def test_words_phrases_and_the_order() -> None:
    query = parse_query(("printer", "paper jam", "-coffee", "https://x.example", "sort:-priority"), ASKER)  # fmt: skip
    assert query.words == (
        Words("printer"), Words("paper jam"), Words("coffee", negated=True), Words("https://x.example"),
    )  # fmt: skip
    assert (query.sort, query.descending) == ("priority", True)
    query = parse_query(('dept:sales "paper jam" -x sort:opened',), ASKER)
    assert query.words == (Words("paper jam"), Words("x", negated=True))
    assert (query.sort, query.descending) == ("opened", False)


@pytest.mark.parametrize(
    ("argument", "found"),
    [
        ('"error: E05"', Words("error: E05")),
        ('"-5 degrees"', Words("-5 degrees")),
        ("error: E05 again", Words("error: E05 again")),
        ("-spam", Words("spam", negated=True)),
        ("a\udc80b", Words("a\ufffdb")),
    ],
)
def test_a_phrase_is_looked_for_as_it_stands(argument: str, found: Words) -> None:
    assert parse_query((argument,), ASKER).words == (found,)


def test_a_field_and_words_in_one_text() -> None:
    query = parse_query(("tag:hw silent -status:closed",), ASKER)
    assert query.terms == (Term("tag", ("hw",)), Term("status", ("closed",), negated=True))
    assert query.words == (Words("silent"),)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("colour:red", "no field 'colour:'"),
        ("asignee:bob", "did you mean `assignee:`"),
        ("status:opne", "did you mean open"),
        ("status:", "says nothing"),
        ("priority:soon", "is no priority"),
        ("priority:>low,high", "cannot be compared"),
        ("opened:soonish", "is no time"),
        ("opened:2026-13-01", "is no time"),
        ("opened:2026-13", "is no time"),
        ("opened:2026-11-21..2026-11-20", "is no time"),
        ("-view:mine", "cannot be turned round"),
        ("sort:colour", "nothing can be sorted"),
        ("has:money", "is no has"),
        ("number:x", "is no number"),
        ("number:99999999999999999999", "is no number"),
        ("opened:<=9999-12-31", "is no time"),
        ("customer:,", "says nothing"),
        ("\u0301", "nothing that can be looked for"),
    ],
)
def test_what_is_no_query_says_what_to_write(word: str, said: str) -> None:
    with pytest.raises(BadQuery, match=said):
        parse_query((word,), ASKER)


@pytest.mark.parametrize(
    ("word", "said"),
    [("dept:salse", "did you mean sales"), ("assignee:eve", "no agent 'eve'"), ("sla:late", "none configured")],
)  # fmt: skip
def test_names_that_this_desk_does_not_have(word: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        parse_query((word,), ASKER)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3d", "2026-11-28T03:00+00:00"), ("4h", "2026-11-25T07:00+00:00"), ("30 min", "2026-11-25T03:30+00:00"),
        ("fri", "2026-11-27T08:00+07:00"), ("until fri 9:30", "2026-11-27T09:30+07:00"), ("wed", "2026-12-02T08:00+07:00"),
        ("tomorrow", "2026-11-26T08:00+07:00"), ("พรุ่งนี้", "2026-11-26T08:00+07:00"), ("T6 14", "2026-11-27T14:00+07:00"),
        ("15:30", "2026-11-25T15:30+07:00"), ("9:30", "2026-11-26T09:30+07:00"), ("today 9:30", "2026-11-25T09:30+07:00"),
        ("2026-12-01", "2026-12-01T08:00+07:00"), ("2026-12-01T09:00", "2026-12-01T09:00+07:00"),
    ],
)  # fmt: skip
def test_moments(text: str, moment: str) -> None:
    assert moment_of(text, NOW, "Asia/Bangkok") == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["soon", "7", "2026-02-30", "fri 25:00", ""])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(Refused, match="is no moment"):
        moment_of(text, NOW, "Asia/Bangkok")


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Máy in hóa đơn hỏng", "HOA DON", "Máy in «hóa đơn» hỏng"),
        ("ขอใบเสนอราคาครับ", "เสนอราคา", "ขอใบ«เสนอราคา»ครับ"),
        ("Straße", "strasse", "«Straße»"),
        ("nothing here", "else", "nothing here"),
    ],
)
def test_snippets_show_the_text_as_it_was_written(text: str, words: str, shown: str) -> None:
    assert snippet(text, [words]) == shown


def test_long_texts_are_cut_around_the_word() -> None:
    shown = snippet("x" * 500 + " needle " + "y" * 500, ["needle"], around=5)
    assert shown == "…xxxx «needle» yyyy…"
    assert find_folded("abc", "") is None
