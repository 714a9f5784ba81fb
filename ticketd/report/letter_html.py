"""A report as the HTML of a mail: tables with inline styles alone, bars as coloured cells, which every program shows."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from ticketd.core.figures import change
from ticketd.core.reports.shape import (
    Block,
    Column,
    Figures,
    Heat,
    Lines,
    Report,
    Table,
)
from ticketd.core.reports.values import NUMBERS, shown
from ticketd.core.reports.words import called, weekdays
from ticketd.report.charts import shade_level
from ticketd.report.text import title

Link = Callable[[int], str]
"""A ticket's number -> HTML in its place: how to act on it. Empty: the number alone."""
_FONT = "font-family:Segoe UI,Roboto,Noto Sans,Noto Sans Thai,Arial,sans-serif"
_SOFT, _RULE, _INK, _BLUE, _TRACK = "#566173", "#dbe1e9", "#1c2430", "#1f6fd0", "#e4e9f0"
_HEAT = ("#f4f6f9", "#d3e3f7", "#a5c8f0", "#82b3ec", "#5f9ee6")
_MOST_COLUMNS = 5
"""More do not fit on a phone."""


def html(report: Report, heading: str, language: str, link: Link, foot: Sequence[str]) -> str:
    """The whole document; every word of others is escaped, `foot` is HTML of ours."""
    parts = []
    for section in report.sections:
        parts.append(_heading(called(f"#{section.name}", language)))
        if section.is_empty:
            parts.append(f"<p>{escape(called('nothing', language))}</p>")
            continue
        parts += [_block(block, report, language, link) for block in section.blocks]
    notes = "".join(f'<p style="color:{_SOFT};font-size:13px;margin:12px 0 0">{one}</p>' for one in foot)  # fmt: skip
    body = "\n".join(parts)
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light only"><title>{escape(heading)}</title></head>
<body style="margin:0;padding:16px;background:#ffffff;color:{_INK};{_FONT};font-size:15px;line-height:1.45">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:680px"><tr><td>
<h1 style="font-size:21px;margin:0">{escape(heading)}</h1>
<p style="color:{_SOFT};margin:2px 0 0">{escape(title(report.period, report.query))}</p>
{body}
{notes}
</td></tr></table>
</body>
</html>
"""


def _heading(text: str) -> str:
    return f'<h2 style="font-size:17px;margin:26px 0 8px">{escape(text)}</h2>'


def _block(block: Block, report: Report, language: str, link: Link) -> str:
    match block:
        case Figures():
            return _figures(block, report, language)
        case Table():
            return _rows(block, report, language, link) if block.rows else ""
        case Lines():
            return _lines(block, language)
        case Heat():
            return _heat(block, language)


def _figures(block: Figures, report: Report, language: str) -> str:
    compared = any(one.before is not None for one in block.items)
    heads = ["", called("value", language)]
    heads += [called("before", language), called("change", language)] if compared else []
    rows = []
    for one in block.items:
        cells = [_value(one.kind, v, report, language) for v in (one.value, one.before)]
        cells.append(shown("change", change(one.value, one.before), {}, ""))
        rows.append([called(one.key, language), *(cells if compared else cells[:1])])
    lines = [_tr([_td(row[0]), *(_td(cell, right=True) for cell in row[1:])]) for row in rows]
    return _table([_th(head, right=bool(at)) for at, head in enumerate(heads)], lines)


def _value(kind: object, value: object, report: Report, language: str) -> str:
    return shown(kind, value, report.names, report.period.zone, language)  # type: ignore[arg-type]


def _rows(block: Table, report: Report, language: str, link: Link) -> str:
    """A table no wider than a phone; what does not fit of a ranking stands below, behind the same names."""
    kept = [at for at, column in enumerate(block.columns) if _is_kept(block, at, column)]
    parts = [kept[:_MOST_COLUMNS]]
    if block.bar:
        name = next((at for at in kept if block.columns[at].kind not in NUMBERS), kept[0])
        rest = kept[_MOST_COLUMNS:]
        tables = -(-len(rest) // (_MOST_COLUMNS - 1))
        room = -(-len(rest) // tables) if tables else 1
        parts += [[name, *rest[at : at + room]] for at in range(0, len(rest), room)]
    caption = (
        f'<p style="font-weight:600;margin:14px 0 4px">{escape(called(block.key, language))}</p>'
    )
    return caption + "<br>".join(_part(block, part, report, language, link) for part in parts)


def _part(
    block: Table, shown: Sequence[int], report: Report, language: str, link: Link
) -> str:  # fmt: skip
    """Some of its columns."""
    place, full = block.bar_at, block.full
    heads = []
    for at in shown:
        column = block.columns[at]
        heads.append(_th(called(column.key, language), right=column.kind in NUMBERS))
        heads += [_th("")] if at == place else []
    lines = []
    for row in block.rows:
        cells = []
        for at in shown:
            cells.append(_cell(block.columns[at], row[at], report, language, link))
            if at == place:
                cells.append(_bar(row[at] or 0, full))
        lines.append(_tr(cells))
    return _table(heads, lines)


def _cell(column: Column, value: Any, report: Report, language: str, link: Link) -> str:
    if column.kind == "ticket" and (acts := link(value)):
        return _td(acts, is_html=True)
    text = _value(column.kind, value, report, language)
    return _td(text, right=column.kind in NUMBERS)


def _is_kept(block: Table, at: int, column: Column) -> bool:
    return column.kind != "hours" and any(row[at] not in {None, "-"} for row in block.rows)


def _lines(block: Lines, language: str) -> str:
    """Day by day as bars: a line drawn would be an image, which many programs hide."""
    names = list(block.series)[:2]
    most = max([v or 0 for name in names for v in block.series[name]] or [0])
    heads = [_th("")]
    for name in names:
        heads += [_th(called(name, language), right=True), _th("")]
    rows = []
    for at, label in enumerate(block.labels[-62:], max(0, len(block.labels) - 62)):
        cells = [_td(label, is_whole=True)]
        for name in names:
            value = block.series[name][at] or 0
            cells += [_td(f"{value:g}", right=True), _bar(value, most)]
        rows.append(_tr(cells))
    caption = (
        f'<p style="font-weight:600;margin:14px 0 4px">{escape(called(block.key, language))}</p>'
    )
    return caption + _table(heads, rows)


def _heat(block: Heat, language: str) -> str:
    most = max(map(max, block.cells))
    size = "font-size:10px;padding:3px 0;text-align:center"
    heads = "".join(f'<th scope="col" style="{size};color:{_SOFT};font-weight:400">{hour:02}</th>' for hour in range(24))  # fmt: skip
    rows = []
    for day, row in zip(weekdays(language), block.cells, strict=True):
        cells = "".join(_shaded(n, most, size) for n in row)
        rows.append(f'<tr><th scope="row" style="font-size:11px;font-weight:400;padding-right:4px;text-align:left">{escape(day)}</th>{cells}</tr>')  # fmt: skip
    caption = (
        f'<p style="font-weight:600;margin:14px 0 4px">{escape(called(block.key, language))}</p>'
    )
    body = "\n".join(rows)
    return f'{caption}<table width="100%" cellpadding="0" cellspacing="1"><tr><td></td>{heads}</tr>\n{body}</table>'  # fmt: skip


def _shaded(value: int, most: int, size: str) -> str:
    colour = _HEAT[shade_level(value, most)]
    return f'<td bgcolor="{colour}" style="{size};background:{colour}">{value or "&nbsp;"}</td>'


def _bar(value: float, most: float) -> str:
    """Two cells of a table, the coloured one as long as the value."""
    part = round(100 * value / most) if most > 0 else 0
    full = f'<td bgcolor="{_BLUE}" width="{part}%" height="10" style="background:{_BLUE};line-height:10px;font-size:1px">&nbsp;</td>'
    rest = f'<td bgcolor="{_TRACK}" width="{100 - part}%" height="10" style="background:{_TRACK};line-height:10px;font-size:1px">&nbsp;</td>'
    inner = (full if part else "") + (rest if part < 100 else "")
    return (
        f'<td width="22%" style="min-width:28px;border-bottom:1px solid {_RULE};padding:4px 3px"><table role="presentation" aria-hidden="true" width="100%" '
        f'cellpadding="0" cellspacing="0"><tr>{inner}</tr></table></td>'
    )


def _table(heads: Sequence[str], rows: Sequence[str]) -> str:
    body = "\n".join(rows)
    return (
        '<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:14px">\n'
        f"<tr>{''.join(heads)}</tr>\n{body}\n</table>"
    )


def _tr(cells: Sequence[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _th(text: str, *, right: bool = False) -> str:
    side = "right" if right else "left"
    return (
        f'<th scope="col" align="{side}" valign="bottom" style="text-align:{side};color:{_SOFT};font-weight:400;padding:4px 6px;'
        f'border-bottom:1px solid {_RULE};font-size:13px">{escape(text)}</th>'
    )


def _td(text: str, *, right: bool = False, is_html: bool = False, is_whole: bool = False) -> str:
    side = "right" if right else "left"
    nowrap = "white-space:nowrap;" if right or is_whole else ""
    return (
        f'<td align="{side}" style="text-align:{side};{nowrap}padding:4px 6px;border-bottom:1px solid {_RULE}">'
        f"{text if is_html else escape(text)}</td>"
    )
