"""Calendars and policies of the file -> the plain values that decisions are made with, and what is wrong with them."""

import difflib
import importlib.util
import zlib
from collections.abc import Iterator
from datetime import date

from ticketd.config.document import Path_
from ticketd.config.schema import CalendarKeys, Config, PolicyKeys
from ticketd.core.calendars import ALWAYS, Calendar
from ticketd.core.clock import system_clock
from ticketd.core.sla import Policy, Sla, Target, never_reached

_YEARS = (-2, 6)
"""Holidays of a country are known for so many years before and after this one."""
_SURE = frozenset({"TH", "VN"})
_ORDER = tuple(Target)
Found = Iterator[tuple[Path_, str]]


def sla_of(config: Config) -> Sla:
    """All policies with their calendars."""
    if not config.sla:
        return Sla()
    calendars = {key: _calendar(config, key, keys) for key, keys in config.calendars.items()}
    policies = tuple(_policy(keys, calendars) for keys in config.sla)
    # Of what a due moment depends on; holidays that a newer library knows are taken up by the next act.
    told = repr((config.timezone, config.calendars, config.sla))
    return Sla(policies, zlib.crc32(told.encode()) or 1)


def _calendar(config: Config, key: str, keys: CalendarKeys) -> Calendar:
    off = {day for given in keys.holidays for day in _dates(given)}
    on = {day for given in keys.workdays for day in _dates(given)}
    return Calendar(key, keys.timezone or config.timezone, keys.hours, frozenset(off - on))


def _dates(given: date | str) -> list[date]:
    """One day, or the holidays of a country."""
    if isinstance(given, date):
        return [given]
    # Heavy, and only for whoever names a country.
    import holidays

    year = system_clock().year
    years = range(year + _YEARS[0], year + _YEARS[1])
    return list(holidays.country_holidays(given, years=years))


def _policy(keys: PolicyKeys, calendars: dict[str, Calendar]) -> Policy:
    given = {target: getattr(keys, target.value) for target in _ORDER}
    return Policy(
        name=keys.name,
        targets={target: span for target, span in given.items() if span is not None},
        calendar=calendars.get(keys.calendar or "", ALWAYS),
        departments=keys.departments,
        priorities=keys.priorities,
        severities=keys.severities,
        customers=keys.customers,
        tags=tuple(tag.lower() for tag in keys.tags),
        warn=keys.warn,
        escalate=keys.escalate,
    )


def faults(config: Config) -> Found:
    """What no key of `calendars` and `sla` alone can tell."""
    for key, calendar in config.calendars.items():
        for name in ("holidays", "workdays"):
            for given in getattr(calendar, name):
                why = _why_unknown(given) if isinstance(given, str) else ""
                if why:
                    yield ("calendars", key, name), why
        if not any(calendar.hours):
            yield ("calendars", key, "hours"), "nobody works at any time; write at least one day"
    names = [policy.name for policy in config.sla]
    for at, policy in enumerate(config.sla):
        yield from _policy_faults(config, ("sla", at), policy)
        if policy.name in names[:at]:
            yield ("sla", at, "name"), f"'{policy.name}' is the name of one above it too; keep one"
    plain = [_policy(keys, {}) for keys in config.sla]
    for at, before in never_reached(plain):
        yield ("sla", at), f"never used: '{before}' above it fits every ticket; put it last"


def _policy_faults(config: Config, here: Path_, policy: PolicyKeys) -> Found:
    agents = ("leads", *config.agents)
    known: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("departments", "department", policy.departments, tuple(config.departments)),
        ("calendar", "calendar", (policy.calendar,) if policy.calendar else (), tuple(config.calendars)),
        ("escalate", "agent", policy.escalate, agents),
    )  # fmt: skip
    for field, what, given, allowed in known:
        for name in given:
            if name not in allowed:
                yield (*here, field), f"there is no {what} '{name}'{_hint(name, allowed)}"
    spans = [span for target in _ORDER if (span := getattr(policy, target.value)) is not None]
    if not spans:
        yield here, "promises nothing; write first_reply, next_reply or resolution: 6h"
    elif not min(spans):
        yield here, "a promise of no time is broken at once; write at least 1m"
    elif policy.warn is not None and policy.warn >= min(spans):
        yield (*here, "warn"), "must be shorter than the shortest of the promises; 0m for none"


def _hint(name: str, allowed: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, allowed, 1)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; there are {', '.join(allowed)}" if allowed else "; there are none yet"


def _why_unknown(country: str) -> str:
    is_installed = importlib.util.find_spec("holidays") is not None
    if is_installed and country in _SURE:
        # Every command reads the configuration; the library takes longer than all the rest of it.
        return ""
    if not is_installed:
        return f"the holidays of {country} need the extra: pip install 'ticketd[holidays]'; or write them as days"
    import holidays

    known = tuple(holidays.list_supported_countries())
    return "" if country in known else f"no holidays are known of '{country}'; write them as days"
