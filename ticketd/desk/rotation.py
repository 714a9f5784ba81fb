"""Whom the desk gives a ticket by itself: whose turn it is, or who holds the fewest open ones."""

from ticketd.core.addresses import Agent
from ticketd.desk.work import Work
from ticketd.store import tickets, waiting


def _here(work: Work, department: str) -> list[Agent]:
    """The agents of a department who may hold tickets and are not away."""
    return [
        agent
        for agent in work.settings.agents
        if department in agent.departments
        and agent.role != "viewer"
        and waiting.away(work.session, agent.key, work.now) is None
    ]


def next_in_turn(work: Work, department: str) -> str:
    """Whose turn it is; who is away is passed over. Empty where nobody is there."""
    agents = _here(work, department)
    if not agents:
        return ""
    turn = tickets.next_turn(work.session, f"turn {department}")
    return agents[turn % len(agents)].key


def least_loaded(work: Work, department: str) -> str:
    """Who holds the fewest tickets that are new or open; of several the first. Empty where nobody is there."""
    agents = _here(work, department)
    if not agents:
        return ""
    work.session.flush()
    held = tickets.held_by(work.session, [agent.key for agent in agents])
    return min(agents, key=lambda agent: held.get(agent.key, 0)).key
