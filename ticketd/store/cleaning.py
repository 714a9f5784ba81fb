"""What is not needed any more: keys of old deliveries, spent budgets, unanswered questions, halves of mails."""

import time
from datetime import datetime, timedelta

from sqlalchemy import delete

from ticketd.core.undelivered import BAD_WITHIN
from ticketd.store.agent_tables import WaitingAct
from ticketd.store.database import Database
from ticketd.store.inbox import REPEAT_WITHIN
from ticketd.store.tables import InboxKey, Spent

_BUDGETS_FOR = timedelta(days=8)
"""Longer than any budget looks back, the longest mute included."""
_BOUNCES_FOR = BAD_WITHIN + timedelta(days=1)
_HALVES_FOR = 86400.0
_QUESTIONS_FOR = timedelta(days=30)
"""They count for half an hour; until then a late answer is told why nothing happens."""


def clean(database: Database, now: datetime) -> int:
    """Remove it; how much there was."""
    removed = 0
    with database.transaction() as session:
        bounces = Spent.budget == "bounce"
        question = WaitingAct.why == "confirm"
        for moment, old in (
            (InboxKey.received_at, InboxKey.received_at < now - REPEAT_WITHIN),
            (Spent.at, ~bounces & (Spent.at < now - _BUDGETS_FOR)),
            (WaitingAct.at, question & (WaitingAct.at < now - _QUESTIONS_FOR)),
            (Spent.at, bounces & (Spent.at < now - _BOUNCES_FOR)),
        ):
            removed += len(
                session.execute(delete(moment.class_).where(old).returning(moment)).all()
            )
    folder = database.blobs / "incoming" if database.blobs is not None else None
    for path in folder.iterdir() if folder is not None and folder.is_dir() else ():
        if time.time() - path.stat().st_mtime > _HALVES_FOR:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
