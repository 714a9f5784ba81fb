"""A report as one self-contained page: no script, nothing fetched, light and dark, on paper and on a phone."""

from html import escape

from ticketd.core.figures import change
from ticketd.core.reports.shape import Block, Column, Figures, Heat, Lines, Report, Section, Table
from ticketd.core.reports.values import NUMBERS, shown
from ticketd.core.reports.words import called, weekdays
from ticketd.report import drawing
from ticketd.report.charts import shade_level
from ticketd.report.text import title

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566173; --ground: #fff; --card: #f4f6f9; --rule: #dbe1e9;
  --one: #1f6fd0; --two: #c2570c; --three: #5b6b7f; --track: #e4e9f0; --heat: 31, 111, 208; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ecf3; --soft: #a3aebd; --ground: #12161c; --card: #1b212a;
  --rule: #303946; --one: #6aa9ff; --two: #f0a05a; --three: #9fb0c4; --track: #2a323d; --heat: 106, 169, 255; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Thai", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .7rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; } .when { color: var(--soft); margin: .2rem 0 1rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; margin: 0; padding: 0; }
.tiles div { background: var(--card); border-radius: .5rem; padding: .6rem .8rem; }
.tiles dt { color: var(--soft); font-size: .85rem; line-height: 1.35; } .tiles dd { margin: 0; }
.tiles .value { font-size: 1.35rem; font-weight: 600; line-height: 1.3; } .tiles .before { color: var(--soft); font-size: .82rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
th, td { padding: .35rem .6rem; text-align: left; border-bottom: 1px solid var(--rule); vertical-align: middle; }
tbody th[scope="row"]:not(.text) { white-space: nowrap; }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; line-height: 1.25; }
tbody th { font-weight: 500; } .number { text-align: right; font-variant-numeric: tabular-nums; } td.number { white-space: nowrap; }
.text { overflow-wrap: anywhere; min-width: 8rem; }
svg { display: block; fill: var(--one); } .bar { width: 100%; min-width: 5rem; height: .7rem; border-radius: .2rem; }
.bar .track { fill: var(--track); } .hours { width: 8rem; height: 1.4rem; } td.drawn { min-width: 5rem; width: 16%; }
.chart { width: 100%; height: auto; } .chart text { fill: var(--soft); font-size: 12px; } .chart .end { text-anchor: end; }
.chart polyline { fill: none; stroke-width: 2.5; stroke-linejoin: round; } .chart .grid { stroke: var(--rule); }
.line0 { stroke: var(--one); } .line1 { stroke: var(--two); stroke-dasharray: 7 3; } .line2 { stroke: var(--three); stroke-dasharray: 2 3; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .3rem 0 0; font-size: .9rem; }
.legend svg { display: inline-block; width: 2rem; height: .7rem; vertical-align: middle; margin-right: .4rem; }
.legend line { stroke-width: 3; }
.heat { table-layout: fixed; min-width: 40rem; } .heat th, .heat td { padding: .25rem 0; text-align: center; font-size: .74rem;
  border: 1px solid var(--ground); font-variant-numeric: tabular-nums; } .heat tbody th { width: 2.4rem; }
