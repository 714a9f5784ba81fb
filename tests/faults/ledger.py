"""The equations that hold whatever is killed, stopped, full or away; asked of the database itself.

What was acknowledged is stored once; what is stored is seen once; what is owed has left; and what left
twice did so because nobody could know (RFC 1047) whether it had.
"""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.faults.mta import Letter
from tests.process import Daemon, eventually

UNFINISHED = ("waiting", "sending", "dot")
_DOUBTFUL = "OLD.state = 'dot' AND NEW.state NOT IN ('dot', 'sent', 'failed')"
_SQLITE_DOUBTS = f"""
CREATE TABLE doubt (message_id TEXT);;
CREATE TRIGGER doubted AFTER UPDATE ON outbox WHEN {_DOUBTFUL}
    BEGIN INSERT INTO doubt VALUES (NEW.message_id); END
"""
_POSTGRES_DOUBTS = f"""
CREATE TABLE doubt (message_id TEXT);;
CREATE FUNCTION doubted() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO doubt VALUES (NEW.message_id); RETURN NULL; END $$;;
CREATE TRIGGER doubted AFTER UPDATE ON outbox FOR EACH ROW WHEN ({_DOUBTFUL}) EXECUTE FUNCTION doubted()
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to."""

    mails: int
    """Mails that the desk took."""
    owed: int
    """Mails that the desk had to send for them."""
    doubts: int
    """How often a mail left its final dot without anybody knowing whether it was taken."""
    doubled: int
    """How many mails the smarthost has once too often."""
    set_aside: int
    """Mails that nobody could read: a person has them, as tickets of last resort."""

    def __str__(self) -> str:
        out = f"{self.owed} owed, {self.doubts} in doubt, {self.doubled} doubled"
        return f"{self.mails} mails, 0 lost, {self.set_aside} set aside, {out}"


