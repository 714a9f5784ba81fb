"""Reports that agents ask for by mail: looked at here, made and sent by the timers, in a mail of their own."""

from ticketd.core.addresses import Agent
from ticketd.core.errors import Refused
from ticketd.core.query_shape import BadQuery
from ticketd.core.reports.asked import Wanted, wanted
from ticketd.core.sentences import say
from ticketd.desk.answers import query_of
from ticketd.desk.work import Work
from ticketd.store import reports, views


def ask(work: Work, agent: Agent, words: str) -> str:
    """Remember it; what the agent reads meanwhile. Refused where it is no report, no span or no query."""
    one = wanted(words.split())
    one.period(work.now, work.settings.timezone)
    try:
        own = views.of_agent(work.session, agent.key)
        query_of(work.settings, agent, work.now, query_words(agent, one), own)
    except BadQuery as error:
        raise Refused(error.sentence) from None
    reports.ask(work.session, agent.key, words, work.now)
    return say("the report comes in a mail of its own").told(agent.language)


def query_words(agent: Agent, one: Wanted) -> list[str]:
    """What it is about: of who is no lead, the tickets of the own departments alone."""
    own = [] if agent.role == "lead" else [f"dept:{','.join(agent.departments)}"]
    return [*one.query, *own]
