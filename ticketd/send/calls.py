"""Makes the calls of hooks, one after the other: a command with JSON on its standard input, or an HTTP POST."""

import contextlib
import http.client
import logging
import random
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ticketd import maillog
from ticketd.core.clock import Clock
from ticketd.core.errors import NotOurs
from ticketd.core.retries import next_try
from ticketd.core.text import log_text
from ticketd.desk.act import act
from ticketd.desk.hooks import hook_failed
from ticketd.desk.programs import Failed, run_program
from ticketd.desk.work import Desk
from ticketd.send.smarthost import Outcome
from ticketd.store import hook_calls, outbox
from ticketd.store.outbox import Due

log = logging.getLogger(__name__)
BATCH = 10
_PASSING = frozenset({408, 425, 429})
"""Answers of HTTP that say "not now" (RFC 9110, 15.5; RFC 6585, 4; RFC 8470, 5.2); the other 4xx say "never"."""
_MOST_SAID = 500
_MENDED_WITHIN = timedelta(minutes=5)
"""So long a call waits whose set-up is at fault, before it is looked at again."""
_EX_DATAERR = 65
"""A program says so (sysexits) that this call will never do."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a hook calls: a command, or a URL; how long that may take, and how often it is tried."""

    command: tuple[str, ...] = ()
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    within: timedelta = timedelta(seconds=10)
    tries: int = 10
    fault: str = ""
    """Why it cannot be called as it is configured: its calls wait."""


class Caller:
    """States of a call: as those of a mail. At least once: the id in it is the same at each try."""

    def __init__(
        self, desk: Desk, targets: Mapping[str, Target], owner: str, clock: Clock
    ) -> None:  # fmt: skip
        self._desk = desk
        self._targets = targets
        self._owner = owner
        self._clock = clock
        self._is_unclean = False

    def step(self) -> bool:
        """Make a few calls; whether there was work."""
        now, database = self._clock(), self._desk.database
        longest = outbox.LONGEST_PAUSE + self._desk.settings.undo_window
        with database.transaction() as session:
            if self._is_unclean:
                hook_calls.recover(session, [self._owner])
            calls = hook_calls.claim(session, now, self._owner, BATCH, longest)
        self._is_unclean = bool(calls)
        wait_until: dict[str, datetime] = {}
        for call in calls:
            if until := wait_until.get(call.rcpt_to):
                with database.transaction() as session:
                    outbox.put_back(session, [call.id], self._owner, "", until)
                continue
            try:
                later = self._make(call)
            except NotOurs as error:
                log.warning("%s", error)
                continue
            if later is not None:
                wait_until[call.rcpt_to] = later
                with database.transaction() as session:
                    hook_calls.wait_all(session, call.rcpt_to, later)
        self._is_unclean = False
        return bool(calls) and not wait_until

    def _make(self, call: Due) -> datetime | None:
        """One call; until when those behind it wait, where this one will be made again."""
        target = self._targets.get(call.rcpt_to)
        if target is None:
            gone = f"there is no hook '{call.rcpt_to}' in the configuration any more"
            return self._not_made(call, Outcome("failed", gone), 0)
        if target.fault:
            # No attempt: the call waits for the operator, however long that takes.
            later = self._clock() + _MENDED_WITHIN
            with self._desk.database.transaction() as session:
                outbox.put_back(session, [call.id], self._owner, target.fault, later)
            maillog.deferred(call.id, call.ticket, call.kind, call.rcpt_to, target.fault)
            return later
        outbox.at_dot(self._desk.database, call.id, self._owner)
        outcome = ask(target, call.content, call.message_id, call.attempts)
        if outcome.state != "sent":
            return self._not_made(call, outcome, target.tries)
        now = self._clock()
        outbox.sent(self._desk.database, call.id, self._owner, outcome.answer, now)
        maillog.sent(call.id, call.ticket, call.kind, call.rcpt_to, outcome.answer, call.message_id)
        return None

    def _not_made(self, call: Due, outcome: Outcome, tries: int) -> datetime | None:
        now = self._clock()
        told = (call.id, call.ticket, call.kind, call.rcpt_to, outcome.answer)
        with act(self._desk, now) as work:
            kept = outbox.ours(work.session, call.id, self._owner)
            if kept is None:
                raise NotOurs(f"outbox={call.id} is another process's work now")
            if outcome.state == "failed" or call.attempts >= tries:
                kept.next_at = now
                hook_failed(work, kept, outcome.answer)
                maillog.gave_up(*told)
                return None
            kept.state, kept.answer, kept.owner = "waiting", outcome.answer, ""
            kept.next_at = next_try(call.attempts, now, random.uniform(-1, 1))  # noqa: S311 - spreads the load
            maillog.deferred(*told)
            return kept.next_at


def ask(target: Target, body: bytes, key: str, attempt: int) -> Outcome:
    """Make a call: sent, waiting (again later) or failed (for good), with what was answered."""
    if target.command:
        return _run(target, body, key, attempt)
    return _post(target, body, key, attempt)


def _run(target: Target, body: bytes, key: str, attempt: int) -> Outcome:
    more = {"TICKETD_HOOK_ID": key, "TICKETD_HOOK_ATTEMPT": str(attempt)}
    try:
        ended = run_program(target.command, body, target.within.total_seconds(), more)
    except Failed as error:
        return Outcome("waiting", str(error))
    said = log_text((ended.err or ended.out)[:_MOST_SAID].decode("utf-8", "replace"))
    answer = f"exit {ended.code}{f': {said}' if said else ''}"
    if ended.code == 0:
        return Outcome("sent", answer)
    return Outcome("failed" if ended.code == _EX_DATAERR else "waiting", answer)


def _post(target: Target, body: bytes, key: str, attempt: int) -> Outcome:
    """No redirect is followed: where something goes is the configuration's to say."""
    url, seconds = urlsplit(target.url), target.within.total_seconds()
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=seconds)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ticketd",
        "Idempotency-Key": key,
        "X-Ticketd-Attempt": str(attempt),
        **dict(target.headers),
    }
    place = (url.path or "/") + (f"?{url.query}" if url.query else "")
    # The time limit of a socket is for each byte; a server that drips would have us wait for ever.
    held: list[socket.socket] = []
    cut = threading.Timer(seconds, _cut, [connection, held])
    cut.daemon = True
    cut.start()
    try:
        connection.request("POST", place, body, headers)
        # Where the server will close it, the connection itself forgets its socket with the first line of the answer.
        held.append(connection.sock)
        with connection.getresponse() as response:
            said = log_text(response.read(_MOST_SAID).decode("utf-8", "replace"))
            answer = f"{response.status} {said or response.reason}".strip()
            return Outcome(_state(response.status), answer)
    except (OSError, http.client.HTTPException) as error:
        what = (
            "it took too long" if isinstance(error, TimeoutError) or cut.finished.is_set() else ""
        )
        return Outcome("waiting", what or log_text(f"{type(error).__name__}: {error}"))
    finally:
        cut.cancel()
        connection.close()


def _state(status: int) -> str:
    if 200 <= status < 300:
        return "sent"
    return "failed" if 300 <= status < 500 and status not in _PASSING else "waiting"


def _cut(connection: http.client.HTTPConnection, held: list[socket.socket]) -> None:
    for sock in filter(None, (connection.sock, *held)):
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
