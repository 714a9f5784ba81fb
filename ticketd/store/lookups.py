"""What another system said of a customer, kept for a while."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.store.agent_tables import LookedUp
from ticketd.store.rows import append


def is_known(session: Session, address: str, since: datetime) -> bool:
    """Whether it was asked since then."""
    statement = select(LookedUp.at).where(LookedUp.address == address, LookedUp.at >= since)
    return session.execute(statement).first() is not None


def keep(session: Session, address: str, lines: list[str], now: datetime) -> None:
    """What was said takes the place of what was said before."""
    session.execute(delete(LookedUp).where(LookedUp.address == address))
    append(session, LookedUp, {"address": address, "lines": lines, "at": now})


def lines(session: Session, address: str) -> list[str]:
    """The lines of a customer; none where nothing is known."""
    found = session.execute(select(LookedUp.lines).where(LookedUp.address == address)).scalar()
    return list(found or [])
