"""What is open at agents: the tickets that they hold and follow, and what else is kept for them."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ticketd.store.agent_tables import AgentState, DailyDigest, DigestLine, Reminder, WaitingAct
from ticketd.store.tables import Ticket

_IS_OPEN = Ticket.status != "closed"


def holding(session: Session) -> dict[str, int]:
    """How many open tickets each assignee has; those who have left the configuration, too."""
    statement = (
        select(Ticket.assignee, func.count())
        .where(_IS_OPEN, Ticket.assignee.is_not(None))
        .group_by(Ticket.assignee)
    )
    return {str(key): number for key, number in session.execute(statement)}


def states(session: Session) -> dict[str, AgentState]:
    """Who has said anything about being away."""
    return {row.agent: row for row in session.execute(select(AgentState)).scalars()}


def held_by(session: Session, key: str) -> list[int]:
    """The open tickets of an assignee."""
    statement = select(Ticket.number).where(_IS_OPEN, Ticket.assignee == key)
    return list(session.execute(statement.order_by(Ticket.number)).scalars())


def followed_by(session: Session, key: str) -> list[int]:
    """The open tickets that an agent follows."""
    rows = session.execute(select(Ticket.number, Ticket.followers).where(_IS_OPEN)).all()
    return sorted(number for number, followers in rows if key in followers)


def forget(session: Session, key: str) -> None:
    """Reminders, notices that wait and acts that were not confirmed are nobody's any more."""
    for table in (Reminder, DigestLine, WaitingAct, DailyDigest, AgentState):
        session.execute(delete(table).where(table.agent == key))
    stands_in = update(AgentState).where(AgentState.deputy == key)
    session.execute(stands_in.values(deputy=""))
