"""Giving a ticket on: where its department says so, the other agent has to accept it, else it comes back."""

from ticketd.core.addresses import Agent
from ticketd.core.errors import Refused
from ticketd.core.events import SYSTEM, Accepted, Assigned, Changed
from ticketd.desk.record import record
from ticketd.desk.tickets import add_department, existing
from ticketd.desk.work import Work
from ticketd.store import handovers, tickets
from ticketd.store.tables import Ticket


def begin(work: Work, ticket: Ticket, giver: str, taker: str) -> None:
    """Remember that the taker has to accept; nothing where the department does not ask for it."""
    within = work.settings.department(ticket.department).handover
    if within is None or not taker or giver == taker:
        handovers.settle(work.session, ticket.number)
        return
    handovers.put(work.session, ticket.number, giver, taker, work.now + within)


def accept(work: Work, ticket: Ticket, agent: Agent) -> None:
    """The ticket is the agent's for good. Refused where nobody gave it to them."""
    waiting = handovers.of(work.session, ticket.number)
    if waiting is None or waiting.taker != agent.key:
        raise Refused(
            "#{number} waits for nobody's yes of {agent}'s", number=ticket.number, agent=agent.key
        )
    handovers.settle(work.session, ticket.number)
    record(work, ticket, Accepted(waiting.giver), agent.key)


def accept_by_acting(work: Work, ticket: Ticket, agent: Agent) -> None:
    """Whoever answers has accepted."""
    waiting = handovers.of(work.session, ticket.number)
    if waiting is not None and waiting.taker == agent.key:
        accept(work, ticket, agent)


def decline(work: Work, ticket: Ticket, agent: Agent) -> None:
    """The ticket goes back to who gave it. Refused where nobody gave it to the agent."""
    waiting = handovers.of(work.session, ticket.number)
    if waiting is None or waiting.taker != agent.key:
        raise Refused(
            "#{number} waits for nobody's yes of {agent}'s", number=ticket.number, agent=agent.key
        )
    _give_back(work, ticket, waiting.giver, agent.key)


def return_unaccepted(work: Work, number: int) -> None:
    """Nobody has accepted in time: it is the giver's again."""
    ticket = existing(work, number)
    waiting = handovers.of(work.session, number)
    if waiting is not None and waiting.until <= work.now:
        _give_back(work, ticket, waiting.giver, SYSTEM)


def _give_back(work: Work, ticket: Ticket, giver: str, by: str) -> None:
    handovers.settle(work.session, ticket.number)
    before, ticket.assignee = ticket.assignee or "", giver or None
    record(work, ticket, Assigned(giver, before), by)


def hand_back(work: Work, ticket: Ticket, agent: Agent) -> None:
    """Back to the department, and the agent, from where it came. Refused where it was always here."""
    came_from = _last_move(work, ticket)
    if came_from is None:
        raise Refused("#{number} was given by nobody; use #assign or #dept", number=ticket.number)
    department, assignee = came_from
    if department and department != ticket.department:
        old, ticket.department = ticket.department, department
        add_department(work, ticket, department, agent.key)
        record(work, ticket, Changed("department", old, department), agent.key)
    before = ticket.assignee or ""
    if assignee != before:
        ticket.assignee = assignee or None
        record(work, ticket, Assigned(assignee, before), agent.key)


def _last_move(work: Work, ticket: Ticket) -> tuple[str, str] | None:
    """Department and assignee before the newest change of department; else the assignee before."""
    history = tickets.history(work.session, ticket.number)
    holder = ""
    moved: tuple[str, str] | None = None
    given: tuple[str, str] | None = None
    for row in history:
        if row.event == "assigned":
            if row.data["before"]:
                given = ("", row.data["before"])
            holder = row.data["assignee"]
        elif row.event == "changed" and row.data["field"] == "department":
            moved = (row.data["old"], holder)
    return moved or given
