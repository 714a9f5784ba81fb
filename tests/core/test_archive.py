"""Tags of other desks, and the threads of an archive."""

from datetime import UTC, datetime

import pytest

from ticketd.core.archive import Skimmed, Threads, foreign_tag, in_order


@pytest.mark.parametrize(
    ("subject", "tag"),
    [
        ("Re: [example.com #1234] Printer", "example.com#1234"),
        ("AW: [Example.com  #1234] Printer", "example.com#1234"),
        ("Re: Printer [#846203]", "#846203"),
        ("Re: [Ticket#31001] ใบแจ้งหนี้", "ticket#31001"),
        ("RE: [Ticket#2026112510000017] Máy in", "ticket#2026112510000017"),
        ("Re: [Ticket# 31001]", "ticket#31001"),
        ("[Acme #12] Hi", "acme#12"),
        ("Issue #12 in [project]", ""),
        ("[Bug 12] broken", ""),
        ("", ""),
        ("[" * 2000 + "#1]", ""),
    ],
)
def test_tags_of_other_desks(subject: str, tag: str) -> None:
    assert foreign_tag(subject) == tag


def mail(place: int, own: str = "", *before: str, tag: str = "", day: int | None = 1) -> Skimmed:
    date = datetime(2020, 1, day, tzinfo=UTC) if day else None
    return Skimmed(place, 1000, str(place), own, before, tag, date)


def placed(*mails: Skimmed, known: dict[str, int] | None = None) -> list[int]:
    threads = Threads((known or {}).get)
    told = []
    for one in mails:
        number = threads.find(one) or 100 + one.place
        threads.note(one, number)
        told.append(number)
    return told


def test_answers_stand_with_what_they_answer() -> None:
    assert placed(mail(0, "a"), mail(1, "b", "a"), mail(2, "c", "b", "a"), mail(3, "d")) == [
        100,
        100,
        100,
        103,
    ]


def test_two_answers_to_a_mail_that_is_not_there_are_one_thread() -> None:
    assert placed(mail(0, "b", "lost"), mail(1, "c", "lost")) == [100, 100]


def test_a_tag_makes_a_thread_where_nothing_is_referred_to() -> None:
    assert placed(mail(0, "a", tag="rt#1"), mail(1, "b", tag="rt#1"), mail(2, "c", tag="rt#2")) == [
        100,
        100,
        102,
    ]


def test_a_reference_says_more_than_a_tag() -> None:
    assert placed(
        mail(0, "a", tag="x#1"), mail(1, "b", tag="x#2"), mail(2, "c", "b", tag="x#1")
    ) == [100, 101, 101]


def test_what_the_desk_has_already_is_gone_on_with() -> None:
    assert placed(mail(0, "b", "ours"), known={"ours": 7}) == [7]


def test_by_date_and_undated_ones_behind_their_neighbour() -> None:
    mails = [mail(0, day=3), mail(1, day=None), mail(2, day=1), mail(3, day=None)]
    assert [m.place for m in in_order(mails)] == [2, 3, 0, 1]
