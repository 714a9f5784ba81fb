"""Who is alive: several daemons on one PostgreSQL, and what a dead one was at work on.

Each process that works on a queue holds an advisory lock on its name over a connection of its own. The lock dies
with the connection, however the process ended: no leases, no clocks. On SQLite there is one daemon (see `lock`)
with one process for each queue, so whoever else was at work on it is dead.
"""

import logging
import secrets
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ticketd.store.database import Database

log = logging.getLogger(__name__)
_SPACE = 0x7464
"""The first half of our advisory locks' keys."""
_LEADER = 0
# A machine that has lost its power says no goodbye: the database notices within a minute.
_KEEPALIVE = (
    "SET tcp_keepalives_idle = 20", "SET tcp_keepalives_interval = 10", "SET tcp_keepalives_count = 3",
    "SET idle_session_timeout = 0",
)  # fmt: skip


class Queue(Protocol):
    """The inbox or the outbox, as far as its workers may die."""

    def owners(self, session: Session) -> set[str]: ...

    def recover(self, session: Session, owners: Sequence[str]) -> int: ...


class Presence:
    """One process among its peers, at work on a queue."""

    def __init__(self, database: Database, queue: Queue, *, may_lead: bool = False) -> None:
        self.owner = secrets.token_hex(4)
        """The name of this run of this process."""
        self._database = database
        self._queue = queue
        self._connection: Connection | None = None
        self._may_lead = may_lead
        self._leads = may_lead and database.is_sqlite

    @property
    def leads(self) -> bool:
        """Whether this process does what only one of them may: timers. As of the last `renew`."""
        return self._leads

    def renew(self) -> int:
        """Show that we live, try to lead, and take up what dead peers left; how many mails that were."""
        if not self._database.is_sqlite:
            self._hold()
        with self._database.transaction() as session:
            owners = self._queue.owners(session) - {self.owner}
            if not self._database.is_sqlite:
                # Held to the end of this transaction: two peers never recover the same owner's work.
                owners = {o for o in owners if session.scalar(_try(_key(o)))}
            taken = self._queue.recover(session, sorted(owners)) if owners else 0
        if taken:
            log.warning("taken up from a process that died: %d mails", taken)
        return taken

    def _hold(self) -> None:
        try:
            if self._connection is None:
                self._connection = self._database.engine.connect().execution_options(
                    isolation_level="AUTOCOMMIT"
                )
                for statement in _KEEPALIVE:
                    self._connection.execute(text(statement))
                self._connection.execute(
                    text(f"SELECT pg_advisory_lock({_SPACE}, {_key(self.owner)})")
                )
            if self._may_lead and not self._leads:
                question = text(f"SELECT pg_try_advisory_lock({_SPACE}, {_LEADER})")
                self._leads = bool(self._connection.execute(question).scalar())
                if self._leads:
                    log.info("this daemon leads: it does what is due by time")
            else:
                # How we learn that the connection is gone, and our locks with it.
                self._connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            log.warning("presence lost: %s", error.orig)
            self._leads = False
            self.leave()

    def leave(self) -> None:
        """Give the locks back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                # All at once and before we say so: a connection that ends gives its locks back one by one, later.
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
            except DBAPIError:
                log.debug("the connection is gone, and its locks with it")
            try:
                # Not back into the pool: it may be broken.
                connection.invalidate()
            finally:
                connection.close()


def _key(owner: str) -> int:
    return int.from_bytes(bytes.fromhex(owner), signed=True) if len(owner) == 8 else 1


def _try(key: int) -> TextClause:
    return text(f"SELECT pg_try_advisory_xact_lock({_SPACE}, {key})")
