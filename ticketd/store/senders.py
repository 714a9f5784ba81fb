"""Blocked senders: who they are, since when, and by whom."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from ticketd.store.prepared import Prepared
from ticketd.store.text_tables import BlockedSender

_BLOCKED = Prepared(select(BlockedSender.entry).where(BlockedSender.entry == bindparam("entry")))


def blocked(session: Session, entries: Sequence[str]) -> str:
    """The first of these entries that is blocked; empty where none is."""
    return next((entry for entry in entries if _BLOCKED.value(session, entry=entry)), "")


def all_blocked(session: Session) -> list[BlockedSender]:
    """Every entry, in order."""
    return list(session.execute(select(BlockedSender).order_by(BlockedSender.entry)).scalars())


def block(session: Session, entry: str, by: str, act: str, now: datetime) -> bool:
    """Block an address or a domain; whether it was not yet."""
    if blocked(session, [entry]):
        return False
    session.add(BlockedSender(entry=entry, at=now, by=by, act=act))
    session.flush()
    return True


def unblock(session: Session, entry: str) -> bool:
    """Take mail of an address or a domain again; whether it was blocked."""
    return bool(session.execute(delete(BlockedSender).where(BlockedSender.entry == entry)).rowcount)  # type: ignore[attr-defined]
