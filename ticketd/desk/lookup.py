"""The customer's orders and contracts from another system: a command is asked, its lines are shown to agents alone.

It runs before a mail is worked in, outside any transaction, with little time; what it said is kept for a while.
"""

import json
import logging
import time
from datetime import datetime

from ticketd.core.settings import Lookup
from ticketd.core.text import log_text
from ticketd.desk.programs import Failed, run_program
from ticketd.store import lookups
from ticketd.store.database import Database

log = logging.getLogger(__name__)
_MOST_LINES, _LONGEST = 12, 200
_FAILURES, _PAUSE = 3, 300.0


class Asker:
    """Asks the command, and stops asking for a while where it fails again and again."""

    def __init__(self, database: Database, lookup: Lookup) -> None:
        self._database = database
        self._lookup = lookup
        self._failures = 0
        self._not_before = 0.0

    def ask(self, address: str, name: str, now: datetime) -> None:
        """Know what the other system says of a customer, if it can be had in time."""
        if not self._lookup.command or not address or time.monotonic() < self._not_before:
            return
        with self._database.reading() as session:
            if lookups.is_known(session, address, now - self._lookup.keep):
                return
        lines = self._run(address, name)
        if lines is not None:
            with self._database.transaction() as session:
                lookups.keep(session, address, lines, now)

    def _run(self, address: str, name: str) -> list[str] | None:
        question = json.dumps({"address": address, "name": name}).encode()
        seconds = self._lookup.within.total_seconds()
        try:
            answer = run_program(self._lookup.command, question, seconds)
        except Failed as error:
            self._failed(str(error))
            return None
        if answer.code:
            self._failed(f"exit {answer.code}: {answer.err[:200].decode('utf-8', 'replace')}")
            return None
        self._failures = 0
        text = answer.out.decode("utf-8", "replace")
        lines = (log_text(line, _LONGEST) for line in text.splitlines())
        return [line for line in lines if line][:_MOST_LINES]

    def _failed(self, why: str) -> None:
        self._failures += 1
        log.warning("lookup: %s", log_text(why))
        if self._failures >= _FAILURES:
            self._failures, self._not_before = 0, time.monotonic() + _PAUSE
