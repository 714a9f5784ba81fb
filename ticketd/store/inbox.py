"""The first durable queue: mails that we said 250 to."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from ticketd.core.errors import NotOurs
from ticketd.core.inbound import Envelope, Recipient
from ticketd.store import blobs
from ticketd.store.blobs import Spooled
from ticketd.store.database import Bare, Database, Row
from ticketd.store.prepared import Prepared
from ticketd.store.tables import Inbox, InboxKey, table_of

_INBOX = table_of(Inbox)

REPEAT_WITHIN = timedelta(days=30)
LONGEST_PAUSE = timedelta(hours=1)
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
        known, highest = _known_keys(bare, [key for wanted in keys for key in wanted], now)
        next_id = first_id(highest, now)
        results, rows = _sorted_out(database, deliveries, keys, known, next_id, now, bare)
        if rows.inbox:
            bare.insert(*_BLOB_ROW, rows.blob, "ON CONFLICT DO NOTHING")
            bare.insert(*_INBOX_ROW, rows.inbox)
            bare.insert(*_KEY_ROW, rows.key)
    for delivery, stored in zip(deliveries, results, strict=True):
        if stored.is_repeat:
            delivery.mail.discard()
    return results


_BLOB_ROW = "blob (sha256, size, content, stored_at)", "(?, ?, ?, ?)"
_INBOX_COLUMNS = (
    "id, state, via, peer, mail_from, recipients, sha256, size, received_at, next_at, reasons,"
    " owner, attempts, crashes, error, kind, trust, step, message_id, author, text_hash"
)
_INBOX_ROW = (
    f"inbox ({_INBOX_COLUMNS})",
    "(?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, '[]', '', 0, 0, '', '', '', '', '', '', '')",
)
_KEY_ROW = "inbox_key (key, inbox_id, received_at)", "(?, ?, ?)"


@dataclass(slots=True)
class _Rows:
    """What one commit inserts."""

    blob: list[Row] = field(default_factory=list)
    inbox: list[Row] = field(default_factory=list)
    key: list[Row] = field(default_factory=list)


def _known_keys(bare: Bare, keys: list[str], now: datetime) -> tuple[dict[str, int], int | None]:
    """Deliveries of the last thirty days, older ones are forgotten; and the highest id of the inbox."""
    known_ones = f"inbox_key WHERE key IN ({', '.join('?' * len(keys))})"
    asked = f"SELECT key, inbox_id, received_at >= ? FROM {known_ones} UNION ALL SELECT NULL, max(id), NULL FROM inbox"  # noqa: S608 - question marks alone
    since = bare.time(now - REPEAT_WITHIN)
    found = {key: (mail, is_young) for key, mail, is_young in bare.rows(asked, (since, *keys))}
    highest, _ = found.pop(None)
    if not all(is_young for _, is_young in found.values()):
        bare.run(f"DELETE FROM {known_ones} AND received_at < ?", (*keys, since))  # noqa: S608
    return {key: mail for key, (mail, is_young) in found.items() if is_young}, highest


def _sorted_out(
    database: Database, deliveries: Sequence[Delivery], keys: list[dict[str, Recipient]], known: dict[str, int],
    next_id: int, now: datetime, bare: Bare,
) -> tuple[list[Stored], _Rows]:  # fmt: skip
    """Which deliveries are new, for which of their recipients, and the rows that they make."""
    results: list[Stored] = []
    rows, stored_at = _Rows(), bare.time(now)
    for delivery, wanted in zip(deliveries, keys, strict=True):
        fresh = {key: recipient for key, recipient in wanted.items() if key not in known}
        if not fresh:
            results.append(Stored(known[next(iter(wanted))], is_repeat=True))
            continue
        inbox_id = next_id + len(rows.inbox)
        known.update(dict.fromkeys(fresh, inbox_id))
        envelope, mail = delivery.envelope, delivery.mail
        rows.blob.append((mail.sha256, mail.size, blobs.settle(mail, database.blobs), stored_at))
        recipients = json.dumps([[r.address, r.original] for r in fresh.values()])
        rows.inbox.append(
            (
                inbox_id, envelope.via, envelope.peer, envelope.mail_from, recipients, mail.sha256, mail.size,
                bare.time(envelope.received_at), stored_at,
            )
        )  # fmt: skip
        rows.key += [(key, inbox_id, stored_at) for key in fresh]
        results.append(Stored(inbox_id, is_repeat=False))
    return results, rows


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that this process works on: nobody else does until it is done or given back."""

    id: int
    envelope: Envelope
    sha256: str
    size: int
    attempts: int
    """This one included."""
    crashes: int


