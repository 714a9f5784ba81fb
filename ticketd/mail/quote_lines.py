"""The lines that mail programs put above a quoted mail: "On ... wrote:", header blocks, rules.

Lines come with single blanks and at most `MAX_HEAD` characters; each function looks at a fixed number of them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ticketd.mail import quote_words as words

MAX_HEAD: Final = 500
"""Characters of a line that are looked at: what announces a quote is no longer."""
_MAX_SPAN = 4
_MAX_JOINED = 400
_MAX_NAME = 30
_MAX_WRITER = 50
_SIGNS = "-_=*~#+|—–−─━"
_MARKS = f"{_SIGNS} \t"


def _any(choices: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(choices, key=len, reverse=True)) + ")"


_WROTE = re.compile(rf"(?:(?<!\w){_any(words.WROTE)}|{_any(words.WROTE_UNSPACED)})$", re.IGNORECASE)
_ALL_WROTE = (*words.WROTE, *words.WROTE_UNSPACED)
_A_PERSON_WROTE = re.compile(
    rf"(?:(?<![\w.<@-]){_any(words.PRONOUNS)}(?: \w+)?|{_any(words.PRONOUNS_UNSPACED)}(?:ได้|给您|给你)?)$"
)
_WITHIN = re.compile(rf"(?<!\w){_any(words.WROTE_WITHIN)}(?!\w)(?P<rest>.*)", re.IGNORECASE)
_RAISED = re.compile(rf"[ ]?{_any(words.PRONOUNS)}(?!\w)")
_OPENER = re.compile(
    rf"(?:-{{2,}} ?)?[*_]{{0,2}}(?:{_any(words.OPENERS)}(?=[\s,:\d])|{_any(words.OPENERS_UNSPACED)}"
    rf"|(?i:{_any(words.WEEKDAYS)}\w{{0,10}})[.,]{{0,2}} (?=.{{0,20}}\d)"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4} ?[年년]|\d{1,2}\.? [^\W\d]{2,12}\.?,? \d{4})"
)
_DATE = re.compile(
    r"(?<!\d)\d{4}(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d ?[月월]|\d\.? [^\W\d]{3,9}\.? "
)
_DIGIT_OR_AT = re.compile(r"[\d@]")
_TIME = re.compile(
    r"(?<!\d)\d{1,2}[:.h時时点點시]\d{2}(?!\d)|\d ?(?:uhr|น\.|giờ|[ap]\.?m\b)", re.IGNORECASE
)
_ENDS_WITH_ADDRESS = re.compile(
    r"[<(\[] ?[^<>()\[\]\s]{1,100}@[^<>()\[\]\s]{1,100}[>)\]]{1,3} ?[:：]$"
)
_ENDS_WITH_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?| uhr)? ?:$", re.IGNORECASE)
_MAILBOX = re.compile(r"[^<>@]{1,100}<[^<>\s]{1,100}@[^<>\s]{1,100}>$")
_AFTER_WROTE = ' -:：*_>"'
_COLONS = (":", "：")


def is_quoted(line: str) -> bool:
    """A line of a quote by its mark. `>From ` is what a mailbox makes of a line of the author's own."""
    return line.startswith((">", "＞")) and not line.startswith(">From ")


@dataclass(frozen=True, slots=True)
class Attribution:
    """An "On ... wrote:": the lines it takes, and whether it needs no marked quote below to be one."""

    span: int
    is_sure: bool


def attribution(lines: Sequence[str], at: int) -> Attribution | None:
    """The "On ... wrote:" that ends in this line, with up to three lines above it."""
    if not lines[at].endswith((*_COLONS, ">")) and _wrote_begins(lines[at]) < 0:
        return None
    found: Attribution | None = None
    joined = ""
    for span in range(1, min(_MAX_SPAN, at + 1) + 1):
        above = lines[at + 1 - span]
        joined = f"{above} {joined}".rstrip()
        if not above or is_quoted(above) or len(joined) > _MAX_JOINED:
            break
        if not _DIGIT_OR_AT.search(joined):
            continue
        begins = _OPENER.match(above) is not None
        new = _read_attribution(joined, span, begins=begins)
        if new and begins:
            return _with_mailbox_above(lines, at, new, joined)
        found = found or new
    return found


def _read_attribution(joined: str, span: int, *, begins: bool) -> Attribution | None:
    wrote = _wrote_begins(joined)
    if wrote < 0:
        return _by_what_stands_within(joined, span, begins=begins)
    is_sentence = _is_by_a_pronoun(joined[:wrote])
    return _by_last_word(joined, span, begins=begins, is_sentence=is_sentence)


def _is_by_a_pronoun(before: str) -> bool:
    """Whether "I", "you" or the like stands before "wrote": then it is a sentence."""
    before = before.rstrip(" ,")
    return before.lower() in words.PRONOUNS or _A_PERSON_WROTE.search(before[-30:]) is not None


def _with_mailbox_above(
    lines: Sequence[str], at: int, found: Attribution, joined: str
) -> Attribution:
    """Where the line begins with the date, the name may stand above it."""
    above = at - found.span
    if "@" in joined or above < 0 or not _MAILBOX.match(lines[above]):
        return found
    return Attribution(found.span + 1, is_sure=True)


def _wrote_begins(line: str) -> int:
    """Where the word for "wrote" stands that ends this line; -1 where none does."""
    bare = line.rstrip(_AFTER_WROTE)
    if not bare[-30:].lower().endswith(_ALL_WROTE):
        return -1
    match = _WROTE.search(bare, max(len(bare) - 40, 0))
    return match.start() if match else -1


