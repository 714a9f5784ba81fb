"""Tickets as lines: their columns, in groups, and counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketd.cli import output
from ticketd.cli.app import App
from ticketd.core.due_words import away
from ticketd.core.groups import NONE, age_of, fewer, ordered
from ticketd.core.query_shape import Query
from ticketd.store import Session, listing
from ticketd.store.listing import TicketRow
from ticketd.store.tally import tally

USUAL = (
    "number", "status", "priority", "department", "assignee", "customer", "subject", "updated", "mails", "due",
)  # fmt: skip
_TITLES = {"number": "ID", "priority": "PRI", "department": "DEPT", "language": "LANG"}
_GIVES_WAY = (
    "mails", "summary", "rating", "language", "channel", "closed", "opened", "name", "priority", "severity",
    "department", "assignee", "updated", "due", "tags", "customer",
)  # fmt: skip
"""What is left out first where a terminal is narrow."""
_GROW = ("subject", "summary", "tags", "customer")
COLOURS = {"new": "33", "closed": "2", "urgent": "31", "high": "35"}
_ATTRIBUTES = {
    "customer": "customer_address", "name": "customer_name", "opened": "opened_at", "updated": "updated_at",
    "closed": "closed_at", "due": "sla_due_at", "age": "opened_at", "tag": "tags", "mails": "number",
}  # fmt: skip
_ALWAYS = ("number", "updated_at", "sla_due_at")
"""What lists are sorted by."""
_BAR = 30


def wanted(columns: Sequence[str], group: str = "") -> tuple[str, ...]:
    """What has to be read of tickets to show these columns."""
    names = (_ATTRIBUTES.get(column, column) for column in (*columns, *filter(None, (group,))))
    return tuple(dict.fromkeys((*_ALWAYS, *names)))


@dataclass(frozen=True, slots=True)
class _Cells:
    """What the cells of all rows need."""

    ago: Callable[[datetime], str]
    ahead: Callable[[datetime], str]
    counts: dict[int, int]
    files: set[int]

    def row(self, ticket: TicketRow, columns: Sequence[str]) -> list[str]:
        """One line."""
        return [
            _PLAIN[column](self, ticket)
            if column in _PLAIN
            else str(getattr(ticket, column) or "-")
            for column in columns
        ]


def _mails(cells: _Cells, ticket: TicketRow) -> str:
    return f"{cells.counts.get(ticket.number, 0)}{'+file' if ticket.number in cells.files else ''}"


_PLAIN: dict[str, Callable[[_Cells, TicketRow], str]] = {
    "number": lambda _, t: f"#{t.number}",
    "customer": lambda _, t: t.customer_address,
    "name": lambda _, t: t.customer_name or "-",
    "subject": lambda _, t: t.subject,
    "opened": lambda cells, t: cells.ago(t.opened_at),
    "updated": lambda cells, t: cells.ago(t.updated_at),
    "closed": lambda cells, t: cells.ago(t.closed_at) if t.closed_at else "-",
    "due": lambda cells, t: cells.ahead(t.sla_due_at) if t.sla_due_at else "-",
    "tags": lambda _, t: " ".join(t.tags) or "-",
    "mails": _mails,
}


def _cells(app: App, session: Session, found: Sequence[TicketRow], columns: Sequence[str]) -> _Cells:  # fmt: skip
    zone, now = app.config.timezone, app.now()
    numbers = [ticket.number for ticket in found] if "mails" in columns else []
    counts = listing.message_counts(session, numbers) if numbers else {}
    files = listing.with_files(session, numbers) if numbers else set()
    return _Cells(ago(zone, now), _ahead(zone, now), counts, files)


def print_tickets(
    app: App, session: Session, found: Sequence[TicketRow], columns: Sequence[str] = USUAL, *, is_usual: bool = True
) -> None:  # fmt: skip
    """One line for each ticket."""
    if is_usual and output.is_terminal() and not any(t.sla_due_at for t in found):
        # Where nothing is due, people need not look at an empty column; programs count columns.
        columns = columns[:-1]
    cells = _cells(app, session, found, columns)
    if found:
        _table([cells.row(ticket, columns) for ticket in found], columns)


def _table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    titles = [_TITLES.get(column, column.upper()) for column in columns]
    grows = next((columns.index(name) for name in _GROW if name in columns), len(columns) - 1)
    gives_way = [columns.index(n) for n in _GIVES_WAY if n in columns and columns.index(n) != grows]
    output.table(titles, rows, grows=grows, gives_way=gives_way, colours=COLOURS)


def ago(zone: str, now: datetime) -> Callable[[datetime], str]:
    """How a time is told: its age to people, itself to programs."""
    if output.is_terminal():
        return lambda moment: output.age(moment, now)
    return lambda moment: output.in_zone(moment, zone).isoformat()


def _ahead(zone: str, now: datetime) -> Callable[[datetime], str]:
    """How a due moment is told: how far away it is to people, itself to programs."""
    if output.is_terminal():
        return lambda moment: away(moment - now)
    return lambda moment: output.in_zone(moment, zone).isoformat()


def grouped(
    found: Sequence[TicketRow], field: str, now: datetime
) -> list[tuple[str, list[TicketRow]]]:
    """Tickets by a field, each value in their own order; of two tags a ticket stands below both."""
    groups: dict[str, list[TicketRow]] = {}
    for ticket in found:
        for value in _values(ticket, field, now):
            groups.setdefault(value, []).append(ticket)
    counts = {value: len(tickets) for value, tickets in groups.items()}
    return [(value, groups[value]) for value, _ in ordered(field, counts)]


def _values(ticket: TicketRow, field: str, now: datetime) -> Sequence[str]:
    if field == "tag":
        return ticket.tags or [NONE]
    if field == "age":
        return [age_of(ticket.opened_at, now)]
    return [getattr(ticket, _ATTRIBUTES.get(field, field)) or NONE]


def print_groups(
    app: App, session: Session, found: Sequence[TicketRow], columns: Sequence[str], field: str
) -> None:
    """For people one table for each value; for programs one, with the value in front."""
    groups = grouped(found, field, app.now())
    if output.is_terminal():
        for at, (value, tickets) in enumerate(groups):
            head = f"{field} {output.safe(value)} ({len(tickets)})"
            print(output.colour(head if not at else f"\n{head}", "1;34"))
            print_tickets(app, session, tickets, columns, is_usual=columns is USUAL)
        return
    cells = _cells(app, session, found, columns)
    rows = [[value, *cells.row(t, columns)] for value, tickets in groups for t in tickets]
    if rows:
        _table(rows, [field, *columns])


def print_chart(app: App, session: Session, asked: Query, field: str, *, as_json: bool) -> None:
    """How many tickets have which value: bars for people."""
    counts = ordered(field, tally(session, asked, field, app.now()))
    if as_json:
        groups = [{"value": value, "count": count} for value, count in counts]
        output.print_json({"schema": 1, "chart": field, "groups": groups})
        return
    if not output.is_terminal():
        output.table((field, "count"), [[value, str(count)] for value, count in counts])
        return
    from ticketd.report.charts import bar

    shown = fewer(counts)
    whole, most = sum(c for _, c in counts), max((c for _, c in shown), default=0)
    rows = [
        [value, str(count).rjust(len(str(most))), f"{count / whole:4.0%}", bar(count, most, _BAR)]
        for value, count in shown
    ]
    output.table((field.upper(), "TICKETS", "SHARE", ""), rows, grows=0, colours=COLOURS)
