"""Lengths of time as rules write them: 30m, 4h, 3d, 2w."""

import re
from datetime import timedelta

_SPAN = re.compile(r"\s*([0-9]{1,5})\s*(m|h|d|w)\s*")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def span_of(text: str) -> timedelta:
    """`3d` as three days. ValueError where it is no length of time."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(
            f"'{text}' is no length of time; write a number and a unit: 30m, 4h, 3d, 2w"
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
