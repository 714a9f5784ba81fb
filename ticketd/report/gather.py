"""From the database to a report: which tickets, their history read once, the sections that were asked for."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from ticketd.core.query_shape import OPEN, Query, Term
from ticketd.core.reports.cases import read
from ticketd.core.reports.lists import machines
from ticketd.core.reports.period import Period
from ticketd.core.reports.promised import Judge
from ticketd.core.reports.sections import DAY, MACHINES, section
from ticketd.core.reports.shape import Report
from ticketd.core.reports.sums import Facts
from ticketd.core.sla import NO_SLA, Sla
from ticketd.store import Session, figures, inbox_counts
from ticketd.store.figures import Progress


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know."""

    sections: tuple[str, ...]
    period: Period
    query: Query = field(default_factory=Query)
    words: str = ""
    """The query as it was written."""
    by: str = ""
    agent: str = ""
    """Whose day it is, in the section of that name."""


@dataclass(frozen=True)
class _Gathering:
    """The two views that sections have: what happened in a period, and how things stand."""

    session: Session
    asked: Asked
    now: datetime
    sla: Sla
    progress: Progress | None

    @cached_property
    def past(self) -> Facts:
        """The tickets of the period and of the one before, as they were at its end."""
        asked = self.asked
        until = min(asked.period.end, self.now + timedelta(seconds=1))
        return self._facts(asked.query, asked.period.before().start, until)

    @cached_property
    def present(self) -> Facts:
        """The tickets that are not closed, and those of the period, as they are now."""
        query = self.asked.query
        if {*self.asked.sections} - {DAY, MACHINES}:
            query = replace(query, terms=(*query.terms, Term("status", OPEN)))
        return self._facts(query, self.asked.period.start, self.now + timedelta(seconds=1))

    def _facts(self, query: Query, since: datetime, until: datetime) -> Facts:
        found = list(figures.cases(self.session, query, since, until, self.progress))
        touched = read(found, int(until.timestamp()))
        judge = Judge(self.sla, found, int(until.timestamp()))
        period = self.asked.period
        counts = DAY in self.asked.sections
        automatic = inbox_counts.automatic(self.session, period.start, period.end) if counts else 0
        return Facts(period, self.now, found, touched, judge, automatic)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Millions of values are made and none is garbage: looking for it meanwhile would take as long again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


_OF_NOW = frozenset({"forgotten", DAY})


def gather(
    session: Session,
    asked: Asked,
    names: Mapping[tuple[str, str], str],
    now: datetime,
    sla: Sla = NO_SLA,
    progress: Progress | None = None,
) -> Report:
    """Read what is needed, and no more often than needed."""
    facts = _Gathering(session, asked, now, sla, progress)
    with _no_collecting():
        sections = tuple(
            machines(figures.noise(session, asked.period.start, asked.period.end))
            if name == MACHINES
            else section(
                name, facts.present if name in _OF_NOW else facts.past, asked.by, asked.agent
            )
            for name in asked.sections
        )
    return Report(asked.period, sections, asked.words, names)


def names_of(
    departments: Mapping[str, Any], agents: Mapping[str, Any]
) -> dict[tuple[str, str], str]:
    """How departments and agents are called, by the configuration's sections of that name."""
    return {("department", key): one.name for key, one in departments.items()} | {
        ("agent", key): one.name for key, one in agents.items()
    }
