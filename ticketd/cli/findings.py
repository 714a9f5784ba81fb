"""What `doctor` finds: each with the command or the words that mend it."""

import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ticketd.cli import output
from ticketd.cli.app import App

_COLOURS = {"ok": "32", "note": "2", "warn": "33", "fail": "31"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: str
    """ok, note, warn (it works, and will bite you) or fail (mail is lost, late or refused)."""
    area: str
    what: str
    fix: str = ""
    """A command to run as root, or what to change where."""


Findings = Iterator[Finding]


def command(app: App, *words: str | Path) -> str:
    """One of our own commands, to copy."""
    program = (
        [sys.argv[0]] if Path(sys.argv[0]).name == "ticketd" else [sys.executable, "-m", "ticketd"]
    )
    return shlex.join([*program, "--config", str(app.config_path), *map(str, words)])


def show(found: list[Finding], *, as_json: bool, quiet: bool) -> int:
    """Print them; 1 where something fails."""
    failures = sum(one.level == "fail" for one in found)
    warnings = sum(one.level == "warn" for one in found)
    if as_json:
        told: list[dict[str, Any]] = [
            {"level": one.level, "area": one.area, "what": one.what, "fix": one.fix or None}
            for one in found
        ]
        output.print_json(
            {
                "schema": 1,
                "findings": told,
                "failures": failures,
                "warnings": warnings,
                "ok": not failures,
            }
        )
        return 1 if failures else 0
    for one in found:
        if quiet and one.level in {"ok", "note"}:
            continue
        word = output.colour(f"{one.level:4}", _COLOURS[one.level])
        print(f"{word}  {one.area:10} {one.what}")
        if one.fix:
            print(f"{'':17}fix: {one.fix}")
    if not quiet or failures or warnings:
        print(f"{_counted(failures, 'failure')}, {_counted(warnings, 'warning')}")
    return 1 if failures else 0


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
