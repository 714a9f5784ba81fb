"""Desks of any size for the benchmarks: two hundred tickets that went the way of real mail, multiplied.

What is multiplied are rows of every table, with their keys, times and texts moved, so that a desk of 200,000 tickets
holds what the daemon would have written: tickets, people, messages, history, outbox, inbox, raw mails, search rows.
"""

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ticketd.build import open_database
from ticketd.cli import seed
from ticketd.config.load import load
from ticketd.core.text import fold
from ticketd.store import schema

CONFIG = """\
domain: bench.example
state_dir: {folder}/state
database: {database}
blobs: database
departments:
  support: {{name: Support, address: support@bench.example}}
  sales: {{name: Sales, address: sales@bench.example}}
agents: {{bob: {{name: Bob, address: bob@agents.example, departments: [support, sales]}}}}
budgets: {{enabled: false}}
listen: {{smtp: null, lmtp: null}}
"""
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
STEP = timedelta(minutes=30, microseconds=1)
"""From copy to copy. The odd microsecond: times of the pattern are whole seconds, and ids by time are never twice."""
EVERY = 1_000_000
"""So far are the ids of one copy from those of the next: in no table are there as many."""
WORDS = {
    "en": "printer paper jam invoice login password network cable screen update license order refund",
    "th": "เครื่องพิมพ์ กระดาษ ใบแจ้งหนี้ รหัสผ่าน เครือข่าย หน้าจอ อัปเดต คำสั่งซื้อ คืนเงิน สาขา",
    "vi": "máy in giấy hóa đơn mật khẩu mạng màn hình cập nhật đơn hàng hoàn tiền chi nhánh",
}
RARE = {"en": " xylophone", "th": "ระนาดทุ้มเหล็ก", "vi": " đàn tam thập lục"}
"""What one message of each language holds, in the middle of the desk."""
SHIFTED = {
    ("ticket", "number"), ("ticket_department", "ticket"), ("participant", "ticket"),
    ("message", "ticket"), ("activity", "ticket"), ("outbox", "ticket"), ("inbox", "ticket"),
    ("search_text", "ticket"),
}  # fmt: skip
COUNTED = {
    ("participant", "id"), ("message", "id"), ("attachment", "id"), ("attachment", "message"),
    ("activity", "id"), ("outbox", "id"), ("outbox", "message"), ("search_text", "id"),
    ("search_text", "message"),
}  # fmt: skip
BY_TIME = {("inbox", "id"), ("inbox_key", "inbox_id"), ("message", "inbox_id")}
KEYS = {"act", "soft_key", "text_hash", "key", "sha256"}
ADDRESSES = {"customer_address", "author_address", "address", "mail_from", "rcpt_to", "author"}
TABLES = (
    "blob", "inbox", "inbox_key", "ticket", "ticket_department", "participant", "message",
    "attachment", "activity", "outbox", "search_text",
)  # fmt: skip


def write_config(folder: Path, url: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(folder=folder, database=url), "utf-8")
    return path


def made(folder: Path, tickets: int) -> Path:
    """The same, unless it is there already from another time."""
    done = folder / "made"
    if not done.exists():
        make(folder, tickets)
        done.touch()
    return folder / "config.yaml"


