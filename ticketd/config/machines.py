"""The keys `monitoring` and `spam`: what machines write, and what they write about mail."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ticketd.config.rules import pattern_of
from ticketd.config.values import AddressText, Duration, Section
from ticketd.core.monitoring import Monitor


def _pattern(value: str | None) -> str | None:
    if value is not None:
        pattern_of(value)
    return value


def _field(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", value):
        raise ValueError(f"'{value}' is no name of a header field; write one as X-Spam-Flag")
    return value


PatternText = Annotated[str | None, AfterValidator(_pattern)]


class MonitorKeys(Section):
    """A monitoring system."""

    senders: tuple[AddressText, ...] = Field(min_length=1)
    key: PatternText = None
    recovered: PatternText = None
    then: Literal["close", "note"] = "close"
    again_within: Duration = timedelta(hours=1)


class SpamKeys(Section):
    """Whose word about spam is taken, and what it does."""

    fields: tuple[Annotated[str, AfterValidator(_field)], ...] = ("X-Spam-Flag",)
    then: Literal["no-ack", "close", "keep"] = "no-ack"


def monitor_of(name: str, keys: MonitorKeys) -> Monitor:
    """The monitor as the desk works with it."""
    return Monitor(
        name,
        frozenset(keys.senders),
        pattern_of(keys.key) if keys.key is not None else None,
        pattern_of(keys.recovered) if keys.recovered is not None else None,
        keys.then == "close",
        keys.again_within,
    )
