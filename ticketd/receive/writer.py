"""The one thread that writes mails into the inbox: group commit, without any delay timer."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ticketd.core.clock import Clock
from ticketd.core.errors import Temporary
from ticketd.core.inbound import Envelope
from ticketd.receive.pressure import Pressure
from ticketd.store import inbox
from ticketd.store.blobs import Spool
from ticketd.store.database import Database, DiskFull
from ticketd.store.inbox import Delivery, Stored

log = logging.getLogger(__name__)
_BATCH = 64
_STUCK = 30.0
"""Seconds: the database's own patience is 5."""
Told = Callable[[Stored | Exception], None]
"""Told, in the writer's thread, what became of a mail: durable, or why it is not."""


@dataclass(slots=True)
class _Job:
    envelope: Envelope
    spool: Spool
    told: Told


class Writer:
    """While one batch is made durable the next one forms: under load, one fsync serves many mails."""

    def __init__(
        self, database: Database, clock: Clock, stored: Callable[[], None], pressure: Pressure
    ) -> None:
        self._database = database
        self._clock = clock
        self._stored = stored
        """Told after each commit, to wake intake."""
        self._pressure = pressure
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._busy_since: float | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def put(self, envelope: Envelope, spool: Spool, told: Told) -> None:
        """Hand a mail over."""
        self._queue.put(_Job(envelope, spool, told))
        self._pressure.waits()

    def is_stuck(self) -> bool:
        """Whether one commit takes longer than any that ends."""
        since = self._busy_since
        return since is not None and time.monotonic() - since > _STUCK

    def stop(self) -> None:
        """Finish what waits, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            batch, stopping = self._next_batch()
            if batch:
                self._busy_since = time.monotonic()
                self._store(batch)
                self._busy_since = None
                self._pressure.stored(self._queue.qsize())

    def _next_batch(self) -> tuple[list[_Job], bool]:
        batch: list[_Job] = []
        job = self._queue.get()
        while job is not None:
            batch.append(job)
            if len(batch) == _BATCH:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _store(self, batch: list[_Job]) -> None:
        try:
            deliveries = [Delivery(job.envelope, job.spool.finish()) for job in batch]
            results = inbox.put(self._database, deliveries, self._clock())
        except Exception as error:  # noqa: BLE001 - every job gets its answer, whatever happened
            self._failed(batch, error)
            return
        self._stored()
        for job, stored in zip(batch, results, strict=True):
            job.told(stored)

    def _failed(self, batch: list[_Job], error: Exception) -> None:
        # One bad mail must not defer the others of its batch.
        if len(batch) > 1 and not isinstance(error, Temporary):
            for job in batch:
                self._store([job])
            return
        failure = DiskFull(str(error)) if isinstance(error, OSError) else error
        if not isinstance(failure, Temporary):
            log.error("inbox write failed", exc_info=error)
        for job in batch:
            job.spool.discard()
            job.told(failure)
