"""Mails that say themselves what is to be done: of agents, of customers who press a link, of readers of reports."""

from ticketd.core.addresses import Agent
from ticketd.core.classify import Kind
from ticketd.core.plan import BadCommand
from ticketd.core.threads import Found
from ticketd.desk.agent_checks import AgentMail, Taken
from ticketd.desk.agent_mail import take
from ticketd.desk.arrive import Arrival
from ticketd.desk.asked_articles import tell_articles
from ticketd.desk.customer_words import take_unsubscribe, take_word


def take_first(
    arrival: Arrival,
    kind: Kind,
    agent: Agent | None,
    found: Found | None,
    failed: BadCommand | None,
) -> Taken | None:
    """Do what such a mail says; None where it is a mail like any other. BadCommand where an agent asks for nonsense."""
    if stopped := take_unsubscribe(arrival):
        return Taken(None, "unsubscribe", f"wants no more of '{stopped}'")
    if kind not in {Kind.HUMAN, Kind.SUSPECT}:
        return None
    if agent is not None:
        mail = AgentMail(arrival.work, arrival.item, arrival.read, agent, failed)
        if (taken := take(mail, found)) is not None:
            return Taken(taken.ticket, taken.step, taken.why or f"of agent {agent.key}")
    word = take_word(arrival, found)
    if word is not None:
        return Taken(word[0], "customer-word", f"says {word[1]}")
    asked = tell_articles(arrival) if found is None else ""
    return Taken(None, "customer-word", asked) if asked else None
