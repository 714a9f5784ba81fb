"""When each loop made its last step: written by the loops, read by `status`."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.store.tables import Worker


def beat(session: Session, name: str, now: datetime, error: str = "") -> None:
    """Note that a loop lives."""
    session.merge(Worker(name=name, step_at=now, error=error))


def forget(session: Session, name: str) -> None:
    """A loop that there is no longer, so that nobody misses it."""
    session.execute(delete(Worker).where(Worker.name == name))


def all_workers(session: Session) -> list[Worker]:
    """Every loop that ever lived."""
    return list(session.execute(select(Worker).order_by(Worker.name)).scalars())
