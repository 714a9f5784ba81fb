"""A report for programs: JSON and CSV."""

import csv
import io
from typing import Any

from ticketd.core.figures import change
from ticketd.core.reports.shape import Block, Figures, Heat, Lines, Report, Section, Table
from ticketd.core.reports.values import bare, bare_key


def as_json(report: Report, name: str) -> dict[str, Any]:
    """One document: every block of a section under its key; seconds and shares as plain numbers."""
    zone = report.period.zone
    whole: dict[str, Any] = {
        "schema": 1,
        "report": name,
        "from": bare("time", report.period.start, zone),
        "to": bare("time", report.period.end, zone),
        "timezone": zone,
        "query": report.query,
    }
    for section in report.sections:
        blocks = {block.key: _plain(block, zone) for block in section.blocks}
        whole |= blocks if section.name == name else {section.name: blocks}
    return whole


def _plain(block: Block, zone: str) -> Any:
    match block:
        case Figures(items=items):
            return {
                bare_key(one.key, one.kind): {
                    "value": one.value,
                    "before": one.before,
                    "change": change(one.value, one.before),
                }
                for one in items
            }
        case Table():
            return [
                {
                    bare_key(column.key, column.kind): bare(column.kind, value, zone)
                    for column, value in zip(block.columns, row, strict=True)
                }
                for row in block.rows
            ]
        case Lines():
            return {"first_days": list(block.labels)} | {
                key: list(values) for key, values in block.series.items()
            }
        case Heat():
            return [list(row) for row in block.cells]


def as_csv(section: Section, zone: str, delimiter: str = ",") -> str:
    """The figures and the tables of a section, one below the other with an empty line between (RFC 4180)."""
    out = io.StringIO()
    ends = "\n" if delimiter == "\t" else "\r\n"
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ends)
    for at, block in enumerate(section.blocks):
        rows = _rows(block, zone)
        if at:
            writer.writerow([])
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _rows(block: Block, zone: str) -> list[list[Any]]:
    match block:
        case Figures(items=items):
            head = ["figure", "value", "before", "change"]
            return [head] + [
                [bare_key(o.key, o.kind), o.value, o.before, change(o.value, o.before)]
                for o in items
            ]
        case Table():
            return [[bare_key(c.key, c.kind) for c in block.columns]] + [
                [_one(bare(c.kind, value, zone)) for c, value in zip(block.columns, row, strict=True)]
                for row in block.rows
            ]  # fmt: skip
        case Lines():
            head = [block.key, *block.series]
            return [head, *map(list, zip(block.labels, *block.series.values(), strict=True))]
        case Heat():
            head = [block.key, *(f"{hour:02}" for hour in range(24))]
            days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
            return [head, *([day, *row] for day, row in zip(days, block.cells, strict=True))]


def _one(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _harmless(cell: Any) -> Any:
    """What somebody outside wrote never becomes a formula in a spreadsheet."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell  # fmt: skip
