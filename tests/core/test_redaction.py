"""What is to go, and where it stands in a text."""

import time

import pytest

from ticketd.core.errors import Refused
from ticketd.core.redaction import GONE, Redactor, Wanted, masked, wanted_of

CARDS = Redactor(Wanted(cards=True))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("4111111111111111", GONE),
        ("4111 1111 1111 1111 12/27", f"{GONE} 12/27"),
        ("4111111111111111 123", f"{GONE} 123"),
        ("4111111111111111.", f"{GONE}."),
        ("ref 12 4111 1111 1111 1111", f"ref 12 {GONE}"),
        ("7-4111-1111-1111-1111-5", f"7-{GONE}-5"),
        ("4222222222222", GONE),
        ("6304 0000 0000 0000 000", GONE),
        # Two of them.
        ("4111 1111 1111 1111 5500 0000 0000 0004", f"{GONE} {GONE}"),
        ("4111111111111111, 5500000000000004", f"{GONE}, {GONE}"),
        # Two readings that overlap, and either may be meant: no card stays in part.
        ("0000 4111 1111 1111 1111", f"0000 {GONE}"),
        ("0006 4111 1111 1111 1111", GONE),
        # No cards: the check digit, too few digits, too many, a border inside of a group.
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("411111111111", "411111111111"),
        ("00004111111111111111", "00004111111111111111"),
        ("4111  1111 and 1111 1111", "4111  1111 and 1111 1111"),
    ],
)
def test_cards_go_whatever_stands_beside_them(text: str, left: str) -> None:
    assert CARDS.text(text) == left
    assert not CARDS.finds(left)


@pytest.mark.parametrize("hostile", ["1" * 1_000_000, "1 " * 500_000, "1111 " * 200_000])
def test_a_long_row_of_digits_takes_no_long_time(hostile: str) -> None:
    began = time.process_time()
    CARDS.text(hostile)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("words", ["file", "File ", " FILE"])
def test_a_file_without_a_name_is_no_text(words: str) -> None:
    with pytest.raises(Refused, match="which file"):
        wanted_of(words)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("1 redact hunter2", "1 redact …"),
        ("#1, 3-5 #Redact hunter2 x", "#1, 3-5 redact …"),
        ("redact hunter2", "redact …"),
        ("#redact:hunter2", "redact …"),
        ("1 xóamật hunter2", "1 redact …"),
        ("1 ลบข้อมูลลับ hunter2", "1 redact …"),
        ("please redact hunter2 in 1", "please redact …"),
        ("1 reply We redact it.", "1 reply We redact it."),
        ("1  close", "1  close"),
        ("", ""),
    ],
)
def test_a_line_is_shown_without_what_is_to_go(line: str, shown: str) -> None:
    assert masked(line) == shown
