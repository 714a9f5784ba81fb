"""How one value is written: for people in their language, and for programs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ticketd.core.reports.shape import Kind
from ticketd.core.reports.words import called
from ticketd.core.text import log_text

NUMBERS = frozenset({"count", "seconds", "share", "change", "rating", "rank"})
"""Kinds that stand to the right."""
_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
_LONGEST = 500
_MINUS, _NOTHING = "\N{MINUS SIGN}", "–"


def shown(
    kind: Kind, value: Any, names: Mapping[tuple[str, str], str], zone: str, language: str = "en"
) -> str:
    """A value as people read it; a dash where there is none. What others wrote is one line without controls."""
    if value is None or value == "-":
        return _NOTHING
    match kind:
        case "seconds":
            return duration(value, language)
        case "time":
            return format(value.astimezone(ZoneInfo(zone)), "%Y-%m-%d %H:%M")
        case "agent" | "department":
            return log_text(names.get((kind, value), str(value)), _LONGEST)
        case "word":
            return called(value, language)
        case _:
            return _FORMS[kind](value)


def _signed(value: float) -> str:
    sign = "+" if value > 0 else _MINUS if value < 0 else "±"
    return f"{sign}{abs(value) * 100:.0f}\u00a0%"


_FORMS: dict[Kind, Callable[[Any], str]] = {
    "count": str,
    "text": lambda value: log_text(str(value), _LONGEST),
    "share": lambda value: f"{value * 100:.1f}\u00a0%",
    "change": _signed,
    "rating": lambda value: f"{value:.2f}",
    "rank": lambda value: f"{value}.",
    "ticket": lambda value: f"#{value}",
    "hours": lambda value: " ".join(map(str, value)),
}


def duration(seconds: int, language: str = "en") -> str:
    """The two units that matter: `2d 3h`, `5h 20m`, `34m`, `12s`; no line is broken inside."""
    parts: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count and (len(parts) < 2) and (unit != "s" or not parts):
            parts.append(f"{count}{called(f'unit_{unit}', language)}")
        elif parts:
            break
    return "\u00a0".join(parts) or f"0{called('unit_s', language)}"


def bare(kind: Kind, value: Any, zone: str) -> Any:
    """A value as programs read it: seconds and shares as numbers, times as ISO 8601, nothing as null."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat()
    if value == "-" and kind != "text":
        return None
    return list(value) if isinstance(value, tuple) else value


def bare_key(key: str, kind: Kind) -> str:
    """A key that says its unit."""
    return f"{key}_seconds" if kind == "seconds" else key
