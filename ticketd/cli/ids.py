"""Ticket ids as people write them: 1042, #1042, [Acme #1042], 1-3,7, @last, and - for standard input."""

import contextlib
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

_ONE = re.compile(r"#?([0-9]{1,10})|\[[^\[\]#]*#\s*([0-9]{1,10})\s*\]")
_RANGE = re.compile(r"#?([0-9]{1,10})-#?([0-9]{1,10})")
_MOST = 10_000
_FORGOTTEN_AFTER = 12 * 3600.0


def ticket_numbers(words: Sequence[str]) -> list[int]:
    """The numbers that the arguments name, in order, each once. UsageError where one is none."""
    found: list[int] = []
    for word in words:
        if word == "-":
            found += ticket_numbers([w for w in sys.stdin.read().split() if w != "-"])
            continue
        if word == "@last":
            found.append(_last())
            continue
        for piece in [word] if word.startswith("[") else word.split(","):
            found += _numbers(piece.strip())
    return list(dict.fromkeys(found))


def _numbers(piece: str) -> list[int]:
    span = _RANGE.fullmatch(piece)
    if span:
        first, last = int(span[1]), int(span[2])
        if not first <= last < first + _MOST:
            raise click.UsageError(f"'{piece}' is no range of tickets")
        return list(range(first, last + 1))
    match = _ONE.fullmatch(piece)
    if not match:
        raise click.UsageError(
            f"'{piece}' is no ticket; write 1042, #1042, 1-3,7, or - to read them"
        )
    return [int(match[1] or match[2])]


def state_folder() -> Path:
    """What the command remembers of a person."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ticketd"


def _last_file() -> Path:
    # One for each terminal: several agents may share a login.
    return state_folder() / "last" / str(os.getsid(0))


def remember(number: int) -> None:
    """What `@last` means from now on, in this session of the terminal."""
    with contextlib.suppress(OSError):
        _last_file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _last_file().write_text(str(number), "ascii")


def _last() -> int:
    try:
        # The number of a session comes again some day, and somebody else's ticket must not.
        if time.time() - _last_file().stat().st_mtime > _FORGOTTEN_AFTER:
            raise ValueError  # noqa: TRY301 - the sentence is the same
        return int(_last_file().read_text("ascii"))
    except (OSError, ValueError):
        raise click.UsageError(
            "@last is the ticket that was shown last; none was shown yet"
        ) from None
