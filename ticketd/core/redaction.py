"""What must not stay: a text, the numbers of payment cards, a file; found however a mail has broken or spaced it."""

import html
import re
from dataclasses import dataclass

from ticketd.core.errors import Refused
from ticketd.core.text import clean_text

GONE = "[redacted]"
CARDS, FILE = "cards", "file "
"""What `#redact` takes besides a text."""
_SHORTEST = 4
_BLANKS = "[\\s\u00a0\u2007\u202f]"
_CARD = re.compile(rf"(?<![0-9])[0-9](?:(?:{_BLANKS}|[.\-–])?[0-9]){{12,18}}(?![0-9])")
"""ISO/IEC 7812: 13 to 19 digits, the last of which is a check digit."""


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
    if words.casefold().startswith(FILE):
        return Wanted(file=words[len(FILE) :].strip())
    if len(words) < _SHORTEST:
        raise Refused(
            "name at least {least} signs of what is to go, `cards`, or `file NAME`", least=_SHORTEST
        )
    return Wanted(words)


class Redactor:
    """Takes it out of texts; looks the same way at every place."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._pattern = _pattern(wanted.text) if wanted.text else None

    def text(self, text: str) -> str:
        """The text without it."""
        if self._pattern is not None:
            text = self._pattern.sub(GONE, text)
        return _CARD.sub(_without_card, text) if self.wanted.cards else text

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


def _without_card(match: re.Match[str]) -> str:
    digits = [int(sign) for sign in match[0] if sign.isdigit()]
    doubled = (sum(divmod(2 * d, 10)) if at % 2 else d for at, d in enumerate(reversed(digits)))
    return match[0] if sum(doubled) % 10 else GONE