class Ledger:
    """Asks the database of a daemon, beside it."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool)
        self._is_sqlite = self._engine.dialect.name == "sqlite"

    def count_doubts(self) -> "Ledger":
        """From now on the database itself notes each mail that leaves its final dot without an answer."""
        with self._engine.begin() as connection:
            for statement in (_SQLITE_DOUBTS if self._is_sqlite else _POSTGRES_DOUBTS).split(";;"):
                connection.exec_driver_sql(statement)
        return self

    def rows(self, question: str) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(text(question)).all())

    def states(self, table: str = "outbox") -> Counter[str]:
        """How many rows are in which state."""
        return Counter(dict(self.rows(f"SELECT state, count(*) FROM {table} GROUP BY state")))

    def is_drained(self) -> bool:
        """Nothing waits, nothing is under way; the inbox is asked first, as it fills the outbox."""
        if self.states("inbox")["waiting"] + self.states("inbox")["working"]:
            return False
        outbox = self.states()
        return not any(outbox[state] for state in UNFINISHED)

    def drains(self, seconds: float = 120) -> None:
        eventually(self.is_drained, seconds)

    # -- the equations -----------------------------------------------------------------------

    def check(
        self,
        letters: Sequence[Letter],
        acked: Mapping[tuple[str, str], Sequence[str]],
        taken: Counter[str],
    ) -> Figures:
        """All of them."""
        self.everything_is_acknowledged(letters, acked)
        self.acknowledged_is_stored_once(letters, acked)
        self.stored_is_seen_once(letters)
        self.every_customer_is_owed_one_ack(letters)
        figures = self.owed_has_left(letters, taken)
        self.database_is_whole()
        return figures

    @staticmethod
    def everything_is_acknowledged(
        letters: Sequence[Letter], acked: Mapping[tuple[str, str], Sequence[str]]
    ) -> None:
        missing = [
            (mail.key, to)
            for mail in letters
            for to in mail.recipients
            if (mail.key, to) not in acked
        ]
        assert not missing, missing[:10]

    def acknowledged_is_stored_once(
        self, letters: Sequence[Letter], acked: Mapping[tuple[str, str], Sequence[str]]
    ) -> None:
        """One row for each (mail, recipient), and every 250 named that row."""
        stored: dict[tuple[str, str], list[int]] = defaultdict(list)
        for inbox_id, sender, recipients in self.rows(
            "SELECT id, mail_from, recipients FROM inbox"
        ):
            for address in re.findall(r'\["([^"]+)", ', _as_text(recipients)):
                stored[sender, address].append(inbox_id)
        wanted = {(mail.sender, to) for mail in letters for to in mail.recipients}
        assert set(stored) == wanted, (set(stored) ^ wanted).pop()
        doubled = {key: ids for key, ids in stored.items() if len(ids) != 1}
        assert not doubled, doubled
        for mail in letters:
            for to in mail.recipients:
                named = {int(i) for a in acked.get((mail.key, to), ()) for i in _inbox_ids(a)}
                assert named <= {*stored[mail.sender, to]}, (mail.key, to, named)

    def stored_is_seen_once(self, letters: Sequence[Letter]) -> None:
        """One message on one ticket, in every department that the mail was for."""
        seen: Counter[int] = Counter()
        for inbox_id, _ticket in self.rows(
            "SELECT inbox_id, ticket FROM message WHERE inbox_id IS NOT NULL"
        ):
            seen[inbox_id] += 1
        rows = self.rows("SELECT id, state, ticket, mail_from FROM inbox")
        wrong = [
            r for r in rows if seen[r[0]] != 1 or r[2] is None or r[1] in {"waiting", "working"}
        ]
        assert not wrong, [(*r, seen[r[0]]) for r in wrong[:10]]
        assert set(seen) == {r[0] for r in rows}
        tickets = {r[2] for r in rows}
        assert len(tickets) == len(rows) == len(letters), (
            "each of these mails is a ticket of its own"
        )
        departments = defaultdict(set)
        for number, department in self.rows("SELECT ticket, department FROM ticket_department"):
            departments[number].add(department)
        of = {r[3]: departments[r[2]] for r in rows}
        for mail in letters:
            assert of[mail.sender] >= {to.partition("@")[0] for to in mail.recipients}, mail.key

    def every_customer_is_owed_one_ack(self, letters: Sequence[Letter]) -> None:
        """But nobody whose mail could not be read (a parser that was killed twice over one mail)."""
        unread = {
            r[0] for r in self.rows("SELECT mail_from FROM inbox WHERE state = 'quarantined'")
        }
        assert len(unread) <= len(letters) // 50
        acks = Counter(r[0] for r in self.rows("SELECT rcpt_to FROM outbox WHERE kind = 'ack'"))
        wanted = Counter({mail.sender: 1 for mail in letters if mail.sender not in unread})
        assert acks == wanted, (acks - wanted, wanted - acks)

    def owed_has_left(self, letters: Sequence[Letter], taken: Counter[str]) -> Figures:
        """At least once, nothing else, and more than once only where it was in doubt."""
        owed = {r[0]: r[1] for r in self.rows("SELECT message_id, state FROM outbox")}
        assert {*owed.values()} <= {"sent"}, Counter(owed.values())
        never = set(owed) - set(taken)
        assert not never, sorted(never)[:10]
        invented = set(taken) - set(owed)
        assert not invented, sorted(invented)[:10]
        doubts = Counter(r[0] for r in self.rows("SELECT message_id FROM doubt"))
        for key, times in taken.items():
            assert times - 1 <= doubts[key], (key, times, doubts[key])
        doubled = sum(times - 1 for times in taken.values())
        aside = self.states("inbox")["quarantined"]
        return Figures(len(letters), len(owed), doubts.total(), doubled, aside)

    def database_is_whole(self) -> None:
        if self._is_sqlite:
            assert self.rows("PRAGMA integrity_check") == [("ok",)]
            assert self.rows("PRAGMA foreign_key_check") == []


def ledger_of(daemon: Daemon, database: str | None = None) -> Ledger:
    return Ledger(database or f"sqlite:///{database_file(daemon)}")


def database_file(daemon: Daemon) -> Path:
    return daemon.folder / "state" / "ticketd.db"


def locked(daemon: Daemon) -> sqlite3.Connection:
    """A connection that holds the one write lock of the database, as a shell beside the daemon may."""
    connection = sqlite3.connect(database_file(daemon), isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def _as_text(value: Any) -> str:
    """SQLite gives JSON back as it was written, PostgreSQL as values."""
    import json

    return value if isinstance(value, str) else json.dumps(value)


def _inbox_ids(answer: str) -> list[str]:
    return re.findall(r"inbox=(\d+)", answer)
