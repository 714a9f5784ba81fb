"""Mail to the desk address: every line is `numbers verb words`, or a word about the lines themselves."""

import re
from dataclasses import dataclass

from ticketd.core.commands import Command, verb_of
from ticketd.core.errors import Refused
from ticketd.core.sentences import Sentence, say
from ticketd.core.text import fold
from ticketd.core.verbs import BY_NAME, Group, Takes

MOST_LINES, MOST_TICKETS, MOST_MISTAKES = 20, 50, 5
_LINE = re.compile(r"((?:#?[0-9]{1,10}(?:-[0-9]{1,10})?[\s,]+)+)#?(\S+)\s*(.*)")
_FREE = frozenset({Group.ASK, Group.SELF})
"""What needs no ticket."""
_ABOUT_LINES = {
    "dry-run": ("ทดลอง", "chạythử"),
    "all-or-nothing": ("ทั้งหมดหรือไม่ทำ", "tấtcảhoặckhông"),
    "limit": ("เฉพาะ", "giớihạn"),
    "undo": BY_NAME["undo"].others,
}
"""Words about the lines themselves, with their Thai and Vietnamese names."""
_WORDS = {fold(one): name for name, others in _ABOUT_LINES.items() for one in (name, *others)}
_FLAGS = frozenset(_ABOUT_LINES) - {"limit"}


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One line as it was read."""

    line: str
    numbers: tuple[int, ...] = ()
    command: Command | None = None
    limit: str = ""
    """A query: from here on tickets count that it finds."""
    error: Sentence | None = None


@dataclass(frozen=True, slots=True)
class DeskMail:
    """A whole mail to the desk address."""

    lines: tuple[DeskLine, ...]
    is_dry_run: bool = False
    is_all_or_nothing: bool = False
    undoes: bool = False


def read_lines(text: str) -> DeskMail:
    """What a mail to the desk address says; lines that say nothing understandable carry an error."""
    found: list[DeskLine] = []
    flags: set[str | None] = set()
    mistakes = tickets = 0
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        if not line or mistakes >= MOST_MISTAKES:
            continue
        flag = _WORDS.get(fold(line).strip("#."))
        if flag in _FLAGS:
            flags.add(flag)
            continue
        one = _line(line)
        tickets += len(one.numbers)
        if len(found) >= MOST_LINES:
            one = DeskLine(line, error=say("more than {most} lines; not read", most=MOST_LINES))
        elif tickets > MOST_TICKETS:
            one = DeskLine(
                line, error=say("more than {most} tickets in one mail; not done", most=MOST_TICKETS)
            )
        mistakes += bool(one.error)
        found.append(one)
    if len(found) > 1:
        # An undo beside what it might undo says two things at once.
        found = [
            _alone(one) if one.command and one.command.verb == "undo" else one for one in found
        ]
    return DeskMail(
        tuple(found), "dry-run" in flags, "all-or-nothing" in flags, undoes="undo" in flags
    )


def _alone(one: DeskLine) -> DeskLine:
    error = say("{verb} stands alone: without text and other commands", verb=say("#undo"))
    return DeskLine(one.line, error=error)


def _line(line: str) -> DeskLine:
    first, _, query = line.partition(" ")
    if query and _WORDS.get(fold(first)) == "limit":
        return DeskLine(line, limit=query)
    match = _LINE.fullmatch(line)
    word, words = (match[2], match[3]) if match else line.lstrip("#").partition(" ")[::2]
    verb = verb_of(word, words)
    if verb is None:
        return DeskLine(
            line,
            error=say(
                "there is no command '{word}'; write: 123 close, 123 124 assign bob", word=word
            ),
        )
    if match is None and verb.group not in _FREE:
        return DeskLine(
            line, error=say("about which ticket? Write its number first: 123 {verb}", verb=word)
        )
    if verb.takes is Takes.NOTHING and words and verb.group is not Group.SPEECH:
        return DeskLine(
            line,
            error=say("{verb} stands alone on its line", verb=say(f"#{verb.name}")),
        )
    try:
        numbers = _numbers(match[1]) if match else ()
    except Refused as error:
        return DeskLine(line, error=error.sentence)
    if verb.expands:
        name, _, words = verb.expands.partition(" ")
        return DeskLine(line, numbers, Command(name, words))
    return DeskLine(line, numbers, Command(verb.name, words))


def _numbers(text: str) -> tuple[int, ...]:
    """`1 #2,5-7` -> 1 2 5 6 7. Refused where a span is too wide."""
    found: list[int] = []
    for word in re.split(r"[\s,]+", text.replace("#", "").strip()):
        first, dash, last = word.partition("-")
        if dash and not 0 <= int(last) - int(first) < MOST_TICKETS:
            raise Refused(
                "'{word}' is no span of at most {most} tickets", word=word, most=MOST_TICKETS
            )
        found += range(int(first), int(last) + 1) if dash else [int(first)]
    return tuple(dict.fromkeys(found))
