"""A report as it is asked for in a few words: `week`, `agents month`, `tags 90d dept:sales`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketd.core.errors import Refused
from ticketd.core.reports.period import Period, period_of
from ticketd.core.reports.sections import DAY, LAST, SECTIONS

_SPANS = {"day": "1d", "today": "1d", "week": "7d", "month": "30d", "quarter": "90d", "year": "1y"}
_ME = "me"
"""The section about its reader, whose name is a span, too."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which section, about how long, and about which tickets."""

    section: str
    last: str
    query: tuple[str, ...] = ()

    def period(self, now: datetime, zone: str) -> Period:
        """The days that it is about. Refused where the span is none."""
        return period_of("", "", self.last, now, zone)


def wanted(words: Sequence[str]) -> Wanted:
    """What the words ask for. Refused, naming the reports, where the first is neither a report nor a span."""
    rest = [word.lower() for word in words]
    section, last = "summary", ""
    if rest and rest[0] in {*SECTIONS, _ME}:
        section = rest.pop(0)
    if rest and (rest[0] in _SPANS or rest[0][:1].isdigit()):
        last = rest.pop(0)
    if rest and ":" not in rest[0]:
        known = (*SECTIONS, _ME, *_SPANS)
        raise Refused("there is no report '{name}'; there are {known}", name=rest[0], known=known)
    section = DAY if section == _ME else section
    last = _SPANS.get(last, last) or LAST.get(section, "7d")
    return Wanted(section, last, tuple(words[len(words) - len(rest) :]))
