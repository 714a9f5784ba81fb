"""What a report says, before anybody has chosen how it looks: figures, tables, lines over time, heat maps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ticketd.core.reports.period import Period

Kind = Literal[
    "count", "seconds", "share", "change", "rating", "rank", "text", "ticket", "time", "agent", "department", "word",
    "hours",
]  # fmt: skip
"""What a value is: `change` a share with its sign, `word` one of ours (a status, a priority), `hours` 24 counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, and what it was in the time before (None where it cannot be compared)."""

    key: str
    kind: Kind
    value: Any
    before: Any = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers at the top."""

    items: tuple[Figure, ...]
    key: str = "figures"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; its key names it in JSON, CSV and the lists of words."""

    key: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values; `bar` is the column that is shown as a length, too."""

    key: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    bar: str = ""

    @property
    def bar_at(self) -> int | None:
        """The place of that column."""
        return next(
            (at for at, c in enumerate(self.columns) if self.bar and c.key == self.bar), None
        )

    @property
    def full(self) -> float:
        """What a whole bar stands for: all of a share, the best rating, else the highest value."""
        at = self.bar_at
        if at is None:
            return 0
        highest: float = max((row[at] or 0 for row in self.rows), default=0)
        return _FULL.get(self.columns[at].kind, highest)


_FULL: Mapping[Kind, float] = {"share": 1, "rating": 5}


@dataclass(frozen=True, slots=True)
class Lines:
    """Counts over time, one after the other: `labels` are the first days of each piece."""

    key: str
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float | None, ...]]
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Heat:
    """Counts of each hour of the week: seven rows from Monday, of 24 hours each."""

    key: str
    cells: tuple[tuple[int, ...], ...]


Block = Figures | Table | Lines | Heat


@dataclass(frozen=True, slots=True)
class Section:
    """One report, or one part of a mail."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it says that nothing happened."""
        return not any(_says_something(block) for block in self.blocks)

    def tables(self) -> Iterator[Table]:
        """Its tables; the first one is its CSV."""
        yield from (block for block in self.blocks if isinstance(block, Table))


def _says_something(block: Block) -> bool:
    match block:
        case Figures(items=items):
            return any(one.value for one in items)
        case Table(rows=rows):
            return bool(rows)
        case Lines(series=series):
            return any(value for values in series.values() for value in values)
        case Heat(cells=cells):
            return any(map(any, cells))


@dataclass(frozen=True, slots=True)
class Report:
    """Sections about one period, and how keys are called."""

    period: Period
    sections: tuple[Section, ...]
    query: str
    """The words by which tickets were chosen; empty for all."""
    names: Mapping[tuple[str, str], str]
    """(agent or department, key) -> the name that people know."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        return all(section.is_empty for section in self.sections)
