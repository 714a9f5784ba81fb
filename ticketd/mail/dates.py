"""Moments as people of a language write them; Thai ones in the Buddhist era."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

_PATTERNS = {
    "en": "EEE d MMM yyyy, HH:mm",
    "th": "EEE d MMM '{year}', HH:mm 'น'.",
    "vi": "HH:mm, EEEE, 'ngày' d/M/yyyy",
}
_BUDDHIST = 543


def moment(at: datetime, zone: str, language: str) -> str:
    """`Tue 24 Nov 2026, 09:00`, with the clock of `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    pattern = _PATTERNS.get(language, _PATTERNS["en"])
    shown = format_datetime(local, pattern, locale=language if language in _PATTERNS else "en")
    # A desk that has not said where it is must not let people guess.
    suffix = " UTC" if zone == "UTC" else ""
    return shown.replace("{year}", str(local.year + _BUDDHIST)) + suffix


def soon(at: datetime, now: datetime, zone: str, language: str) -> str:
    """`09:00` where it is today, else the whole moment."""
    local, today = (m.astimezone(ZoneInfo(zone)) for m in (at, now))
    is_plain = local.date() == today.date() and zone != "UTC"
    return f"{local:%H:%M}" if is_plain else moment(at, zone, language)
