"""How long a person waits at the terminal: commands against the imports they cannot do without, search against `show`.

Prints ratios of times measured in one run: `--help` to `import click`, `list` to `import sqlalchemy.orm`, and each kind
of search over many messages to `show` on the same database.
"""

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ticketd.build import open_database, prepare
from ticketd.config.load import load
from ticketd.core.text import fold

CONFIG = """\
domain: bench.example
state_dir: {folder}/state
database: {database}
departments: {{support: {{name: Support, address: support@bench.example}}}}
agents: {{bob: {{name: Bob, address: bob@agents.example, departments: [support]}}}}
listen: {{smtp: null, lmtp: null}}
"""
WORDS = {
    "en": [
        "printer",
        "paper",
        "jam",
        "invoice",
        "login",
        "password",
        "network",
        "cable",
        "screen",
        "update",
        "license",
        "order",
        "refund",
    ],
    "th": [
        "เครื่องพิมพ์",
        "กระดาษ",
        "ใบแจ้งหนี้",
        "รหัสผ่าน",
        "เครือข่าย",
        "หน้าจอ",
        "อัปเดต",
        "คำสั่งซื้อ",
        "คืนเงิน",
        "สาขา",
    ],
    "vi": [
        "máy",
        "in",
        "giấy",
        "hóa",
        "đơn",
        "mật",
        "khẩu",
        "mạng",
        "màn",
        "hình",
        "cập",
        "nhật",
        "đơn",
        "hàng",
        "hoàn",
        "tiền",
        "chi",
        "nhánh",
    ],
}
NOW = "2026-11-24 09:00:00.000000"


def fill(path: Path, messages: int) -> None:
    """Ten messages a ticket, a third each in English, Thai and Vietnamese, some 480 characters long."""
    chance = random.Random(7)
    tickets, rows, texts = [], [], []
    for number in range(1, messages // 10 + 1):
        language = ("en", "th", "vi")[number % 3]
        glue = "" if language == "th" else " "
        subject = glue.join(chance.choices(WORDS[language], k=4))
        tickets.append((number, subject, f"c{number}@example.org", language))
        texts.append((number, None, fold(f"{subject}\n\n\nc{number}@example.org")))
        for _ in range(10):
            text = glue.join(chance.choices(WORDS[language], k=80 if language != "th" else 50))
            if len(rows) == messages // 2:
                text += " xylophone"
            rows.append((number, text))
            texts.append((number, len(rows), fold(text)))
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO ticket (number, subject, customer_address, language, status, priority, department, customer_name,"
            f" channel, summary, tags, fields, is_flagged, links, followers, opened_at, updated_at) VALUES (?, ?, ?, ?, 'open',"
            f" 'normal', 'support', '', 'email', '', '[]', '{{}}', 0, '[]', '[]', '{NOW}', '{NOW}')",
            tickets,
        )
        connection.executemany(
            "INSERT INTO message (ticket, text, full_text, kind, author_address, author_name, by, at, has_html, trust, message_id,"
            f" soft_key, undelivered) VALUES (?, ?, ?, 'customer', 'c@example.org', '', 'customer', '{NOW}', 0, 'none', '', '', '')",
            [(number, text, text) for number, text in rows],
        )
        connection.executemany(
            "INSERT INTO search_text (ticket, message, folded) VALUES (?, ?, ?)", texts
        )


def fill_postgres(url: str, source: Path) -> None:
    """The same rows, copied."""
    import psycopg

    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with sqlite3.connect(source) as old, psycopg.connect(plain) as new:
        for table in ("ticket", "message", "search_text"):
            cursor = old.execute(f"SELECT * FROM {table}")
            names = [d[0] for d in cursor.description]
            with (
                new.cursor() as into,
                into.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy,
            ):
                for row in cursor:
                    copy.write_row([bool(v) if n in {"is_flagged", "has_html"} else v for n, v in zip(names, row, strict=True)])  # fmt: skip
        new.execute("ANALYZE")


def best(command: Sequence[str], rounds: int) -> float:
    """The fastest of several runs, in seconds."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - started)
    return min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", help="the URL of an empty database: postgresql+psycopg://…")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ticketd-bench-"))
    source = folder / "bench.db"
    _prepare(folder, f"sqlite:///{source}")
    fill(source, given.messages)
    config = _prepare(folder, given.postgres) if given.postgres else folder / "config.yaml"
    if given.postgres:
        fill_postgres(given.postgres, source)
    _print(given, config)


def _prepare(folder: Path, url: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(folder=folder, database=url), "utf-8")
    config = load(path)
    prepare(config)
    open_database(config).close()
    return path


def _print(given: argparse.Namespace, config: Path) -> None:
    python, ticketd = sys.executable, [sys.executable, "-m", "ticketd"]
    asked = [*ticketd, "--config", str(config)]
    os.environ["TICKETD_CONFIG"] = str(config)
    floors = {
        "click": best([python, "-c", "import click"], given.rounds),
        "orm": best([python, "-c", "import sqlalchemy.orm"], given.rounds),
        "show": best([*asked, "show", "7"], given.rounds),
    }
    print(
        f"floors: import click {floors['click']:.3f} s, import sqlalchemy.orm {floors['orm']:.3f} s, show {floors['show']:.3f} s"
    )
    for name, floor, command in (
        ("--help", "click", [*ticketd, "--help"]),
        ("list -n 20", "orm", [*asked, "list", "-n", "20"]),
        ("search, one message of all", "show", [*asked, "search", "xylophone"]),
        ("search, every third message", "show", [*asked, "search", "printer"]),
        ("search, two words", "show", [*asked, "search", "printer", "refund"]),
        ("search, a Thai word", "show", [*asked, "search", "ใบแจ้งหนี้"]),
        ("search, Vietnamese without marks", "show", [*asked, "search", "hoa don"]),
        ("search, two letters", "show", [*asked, "search", "xy"]),
        ("search, nothing found", "show", [*asked, "search", "zebra"]),
    ):
        took = best(command, given.rounds)
        print(f"{name:34} {took:.3f} s   {took / floors[floor]:5.2f} x {floor}")


if __name__ == "__main__":
    main()
