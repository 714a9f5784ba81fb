"""The digest of the day: each agent says when it comes, or that it does not."""

from ticketd.core.addresses import Agent
from ticketd.core.reports.schedule import Schedule, daily, digest_every, due_day, is_off
from ticketd.core.sentences import say
from ticketd.desk.work import Work
from ticketd.store import digests, reports


def choose(work: Work, agent: Agent, words: str) -> str:
    """`8:00`, `weekday 8:00`, `off`, or nothing to ask; what holds then. Refused where it is no time."""
    if is_off(words):
        digests.choose(work.session, agent.key, "")
    elif words:
        every = digest_every(words)
        digests.choose(work.session, agent.key, str(every))
        # It begins with its next moment, however long ago there was one before.
        day = due_day(every, work.now, agent.timezone)
        reports.claim(work.session, daily(agent.key, "", every).name, day, work.now)
    chosen = digests.chosen(work.session).get(agent.key)
    if chosen is None:
        return say("no digest comes").told(agent.language)
    return say("your digest comes: {every} ({zone})", every=chosen, zone=agent.timezone).told(
        agent.language
    )


def own(work: Work, agent: Agent) -> Schedule | None:
    """An agent's digest as a schedule; None where there is none."""
    chosen = digests.chosen(work.session).get(agent.key)
    return daily(agent.key, agent.addresses[0], digest_every(chosen)) if chosen else None
