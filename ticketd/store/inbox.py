"""The first durable queue: mails that we said 250 to."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from ticketd.core.inbound import Envelope, Recipient
from ticketd.store import blobs
from ticketd.store.blobs import Spooled
from ticketd.store.database import Bare, Database, Row
from ticketd.store.tables import Inbox

REPEAT_WITHIN = timedelta(days=30)
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Delivery:
    """One mail at the door: what was handed over, and the bytes."""

    envelope: Envelope
    mail: Spooled


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a delivery: its id, and whether all of it had been committed before."""

    id: int
    is_repeat: bool


def first_id(highest: int | None, now: datetime) -> int:
    """Ordered by time, below 2**53 for two centuries (microseconds), and never one that is taken."""
    microseconds = int((now - _EPOCH) / timedelta(microseconds=1))
    return max(microseconds, (highest or 0) + 1)


def exact_key(digest: str, recipient: str) -> str:
    """Same bytes for the same recipient: the same delivery once more."""
    return hashlib.sha256(f"{digest}\0{recipient}".encode("utf-8", "replace")).hexdigest()


def put(database: Database, deliveries: Sequence[Delivery], now: datetime) -> list[Stored]:
    """Commit several mails at once (group commit); on return they are durable.

    Temporary where the database is locked, away or full: then none of them is stored. Plain DBAPI:
    this stands before every 250, and SQLAlchemy would take ten times as long as the database itself.
    """
    keys = [
        {exact_key(d.mail.exact_digest(), r.address): r for r in d.envelope.rcpt_to}
        for d in deliveries
    ]
    with database.bare() as bare:
        known = _known_keys(bare, [key for wanted in keys for key in wanted], now)
        next_id = first_id(bare.value("SELECT max(id) FROM inbox"), now)
        results, rows = _sorted_out(database, deliveries, keys, known, next_id, now, bare)
        if rows.inbox:
            bare.many(
                "INSERT INTO blob (sha256, size, content, stored_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                rows.blob,
            )
            bare.many(_INSERT_INBOX, rows.inbox)
            bare.many(
                "INSERT INTO inbox_key (key, inbox_id, received_at) VALUES (?, ?, ?)", rows.key
            )
    for delivery, stored in zip(deliveries, results, strict=True):
        if stored.is_repeat:
            delivery.mail.discard()
    return results


_INSERT_INBOX = (
    "INSERT INTO inbox (id, state, via, peer, mail_from, recipients, sha256, size, received_at, next_at, reasons,"
    " attempts, crashes, error, kind, trust, step, message_id, author, text_hash)"
    " VALUES (?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, '[]', 0, 0, '', '', '', '', '', '', '')"
)


@dataclass(slots=True)
class _Rows:
    """What one commit inserts."""

    blob: list[Row] = field(default_factory=list)
    inbox: list[Row] = field(default_factory=list)
    key: list[Row] = field(default_factory=list)


def _known_keys(bare: Bare, keys: list[str], now: datetime) -> dict[str, int]:
    """Deliveries of the last thirty days; older ones are forgotten."""
    known_ones = f"inbox_key WHERE key IN ({', '.join('?' * len(keys))})"
    since = bare.time(now - REPEAT_WITHIN)
    bare.run(f"DELETE FROM {known_ones} AND received_at < ?", (*keys, since))  # noqa: S608 - question marks alone
    return dict(bare.rows(f"SELECT key, inbox_id FROM {known_ones}", tuple(keys)))  # noqa: S608


