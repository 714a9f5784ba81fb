"""Reports that agents have asked for by mail: each is made and sent once."""

from ticketd.core.clock import Clock
from ticketd.core.reports.asked import wanted
from ticketd.core.reports.sections import DAY
from ticketd.desk.act import act
from ticketd.desk.answers import query_of
from ticketd.desk.asked_reports import query_words
from ticketd.desk.work import Desk
from ticketd.report.gather import Asked, gather
from ticketd.report.letter import Letter, send
from ticketd.report.scheduled import names_here
from ticketd.store import reports


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
            one, words = wanted(row.words.split()), row.words
            query = query_of(settings, agent, now, query_words(agent, one))
            whose = agent.key if one.section == DAY else ""
            asked = Asked(
                (one.section,), one.period(now, settings.timezone), query, words, agent=whose
            )
            made = gather(session, asked, names_here(settings), now, settings.sla)
    with act(desk, now) as work:
        if reports.take_asked(work.session, number) and agent is not None and made is not None:
            send(work, made, Letter(agent.addresses[0], agent.language, with_csv=False))