def make(folder: Path, tickets: int) -> Path:
    """A desk on SQLite with so many tickets; its configuration."""
    file = folder / "bench.db"
    config = write_config(folder, f"sqlite:///{file}")
    copies = max(0, tickets // seed.COUNT - 1)
    # The pattern is the oldest: later numbers are later tickets.
    seed.fill(load(config), NOW - copies * STEP)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        _multiply(connection, copies)
    return config


def _multiply(connection: sqlite3.Connection, copies: int) -> None:
    _attach(connection)
    patterns = {name: _Pattern(connection, name) for name in TABLES}
    languages = dict(connection.execute("SELECT number, language FROM ticket"))
    for number in range(1, copies + 1):
        texts = _texts(connection, languages, number, is_middle=number == (copies + 1) // 2)
        for pattern in patterns.values():
            pattern.insert(connection, number, len(languages), texts)
        if number % 50 == 0 or number == copies:
            connection.commit()
            print(f"\r{(number + 1) * len(languages)} tickets", end="", flush=True)
    connection.execute("UPDATE counter SET value = (SELECT max(number) FROM ticket)")
    print()


def _attach(connection: sqlite3.Connection) -> None:
    """A file on every tenth message: the demo's customers send none."""
    connection.execute(
        "INSERT INTO attachment (message, name, type, size, sha256, content_id, inline)"
        " SELECT m.id, 'photo.jpg', 'image/jpeg', i.size, i.sha256, '', 0"
        " FROM message m JOIN inbox i ON i.id = m.inbox_id WHERE m.id % 10 = 0"
    )


def _texts(
    connection: sqlite3.Connection, languages: dict[int, str], copy: int, *, is_middle: bool
) -> dict[int, str]:
    """What each customer writes in this copy, by the message in the pattern."""
    chance = random.Random(copy)
    found, rare = {}, dict(RARE) if is_middle else {}
    statement = "SELECT min(id), ticket FROM message WHERE ticket <= ? GROUP BY ticket"
    for message, ticket in connection.execute(statement, (len(languages),)):
        language = languages[ticket]
        glue = "" if language == "th" else " "
        said = glue.join(chance.choices(WORDS[language].split(), k=40 if glue else 25))
        found[message] = f" {said}{rare.pop(language, '')}"
    return found


class _Pattern:
    """The rows of one table as real mail wrote them."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        cursor = connection.execute(f"SELECT * FROM {table}")
        self.table = table
        self.columns = [told[0] for told in cursor.description]
        self.rows = [self._read(row) for row in cursor]
        places = ", ".join("?" * len(self.columns))
        self._insert = f"INSERT INTO {table} ({', '.join(self.columns)}) VALUES ({places})"

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            datetime.fromisoformat(value) if value and self._is_time(name) else value
            for name, value in zip(self.columns, row, strict=True)
        )

    def _is_time(self, name: str) -> bool:
        return name.endswith("_at") or name in {"at", "pending_until"}

    def insert(
        self, connection: sqlite3.Connection, copy: int, size: int, texts: dict[int, str]
    ) -> None:
        connection.executemany(self._insert, self._moved(copy, size, texts))

    def _moved(self, copy: int, size: int, texts: dict[int, str]) -> Iterator[list[Any]]:
        table = self.table
        later = copy * STEP
        micro = round(later.total_seconds() * 1_000_000)
        for row in self.rows:
            new = list(row)
            for at, (name, value) in enumerate(zip(self.columns, row, strict=True)):
                if value is None or value == "":
                    continue
                if (table, name) in SHIFTED:
                    new[at] = value + copy * size
                elif (table, name) in COUNTED:
                    new[at] = value + copy * EVERY
                elif (table, name) in BY_TIME:
                    new[at] = value + micro
                elif isinstance(value, datetime):
                    new[at] = (value + later).strftime("%Y-%m-%d %H:%M:%S.%f")
                elif name in KEYS:
                    new[at] = f"{copy:08x}{value[8:]}"
                elif name == "message_id":
                    new[at] = f"<{copy}.{value[1:]}"
                elif name in ADDRESSES and "@" in value and "agents.example" not in value:
                    new[at] = value.replace("@", f".{copy}@", 1)
                elif name in {"text", "full_text", "folded"}:
                    new[at] = self._text(name, row, value, texts)
            yield new

    def _text(self, name: str, row: tuple[Any, ...], value: str, texts: dict[int, str]) -> str:
        of = row[self.columns.index("id" if self.table == "message" else "message")]
        more = texts.get(of, "")
        return value + (fold(more) if name == "folded" else more)


def copy_to_postgres(source: Path, folder: Path, url: str) -> Path:
    """The same desk in an empty PostgreSQL database; its configuration."""
    import psycopg

    config = write_config(folder, url)
    state = source.parent / "state"
    (folder / "state").mkdir(exist_ok=True)
    for key in state.glob("*key*"):
        (folder / "state" / key.name).write_bytes(key.read_bytes())
    database = open_database(load(config))
    schema.create(database)
    database.close()
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with sqlite3.connect(source) as old, psycopg.connect(plain, autocommit=True) as new:
        new.execute("SET timezone = 'UTC'")
        for table in (*TABLES, "counter"):
            print(f"\r{table:20}", end="", flush=True)
            _copy(old, new, table)
        # What the server does by itself within the minute.
        new.execute("VACUUM ANALYZE")
    print()
    return config


def _copy(old: sqlite3.Connection, new: Any, table: str) -> None:
    cursor = old.execute(f"SELECT * FROM {table}")
    names = [told[0] for told in cursor.description]
    flags = [at for at, name in enumerate(names) if name in {"is_flagged", "has_html", "inline"}]
    with (
        new.cursor() as into,
        into.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for row in cursor:
            values = list(row)
            for at in flags:
                values[at] = bool(values[at])
            copy.write_row(values)
