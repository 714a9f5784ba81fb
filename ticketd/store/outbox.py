"""The second durable queue: mails that we owe. waiting -> sending -> dot -> sent | waiting | failed | in-doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from ticketd.core.errors import NotOurs
from ticketd.store.database import Database
from ticketd.store.holding import is_held
from ticketd.store.rows import insert
from ticketd.store.tables import Outbox, table_of

_OUTBOX = table_of(Outbox)

CALLS = 9
"""The priority of calls of hooks, which are no mails: see `store.hook_calls`."""
PRIORITY = {
    "reply": 0, "forward": 0, "closing": 1, "ack": 1, "notice": 2, "report": 3, "hook": CALLS,
}  # fmt: skip


LONGEST_PAUSE = timedelta(hours=1)


def put(session: Session, row: Outbox) -> Outbox:
    """Add a finished mail and give it its id; held, where all mail of this desk is."""
    row.priority = PRIORITY[row.kind]
    if is_held(session):
        row.state = "held"
    return insert(session, row)


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that this process sends: nobody else does until its outcome is noted."""

    id: int
    kind: str
    ticket: int | None
    mail_from: str
    rcpt_to: str
    message_id: str
    content: bytes
    attempts: int
    """This one included."""
    first_at: datetime


_T = _OUTBOX.c
_DUE = (
    select(_T.id)
    .where(
        _T.state == "waiting",
        _T.priority.between(bindparam("first"), bindparam("last")),
        or_(_T.next_at <= bindparam("now"), _T.next_at > bindparam("absurd")),
    )
    .order_by(_T.priority, _T.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = select(
    _T.id, _T.kind, _T.ticket, _T.mail_from, _T.rcpt_to, _T.message_id, _T.content, _T.attempts + 1, _T.first_at
).where(_T.id.in_(bindparam("ids", expanding=True)))  # fmt: skip
_TAKE = (
    update(_OUTBOX)
    .where(_T.id.in_(bindparam("ids", expanding=True)))
    .values(state="sending", owner=bindparam("by"), attempts=_T.attempts + 1)
)


def claim(
    session: Session, now: datetime, owner: str, most: int, longest: timedelta = LONGEST_PAUSE, *,
    calls: bool = False,
) -> list[Due]:  # fmt: skip
    """The most urgent mails that are due, as this owner's; two daemons never share one.

    What is put off for longer than the `longest` pause there is, a clock that jumped has put off: it is due.
    """
    connection = session.connection()
    given = {"now": now, "most": most, "absurd": now + longest}
    given |= {"first": CALLS, "last": CALLS} if calls else {"first": 0, "last": CALLS - 1}
    ids = list(connection.execute(_DUE, given).scalars())
    if not ids:
        return []
    found = {row.id: Due(*row) for row in connection.execute(_CLAIM, {"ids": ids})}
    connection.execute(_TAKE, {"ids": ids, "by": owner})
    return [found[mail] for mail in ids]


def at_dot(database: Database, mail: int, owner: str) -> None:
    """Durable just before the final dot: from here on nobody can know. NotOurs where it is another's now."""
    with database.bare() as bare:
        statement = (
            "UPDATE outbox SET state = 'dot' WHERE id = ? AND state = 'sending' AND owner = ?"
        )
        if bare.changed(statement, (mail, owner)) != 1:
            raise NotOurs(f"outbox={mail} is another process's work now")


def sent(database: Database, mail: int, owner: str, answer: str, now: datetime) -> None:
    """The server has taken it. NotOurs where another process has taken it over meanwhile."""
    statement = (
        "UPDATE outbox SET state = 'sent', owner = '', answer = ?, sent_at = ?"
        " WHERE id = ? AND state = 'dot' AND owner = ?"
    )
    # A power loss before the next commit leaves it at its dot: in doubt, and sent again.
    with database.bare(may_be_forgotten=True) as bare:
        if bare.changed(statement, (answer, bare.time(now), mail, owner)) != 1:
            raise NotOurs(f"outbox={mail} was taken over while its final dot was answered")


def unsent(session: Session, ticket: int, kind: str, rcpt_to: str) -> list[Outbox]:
    """Mails of a ticket that nobody has tried to send yet."""
    statement = select(Outbox).where(
        Outbox.ticket == ticket, Outbox.kind == kind, Outbox.rcpt_to == rcpt_to,
        Outbox.state.in_(("waiting", "held")), Outbox.attempts == 0,
    )  # fmt: skip
    return list(session.execute(statement).scalars())


def ours(session: Session, mail: int, owner: str) -> Outbox | None:
    """A mail that this owner still sends, locked; None where another has taken it over."""
    statement = select(Outbox).where(Outbox.id == mail, Outbox.owner == owner).with_for_update()
    return session.execute(statement).scalar_one_or_none()


def put_back(
    session: Session, mails: Sequence[int], owner: str, answer: str, next_at: datetime
) -> None:
    """They were not even tried: that is no attempt."""
    statement = update(Outbox).where(
        Outbox.id.in_(mails), Outbox.state.in_(("sending", "dot")), Outbox.owner == owner
    )
    session.execute(
        statement.values(
            state="waiting", owner="", answer=answer, next_at=next_at, attempts=Outbox.attempts - 1
        )
    )


def hurry(session: Session, mails: Sequence[int], now: datetime) -> None:
    """These waited for nothing but the server: they are due now."""
    session.execute(
        update(Outbox).where(Outbox.id.in_(mails), Outbox.state == "waiting").values(next_at=now)
    )


def late(session: Session, since: datetime, told: int) -> list[Outbox]:
    """Answers that have waited since then to leave, and of which less than `told` was said."""
    statement = select(Outbox).where(
        Outbox.kind.in_(("reply", "forward")),
        Outbox.state.in_(("waiting", "sending", "dot", "in-doubt")),
        Outbox.first_at <= since,
        Outbox.told < told,
    )
    return list(session.execute(statement.order_by(Outbox.id).limit(100)).scalars())


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


def of_message(session: Session, message: int) -> list[Outbox]:
    """Every copy of a message, one for each recipient."""
    return list(
        session.execute(
            select(Outbox).where(Outbox.message == message).order_by(Outbox.id)
        ).scalars()
    )


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


def owners(session: Session) -> set[str]:
    """Everybody who sends some mail."""
    statement = select(Outbox.owner).where(
        Outbox.state.in_(("sending", "dot")), Outbox.priority < CALLS
    )
    return set(session.execute(statement.distinct()).scalars())


IN_DOUBT = "in doubt: no answer to the final dot"


def recover(session: Session, owners: Sequence[str]) -> int:
    """What dead owners were sending: what was not at its final dot waits again, the rest is in doubt; how many.

    In doubt means: sent or not, nobody knows (RFC 1047). The sender says what becomes of it.
    """
    of_dead = Outbox.owner.in_(owners)
    safe = update(Outbox).where(Outbox.state == "sending", of_dead)
    doubt = update(Outbox).where(Outbox.state == "dot", of_dead)
    changes = (
        safe.values(state="waiting", owner=""),
        doubt.values(state="in-doubt", owner="", answer=IN_DOUBT),
    )
    return sum(len(session.execute(c.returning(Outbox.id)).all()) for c in changes)


def retry_doubts(session: Session) -> int:
    """Doubtful mails are sent again: the same bytes and Message-ID, at least once rather than never; how many."""
    statement = update(Outbox).where(Outbox.state == "in-doubt").values(state="waiting")
    return len(session.execute(statement.returning(Outbox.id)).all())


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
            select(Outbox.state, func.count())
            .where(Outbox.state != "sent", Outbox.priority < CALLS)
            .group_by(Outbox.state)
        ).all()
    )
    oldest = session.execute(
        select(func.min(Outbox.first_at)).where(
            or_(Outbox.state == "waiting", Outbox.state == "sending"), Outbox.priority < CALLS
        )
    ).scalar()
    waiting = sum(counts.get(state, 0) for state in ("waiting", "sending", "dot"))
    return Totals(waiting, counts.get("failed", 0), counts.get("in-doubt", 0), oldest)
