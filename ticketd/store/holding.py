"""A restored desk sends nothing before a person says so: the original may have sent it, or may still run."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ticketd.store.prepared import Prepared
from ticketd.store.rows import append
from ticketd.store.tables import Counter, Outbox, table_of

_NAME = "outbox-held"
_COUNTER = table_of(Counter)
_MARK = Prepared(select(_COUNTER.c.value).where(_COUNTER.c.name == _NAME))


def is_held(session: Session) -> bool:
    """Whether every new mail is held back, too."""
    return _MARK.value(session) is not None


def hold_all(session: Session) -> int:
    """Hold whatever has not left, and whatever will be written; how many mails wait now."""
    if not is_held(session):
        append(session, Counter, {"name": _NAME, "value": 1})
    unsent = Outbox.state.in_(("waiting", "sending", "dot", "in-doubt"))
    session.execute(update(Outbox).where(unsent).values(state="held", owner=""))
    statement = select(func.count()).select_from(Outbox).where(Outbox.state == "held")
    return int(session.execute(statement).scalar_one())


def release_all(session: Session, now: datetime) -> int:
    """Let all held mails go, and hold no more; how many there were."""
    session.execute(delete(Counter).where(Counter.name == _NAME))
    statement = update(Outbox).where(Outbox.state == "held").values(state="waiting", next_at=now)
    return len(session.execute(statement.returning(Outbox.id)).all())