.heat td { color: var(--ink); background: var(--card); } .heat .l0 { color: var(--soft); } .heat thead td { background: none; }
.l1 { background: rgba(var(--heat), .18) !important; } .l2 { background: rgba(var(--heat), .36) !important; }
.l3 { background: rgba(var(--heat), .56) !important; } .l4 { background: rgba(var(--heat), .8) !important; font-weight: 600; } .heat .l4 { color: #0b0f14; }
@media print { :root { --ink: #000; --soft: #444; --ground: #fff; --card: #f4f4f4; --rule: #bbb; --one: #1f6fd0;
  --two: #a34400; --three: #555; --track: #e8e8e8; --heat: 31, 111, 208; color-scheme: light; }
  main { max-width: none; padding: 0; } section { break-inside: auto; } h2, h3, caption { break-after: avoid; }
  tr, .tiles div, svg { break-inside: avoid; } .wide { overflow: visible; } .heat { min-width: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } @page { margin: 14mm; } }
"""


def page(report: Report, company: str, language: str) -> str:
    """The whole file; every name and word of others is escaped."""
    words = (
        called("report", language)
        if len(report.sections) != 1
        else _title(report.sections[0], language)
    )
    head = f"{company} – {words}" if company else words
    body = "\n".join(_section(section, report, language) for section in report.sections)
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{_e(head)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{_e(head)}</h1>
<p class="when">{_e(title(report.period, report.query))}</p>
{body}
</main>
</body>
</html>
"""


def _title(section: Section, language: str) -> str:
    return called(f"#{section.name}", language)


def _section(section: Section, report: Report, language: str) -> str:
    heading = f"<h2>{_e(_title(section, language))}</h2>" if len(report.sections) > 1 else ""
    if section.is_empty:
        return f"<section>{heading}<p>{_e(called('nothing', language))}</p></section>"
    blocks = "\n".join(_block(block, report, language) for block in section.blocks)
    return f"<section>{heading}\n{blocks}\n</section>"


def _block(block: Block, report: Report, language: str) -> str:
    match block:
        case Figures():
            return _tiles(block, report, language)
        case Table():
            return _table(block, report, language) if block.rows else ""
        case Lines():
            return _lines(block, language)
        case Heat():
            return _heat(block, language)


def _tiles(block: Figures, report: Report, language: str) -> str:
    tiles = []
    for one in block.items:
        value, before = (_shown(one.kind, v, report, language) for v in (one.value, one.before))
        grown = change(one.value, one.before)
        more = f"\u00a0({shown('change', grown, {}, '', language)})" if grown is not None else ""
        was = f'<dd class="before">{_e(called("before", language))} {_e(before)}{more}</dd>' if one.before is not None else ""  # fmt: skip
        tiles.append(f'<div><dt>{_e(called(one.key, language))}</dt><dd class="value">{_e(value)}</dd>{was}</div>')  # fmt: skip
    return f'<dl class="tiles">\n{chr(10).join(tiles)}\n</dl>'


def _shown(kind: object, value: object, report: Report, language: str) -> str:
    return shown(kind, value, report.names, report.period.zone, language)  # type: ignore[arg-type]


def _table(block: Table, report: Report, language: str) -> str:
    place, most = block.bar_at, block.full
    heads = []
    for at, column in enumerate(block.columns):
        heads.append(
            f'<th scope="col"{_class(column.kind)}>{_e(called(column.key, language))}</th>'
        )
        heads += ["<td></td>"] if at == place else []
    lines = []
    # The row's name: the first column that is no number, else the first one.
    name = next((at for at, c in enumerate(block.columns) if c.kind not in NUMBERS), 0)
    for row in block.rows:
        cells = []
        for at, value in enumerate(row):
            cells.append(_td(block.columns[at], value, report, language, is_name=at == name))
            if at == place:
                cells.append(f'<td class="drawn">{drawing.bar(value or 0, most)}</td>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    caption, rows = _e(called(block.key, language)), "\n".join(lines)
    return (
        f'<h3>{caption}</h3>\n<div class="wide"><table aria-label="{caption}">\n<thead><tr>{"".join(heads)}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _td(column: Column, value: object, report: Report, language: str, *, is_name: bool) -> str:
    if column.kind == "hours" and isinstance(value, tuple):
        return f"<td>{drawing.columns(value, called('active_hours', language))}</td>"
    text = _e(_shown(column.kind, value, report, language))
    if is_name:
        return f'<th scope="row"{_class(column.kind)}>{text}</th>'
    return f"<td{_class(column.kind)}>{text}</td>"


def _class(kind: str) -> str:
    return ' class="number"' if kind in NUMBERS else ' class="text"' if kind == "text" else ""


def _lines(block: Lines, language: str) -> str:
    named = {called(key, language): values for key, values in block.series.items()}
    label = called(block.key, language)
    legend = "".join(
        f'<li><svg viewBox="0 0 32 8" aria-hidden="true"><line class="line{at}" x1="0" x2="32" y1="4" y2="4"/></svg>{_e(name)}</li>'
        for at, name in enumerate(named)
    )
    chart = drawing.over_time(block.labels, named, label)
    return f'<h3>{_e(label)}</h3>\n{chart}\n<ul class="legend">{legend}</ul>'


def _heat(block: Heat, language: str) -> str:
    """A table: its numbers are there for everybody, the colour for who sees it."""
    most = max(map(max, block.cells))
    label = _e(called(block.key, language))
    heads = "".join(f'<th scope="col">{hour:02}</th>' for hour in range(24))
    rows = "\n".join(
        f'<tr><th scope="row">{_e(day)}</th>'
        + "".join(f'<td class="l{shade_level(n, most)}">{n or ""}</td>' for n in row)
        + "</tr>"
        for day, row in zip(weekdays(language), block.cells, strict=True)
    )
    return (
        f'<h3>{label}</h3>\n<div class="wide"><table class="heat" aria-label="{label}">\n'
        f"<thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _e(text: str) -> str:
    return escape(text)
