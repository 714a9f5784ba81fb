"""What a program puts below every mail of its user: signature, phone's footer, legal notice."""

import re
from collections.abc import Iterator, Sequence

from ticketd.mail.quote_lines import is_rule
from ticketd.mail.signature_words import FOOTERS, LAWYERS, LEGAL

_MAX_SIGNATURE = 10
_MAX_FOOTER = 100
_MAX_NOTICES = 40
_SHORTEST_NOTICE = 100
_DELIMITER = re.compile(r"(?:--|—|–|__+)$")
_FOOTER = re.compile("|".join(FOOTERS), re.IGNORECASE)
_NOTICE = re.compile("|".join(LAWYERS), re.IGNORECASE)
_LEGAL = re.compile("|".join(map(re.escape, LEGAL)), re.IGNORECASE)
_TRACKERS = "\u1427"
"""Streak's mark for an invisible picture."""


def is_signature(line: str) -> bool:
    """The first line of one."""
    return _DELIMITER.match(line) is not None or is_footer(line)


def is_footer(line: str) -> bool:
    """Whether it is "Sent from my iPhone", in any of the languages; the link behind it does not count."""
    words = line.partition("<")[0].strip(" *_[(|")
    return len(words) < _MAX_FOOTER and _FOOTER.match(words) is not None


def without_signature(lines: Sequence[str], kinds: Sequence[str]) -> int:
    """How many lines stand above what the program has put below; 0 where there is nothing else."""
    end = _without_blanks(lines, len(lines), rules=True)
    end = _without_notices(lines, end)
    tail = [at for at, _ in _from_below(lines, end, _MAX_SIGNATURE + 1)]
    for at in reversed(tail):
        following = sum(1 for other in tail if other > at)
        if at and _DELIMITER.match(lines[at]) and following <= _MAX_SIGNATURE:
            end = at
            break
        if following <= 1 and is_footer(lines[at]):
            end = at
            break
    end = _without_block(lines, kinds, end)
    return _without_blanks(lines, end, rules=True)


def _from_below(lines: Sequence[str], end: int, most: int) -> Iterator[tuple[int, str]]:
    """The last lines with words, from below."""
    at = end
    while at and most:
        at -= 1
        if lines[at]:
            most -= 1
            yield at, lines[at]


def _without_blanks(lines: Sequence[str], end: int, *, rules: bool = False) -> int:
    while end and (
        not lines[end - 1].strip(_TRACKERS) or (rules and end > 1 and is_rule(lines[end - 1]))
    ):
        end -= 1
    return end


def _without_block(lines: Sequence[str], kinds: Sequence[str], end: int) -> int:
    """What the HTML calls a signature, if it is short and something stands above."""
    at = _without_blanks(lines, end)
    size = 0
    while at and (kinds[at - 1] == "s" or not lines[at - 1]) and size <= _MAX_SIGNATURE:
        at -= 1
        size += bool(lines[at])
    return at if at and 0 < size <= _MAX_SIGNATURE else end


def _without_notices(lines: Sequence[str], end: int) -> int:
    """Legal notices at the very end: whole paragraphs, long, that begin like one and have two of its words."""
    last = max(end - _MAX_NOTICES, 0)
    while end:
        at = end
        while at > last and lines[at - 1] and not is_rule(lines[at - 1]):
            at -= 1
        if at <= last or not _is_notice(lines[at:end]):
            break
        end = _without_blanks(lines, at, rules=True)
    return end


def _is_notice(paragraph: Sequence[str]) -> bool:
    text = " ".join(paragraph)[:2000]
    if len(text) < _SHORTEST_NOTICE or not _NOTICE.match(text.lstrip("*_-[( \"'")):
        return False
    return len({match.lower() for match in _LEGAL.findall(text)}) >= 2
