"""How results are printed: aligned for people, tabs for pipes, JSON for programs."""

import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.cells import cell_len, set_cell_size

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]")


def is_terminal() -> bool:
    """Whether a person reads this."""
    return sys.stdout.isatty()


def print_json(value: dict[str, Any]) -> None:
    """One document; times as ISO 8601."""
    print(
        json.dumps(value, ensure_ascii=False, indent=2 if is_terminal() else None, default=_plain)
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def in_zone(moment: datetime, zone: str) -> datetime:
    """A stored time as the desk's clock shows it."""
    return moment.astimezone(ZoneInfo(zone))


def safe(text: str) -> str:
    """Foreign text on a terminal: no control sequences, no directional tricks."""
    return _CONTROLS.sub("\ufffd", text)


def colour(text: str, code: str) -> str:
    """Coloured on a terminal that wants it (NO_COLOR, TERM=dumb)."""
    wanted = is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\033[{code}m{text}\033[0m" if wanted else text


def age(moment: datetime, now: datetime) -> str:
    """How long ago, in the one unit that matters."""
    seconds = int(max(now - moment, timedelta(0)).total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def width() -> int:
    """Columns of the terminal."""
    try:
        columns = os.environ.get("COLUMNS") or os.get_terminal_size(sys.stdout.fileno()).columns
        return max(40, int(columns))
    except (OSError, ValueError):
        return 80


def table(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    grows: int = -1,
    gives_way: Sequence[int] = (),
) -> None:
    """Aligned by display width on a terminal (Thai and Vietnamese too); tabs and nothing cut elsewhere.

    Where the terminal is narrow, the columns of `gives_way` are left out one by one, then `grows` is cut.
    """
    if not is_terminal():
        for row in rows:
            print("\t".join(safe(cell).replace("\t", " ").replace("\n", " ") for cell in row))
        return
    cells = [[safe(cell).replace("\n", " ") for cell in row] for row in (titles, *rows)]
    widths = {at: max(cell_len(row[at]) for row in cells) for at in range(len(titles))}
    grows %= len(titles)
    for at in gives_way:
        if _needed(widths) - widths[grows] + _LEAST <= width():
            break
        del widths[at]
    widths[grows] = max(_LEAST, widths[grows] - max(0, _needed(widths) - width()))
    for number, row in enumerate(cells):
        line = "  ".join(set_cell_size(row[at], size) for at, size in widths.items()).rstrip()
        print(colour(line, "1") if number == 0 else line)


_LEAST = 16
"""Below this a subject says nothing."""


def _needed(widths: dict[int, int]) -> int:
    return sum(widths.values()) + 2 * (len(widths) - 1)
