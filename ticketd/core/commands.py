"""Agents' commands in a mail: a block of `#verb words` lines at the very top, read strictly.

Whatever is not understood is a mistake with a sentence of its own: then nothing of the mail is done.
"""

import difflib
import re
from dataclasses import dataclass, field

from ticketd.core.sentences import Sentence, say
from ticketd.core.text import fold
from ticketd.core.verbs import BY_NAME, VERBS, Takes, Verb

MOST_COMMANDS = 20
MOST_MISTAKES = 5
_SAME = str.maketrans(
    {
        "\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\uff03": "#", "\ufe5f": "#",
        **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", ""),
    }
)  # fmt: skip
"""What keyboards and mail programs make of quotes, blanks and `#`."""
_LINE = re.compile(r"#(?!#)\s{0,3}(\S+)(?:\s+(.*))?")
_LATIN_AND_DIGITS = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Command:
    """One line: its verb by its English name, and the words behind it."""

    verb: str
    words: str = ""
    line: str = field(default="", compare=False)
    """As the agent wrote it, in whichever language."""

    def __str__(self) -> str:
        # What is to go must not come back in a receipt.
        words = "…" if self.verb == "redact" else self.words
        return f"#{self.verb} {words}".strip()

    @property
    def shown(self) -> str:
        """To whoever wrote it."""
        return self.line or str(self)

    @property
    def named(self) -> Sentence:
        """The verb, as the reader calls it."""
        return say(f"#{self.verb}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that is no command, why, and what may have been meant."""

    line: str
    why: Sentence
    nearest: tuple[str, ...] = ()
    """Commands by their English names."""
    is_unknown: bool = False
    """The verb is the mistake: the words behind it may be right."""


@dataclass(frozen=True, slots=True)
class Said:
    """A mail of an agent: what to do, what to say, and what was not understood."""

    commands: tuple[Command, ...] = ()
    text: str = ""
    mistakes: tuple[Mistake, ...] = ()
    taken: int = 0
    """How many lines of the text the commands took."""


_EXACT = {name: verb for verb in VERBS for name in (verb.name, *verb.others)}


def _folded() -> dict[str, list[Verb]]:
    """Vietnamese names without their marks: `nhan` is `nhận` and `nhãn`."""
    found: dict[str, list[Verb]] = {}
    for name, verb in _EXACT.items():
        found.setdefault(fold(name), []).append(verb)
    return found


_FOLDED = _folded()
_NAMES = frozenset({*_EXACT, *_FOLDED})


def verb_of(word: str, words: str = "") -> Verb | None:
    """The verb that a word names: exactly, in any of our languages, or by a beginning that only one has.

    Where two are written alike without marks, the `words` behind it tell them apart.
    """
    word = word.casefold().rstrip(".:!,")
    if word in _EXACT:
        return _EXACT[word]
    alike = _FOLDED.get(fold(word), [])
    if alike:
        return next((v for v in alike if (v.takes is Takes.NOTHING) == (not words)), alike[0])
    if len(word) < 2:
        return None
    begun = [verb for verb in VERBS if verb.name.startswith(word)]
    return begun[0] if len(begun) == 1 else None


def read(text: str) -> Said:
    """Take the commands off the top of what an agent wrote (quotes and signature are off already)."""
    lines = text.split("\n")
    commands: list[Command] = []
    mistakes: list[Mistake] = []
    at = 0
    for line in lines:
        plain = line.translate(_SAME).strip()
        match = _LINE.fullmatch(plain)
        if plain and (match is None or not _is_meant(match)):
            break
        at += 1
        if match is None:
            continue
        got = _command(plain, match[1], (match[2] or "").strip())
        (commands if isinstance(got, Command) else mistakes).append(got)  # type: ignore[arg-type]
        if len(mistakes) >= MOST_MISTAKES:
            break
    rest = "\n".join(lines[at:]).strip("\n")
    if len(commands) > MOST_COMMANDS:
        why = say(
            "there are {count} commands in this mail, {most} are read",
            count=len(commands),
            most=MOST_COMMANDS,
        )
        mistakes.append(Mistake(str(commands[MOST_COMMANDS]), why))
    mistakes += _below(rest)
    return Said(tuple(commands), _literal(rest), tuple(mistakes), at)


def _is_meant(match: re.Match[str]) -> bool:
    """`#1042` names a ticket, `# Heading` is text; `# close`, as some keyboards write it, is a command."""
    word = match[1]
    if match[0][1:2].isspace():
        return word.casefold().rstrip(".:!,") in _NAMES
    return not word[0].isdigit()


def _command(line: str, word: str, words: str) -> Command | Mistake:
    verb = verb_of(word, words)
    if verb is None:
        return Mistake(
            line, say("there is no command '#{word}'", word=word), _nearest(word), is_unknown=True
        )
    if verb.expands:
        name, _, fixed = verb.expands.partition(" ")
        return Command(name, fixed, line)
    words = words.rstrip(".") if verb.name not in {"title", "summary"} else words
    named = say(f"#{verb.name}")
    if verb.takes is Takes.NOTHING and words:
        return Mistake(
            line,
            say("{verb} stands alone on its line", verb=named),
            (f"#{verb.name}",),
        )
    if verb.takes is Takes.WORD and len(words.split()) != 1:
        return Mistake(
            line,
            say("{verb} takes one word: {usage}", verb=named, usage=_usage(verb)),
            (verb.usage,),
        )
    if verb.takes is Takes.OPTIONAL and len(words.split()) > 1:
        return Mistake(
            line,
            say(
                "{verb} takes one word or none: {usage}",
                verb=named,
                usage=_usage(verb),
            ),
            (verb.usage,),
        )
    return Command(verb.name, words, line)


def _usage(verb: Verb) -> Sentence:
    """How it is written, by the name that the reader gives it."""
    name, _, words = verb.usage.partition(" ")
    return say("{verb} {words}", verb=say(name), words=words)


def _nearest(word: str) -> tuple[str, ...]:
    """The verbs that may have been meant, the nearest first."""
    word = fold(word)
    begun = [verb.name for verb in VERBS if verb.name.startswith(word)]
    near = difflib.get_close_matches(word[:40], _NAMES, n=3, cutoff=0.6)
    meant = (v for name in near if (v := verb_of(name)) is not None)
    names = dict.fromkeys([*begun, *(verb.name for verb in meant)])
    return tuple(f"#{name}" for name in names)[:3]


def _below(text: str) -> list[Mistake]:
    """A command as the last line of a text: the customer would read it, and it would do nothing."""
    last = text.rstrip().rpartition("\n")[2].translate(_SAME).strip()
    match = _LINE.fullmatch(last)
    if match is None or match[0][1:2].isspace() or match[1].casefold() not in _NAMES:
        return []
    got = _command(last, match[1], (match[2] or "").strip())
    if isinstance(got, Mistake) or len(last) > 60:
        return []
    return [Mistake(last, say("commands stand above the text; write ## for a # of your own"))]


def _literal(text: str) -> str:
    """`##word` stands for `#word`."""
    return re.sub(r"(?m)^(\s*)##(?=\S)", r"\1#", text)


def is_known(name: str) -> bool:
    """Whether this is the English name of a verb."""
    return name in BY_NAME
