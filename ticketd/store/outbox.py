"""The second durable queue: mails that we owe. waiting -> sending -> dot -> sent | waiting | failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from ticketd.store.rows import insert
from ticketd.store.tables import Outbox

PRIORITY = {"reply": 0, "closing": 1, "ack": 1, "notice": 2, "report": 3}


def put(session: Session, row: Outbox) -> Outbox:
    """Add a finished mail and give it its id."""
    row.priority = PRIORITY[row.kind]
    return insert(session, row)


def claim(session: Session, now: datetime, owner: str, limit: int) -> list[Outbox]:
    """The most urgent mails that are due, marked as being sent by `owner`."""
    statement = (
        select(Outbox)
        .where(Outbox.state == "waiting", Outbox.next_at <= now)
        .order_by(Outbox.priority, Outbox.next_at, Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.execute(statement).scalars())
    for row in rows:
        row.state, row.owner, row.attempts = "sending", owner, row.attempts + 1
    return rows


def set_state(session: Session, outbox_id: int, state: str) -> None:
    """Mark one mail."""
    session.execute(update(Outbox).where(Outbox.id == outbox_id).values(state=state))


def put_back(session: Session, outbox_id: int, answer: str, next_at: datetime) -> None:
    """It was not even tried: that is no attempt."""
    session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state.in_(("sending", "dot")))
        .values(
            state="waiting", owner="", answer=answer, next_at=next_at, attempts=Outbox.attempts - 1
        )
    )


def by_ids(session: Session, ids: Sequence[int]) -> list[Outbox]:
    """These mails, in order of their ids."""
    return list(
        session.execute(select(Outbox).where(Outbox.id.in_(ids)).order_by(Outbox.id)).scalars()
    )


def by_id(session: Session, outbox_id: int) -> Outbox | None:
    """One mail in whatever state."""
    return session.get(Outbox, outbox_id)


def by_message_ids(session: Session, message_ids: Sequence[str]) -> list[Outbox]:
    """The mails of ours that carry one of these Message-IDs."""
    if not message_ids:
        return []
    return list(session.execute(select(Outbox).where(Outbox.message_id.in_(message_ids))).scalars())


def unfinished(session: Session) -> list[Outbox]:
    """Everything that is not sent: what `queue list` shows."""
    statement = select(Outbox).where(Outbox.state != "sent").order_by(Outbox.next_at, Outbox.id)
    return list(session.execute(statement).scalars())


def sent_since(session: Session, since: datetime) -> list[Outbox]:
    """What was sent since then, oldest first."""
    statement = (
        select(Outbox).where(Outbox.state == "sent", Outbox.sent_at >= since).order_by(Outbox.id)
    )
    return list(session.execute(statement).scalars())


def move(
    session: Session, ids: Sequence[int], old: Sequence[str], new: str, now: datetime
) -> list[int]:
    """An operator's change of state; the ids of those that were in one of the old states."""
    statement = (
        update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.state.in_(old))
        .values(state=new, next_at=now)
    )
    return list(session.execute(statement.returning(Outbox.id)).scalars())


def of_ticket(session: Session, number: int) -> list[Outbox]:
    """Every mail of ours about a ticket, oldest first."""
    return list(
        session.execute(select(Outbox).where(Outbox.ticket == number).order_by(Outbox.id)).scalars()
    )


def of_act(session: Session, act: str) -> list[Outbox]:
    """Every mail of one act, in order; locked, so that none of them leaves meanwhile."""
    statement = select(Outbox).where(Outbox.act == act).order_by(Outbox.id)
    return list(session.execute(statement.with_for_update()).scalars())


def count_as_sent(session: Session) -> None:
    """What waits has left when it was due; for a past that is made up."""
    statement = update(Outbox).where(Outbox.state == "waiting")
    session.execute(statement.values(state="sent", sent_at=Outbox.next_at, answer="250 made up"))


def recover(session: Session, owner: str) -> tuple[int, int]:
    """After a crash of `owner`: what was not at its final dot goes back, the rest is in doubt.

    In doubt means: sent or not, nobody knows. It is tried again with the same bytes and the same
    Message-ID, at least once rather than never (exactly once over SMTP is impossible, RFC 1047).
    """
    safe = (
        update(Outbox)
        .where(Outbox.state == "sending", Outbox.owner == owner)
        .values(state="waiting", owner="")
    )
    doubt = (
        update(Outbox)
        .where(Outbox.state == "dot", Outbox.owner == owner)
        .values(state="waiting", owner="", answer="in doubt: no answer to the final dot")
    )
    return (
        len(session.execute(safe.returning(Outbox.id)).all()),
        len(session.execute(doubt.returning(Outbox.id)).all()),
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """What `status` says of the outbox."""

    waiting: int
    failed: int
    in_doubt: int
    oldest: datetime | None


def totals(session: Session) -> Totals:
    """How many wait (those in work too), failed, are in doubt, and since when the oldest waits."""
    counts = dict(
        session.execute(
            select(Outbox.state, func.count()).where(Outbox.state != "sent").group_by(Outbox.state)
        ).all()
    )
    oldest = session.execute(
        select(func.min(Outbox.first_at)).where(
            or_(Outbox.state == "waiting", Outbox.state == "sending")
        )
    ).scalar()
    waiting = sum(counts.get(state, 0) for state in ("waiting", "sending", "dot"))
    return Totals(waiting, counts.get("failed", 0), counts.get("in-doubt", 0), oldest)
