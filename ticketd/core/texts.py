"""Canned replies and articles: texts that are written once, chosen by department and language, and filled in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ticketd.core.errors import Refused
from ticketd.core.sentences import say

_PLACE = re.compile(r"\{\{|\}\}|\{([a-z_][a-z0-9_]*)\}")
KNOWN = (
    "customer",
    "customer_address",
    "agent",
    "number",
    "tag",
    "subject",
    "department",
    "company",
)
"""Placeholders that the ticket fills; every other one comes with the command: `#canned refund order=17`."""
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()]{1,500}|mailto:[^\s()]{1,200})\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,500}?)(?<=\S)\1")
_HEADING = re.compile(r"(?m)^#{1,6} +(.+?) *#*$")


@dataclass(frozen=True, slots=True)
class Canned:
    """One version of a canned reply."""

    name: str
    title: str
    text: str
    language: str = ""
    """Empty: for every language that has no version of its own."""
    departments: tuple[str, ...] = ()
    """Empty: for all of them."""
    files: tuple[str, ...] = ()
    """Full paths."""


@dataclass(frozen=True, slots=True)
class Article:
    """One version of an article of the knowledge base; `name` is its slug."""

    name: str
    title: str
    text: str
    language: str = ""
    departments: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    public: bool = False
    """Whether people outside may read it."""
    keywords: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """All of them."""

    canned: tuple[Canned, ...] = ()
    articles: tuple[Article, ...] = ()


T = TypeVar("T", Canned, Article)


def choose(texts: Iterable[T], name: str, language: str, department: str, what: str) -> T:
    """The version of a text for a ticket: the ticket's language first, then its department. Refused where none fits."""
    named = [text for text in texts if text.name == name.lower()]
    fitting = [t for t in named if not t.departments or department in t.departments]
    if not named:
        known = tuple(sorted({text.name for text in texts})) or say("none")
        raise Refused(
            "there is no {what} '{name}'; there are {known}", what=say(what), name=name, known=known
        )
    if not fitting:
        theirs = tuple(sorted({d for t in named for d in t.departments}))
        raise Refused(
            "the {what} '{name}' is for {theirs}, and this is a ticket of {department}",
            what=say(what),
            name=name,
            theirs=theirs,
            department=department,
        )
    ranks = {language: 0, "": 1}
    return min(fitting, key=lambda t: (ranks.get(t.language, 2), not t.departments))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; `{{` is a brace. Refused, naming them, where values are missing."""
    missing = [n for n in placeholders(text) if n not in values]
    if missing:
        given = " ".join(f"{name}=…" for name in missing)
        raise Refused(
            "it needs {known}; write {given} behind its name", known=tuple(missing), given=given
        )

    def one(match: re.Match[str]) -> str:
        return values[match[1]] if match[1] else match[0][0]

    return _PLACE.sub(one, text)


def placeholders(text: str) -> list[str]:
    """The names in braces, each once."""
    return list(dict.fromkeys(m[1] for m in _PLACE.finditer(text) if m[1]))


def readable(markdown: str) -> str:
    """Markdown as people read it in a plain mail: headings and bold without their signs, links with their target."""
    text = _HEADING.sub(r"\1", markdown)
    text = _STRONG.sub(r"\2", text)
    return _LINK.sub(lambda m: m[2] if m[1] == m[2] else f"{m[1]}: {m[2]}", text).strip()


def given_values(words: str) -> tuple[str, dict[str, str]]:
    """`refund order=17 name="Anna B"` -> the name, and its values. Refused where a word is neither."""
    name, _, rest = words.strip().partition(" ")
    if not name:
        raise Refused("it needs a name: #canned NAME [key=value]")
    values = {}
    for match in re.finditer(r'([a-z_][a-z0-9_]*)=(?:"([^"]*)"|(\S*))|(\S+)', rest):
        if match[4]:
            raise Refused("'{word}' is not understood; write key=value", word=match[4])
        values[match[1]] = match[2] if match[2] is not None else match[3]
    return name.lower(), values
