"""Cutting never invents text, never leaves nothing, takes no line between quotes, and is linear."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketd.mail.html import read_html
from ticketd.mail.quotes import new_text

LINES = st.sampled_from([
    "> a", ">> b", ">", "own", "", " ", "-- ", "--", "____", "-----Original Message-----", "---------- Forwarded message ---------",
    "On Mon, 2 Nov 2026 at 10:00, Ann <ann@desk.example> wrote:", "On Mon, 2 Nov 2026 at 10:00, Ann", "<ann@desk.example> wrote:", "wrote:",
    "เมื่อ จ. 2 พ.ย. 2569 เวลา 10:00 ฝ่ายบริการ <ann@desk.example> เขียนว่า:", "Vào 10:00, 2 thg 11, 2026, Hỗ trợ đã viết:",
    "From: a@b.example", "Sent: 1.1.2026", "To: c", "Subject: d", "Sent from my iPhone", "\u200e\ufeff", "\xa0", "2 Nov 2026 10:00:", ">From here",
    "This e-mail is confidential and intended for the recipient only. If it is not for you, please delete it and tell us about it.",
]) | st.text(max_size=15).filter(lambda text: "\n" not in text)  # fmt: skip
TEXTS = st.lists(LINES, max_size=25)


def words(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.booleans(), st.text("qrs ", max_size=25))
def test_only_lines_are_left_out_and_never_all(
    lines: list[str], forwards: bool, kinds: str
) -> None:
    text = "\n".join(lines)
    got = new_text(text, kinds.ljust(len(lines))[: len(lines)], forwards=forwards)
    every = iter(words(text))
    assert all(any(line.strip() == one.strip() for one in every) for line in words(got))
    assert bool(got.strip()) == bool(text.strip())
    if forwards:
        assert got.split() == text.split()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["> a", "> b", "", "own", "mine"]), max_size=20))
def test_what_stands_between_marked_quotes_stays(lines: list[str]) -> None:
    text = "\n".join(["first", *lines])
    own = [line for line in lines if line in {"own", "mine"}]
    assert [line for line in words(new_text(text)) if line in {"own", "mine"}] == own


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([
    "<p>a", "</p>", "<div class=gmail_quote>", "<div class=gmail_signature>", "<div id=divRplyFwdMsg>", "</div>", "<blockquote>", "</blockquote>",
    "<br>", "x", "<pre>a\n\nb", "</pre>", "<hr id=stopSpelling>", "From: a<br>Date: b<br>To: c<br>", "<span class=moz-signature>", "</span>", "\xa0",
]), max_size=25).map("".join))  # fmt: skip
def test_a_page_has_a_kind_for_each_line_and_never_loses_all(html: str) -> None:
    page = read_html(html)
    assert len(page.kinds) == (page.text.count("\n") + 1 if page.text else 0)
    assert not set(page.kinds) - set("qrs ")
    assert bool(new_text(page.text, page.kinds).strip()) == bool(page.text.strip())


SHAPES = {
    "quote characters": ">", "quoted lines": "> x\n", "announcements": "On Mon, 2 Nov 2026 at 10:00, x@y.example wrote:\n> x\n",
    "announcements without marks": "On 2 Nov 2026, Ann wrote:\nx\n", "openers": "On x 2026\n", "openers in a line": "On Mon On 2026 @ ", "closers": "wrote:\n",
    "closers in a line": "wrote wrote: ", "rules": "----- original       x\n", "dashes": "-", "rows of dashes": "----\n", "header blocks": "From: a\nSent: 1.1.2026\n",
    "fields in a line": "From: a Sent: 1.1.2026 ", "signatures": "-- \nx\n", "footers": "Sent from my \n", "notices": "This e-mail is confidential for the recipient " + "x " * 40 + "\n\n",
    "angles": "<", "brackets": "<(<[", "addresses": "<a@b.example> ", "blank lines": "\n", "blanks": " ", "no-break spaces": "\xa0\n", "colons": "a:\n", "wide colons": "a：",
    "forwards": "---------- Forwarded mess\n", "marks of desks": "## above this lin\n", "dates": "2.11.2026 10:00 ", "thai": "เมื่อวันที่ เขียนว่า ", "words": "confidential recipient ",
    "one quote after another": "own\n> x\n\n", "zero width": "\u200b\u200e",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("as_lines", [False, True])
def test_the_time_grows_with_the_text_and_no_faster(shape: str, as_lines: bool) -> None:
    """Eight times the text: about eight times the time, where each step back over it would make 64 of them."""
    piece = SHAPES[shape]
    # Both stay below the number of lines from which a text is left as it is; the smaller fills every window of
    # bounded look-ahead (at least 20 lines of 400 characters), below which the time of a line still rises.
    breaks = piece.count("\n")
    pieces = min(16384 // len(piece), 500 // breaks) if breaks else 16384 // len(piece)

    def took(count: int) -> float:
        text = piece * count
        if as_lines:
            text = "\n".join(text[at : at + 400] for at in range(0, len(text), 400))
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            new_text(text)
            best = min(best, time.process_time() - began)
        return best

    # Less than some milliseconds is start and noise; a busy machine disturbs one measurement, a step back all of them.
    measured = []
    for _ in range(5):
        small, large = took(pieces), took(8 * pieces)
        measured.append((small, large))
        if large < max(24 * small, 0.008):
            break
    else:
        pytest.fail(f"grows faster than the text: {measured}")
    assert large < 1
