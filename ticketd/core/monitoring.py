"""Mails of monitoring systems: which trouble one is about, and whether it is over."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from ticketd.core.text import fold, header_text

FIELD = "alert"
"""The field of a ticket that holds its trouble; no field of an installation is called so."""
_OVER = re.compile(
    r"\b(?:recover(?:y|ed)|resolved|cleared|back to normal|flappingstop|is (?:ok|up)\b|: (?:ok|up)\b)|\[(?:ok|up)\]|✅",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\[[^\]]*\b(?:firing|resolved|problem|recovery|ok|up|down|alerting|warning|critical)\b[^\]]*\]"
    r"|\b(?:problem|recovery|recovered|resolved|acknowledgement|flapping(?:start|stop|disabled)?|downtime(?:start|end|cancelled)?)"
    r"(?:\s+(?:started|in|after)\b[^:]*)?(?::|\b)"
    r"|\b(?:is|was|are|changed to|now)\s+(?:ok|up|down|critical|warning|unknown|unreachable|pending)\b"
    r"|:\s*(?:ok|up|down|critical|warning|unknown|unreachable)\b"
    r"|\b(?:service|host)?\s*alert\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b|[*🔴✅⚠]+",
    re.IGNORECASE,
)
"""What Nagios, Icinga, Zabbix, Alertmanager, Grafana, Uptime Kuma and monit write besides the name of the trouble."""


class Pattern(Protocol):
    """A compiled pattern of RE2."""

    def search(self, text: str, /) -> "Match | None": ...


class Match(Protocol):
    """Where it was found."""

    def groups(self) -> tuple[str | None, ...]: ...

    def group(self, number: int = 0, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Monitor:
    """A system that writes when something breaks, and when it works again."""

    name: str
    senders: frozenset[str]
    key: Pattern | None = None
    """What of a subject names the trouble: its groups, else all of it. Default: the subject without words of state."""
    recovered: Pattern | None = None
    closes: bool = True
    """Whether a recovery closes the ticket, or stands on it."""
    again_within: timedelta = timedelta(hours=1)
    """So soon after its ticket was closed a trouble opens it again."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What a mail of a monitor says."""

    monitor: Monitor
    key: str
    is_over: bool


def alert_of(monitors: tuple[Monitor, ...], sender: str, subject: str) -> Alert | None:
    """What a mail of this (normalised) sender says of which trouble; None where no monitor wrote it."""
    monitor = next((m for m in monitors if sender in m.senders), None)
    if monitor is None:
        return None
    over = monitor.recovered or _OVER
    return Alert(monitor, key_of(monitor, subject), over.search(subject) is not None)


def key_of(monitor: Monitor, subject: str) -> str:
    """The name of a trouble: equal for its beginning, its repetitions and its end."""
    text = header_text(subject)
    found = monitor.key.search(text) if monitor.key is not None else None
    if found is not None:
        text = " ".join(filter(None, found.groups())) or found.group(0)
    elif monitor.key is None:
        text = _STATES.sub(" ", text)
    words = " ".join(fold(text).split()).strip(" -–—:/.,!()")
    return words or fold(subject)
