"""Hand-overs that nobody has accepted yet."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.store.agent_tables import Handover
from ticketd.store.rows import append


def put(session: Session, ticket: int, giver: str, taker: str, until: datetime) -> None:
    """A ticket was given on; the one before counts no longer."""
    settle(session, ticket)
    append(session, Handover, {"ticket": ticket, "giver": giver, "taker": taker, "until": until})


def of(session: Session, ticket: int) -> Handover | None:
    """The hand-over that a ticket waits in."""
    return session.execute(select(Handover).where(Handover.ticket == ticket)).scalar_one_or_none()


def settle(session: Session, ticket: int) -> None:
    """It is accepted, or over in another way."""
    session.execute(delete(Handover).where(Handover.ticket == ticket))


def due(session: Session, now: datetime) -> list[int]:
    """Tickets whose hand-over nobody has accepted in time."""
    statement = select(Handover.ticket).where(Handover.until <= now).order_by(Handover.ticket)
    return list(session.execute(statement.limit(500)).scalars())
