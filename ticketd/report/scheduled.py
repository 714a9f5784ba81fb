"""Reports that leave by themselves: each schedule's once for each of its days, whoever starts, stops or jumps."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from ticketd.core.addresses import Agent
from ticketd.core.query import parse_query, words_of
from ticketd.core.reports.schedule import (
    AGENTS,
    LEADS,
    Schedule,
    daily,
    digest_every,
    due_day,
    period_before,
)
from ticketd.core.reports.sections import DAY, MACHINES
from ticketd.core.reports.shape import Report
from ticketd.core.settings import Settings
from ticketd.desk.act import act
from ticketd.desk.work import Desk
from ticketd.report.gather import Asked, gather
from ticketd.report.letter import Letter, send
from ticketd.store import Session, digests, reports, waiting

log = logging.getLogger(__name__)


def due(desk: Desk, now: datetime) -> list[tuple[Schedule, date]]:
    """What has to leave. A schedule that is seen for the first time begins with its next day."""
    settings = desk.settings
    with desk.database.reading() as session:
        schedules = (*settings.reports, *_digests(desk, session, now))
        if not schedules:
            return []
        days = {s.name: due_day(s.every, now, s.zone or settings.timezone) for s in schedules}
        began = reports.first_days(session, days)
        done = reports.done(session, [(name, day.isoformat()) for name, day in days.items()])
    new = [name for name in days if name not in began]
    if new:
        with act(desk, now) as work:
            for name in new:
                reports.claim(work.session, name, days[name], now)
    late = {
        n
        for n, d in days.items()
        if n in began and (n, d.isoformat()) not in done and d.isoformat() > began[n]
    }
    return [(schedule, days[schedule.name]) for schedule in schedules if schedule.name in late]


def _digests(desk: Desk, session: Session, now: datetime) -> Iterator[Schedule]:
    """The digests of those agents who want one and are here."""
    for key, every in sorted(digests.chosen(session).items()):
        agent = desk.settings.agent(key)
        if agent is not None and waiting.away(session, key, now) is None:
            yield daily(key, agent.addresses[0], digest_every(every), agent.timezone)


def send_due(desk: Desk, schedule: Schedule, day: date, now: datetime) -> None:
    """Read first, then claim and send in one transaction: nobody waits for the database meanwhile."""
    made = list(_made(desk, schedule, day, now))
    with act(desk, now) as work:
        if not reports.claim(work.session, schedule.name, day, now):
            return
        stopped = reports.stopped(work.session, schedule.name)
        for letter, report in made:
            if letter.address not in stopped and not (schedule.skip_empty and report.is_empty):
                send(work, report, letter)
    log.info("report '%s' of %s: done", schedule.name, day)


def _made(
    desk: Desk, schedule: Schedule, day: date, now: datetime
) -> Iterator[tuple[Letter, Report]]:
    """A mail for each reader; what they all read is gathered once."""
    settings = desk.settings
    period = period_before(schedule.every, day, schedule.zone or settings.timezone)
    common: dict[str, Report] = {}
    names = names_here(settings)
    for address, agent in _readers(desk, schedule):
        whose = agent.key if agent and DAY in schedule.sections else ""
        sections = schedule.sections
        if whose and agent and agent.role == "lead" and MACHINES not in sections:
            # Who leads answers for what the desk did about machines, too.
            sections = (*sections, MACHINES)
        if whose not in common:
            query = parse_query(words_of(schedule.query), settings.asker(now, whose))
            asked = Asked(sections, period, query, schedule.query, agent=whose)
            with desk.database.reading() as session:
                made = gather(session, asked, names, now, settings.sla)
            quiet = sections != schedule.sections and made.sections[-1].is_empty
            common[whose] = replace(made, sections=made.sections[:-1]) if quiet else made
        language = schedule.language or (agent.language if agent else settings.languages[0])
        yield Letter(address, language, schedule.with_csv, schedule), common[whose]


def names_here(settings: Settings) -> dict[tuple[str, str], str]:
    """How departments and agents are called."""
    names = {("department", d.key): d.name for d in settings.own.departments}
    return names | {("agent", a.key): a.name for a in settings.agents}


def _readers(desk: Desk, schedule: Schedule) -> Iterator[tuple[str, Agent | None]]:
    """Each address once, in the order of the schedule."""
    settings, seen = desk.settings, set[str]()
    for word in schedule.to:
        for address, agent in _expanded(settings.agents, word):
            if address not in seen:
                seen.add(address)
                yield address, agent or settings.agent_by_address(address)


def _expanded(agents: tuple[Agent, ...], word: str) -> list[tuple[str, Agent | None]]:
    if word == AGENTS:
        return [(a.addresses[0], a) for a in agents if a.role != "viewer"]
    if word == LEADS:
        return [(a.addresses[0], a) for a in agents if a.role == "lead"]
    return [(word, None)]
