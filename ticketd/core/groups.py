"""Tickets counted, or listed, by what they have in common."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ticketd.core.fields import PRIORITIES, SEVERITIES
from ticketd.core.lifecycle import Status

NONE = "none"
OTHERS = "others"
MOST = 20
"""So many values a chart shows; the rest of them together."""
AGES = (
    ("<1d", timedelta(days=1)),
    ("1-3d", timedelta(days=3)),
    ("3-7d", timedelta(days=7)),
    ("1-4w", timedelta(weeks=4)),
)
OLDEST = ">4w"
GROUPS = (
    "status", "priority", "severity", "department", "assignee", "tag", "customer", "channel", "language", "age",
)  # fmt: skip
ALIASES = {
    "agent": "assignee", "dept": "department", "prio": "priority", "lang": "language", "tags": "tag",
}  # fmt: skip
_RANKS: Mapping[str, Sequence[str]] = {
    "status": [status.value for status in Status],
    "priority": [*reversed(PRIORITIES)],
    "severity": [*reversed(SEVERITIES), NONE],
    "age": [*(name for name, _ in AGES), OLDEST],
}
"""Where the values have an order of their own; elsewhere the most frequent comes first."""


def group_of(name: str) -> str | None:
    """The field that is meant; None where tickets are not told apart by it."""
    field = ALIASES.get(name.lower(), name.lower())
    return field if field in GROUPS else None


def age_of(opened: datetime, now: datetime) -> str:
    """How old a ticket is, in five steps."""
    return next((name for name, most in AGES if now - opened < most), OLDEST)


def ordered(field: str, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Values with their counts as people read them."""
    ranks = _RANKS.get(field)
    if ranks is not None:
        return [(value, counts[value]) for value in ranks if counts.get(value)]
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def fewer(found: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """At most `MOST` values; what is rarer counts together."""
    rest = sum(count for _, count in found[MOST:])
    return [*found[:MOST], *([(OTHERS, rest)] if rest else [])]
