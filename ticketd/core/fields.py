"""The fields that agents set, their values, and the words for them in English, Thai and Vietnamese."""

import re

from ticketd.core.errors import Refused
from ticketd.core.sentences import say

PRIORITIES = ("low", "normal", "high", "urgent")
SEVERITIES = ("low", "medium", "high", "critical")
KNOWN_FIELDS = (
    "priority", "severity", "department", "dept", "subject", "title", "summary", "language", "lang", "channel",
    "customer", "pending_until", "due", "alert",
)  # fmt: skip
"""Names that no field of an installation may have."""
CHANNELS = (
    "email",
    "phone",
    "chat",
    "facebook",
    "line",
    "zalo",
    "sms",
    "walk-in",
    "letter",
    "fax",
    "web",
    "api",
)
_WORDS = {
    "ต่ำ": "low", "ปกติ": "normal", "สูง": "high", "ด่วน": "urgent", "ด่วนที่สุด": "urgent", "ด่วนมาก": "urgent",
    "thấp": "low", "bình thường": "normal",
    "cao": "high", "khẩn": "urgent", "khẩn cấp": "urgent",
}  # fmt: skip
_TAG = re.compile(r"[^\s,+\-#:][^\s,+#:]{0,39}")


def known_word(value: str) -> str:
    """A value as it is stored, whichever of our languages it was written in."""
    word = value.strip().lower()
    return _WORDS.get(word, word)


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """A value of a closed list. Refused, naming the list, where it is none."""
    word = known_word(value)
    if word not in allowed:
        raise Refused(
            "'{text}' is no {name}; use one of {known}", text=value, name=say(name), known=allowed
        )
    return word


def tag_changes(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`+hw -spam` -> what comes and what goes. Refused where a word is neither."""
    added: list[str] = []
    removed: list[str] = []
    for word in words:
        name = word[1:].lower()
        if word[:1] not in {"+", "-"} or not _TAG.fullmatch(name):
            raise Refused(
                "'{word}' is not understood; write +tag to add and -tag to remove", word=word
            )
        (added if word[0] == "+" else removed).append(name)
    return tuple(dict.fromkeys(added)), tuple(dict.fromkeys(removed))
