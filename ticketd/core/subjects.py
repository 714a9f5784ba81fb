"""The ticket tag in a subject: write it, find it, take it off; reply prefixes of many languages."""

import re

_PREFIX = re.compile(
    r"^(?:(?:re|fwd?|aw|wg|antw|sv|vs|tr|rép|ref|odp|rif|enc|doorst|ynt|回复|答复|转发|ตอบ(?:กลับ)?|ส่งต่อ"
    r"|trả lời|tra loi|chuyển tiếp|chuyen tiep)(?:\s*\[\d+\]|\s*\(\d+\))?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"(?:fwd?|wg|tr|rv|i|enc|doorst|pd|vb|vl|转发|轉寄|転送|전달|ส่งต่อ|chuyển tiếp|chuyen tiep)\s*[:：]",
    re.IGNORECASE,
)


def is_forward(subject: str) -> bool:
    """Whether the first prefix is `Fwd:`, `WG:`, `ส่งต่อ:`, `Chuyển tiếp:` or the like."""
    return _FORWARD.match(subject.lstrip()) is not None


def subject_tag(number: int, name: str = "") -> str:
    """`[#1042]`, or `[Acme #1042]` where the desk has a name."""
    return f"[{name} #{number}]" if name else f"[#{number}]"


def _tag_pattern(name: str) -> re.Pattern[str]:
    # ASCII digits only: \d would match Thai ones, and int() of 5,000 digits raises.
    word = rf"(?:{re.escape(name)}\s*)?" if name else ""
    return re.compile(rf"\[\s*{word}#\s*([0-9]{{1,10}})\s*\]", re.IGNORECASE)


def claimed_number(subject: str, name: str = "") -> int | None:
    """The first own tag counts; a number alone is no tag."""
    for match in _tag_pattern(name).finditer(subject[:2000]):
        if int(match[1]) > 0:
            return int(match[1])
    return None


_ANY_TAG_FIRST = re.compile(r"\s*\[[^\[\]#]{0,60}#[0-9]{1,10}\]")


def begins_with_tag(subject: str) -> bool:
    """Whether a tag stands in front of everything, as in our own mails; whatever the desk was called when it wrote."""
    return _ANY_TAG_FIRST.match(subject) is not None


def without_prefixes(subject: str) -> str:
    """Without `Re:`, `AW:`, `ตอบ:`, `Trả lời:` and the like, however many pile up."""
    return _PREFIX.sub("", subject.strip()).strip()


def plain_subject(subject: str, name: str = "") -> str:
    """What the matter is called: no tag, no prefixes."""
    bare = _tag_pattern(name).sub(" ", subject[:2000])
    return " ".join(without_prefixes(" ".join(bare.split())).split())


def ticket_subject(number: int, subject: str, name: str = "") -> str:
    """The subject of every mail about a ticket; no status change alters it."""
    return f"{subject_tag(number, name)} {subject}".strip()
