"""What rules and promises cost: opening a ticket with 50 rules and an SLA against opening one with neither.

    python bench/rules.py [--mails 300] [--rules 50]

One process, SQLite; CPU of intake alone (parsing included, no doors, no sending). Rounds alternate between both desks.
Of the rules one holds: it sets a priority and a tag. The rest are patterns, words, fields and queries that do not.
Of three policies with a calendar the last one fits; the promise stands in the ack. The same mails in the same run.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import yaml

from bench.generator import Generator
from ticketd import build
from ticketd.config.load import load
from ticketd.core.clock import system_clock
from ticketd.core.inbound import Envelope, Recipient
from ticketd.desk.work import Desk
from ticketd.intake import Intake
from ticketd.mail.parse import parse
from ticketd.mail.render import Renderer
from ticketd.store import inbox
from ticketd.store.blobs import Spool


def rule(number: int) -> dict[str, Any]:
    kinds: tuple[dict[str, Any], ...] = (
        {"if": [{"field": "subject", "matches": f"(?i)never{number}|ไม่มี{number}"}]},
        {"if": [{"field": "text", "contains": f"no such words {number}"}]},
        {
            "if": [
                {"field": "customer", "is": f"@nobody{number}.example"},
                {"field": "priority", "is": "normal"},
            ]
        },
        {"query": f"tag:none{number} status:new dept:support"},
        {"if": [{"field": "text", "matches": f"order [A-Z]{{3}}-{number}"}]},
    )
    return {
        "name": f"rule {number}",
        "when": ["opened"],
        "then": [{"set_priority": "high"}],
        **kinds[number % 5],
    }


SLA = {
    "calendars": {"office": {"hours": {"mon-fri": "08:30-17:30", "sat": "08:30-12:00"}, "holidays": ["2026-12-31"]}},
    "sla": [
        {"name": "urgent", "priorities": ["urgent"], "calendar": "office", "first_reply": "2h", "resolution": "16h"},
        {"name": "big", "customers": ["@big.example"], "calendar": "office", "first_reply": "4h"},
        {"name": "everybody", "calendar": "office", "first_reply": "6h", "next_reply": "4h", "resolution": "40h"},
    ],
}  # fmt: skip


def desk(folder: Path, rules: list[dict[str, Any]], more: dict[str, Any]) -> tuple[Desk, Intake]:
    folder.mkdir()
    values = more | {
        "domain": "desk.example", "state_dir": str(folder), "budgets": {"enabled": False}, "rules": rules,
        "departments": {"support": {"name": "Support", "address": "support@desk.example"}},
        "agents": {"bob": {"name": "Bob", "address": "bob@agents.example", "departments": ["support"]}},
        "listen": {"smtp": None, "lmtp": None},
    }  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    config = load(path)
    tools = Desk(build.open_database(config), build.prepare(config), Renderer())
    return tools, Intake(tools, parse, "bench", system_clock)


def take(tools: Desk, intake: Intake, raws: list[bytes]) -> float:
    """CPU seconds for a mail."""
    for raw in raws:
        spool = Spool(tools.database.blobs)
        spool.write(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        envelope = Envelope(
            "a@b.example", (Recipient("support@desk.example"),), "lmtp", system_clock()
        )
        inbox.put(tools.database, [inbox.Delivery(envelope, spool.finish())], system_clock())
    began = time.process_time()
    while intake.step():
        pass
    return (time.process_time() - began) / len(raws)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--rules", type=int, default=50)
    asked = parser.parse_args()
    holds = {
        "name": "holds",
        "when": ["opened"],
        "query": "status:new",
        "then": [{"set_priority": "high"}, {"tag": "new"}],
    }
    rules = [*map(rule, range(asked.rules - 1)), holds] if asked.rules else []
    generator = Generator()
    raws = [generator.new().raw for _ in range(asked.mails)]
    with tempfile.TemporaryDirectory() as folder:
        without, with_rules = desk(Path(folder) / "0", [], {}), desk(Path(folder) / "1", rules, SLA)
        size = len(raws) // 6
        seconds: dict[str, list[float]] = {"without": [], "with": []}
        for at in range(6):
            part = raws[at * size : (at + 1) * size]
            seconds["without"].append(take(*without, part))
            seconds["with"].append(take(*with_rules, part))
    best = {name: min(found[1:]) * 1000 for name, found in seconds.items()}
    print(f"without both            {best['without']:.2f} ms of CPU a ticket")
    times = best["with"] / best["without"]
    print(f"with {asked.rules} rules and SLA  {best['with']:.2f} ms  ({times:.2f} times)")


if __name__ == "__main__":
    main()