def _sorted_out(
    database: Database, deliveries: Sequence[Delivery], keys: list[dict[str, Recipient]], known: dict[str, int],
    next_id: int, now: datetime, bare: Bare,
) -> tuple[list[Stored], _Rows]:  # fmt: skip
    """Which deliveries are new, for which of their recipients, and the rows that they make."""
    results: list[Stored] = []
    rows = _Rows()
    for delivery, wanted in zip(deliveries, keys, strict=True):
        fresh = {key: recipient for key, recipient in wanted.items() if key not in known}
        if not fresh:
            results.append(Stored(known[next(iter(wanted))], is_repeat=True))
            continue
        inbox_id = next_id + len(rows.inbox)
        known.update(dict.fromkeys(fresh, inbox_id))
        envelope, mail = delivery.envelope, delivery.mail
        rows.blob.append(
            (mail.sha256, mail.size, blobs.settle(mail, database.blobs), bare.time(now))
        )
        recipients = json.dumps([[r.address, r.original] for r in fresh.values()])
        rows.inbox.append(
            (
                inbox_id, envelope.via, envelope.peer, envelope.mail_from, recipients, mail.sha256, mail.size,
                bare.time(envelope.received_at), bare.time(now),
            )
        )  # fmt: skip
        rows.key += [(key, inbox_id, bare.time(now)) for key in fresh]
        results.append(Stored(inbox_id, is_repeat=False))
    return results, rows


def envelope_of(row: Inbox) -> Envelope:
    """The envelope as it was handed over."""
    recipients = tuple(Recipient(address, original) for address, original in row.recipients)
    return Envelope(row.mail_from, recipients, row.via, row.received_at, row.peer)


def next_waiting(session: Session, now: datetime, limit: int = 20) -> list[Inbox]:
    """The oldest mails that are due; on PostgreSQL locked, so that two daemons never share one."""
    statement = (
        select(Inbox)
        .where(Inbox.state == "waiting", Inbox.next_at <= now)
        .order_by(Inbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(statement).scalars())


def claim(session: Session, inbox_id: int) -> Inbox | None:
    """One mail for this transaction alone; None where somebody else has it or it is done."""
    statement = (
        select(Inbox)
        .where(Inbox.id == inbox_id, Inbox.state == "waiting")
        .with_for_update(skip_locked=True)
    )
    return session.execute(statement).scalar_one_or_none()


def give_back(session: Session, ids: Sequence[int]) -> None:
    """Take an attempt back that was none."""
    statement = update(Inbox).where(Inbox.id.in_(ids), Inbox.state == "waiting", Inbox.attempts > 0)
    session.execute(statement.values(attempts=Inbox.attempts - 1))


def by_id(session: Session, inbox_id: int) -> Inbox | None:
    """One mail in whatever state."""
    return session.get(Inbox, inbox_id)


def quarantined(session: Session) -> list[Inbox]:
    """The mails that wait for a person, oldest first."""
    return list(
        session.execute(
            select(Inbox).where(Inbox.state == "quarantined").order_by(Inbox.id)
        ).scalars()
    )


def leave_quarantine(session: Session, ids: Sequence[int], state: str, now: datetime) -> list[int]:
    """Let quarantined mails be tried again (`waiting`) or be done with (`done`); those that were some."""
    statement = (
        update(Inbox)
        .where(Inbox.id.in_(ids), Inbox.state == "quarantined")
        .values(state=state, attempts=0, crashes=0, next_at=now)
    )
    return list(session.execute(statement.returning(Inbox.id)).scalars())


def is_repeated_text(
    session: Session, author: str, text_hash: str, since: datetime, *, but: int
) -> bool:
    """Whether this author sent the same text since then."""
    statement = select(Inbox.id).where(
        Inbox.author == author,
        Inbox.text_hash == text_hash,
        Inbox.received_at >= since,
        Inbox.id != but,
    )
    return session.execute(statement.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Totals:
    """What `status` says of the inbox."""

    waiting: int
    quarantined: int
    oldest: datetime | None


def totals(session: Session) -> Totals:
    """How many wait, how many are quarantined, and since when the oldest waits."""
    counts = dict(session.execute(select(Inbox.state, func.count()).group_by(Inbox.state)).all())
    oldest = session.execute(
        select(func.min(Inbox.received_at)).where(or_(Inbox.state == "waiting"))
    ).scalar()
    return Totals(counts.get("waiting", 0), counts.get("quarantined", 0), oldest)
