"""Raw mail that is kept no longer: its bytes go; tickets, their messages and files, and the note of its coming stay."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ticketd.store.blobs import path_of
from ticketd.store.database import Database
from ticketd.store.inbox import first_id
from ticketd.store.tables import Blob, Inbox, MessageAttachment

_AT_A_TIME = 200
_FRESH = 86400.0
"""Seconds: a younger file has come again meanwhile."""


def forget_raw(database: Database, now: datetime, keep: timedelta) -> int:
    """Remove the bytes of mails that came (or were imported) longer ago than that; how many there were.

    What is an attachment too, what came again since, and what nobody could read yet stays.
    """
    with database.reading() as session:
        seen = session.execute(select(func.coalesce(func.max(Inbox.id), 0))).scalar_one()
        files = session.execute(
            select(func.coalesce(func.max(MessageAttachment.id), 0))
        ).scalar_one()
        old = _old(session, first_id(None, now - keep))
    removed = 0
    for start in range(0, len(old), _AT_A_TIME):
        batch = old[start : start + _AT_A_TIME]
        with database.transaction() as session:
            gone = _remove(session, batch, seen, files)
        removed += len(gone)
        if database.blobs is not None:
            for sha256 in gone:
                _unlink(path_of(database.blobs, sha256))
    return removed


def _old(session: Session, before: int) -> list[str]:
    """Ids are made of the time, so that no index by date is needed."""
    still = select(Inbox.sha256).where((Inbox.id >= before) | (Inbox.state != "done"))
    statement = (
        select(Inbox.sha256)
        .join(Blob, Blob.sha256 == Inbox.sha256)
        .where(
            Inbox.id < before,
            Inbox.state == "done",
            Inbox.sha256.not_in(select(MessageAttachment.sha256)),
            Inbox.sha256.not_in(still),
        )
        .distinct()
    )
    return list(session.execute(statement).scalars())


def _remove(session: Session, wanted: Sequence[str], seen: int, files: int) -> list[str]:
    """Those that nobody has referred to since they were looked at."""
    if session.get_bind().dialect.name != "sqlite":
        # A door that stores the same bytes right now leaves our row as it is: wait until it has told of its mail.
        session.connection().exec_driver_sql("LOCK TABLE blob IN SHARE ROW EXCLUSIVE MODE")
    again = select(Inbox.sha256).where(Inbox.id > seen)
    attached = select(MessageAttachment.sha256).where(MessageAttachment.id > files)
    statement = delete(Blob).where(
        Blob.sha256.in_(wanted), Blob.sha256.not_in(again), Blob.sha256.not_in(attached)
    )
    return list(session.execute(statement.returning(Blob.sha256)).scalars())


def _unlink(path: Path) -> None:
    """Aside first: a file of that name may come in this very moment."""
    aside = path.with_name(f"{path.name}.old")
    try:
        path.rename(aside)
        if time.time() - aside.stat().st_mtime < _FRESH:
            aside.rename(path)
        else:
            aside.unlink()
    except FileNotFoundError:
        return
