"""Agents who are away, and who gets their mails meanwhile."""

from datetime import datetime

from ticketd.core.addresses import Agent
from ticketd.core.errors import Refused
from ticketd.core.permits import Seen, may_see, why_not
from ticketd.core.sentences import Sentence, say
from ticketd.desk.work import Work
from ticketd.store import waiting
from ticketd.store.tables import Ticket

_MOST_HOPS = 5


def go_away(work: Work, agent: Agent, until: datetime, deputy: str) -> str:
    """From now until then a deputy is told of what the agent would be. Refused where that cannot be."""
    if until <= work.now:
        raise Refused("{at} is over; name a moment to come", at=f"{until:%Y-%m-%d %H:%M}")
    found = work.settings.agent(deputy.lower()) if deputy else None
    if deputy and (found is None or found.key == agent.key):
        known = tuple(a.key for a in work.settings.agents if a.key != agent.key)
        raise Refused(
            "'{deputy}' can be nobody's deputy here; there are {known}",
            deputy=deputy,
            known=known or say("none"),
        )
    waiting.set_away(work.session, agent.key, until, found.key if found else "")
    return _SAID[agent.language][0 if found else 1].format(
        f"{until:%Y-%m-%d %H:%M}", found.name if found else ""
    )


def come_back(work: Work, agent: Agent) -> str:
    """The agent's mails go to the agent again. Refused where they do already."""
    if waiting.away(work.session, agent.key, work.now) is None:
        raise Refused("{agent} is not away", agent=agent.key)
    waiting.set_away(work.session, agent.key, None, "")
    return _SAID[agent.language][2]


def stand_in(work: Work, agent: Agent) -> Agent | None:
    """Who is told in this agent's place; None where nobody stands in, or the agent is here."""
    seen = {agent.key}
    here, settings = agent, work.settings
    for _ in range(_MOST_HOPS):
        absence = waiting.away(work.session, here.key, work.now)
        if absence is None:
            return None if here is agent else here
        deputy = settings.agent(absence.deputy)
        if deputy is None or deputy.key in seen:
            return None
        seen.add(deputy.key)
        here = deputy
    return None


def stands_in_for(work: Work, agent: Agent) -> list[Agent]:
    """Whose deputy this agent is now, by others too: what they may see, the deputy may."""
    found = {agent.key: agent}
    here = [agent.key]
    for _ in range(_MOST_HOPS):
        away = (key for deputy in here for key in waiting.away_with(work.session, deputy, work.now))
        new = {k: one for k in away if k not in found and (one := work.settings.agent(k))}
        found |= new
        here = list(new)
    return [one for one in found.values() if one is not agent]


def why_not_here(work: Work, ticket: Ticket, agent: Agent, verb: str) -> Sentence | None:
    """Why an agent may not do this to a ticket, None where they may; a deputy may what the other may."""
    seen = seen_of(work, ticket)
    why = why_not(agent, verb, seen)
    if why is None or agent.role == "viewer":
        return why
    return None if any(may_see(other, seen) for other in stands_in_for(work, agent)) else why


def may_read(work: Work, ticket: Ticket, agent: Agent) -> bool:
    """Whether anything of a ticket may be told to this agent."""
    return why_not_here(work, ticket, agent, "show") is None


def check_permit(work: Work, ticket: Ticket, agent: Agent, verb: str = "set") -> None:
    """Refused where an agent may not do this to a ticket."""
    why = why_not_here(work, ticket, agent, verb)
    if why is not None:
        raise Refused("#{number}: {why}", number=ticket.number, why=why)


def seen_of(work: Work, ticket: Ticket) -> Seen:
    """What says who may see a ticket; one whose departments have left the configuration is the first one's."""
    departments = {d.department for d in ticket.departments} | {ticket.department}
    known = work.settings.own.departments
    if known and not departments & {d.key for d in known}:
        departments.add(known[0].key)
    return Seen(departments, ticket.assignee or "", ticket.followers)


_SAID = {
    "en": ("away until {}; {} gets your mails", "away until {}; nobody stands in for you", "you are back"),
    "th": ("ลาถึง {} โดย {} รับอีเมลแทน", "ลาถึง {} ไม่มีผู้แทน", "คุณกลับมาแล้ว"),
    "vi": ("vắng đến {}; {} nhận thư thay bạn", "vắng đến {}; không có người thay", "bạn đã trở lại"),
}  # fmt: skip
