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
    "cao": "high", "rất cao": "urgent", "khẩn": "urgent", "khẩn cấp": "urgent",
}  # fmt: skip
MOST_MINUTES = 24 * 60
_SEVERE = {
    "ต่ำ": "low", "ปานกลาง": "medium", "สูง": "high", "วิกฤต": "critical",
    "thấp": "low", "trung bình": "medium", "cao": "high", "rất cao": "critical",
}  # fmt: skip
_SPENT = re.compile(
    r"(-?)(?:([0-9]{1,2})\s*(?:h|hours?|[:.](?=[0-5][0-9]$)))?\s*(?:([0-9]{1,4})\s*(?:m|min|minutes?)?)?"
)
_REFERENCE = re.compile(r"[^\s:,]{1,40}:[^\s,]{1,120}")
_TAG = re.compile(r"[^\s,+\-#:][^\s,+#:]{0,39}")


def known_word(value: str, name: str = "priority") -> str:
    """A value of this field as it is stored, whichever of our languages it was written in."""
    word = value.strip().lower()
    words = _SEVERE if name == "severity" else _WORDS
    return words.get(word, word)


def minutes_of(text: str) -> int:
    """`20m`, `1h`, `1h30m`, `1:30`, `45` in minutes; `-20m` mends. Refused where it is no such time."""
    found = _SPENT.fullmatch(text.strip().lower())
    if not found or not (found[2] or found[3]):
        raise Refused(
            "'{text}' is no time; write 20m, 1h, 1h30m or 1:30, and -20m to mend", text=text
        )
    minutes = 60 * int(found[2] or 0) + int(found[3] or 0)
    if not 0 < minutes <= MOST_MINUTES:
        raise Refused(
            "'{text}' is more than a day, or nothing at all; write it day by day", text=text
        )
    return -minutes if found[1] else minutes


def reference_of(text: str) -> str:
    """`contract:C-77`: what it is, and how it is called there. Refused where it is none."""
    if not _REFERENCE.fullmatch(text):
        raise Refused(
            "'{text}' is no reference; write what it is and its name: contract:C-77", text=text
        )
    kind, _, name = text.partition(":")
    return f"{kind.lower()}:{name}"


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """A value of a closed list. Refused, naming the list, where it is none."""
    word = known_word(value, name)
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