def _by_last_word(joined: str, span: int, *, begins: bool, is_sentence: bool) -> Attribution | None:
    """An "On 2 Nov 2026 at 9:00, Ann <ann@x.example> wrote:"."""
    address = "@" in joined
    dated = _DATE.search(joined) is not None
    timed = _TIME.search(joined) is not None
    if not (dated or timed or address) or not (begins or address):
        return None
    is_sure = (dated or (begins and timed)) and (address or (begins and timed)) and not is_sentence
    return Attribution(span, is_sure)


def _by_what_stands_within(joined: str, span: int, *, begins: bool) -> Attribution | None:
    """The same where the name or the date stands last, or where no word says "wrote"."""
    if not _DATE.search(joined):
        return None
    if joined.endswith(">"):
        # "2026/11/2 Ann <ann@x.example>", without a colon.
        return Attribution(span, is_sure=False) if begins and _MAILBOX.match(joined) else None
    if not _TIME.search(joined):
        return None
    closed = _ENDS_WITH_ADDRESS.search(joined) is not None
    within = _WITHIN.search(joined)
    if within and not _RAISED.match(within["rest"]):
        ends = closed or _ENDS_WITH_TIME.search(joined) is not None
        return Attribution(span, ends and (begins or "@" in joined))
    return Attribution(span, is_sure=True) if begins and closed else None


def announces(lines: Sequence[str], at: int) -> int:
    """How many lines above a marked quote announce it, though nothing is sure: "Ann wrote:", an address and a colon."""
    if not lines[at].endswith(_COLONS):
        return 0
    wrote = _wrote_begins(lines[at])
    if 0 < wrote <= _MAX_WRITER and not _is_by_a_pronoun(lines[at][:wrote]):
        return 1
    joined = ""
    for span in (1, 2, 3):
        if span > at + 1 or not lines[at + 1 - span] or is_quoted(lines[at + 1 - span]):
            return 0
        joined = f"{lines[at + 1 - span]} {joined}"
        if "@" in joined or (_DATE.search(joined) and _TIME.search(joined)):
            return span
    return 0


_NAMES = {word: name for name, choices in words.FIELDS.items() for word in choices}
_SECOND_FIELD = re.compile(rf"[ *]({_any(_NAMES)}) ?\*{{0,2}}[:：]", re.IGNORECASE)


def field(line: str) -> str:
    """Which header field this line is, by its translated name; "" for none."""
    end = line.find(":", 0, _MAX_NAME)
    if end < 0:
        end = line.find("：", 0, _MAX_NAME)
    return _NAMES.get(line[:end].strip("*_ |").lower(), "") if end > 0 else ""


_WHOLE = frozenset(("from", "date", "to", "subject"))


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """From, a date and one more field in a few lines: the header of a quoted mail, whatever order and breaks it has.

    A subject or an address must be among them: people write From, To and Date about journeys.
    """
    if not field(lines[at]):
        return False
    seen: set[str] = set()
    near = [line for line in lines[at : at + 16] if line][:9]
    addressed = dated = False
    for line in near:
        name = field(line)
        if name:
            seen.add(name)
            if len(line) > _MAX_NAME:
                seen.update(_NAMES[word.lower()] for word in _SECOND_FIELD.findall(line))
        addressed |= "@" in line
        dated |= _DATE.search(line) is not None or _TIME.search(line) is not None
        if len(seen) >= 3 and "from" in seen and dated and ("subject" in seen or addressed):
            return True
        if seen >= _WHOLE:
            return True
    return False


def has_header_shape(lines: Sequence[str], at: int) -> bool:
    """Three of the next lines are `Name: value`: a header block in a language that we have no words of."""
    near = [line for line in lines[at : at + 14] if line][:7]
    ends = (max(line.find(":", 0, _MAX_NAME), line.find("：", 0, _MAX_NAME)) for line in near)
    return sum(end > 0 for end in ends) >= 3


_ORIGINAL = re.compile(rf"{_any(words.ORIGINAL)}(?!\w)", re.IGNORECASE)
_FORWARDED = re.compile(rf"{_any(words.FORWARDED)}(?!\w)", re.IGNORECASE)
_ABOVE = re.compile(_any(words.ABOVE), re.IGNORECASE)
_MAX_RULE = 120


def is_rule(line: str) -> bool:
    """Only dashes, stars or the like: nothing is said by it."""
    return len(line) >= 2 and not line.strip(_MARKS)


def is_original(line: str) -> bool:
    """The "-----Original Message-----" and its translations."""
    return _is_marked(line) and _ORIGINAL.match(line.lstrip(_MARKS)) is not None


def is_forwarded(line: str) -> bool:
    """The "---------- Forwarded message ----------", "Begin forwarded message:" and their translations."""
    if len(line) > _MAX_RULE or not (line[:1] in _MARKS or line.endswith(_COLONS)):
        return False
    match = _FORWARDED.match(line.lstrip(_MARKS))
    return match is not None and (_is_marked(line) or match.end() >= len(line) - 2)


def is_own_mark(line: str) -> bool:
    """The "##- Please type your reply above this line -##": what follows was written by a desk."""
    bare = line.lstrip("> ")
    return (
        len(bare) <= _MAX_RULE
        and (bare[:1] in _MARKS or bare[-1:] in _MARKS)
        and _ABOVE.search(bare) is not None
    )


def _is_marked(line: str) -> bool:
    return len(line) <= _MAX_RULE and line[:1] != " " and not line[:2].strip(_SIGNS)
