"""What the desk says to a person, in their language: a sentence with places, and what stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ticketd.core.sentence_words import OTHERS
from ticketd.core.verbs import VERBS
from ticketd.core.words import word

_LANGUAGES = ("th", "vi")
_VERBS = {f"#{verb.name}": tuple(f"#{other}" for other in verb.others) for verb in VERBS}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its English text. Values that are sentences, or several of them, are told in the same language."""

    text: str
    """With places as in `str.format`, where there are values; else it is said as it stands."""
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: str = "en") -> str:
        """In this language; in English where it has no words for it."""
        text = in_language(self.text, language)
        if not self.values:
            return text
        return text.format(**{name: _value(one, language) for name, one in self.values.items()})

    def __str__(self) -> str:
        return self.told()


def say(text: str, /, **values: object) -> Sentence:
    """A sentence of `core.sentence_words`, with what stands in its places."""
    return Sentence(text, values)


def in_language(text: str, language: str) -> str:
    """A sentence, a command (`#close`), a status or another word of ours; itself where it has no other."""
    if language not in _LANGUAGES:
        return text
    found = OTHERS.get(text) or _VERBS.get(text)
    return found[_LANGUAGES.index(language)] if found else word(text, language)


def sentence_of(kept: "Sentence | Mapping[str, Any]") -> Sentence:
    """A sentence as an event keeps it: itself, or what `asdict` made of it for the history."""
    if isinstance(kept, Sentence):
        return kept
    return Sentence(kept["text"], {name: _revived(one) for name, one in kept["values"].items()})


def _revived(value: object) -> object:
    if isinstance(value, list):
        return tuple(map(_revived, value))
    return sentence_of(value) if isinstance(value, dict) else value


def _value(value: object, language: str) -> str:
    if isinstance(value, Sentence):
        return value.told(language)
    if isinstance(value, tuple | list):
        return ", ".join(_value(one, language) for one in value)
    return str(value)
