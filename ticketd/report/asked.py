"""Reports that agents have asked for by mail: each is made and sent once."""

import logging
from datetime import datetime

from ticketd.core.addresses import Agent
from ticketd.core.clock import Clock
from ticketd.core.errors import Refused
from ticketd.core.query_shape import BadQuery
from ticketd.core.reports.asked import wanted
from ticketd.core.reports.sections import DAY
from ticketd.core.settings import Settings
from ticketd.desk.act import act
from ticketd.desk.answers import query_of
from ticketd.desk.asked_reports import query_words
from ticketd.desk.work import Desk
from ticketd.report.gather import Asked, gather
from ticketd.report.letter import Letter, send
from ticketd.report.scheduled import names_here
from ticketd.store import Session, reports, views

log = logging.getLogger(__name__)


def _asked(session: Session, settings: Settings, agent: Agent, words: str, now: datetime) -> Asked:
    one = wanted(words.split())
    own = views.of_agent(session, agent.key)
    query = query_of(settings, agent, now, query_words(agent, one), own)
    whose = agent.key if one.section == DAY else ""
    return Asked((one.section,), one.period(now, settings.timezone), query, words, agent=whose)


def send_asked(desk: Desk, number: int, clock: Clock) -> None:
    """Read first, then take the question and send in one transaction: nobody waits for the database meanwhile."""
    settings, now = desk.settings, clock()
    with desk.database.reading() as session:
        row = reports.asked_by_id(session, number)
        agent = settings.agent(row.agent) if row is not None else None
        if row is None:
            return
        made = None
        if agent is not None:
            try:
                asked = _asked(session, settings, agent, row.words, now)
                made = gather(session, asked, names_here(settings), now, settings.sla)
            except (Refused, BadQuery) as error:
                # What it names has left the configuration since it was asked for.
                log.warning("the report '%s' of %s cannot be made: %s", row.words, agent.key, error)
    with act(desk, now) as work:
        if reports.take_asked(work.session, number) and agent is not None and made is not None:
            send(work, made, Letter(agent.addresses[0], agent.language, with_csv=False))
