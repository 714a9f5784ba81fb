"""How results are printed: aligned for people, tabs for pipes, JSON for programs."""

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]")


def is_terminal() -> bool:
    """Whether a person reads this."""
    return sys.stdout.isatty()


def print_json(value: dict[str, Any]) -> None:
    """One document; times as ISO 8601."""
    print(as_json(value, indent=2 if is_terminal() else None))


def as_json(value: dict[str, Any], indent: int | None = 1) -> str:
    """The same as a text."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)


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
        return max(40, int(os.environ.get("COLUMNS") or _terminal().columns))
    except (OSError, ValueError):
        return 80


def _terminal() -> os.terminal_size:
    # Not sys.stdout: while a pager waits for the text, that is no terminal.
    return os.get_terminal_size(1)


def height() -> int:
    """Lines of the terminal."""
    try:
        return int(os.environ.get("LINES") or _terminal().lines)
    except (OSError, ValueError):
        return 24


class Kept(io.StringIO):
    """What is printed on a terminal, kept until it is known how long it is."""

    def isatty(self) -> bool:
        return True


@contextlib.contextmanager
def paged() -> Iterator[None]:
    """On a terminal, what is longer than the screen goes through a pager ($TICKETD_PAGER, $PAGER, less)."""
    if not is_terminal() or os.environ.get("TERM") == "dumb":
        yield
        return
    screen, kept = sys.stdout, Kept()
    sys.stdout = kept
    try:
        yield
    finally:
        sys.stdout = screen
    text = kept.getvalue()
    pager = os.environ.get("TICKETD_PAGER") or os.environ.get("PAGER") or "less -FRX"
    words = shlex.split(pager)
    if text.count("\n") < height() or not words or shutil.which(words[0]) is None:
        screen.write(text)
        return
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        subprocess.run(words, input=text, text=True, encoding="utf-8", check=False)  # noqa: S603 - the person's own


def wrapped(text: str, indent: int = 0) -> Iterator[str]:
    """Lines no wider than the terminal, by display width; a long run without blanks is broken between letters.

    Elsewhere nothing is wrapped.
    """
    if not is_terminal():
        yield from ((" " * indent + line).rstrip() for line in text.split("\n"))
        return
    room = max(20, min(width(), WIDEST) - indent)
    for line in text.split("\n"):
        row = ""
        for word in re.split(r"(?<= )", line):
            if cell_len(row + word.rstrip()) <= room:
                row += word
                continue
            if row.strip():
                yield (" " * indent + row).rstrip()
            *full, row = _broken(word, room)
            yield from (" " * indent + piece for piece in full)
        yield (" " * indent + row).rstrip()


def _broken(word: str, room: int) -> list[str]:
    """A word in pieces that fit; marks above and below stay with their letter."""
    pieces = [""]
    for sign in word:
        if cell_len(pieces[-1] + sign) > room and cell_len(sign):
            pieces.append("")
        pieces[-1] += sign
    return pieces


def ends(left: str, right: str) -> str:
    """Two texts at both ends of a line; below each other where the line is too short."""
    room = min(width(), WIDEST) - cell_len(left) - cell_len(right)
    if room >= 2:
        return f"{left}{' ' * room}{right}"
    return "\n".join([*wrapped(left), *wrapped(right, 3)])


WIDEST = 100
"""Longer lines are hard to read."""


def table(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    grows: int = -1,
    gives_way: Sequence[int] = (),
    colours: Mapping[str, str] | None = None,
    widest: Mapping[int, int] | None = None,
    least: int = 16,
) -> None:
    """Aligned by display width on a terminal (Thai and Vietnamese too); tabs and nothing cut elsewhere.

    Where the terminal is narrow, the columns of `gives_way` are left out one by one, then `grows` is cut.
    `colours` are of whole cells; `widest` columns are cut above so many; `least` of `grows` says something.
    """
    if not is_terminal():
        lines = [
            "\t".join([cell.replace("\t", " ").replace("\n", " ") for cell in row]) for row in rows
        ]
        # Cleaned as a whole: cell by cell it takes as long as asking the database.
        print(safe("\n".join(lines)), end="\n" if lines else "")
        return
    cells = [[safe(cell).replace("\n", " ") for cell in row] for row in (titles, *rows)]
    widths = {at: max(cell_len(row[at]) for row in cells) for at in range(len(titles))}
    widths |= {at: min(widths[at], most) for at, most in (widest or {}).items()}
    grows %= len(titles)
    for at in gives_way:
        if _needed(widths) - widths[grows] + least <= width():
            break
        del widths[at]
    widths[grows] = max(
        min(least, widths[grows]), widths[grows] - max(0, _needed(widths) - width())
    )
    for number, row in enumerate(cells):
        shown = [(row[at], _cut(row[at], size)) for at, size in widths.items()]
        if number == 0:
            print(colour("  ".join(cut for _, cut in shown).rstrip(), "1"))
            continue
        codes = colours or {}
        line = "  ".join(
            colour(cut, codes[whole]) if whole in codes else cut for whole, cut in shown
        )
        print(line.rstrip())


def cell_len(text: str) -> int:
    """How many columns a text takes. Asked at terminals only: a pipe need not wait for the tables."""
    from rich.cells import cell_len as measured

    return measured(text)


def _cut(cell: str, size: int) -> str:
    """A cell of exactly this width; what is cut off shows."""
    from rich.cells import set_cell_size

    if cell_len(cell) <= size:
        return set_cell_size(cell, size)
    return set_cell_size(set_cell_size(cell, size - 1).rstrip() + "…", size)


def _needed(widths: dict[int, int]) -> int:
    return sum(widths.values()) + 2 * (len(widths) - 1)
