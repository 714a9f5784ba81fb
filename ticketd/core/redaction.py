"""What must not stay: a text, the numbers of payment cards, a file; found however a mail has broken or spaced it."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from ticketd.core.commands import verb_of
from ticketd.core.errors import Refused
from ticketd.core.text import clean_text

GONE = "[redacted]"
CARDS, FILE = "cards", "file "
"""What `#redact` takes besides a text."""
_SHORTEST = 4
_BLANKS = "[\\s\u00a0\u2007\u202f]"
_NUMBERS = re.compile("[#0-9,-]+")
"""Of tickets, at the beginning of a line."""
_DIGITS = re.compile("[0-9]+")
_JOINT = re.compile(rf"{_BLANKS}|[.\-–]")
"""What may stand between two groups of one number."""
_FEWEST, _MOST = 13, 19
"""ISO/IEC 7812-1: so many digits, the last of which is a check digit."""
_DOUBLE = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""The sum of the digits of twice a digit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go."""

    text: str = ""
    cards: bool = False
    file: str = ""

    def __str__(self) -> str:
        return "cards" if self.cards else f"file {self.file}" if self.file else "text"


def wanted_of(words: str) -> Wanted:
    """`cards`, `file NAME`, or a text. Refused where so little is named that all would go."""
    words = clean_text(words).strip()
    if words.casefold() == CARDS:
        return Wanted(cards=True)
    if words.casefold() == FILE.strip():
        raise Refused("which file? Write its name behind it: redact file NAME")
    if words.casefold().startswith(FILE):
        return Wanted(file=words[len(FILE) :].strip())
    if len(words) < _SHORTEST:
        raise Refused(
            "name at least {least} signs of what is to go, `cards`, or `file NAME`", least=_SHORTEST
        )
    return Wanted(words)


def masked(line: str) -> str:
    """A line of an agent's mail as it may be shown again: `12 redact …`, also where it is no command yet."""
    words = line.split()
    named = [_names_redacting(word) for word in words if not _NUMBERS.fullmatch(word)]
    if not any(named) or (named[0] is None):
        return line
    at = next(at for at, word in enumerate(words) if _names_redacting(word))
    return " ".join((*words[:at], "redact …"))


def _names_redacting(word: str) -> bool | None:
    """Whether this word of a line asks for it; None where it is another command."""
    verb = verb_of(re.split("[:=]", word.lstrip("#"), maxsplit=1)[0])
    return False if verb is None else True if verb.name == "redact" else None


class Redactor:
    """Takes it out of texts; looks the same way at every place."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._pattern = _pattern(wanted.text) if wanted.text else None

    def text(self, text: str) -> str:
        """The text without it."""
        if self._pattern is not None:
            text = self._pattern.sub(GONE, text)
        return _without_cards(text) if self.wanted.cards else text

    def finds(self, text: str) -> bool:
        """Whether it stands there."""
        return self.text(text) != text

    def is_file(self, name: str) -> bool:
        """Whether a file of this name is to go as a whole."""
        return bool(self.wanted.file) and name.casefold() == self.wanted.file.casefold()


def _pattern(text: str) -> re.Pattern[str]:
    """The text in whatever case, its blanks as any mail program may have broken them, and as HTML writes it."""
    forms = dict.fromkeys((text, html.escape(text), html.escape(text, quote=False)))
    digits = re.sub(rf"{_BLANKS}|[.\-–]", "", text)
    if digits.isascii() and digits.isdigit() and len(digits) >= 8:
        forms = {rf"(?:{_BLANKS}|[.\-–])*".join(digits): None}
    else:
        forms = {rf"(?:{_BLANKS}|>)+".join(map(re.escape, f.split())): None for f in forms}
    return re.compile("|".join(forms), re.IGNORECASE)


def _without_cards(text: str) -> str:
    kept, done = [], 0
    for start, end in _cards(text):
        kept += [text[done:start], GONE]
        done = end
    return "".join((*kept, text[done:])) if done else text


def _cards(text: str) -> list[tuple[int, int]]:
    """Where they stand, in order; those that overlap are one, so that no card stays in part.

    Something else made of digits may stand right before and behind one: a date, a check number, a number of an order.
    """
    found: list[tuple[int, int]] = []
    for run in _runs(text):
        for start, end in _cards_in(text, run):
            if found and start < found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((start, end))
    return found


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Groups of digits that stand side by side."""
    run: list[tuple[int, int]] = []
    for match in _DIGITS.finditer(text):
        if run and not _JOINT.fullmatch(text, run[-1][1], match.start()):
            yield run
            run = []
        run.append(match.span())
    yield run


def _cards_in(text: str, run: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """From each group on the longest row of whole groups whose check digit is right (Luhn)."""
    borders = [0, *accumulate(end - start for start, end in run)]
    if borders[-1] < _FEWEST:
        return
    digits = [int(digit) for start, end in run for digit in text[start:end]]
    # Every second digit counts twice, from the end on, which may be any: the sums of both ways.
    sums = [
        [0, *accumulate(_DOUBLE[d] if at % 2 == other else d for at, d in enumerate(digits))]
        for other in (0, 1)
    ]
    for first, before in enumerate(borders[:-1]):
        last = bisect_right(borders, before + _MOST) - 1
        while borders[last] - before >= _FEWEST:
            way = sums[borders[last] % 2]
            if (way[borders[last]] - way[before]) % 10 == 0:
                yield run[first][0], run[last - 1][1]
                break
            last -= 1
