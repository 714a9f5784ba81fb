"""What is not needed any more: keys of old deliveries, spent budgets, halves of mails that never came whole."""

import time
from datetime import datetime, timedelta

from sqlalchemy import delete

from ticketd.store.database import Database
from ticketd.store.inbox import REPEAT_WITHIN
from ticketd.store.tables import InboxKey, Spent

_BUDGETS_FOR = timedelta(days=8)
"""Longer than any budget looks back, the longest mute included."""
_HALVES_FOR = 86400.0


def clean(database: Database, now: datetime) -> int:
    """Remove it; how much there was."""
    removed = 0
    with database.transaction() as session:
        for table, before in ((InboxKey, now - REPEAT_WITHIN), (Spent, now - _BUDGETS_FOR)):
            moment = table.received_at if table is InboxKey else Spent.at
            found = session.execute(delete(table).where(moment < before).returning(moment))
            removed += len(found.all())
    folder = database.blobs / "incoming" if database.blobs is not None else None
    for path in folder.iterdir() if folder is not None and folder.is_dir() else ():
        if time.time() - path.stat().st_mtime > _HALVES_FOR:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
