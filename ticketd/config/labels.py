"""The key `labels`: what this installation calls its tickets, their statuses and priorities."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from ticketd.core.words import LABELLED, Labels

_LANGUAGES = ("en", "th", "vi")


def _labels(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("write names and what they are called: `ticket: Case`")  # noqa: TRY004 - pydantic's
    for name, given in value.items():
        if name not in LABELLED:
            raise ValueError(f"'{name}' has no label; there are {', '.join(LABELLED)}")
        by_language = given if isinstance(given, dict) else dict.fromkeys(_LANGUAGES, given)
        for language, text in by_language.items():
            if language not in _LANGUAGES:
                raise ValueError(f"'{language}' is no language; use {', '.join(_LANGUAGES)}")
            if not isinstance(text, str) or not re.fullmatch(r"[^{}<>%#\x00-\x1f]{1,40}", text):
                raise ValueError(f"{name}: a label has 1 to 40 signs, and none of {{ }} < > % #")
    return value


LabelsText = Annotated[dict[str, str | dict[str, str]], BeforeValidator(_labels)]


def labels_of(given: dict[str, str | dict[str, str]]) -> Labels:
    """The labels by name and language."""
    found: dict[tuple[str, str], str] = {}
    for name, value in given.items():
        by_language = value if isinstance(value, dict) else dict.fromkeys(_LANGUAGES, value)
        found |= {(name, language): text for language, text in by_language.items()}
    return Labels(tuple(sorted((*key, text) for key, text in found.items())))
