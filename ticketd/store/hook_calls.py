"""Calls of hooks: rows of the outbox that are no mails, and are worked off apart from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketd.store import outbox
from ticketd.store.outbox import CALLS, Due
from ticketd.store.tables import Outbox

KIND = "hook"
GIVEN_UP = "given up by the operator"


def put(session: Session, row: Outbox) -> Outbox:
    """Add a call, behind those of its hook that failed and wait; held, where all mail of this desk is."""
    waits = select(func.max(Outbox.next_at)).where(
        Outbox.state == "waiting",
        Outbox.priority == CALLS,
        Outbox.rcpt_to == row.rcpt_to,
        Outbox.attempts > 0,
    )
    row.next_at = max(row.next_at, session.execute(waits).scalar() or row.next_at)
    return outbox.put(session, row)


def claim(session: Session, now: datetime, owner: str, most: int, longest: timedelta) -> list[Due]:
    """The oldest calls that are due, as this owner's."""
    return outbox.claim(session, now, owner, most, longest, calls=True)


def owners(session: Session) -> set[str]:
    """Everybody who makes some call."""
    statement = select(Outbox.owner).where(
        Outbox.state.in_(("sending", "dot")), Outbox.priority == CALLS
    )
    return set(session.execute(statement.distinct()).scalars())


def recover(session: Session, owners: Sequence[str]) -> int:
    """What dead owners were calling; how many."""
    return outbox.recover(session, owners)


def wait_all(session: Session, hook: str, until: datetime) -> None:
    """A system that does not answer is not asked for each call of its own: the others wait behind the first."""
    statement = update(Outbox).where(
        Outbox.state == "waiting",
        Outbox.priority == CALLS,
        Outbox.rcpt_to == hook,
        Outbox.next_at < until,
    )
    session.execute(statement.values(next_at=until))


@dataclass(frozen=True, slots=True)
class Totals:
    """What `status` says of hooks."""

    waiting: int
    failed: int
    oldest: datetime | None


def totals(session: Session, since: datetime) -> Totals:
    """How many calls wait, how many were given up since then, and since when the oldest waits."""
    ours = Outbox.priority == CALLS
    waiting, oldest = session.execute(
        select(func.count(), func.min(Outbox.first_at)).where(
            ours, Outbox.state.in_(("waiting", "sending", "dot", "in-doubt"))
        )
    ).one()
    failed = session.execute(
        select(func.count()).where(
            ours, Outbox.state == "failed", Outbox.next_at >= since, Outbox.answer != GIVEN_UP
        )
    ).scalar_one()
    return Totals(waiting, failed, oldest)
