"""A report as plain text that fits a width: for terminals, and for the plain part of mails."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from ticketd.core.figures import change
from ticketd.core.reports.period import Period
from ticketd.core.reports.shape import (
    Block,
    Column,
    Figures,
    Heat,
    Lines,
    Report,
    Section,
    Table,
)
from ticketd.core.reports.values import NUMBERS, shown
from ticketd.core.reports.words import called, weekdays
from ticketd.core.text import header_text
from ticketd.report.charts import bar, shade, sparkline

Paint = Callable[[str, str], str]
_BAR, _LEAST, _WIDEST_HEAD = 12, 10, 12
_BOLD, _DIM, _BLUE = "1", "2", "34"


@dataclass(frozen=True, slots=True)
class Look:
    """How it is to be shown."""

    width: int = 78
    charts: bool = True
    language: str = "en"
    paint: Paint = lambda text, _code: text


def lines(report: Report, look: Look) -> Iterator[str]:
    """The whole report."""
    yield look.paint(title(report.period, report.query), _DIM)
    for section in report.sections:
        yield ""
        yield look.paint(called(f"#{section.name}", look.language), _BOLD)
        if section.is_empty:
            yield called("nothing", look.language)
            continue
        yield from _section(section, report, look)


def title(period: Period, query: str) -> str:
    """Which time, which tickets."""
    words = f" · {header_text(query)}" if query else ""
    return f"{period.first_day.isoformat()} – {period.last_day.isoformat()} ({period.zone}){words}"


def _section(section: Section, report: Report, look: Look) -> Iterator[str]:
    several = len([b for b in section.blocks if not isinstance(b, Figures)]) > 1
    for at, block in enumerate(section.blocks):
        body = list(_block(block, report, look))
        if not body:
            continue
        if at:
            yield ""
        if several and not isinstance(block, Figures):
            yield look.paint(called(block.key, look.language), _BOLD)
        yield from body


def _block(block: Block, report: Report, look: Look) -> Iterator[str]:
    match block:
        case Figures():
            yield from _figures(block, report, look)
        case Table():
            yield from _table(block, report, look)
        case Lines():
            yield from _lines(block, look)
        case Heat():
            yield from _heat(block, look)


def _figures(block: Figures, report: Report, look: Look) -> Iterator[str]:
    """Each with what it was before, and by how much it has changed."""
    zone, language = report.period.zone, look.language
    rows = [
        [
            called(one.key, language),
            shown(one.kind, one.value, report.names, zone, language),
            shown(one.kind, one.before, report.names, zone, language),
            shown("change", change(one.value, one.before), {}, zone),
        ]
        for one in block.items
    ]
    if all(one.before is None for one in block.items):
        rows = [row[:2] for row in rows]
        heads = ["", ""]
    else:
        heads = ["", *(called(key, look.language) for key in ("value", "before", "change"))]
    yield from _aligned(heads, rows, [False, True, True, True], look)


def _table(block: Table, report: Report, look: Look) -> Iterator[str]:
    if not block.rows:
        return
    columns = [
        (at, column)
        for at, column in enumerate(block.columns)
        if not _says_nothing(block, at) and (look.charts or column.kind != "hours")
    ]
    heads = [called(column.key, look.language) for _, column in columns]
    rows = [[_cell(column, row[at], report, look) for at, column in columns] for row in block.rows]
    right = [column.kind in NUMBERS for _, column in columns]
    place, bars = block.bar_at, None
    if look.charts and place is not None:
        full = block.full
        bars = [bar(row[place] or 0, full, _BAR) for row in block.rows]
    yield from _aligned(heads, rows, right, look, bars)


def _says_nothing(block: Table, at: int) -> bool:
    """A column without any value would only take room from the others."""
    return all(row[at] is None or row[at] == "-" for row in block.rows)


def _cell(column: Column, value: object, report: Report, look: Look) -> str:
    if column.kind == "hours" and isinstance(value, tuple):
        return sparkline(value, 24)
    return shown(column.kind, value, report.names, report.period.zone, look.language)


def _aligned(
    heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], look: Look,
    bars: Sequence[str] | None = None,
) -> Iterator[str]:  # fmt: skip
    """Columns by display width; the last ones are left out where they do not fit, then the longest text is cut."""
    widths = [
        max(min(_head_width(head), _WIDEST_HEAD), *(cell_len(row[at]) for row in rows))
        for at, head in enumerate(heads)
    ]
    room = look.width - (2 + _BAR if bars else 0)
    shown = _cut_to(widths, right, room)
    for line in _head(heads, widths, right, shown):
        yield look.paint(line, _DIM)
    for number, row in enumerate(rows):
        cells = [_fit(row[at], widths[at], right=right[at]) for at in shown]
        tail = f"  {look.paint(bars[number], _BLUE)}" if bars and bars[number] else ""
        yield f"{'  '.join(cells)}{tail}".rstrip()
    rest = [at for at in range(len(heads)) if at not in shown]
    if bars and rest:
        # Nothing is left out of a ranking: what does not fit stands below, behind the same names.
        chosen = [right.index(False), *rest]
        yield ""
        yield from _aligned(
            [heads[at] for at in chosen], [[row[at] for at in chosen] for row in rows],
            [right[at] for at in chosen], look,
        )  # fmt: skip


def _cut_to(widths: list[int], right: Sequence[bool], room: int) -> list[int]:
    """Which columns fit, the first ones first; the longest text is cut before a column is left out."""
    shown = list(range(len(widths)))
    while (over := sum(widths[at] + 2 for at in shown) - 2 - room) > 0 and len(shown) > 2:
        longest = max((at for at in shown if not right[at]), key=lambda at: widths[at], default=-1)
        if longest >= 0 and widths[longest] - over >= _LEAST:
            widths[longest] -= over
        else:
            shown.pop()
    return shown


def _head_width(head: str) -> int:
    return max((cell_len(word) for word in head.split()), default=0)


def _head(
    heads: Sequence[str], widths: Sequence[int], right: Sequence[bool], shown: Sequence[int]
) -> Iterator[str]:
    """Titles over several lines, so that they are no wider than what stands below."""
    wrapped = {at: _wrapped(heads[at], widths[at]) for at in shown}
    height = max(map(len, wrapped.values()))
    for line in range(height if any(heads) else 0):
        cells = []
        for at in shown:
            lines = [""] * (height - len(wrapped[at])) + wrapped[at]
            cells.append(_fit(lines[line], widths[at], right=right[at]))
        yield "  ".join(cells).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and cell_len(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _fit(text: str, width: int, *, right: bool) -> str:
    """Exactly so wide; what is cut off shows. Marks above and below letters take no room."""
    if cell_len(text) > width:
        return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
    gap = " " * (width - cell_len(text))
    return gap + text if right else text + gap


def _lines(block: Lines, look: Look) -> Iterator[str]:
    """Each series as a sparkline with its least and its most."""
    if not look.charts:
        return
    names = {key: called(key, look.language) for key in block.series}
    wide = max(map(cell_len, names.values()))
    for key, values in block.series.items():
        numbers = [value or 0 for value in values]
        line = sparkline(values, look.width - wide - 16)
        yield (
            f"{_fit(names[key], wide, right=False)}  {look.paint(line, _BLUE)}"
            f"  {min(numbers):g}–{max(numbers):g}"
        )
    gap = " " * (wide + 2)
    yield look.paint(f"{gap}{block.labels[0]} – {block.labels[-1]}", _DIM)


def _heat(block: Heat, look: Look) -> Iterator[str]:
    """The hours of the week, the darker the more; without charts as numbers."""
    most = max(map(max, block.cells))
    if not most:
        yield called("nothing", look.language)
        return
    days = weekdays(look.language)
    wide = max(map(cell_len, days))
    yield look.paint(" " * wide + "".join(f" {hour:02}" for hour in range(24)), _DIM)
    for day, row in zip(days, block.cells, strict=True):
        cells = (
            "".join(f" {look.paint(shade(n, most) * 2, _BLUE)}" for n in row)
            if look.charts
            else "".join(f"{n:3}" for n in row)
        )
        yield f"{_fit(day, wide, right=False)}{cells}"
    at = max(((n, -d, -h) for d, row in enumerate(block.cells) for h, n in enumerate(row)))
    when = f"{days[-at[1]]} {-at[2]:02}:00"
    yield look.paint(f"{called('most', look.language)}: {when} ({at[0]})", _DIM)