_CLAIM = (
    select(*(_INBOX.c[name] for name in (
        "id", "mail_from", "recipients", "via", "received_at", "peer", "sha256", "size", "attempts", "crashes",
    )))
    .where(
        _INBOX.c.state == "waiting",
        or_(_INBOX.c.next_at <= bindparam("now"), _INBOX.c.next_at > bindparam("absurd")),
    )
    .order_by(_INBOX.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)  # fmt: skip
_TAKE = (
    update(_INBOX)
    .where(_INBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="working", owner=bindparam("by"), attempts=_INBOX.c.attempts + 1)
)


def claim(session: Session, now: datetime, owner: str, most: int = 20) -> list[Claimed]:
    """The oldest mails that are due, as this owner's work; two daemons never share one.

    Attempts are counted before the work: a mail that takes us down is known afterwards. One that has
    failed before comes alone, so that it spoils nobody else's attempt.
    """
    connection = session.connection()
    # Put off for longer than any pause of ours: the clock was wrong then, or is now.
    given = {"now": now, "most": most, "absurd": now + LONGEST_PAUSE}
    rows = connection.execute(_CLAIM, given).all()
    chosen = [row for row in rows if not row.attempts] or rows[:1]
    if chosen:
        connection.execute(_TAKE, {"ids": [row.id for row in chosen], "by": owner})
    return [
        Claimed(
            row.id,
            Envelope(
                row.mail_from, tuple(Recipient(*pair) for pair in row.recipients), row.via, row.received_at, row.peer
            ),
            row.sha256, row.size, row.attempts + 1, row.crashes,
        )
        for row in chosen
    ]  # fmt: skip


@cache
def _finishing(names: tuple[str, ...]) -> Prepared:
    table = _INBOX.c
    ours = update(_INBOX).where(
        table.id == bindparam("mail"), table.state == "working", table.owner == bindparam("by")
    )
    return Prepared(ours.values({name: bindparam(f"new_{name}") for name in names}))


def finish(session: Session, mail: int, by: str, state: str, **found: Any) -> None:
    """Our work on a mail ends, in the transaction of all that it has caused. NotOurs where it is another's now."""
    values = {"state": state, "owner": "", **found}
    told = {f"new_{name}": value for name, value in values.items()}
    if _finishing(tuple(values)).changed(session, mail=mail, by=by, **told) != 1:
        raise NotOurs(f"inbox={mail} is another process's work now")


def give_back(session: Session, ids: Sequence[int], owner: str) -> None:
    """They were not worked on after all: that is no attempt."""
    statement = update(Inbox).where(
        Inbox.id.in_(ids), Inbox.state == "working", Inbox.owner == owner
    )
    session.execute(statement.values(state="waiting", owner="", attempts=Inbox.attempts - 1))


def owners(session: Session) -> set[str]:
    """Everybody who works on some mail."""
    return set(
        session.execute(select(Inbox.owner).where(Inbox.state == "working").distinct()).scalars()
    )


def recover(session: Session, owners: Sequence[str]) -> int:
    """What dead owners were at work on waits again; how many.

    They work in the order of ids: only the first one of each can have been in work, and only its attempt counts.
    """
    statement = select(Inbox.owner, Inbox.id).where(
        Inbox.state == "working", Inbox.owner.in_(owners)
    )
    found = session.execute(statement.order_by(Inbox.owner, Inbox.id)).all()
    first: dict[str, int] = {}
    for owner, mail in found:
        first.setdefault(owner, mail)
    untouched = [mail for owner, mail in found if first[owner] != mail]
    if untouched:
        spared = update(Inbox).where(Inbox.id.in_(untouched))
        session.execute(spared.values(attempts=Inbox.attempts - 1))
    if found:
        waits = update(Inbox).where(Inbox.id.in_([mail for _, mail in found]))
        session.execute(waits.values(state="waiting", owner=""))
    return len(found)


def by_id(session: Session, inbox_id: int) -> Inbox | None:
    """One mail in whatever state."""
    return session.get(Inbox, inbox_id)


def arrived(session: Session, sender: str, message_id: str, since: datetime) -> Inbox | None:
    """The mail of this id, or one of this sender that nobody has read yet; the newest since then."""
    is_it = or_(
        Inbox.message_id == message_id, (Inbox.message_id == "") & (Inbox.mail_from == sender)
    )
    statement = select(Inbox).where(is_it, Inbox.received_at >= since)
    return session.execute(statement.order_by(Inbox.id.desc()).limit(1)).scalar_one_or_none()


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


_REPEATED = Prepared(
    select(_INBOX.c.id)
    .where(
        _INBOX.c.author == bindparam("author"),
        _INBOX.c.text_hash == bindparam("text"),
        _INBOX.c.received_at >= bindparam("since"),
        _INBOX.c.id != bindparam("but"),
    )
    .limit(1)
)


def of_authors(session: Session, addresses: Sequence[str]) -> list[Inbox]:
    """The mails that came from these addresses and are still here."""
    statement = select(Inbox).where(Inbox.author.in_(addresses), Inbox.sha256 != "")
    return list(session.execute(statement.order_by(Inbox.id)).scalars())


def take_key(session: Session, key: str, now: datetime) -> None:
    """Note that something of this name comes: who notes it at the same time waits for the first to commit."""
    statement = blobs.insert_ignore(session.get_bind().dialect.name, InboxKey)
    session.execute(statement, {"key": key, "inbox_id": 0, "received_at": now})


def of_ticket(session: Session, number: int, ids: Sequence[int | None]) -> list[Inbox]:
    """The mails that became something of a ticket, and these."""
    known = [mail for mail in ids if mail is not None]
    mine = or_(Inbox.ticket == number, Inbox.id.in_(known))
    return list(session.execute(select(Inbox).where(mine).order_by(Inbox.id)).scalars())


def is_repeated_text(
    session: Session, author: str, text_hash: str, since: datetime, *, but: int
) -> bool:
    """Whether this author sent the same text since then."""
    values = {"author": author, "text": text_hash, "since": since, "but": but}
    return _REPEATED.value(session, **values) is not None


def work_again(session: Session, inbox_id: int, now: datetime) -> None:
    """A mail that is done is worked in once more: it was confirmed."""
    statement = update(Inbox).where(Inbox.id == inbox_id, Inbox.state == "done")
    session.execute(statement.values(state="waiting", owner="", attempts=0, next_at=now))
