"""What the author wrote now: a linear scanner that takes quoted mail off, and keeps when in doubt."""

import re
from collections.abc import Sequence

from ticketd.mail.quote_lines import (
    MAX_HEAD,
    announces,
    attribution,
    has_header_shape,
    is_forwarded,
    is_header_block,
    is_original,
    is_own_mark,
    is_quoted,
    is_rule,
)
from ticketd.mail.signatures import is_signature, without_signature

MAX_LINES = 5000
# Marks of direction, of joining and of no width stand in the lines of some programs.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff")
)
_BLANK_LINES = re.compile(r"\n{3,}")


def new_text(text: str, kinds: str = "", *, forwards: bool = False) -> str:
    """The text without quoted mail and closing signature; never empty where `text` is not.

    `kinds` has a letter for each line, by the structure of HTML (see `html.Page`). `forwards`: the subject says
    that the mail is sent on, so what it quotes is meant to be read.
    """
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        return text
    heads = [" ".join(line[:MAX_HEAD].split()) for line in lines]
    if not text.isascii():
        heads = [head.translate(_INVISIBLE).strip() for head in heads]
    if len(kinds) != len(lines):
        kinds = " " * len(lines)
    kept = lines if forwards else _own_lines(lines, heads, kinds)
    result = "\n".join(line.rstrip() for line in kept).strip("\n")
    if not result.strip():
        return text.strip("\n")
    return _BLANK_LINES.sub("\n\n", result).strip()


def says_nothing(text: str) -> bool:
    """Whether nobody wrote anything in it: it is empty, or what a program puts below every mail."""
    return not text.strip() or new_text(f"x\n\n{text}") == "x"


def _own_lines(lines: Sequence[str], heads: Sequence[str], kinds: str) -> Sequence[str]:
    """The lines that are the author's; none where no line is."""
    cut, is_forward = _first_quote(heads, kinds)
    if is_forward:
        return lines
    begin, end, cut = _marked_quotes(heads, kinds, cut)
    kept = [*lines[:begin], *lines[end:cut]]
    own = without_signature([*heads[:begin], *heads[end:cut]], kinds[:begin] + kinds[end:cut])
    return kept[:own] or kept


def _first_quote(heads: Sequence[str], kinds: str) -> tuple[int, bool]:
    """Where the quoted mail begins that goes to the end, and whether a forwarded one comes first, which stays."""
    own_below = _own_below(heads, kinds)
    for at, head in enumerate(heads):
        if not head or is_quoted(head):
            continue
        if is_forwarded(head):
            return len(heads), True
        if _begins_quoted_mail(heads, kinds, at):
            return _with_rules_above(heads, at), False
        found = attribution(heads, at)
        if found and _is_quote_to_the_end(heads, at + 1, own_below, is_sure=found.is_sure):
            return _with_rules_above(heads, at + 1 - found.span), False
    return len(heads), False


def _begins_quoted_mail(heads: Sequence[str], kinds: str, at: int) -> bool:
    head = heads[at]
    if is_own_mark(head) or is_original(head) or is_header_block(heads, at):
        return True
    begins = kinds[at] == "r" and "r" not in kinds[max(at - 1, 0) : at]
    return begins and has_header_shape(heads, at)


def _with_rules_above(heads: Sequence[str], at: int) -> int:
    """The rule that programs draw above belongs to the quote."""
    while at and (not heads[at - 1] or is_rule(heads[at - 1])):
        at -= 1
    return at


def _is_quote(heads: Sequence[str], kinds: str, at: int) -> bool:
    return kinds[at] == "q" or is_quoted(heads[at])


def _own_below(heads: Sequence[str], kinds: str) -> list[int]:
    """For each line the next one, itself included, that has words and no mark of a quote."""
    found = [len(heads)] * (len(heads) + 1)
    for at in range(len(heads) - 1, -1, -1):
        is_own = bool(heads[at]) and not _is_quote(heads, kinds, at)
        found[at] = at if is_own else found[at + 1]
    return found


def _is_quote_to_the_end(
    heads: Sequence[str], start: int, own_below: Sequence[int], *, is_sure: bool
) -> bool:
    """Whether what follows "On ... wrote:" is all quote; some programs quote without marks."""
    own = own_below[start]
    first = next((at for at in range(start, min(start + 50, len(heads))) if heads[at]), None)
    if first is None or first == own:
        return is_sure
    return own == len(heads) or is_signature(heads[own])


def _marked_quotes(heads: Sequence[str], kinds: str, cut: int) -> tuple[int, int, int]:
    """Quotes with marks: (begin, end) of one that stands alone, and where the text ends.

    Quoted lines at the very end go, with the line that announces them. One quote under its announcement, with the
    answer below, goes too. Of several, those between the author's lines stay: they are what is answered.
    """
    end = cut
    while end and (not heads[end - 1] or _is_quote(heads, kinds, end - 1)):
        end -= 1
    if end == 0:
        return 0, 0, cut
    if any(heads[end:cut]) and cut == len(heads):
        end -= _announcement(heads, end)
    blocks = _blocks(heads[:end], kinds)
    if len(blocks) == 1:
        begin, after = blocks[0]
        above = begin
        while above and not heads[above - 1]:
            above -= 1
        span = _announcement(heads, above)
        if span or (kinds[begin] == "q"):
            return above - span, after, end
    return 0, 0, end or cut


def _announcement(heads: Sequence[str], end: int) -> int:
    """How many lines above this one announce a marked quote."""
    if not end:
        return 0
    found = attribution(heads, end - 1)
    return found.span if found else announces(heads, end - 1)


def _blocks(heads: Sequence[str], kinds: str) -> list[tuple[int, int]]:
    """The quotes with marks, from and to; blank lines divide none."""
    found: list[tuple[int, int]] = []
    is_open = False
    for at, head in enumerate(heads):
        if not head:
            continue
        if _is_quote(heads, kinds, at):
            begin = found.pop()[0] if is_open else at
            found.append((begin, at + 1))
        is_open = _is_quote(heads, kinds, at)
    return found
