"""Questions that many tickets answer: list, search, history."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import App
from ticketd.cli.asking import Asking, query_of
from ticketd.core.due_words import away
from ticketd.core.query import Query
from ticketd.core.text import snippet
from ticketd.store import Session, listing, tickets
from ticketd.store import query as stored
from ticketd.store.listing import TicketRow

TITLES = (
    "ID",
    "STATUS",
    "PRI",
    "DEPT",
    "ASSIGNEE",
    "CUSTOMER",
    "SUBJECT",
    "UPDATED",
    "MAILS",
    "DUE",
)
_SUBJECT, _GIVES_WAY = 6, (8, 2, 3, 4, 7, 9, 5)
_COLOURS = {"new": "33", "closed": "2", "urgent": "31", "high": "35"}
SEARCHED = 50
"""So many tickets a search shows, unless -n says another number."""


@click.command("list", cls=Asking)
@click.argument("query", nargs=-1)
@click.option("-n", "--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("-q", "--quiet", is_flag=True, help="Numbers only.")
@click.pass_obj
def list_(app: App, query: Sequence[str], limit: int | None, *, as_json: bool, quiet: bool) -> None:
    """List tickets, the ones touched last first: new, open and pending ones, or those of a QUERY.

    QUERY: status:open,closed dept:sales assignee:me|none customer:a@b tag:hw -tag:spam priority:high+
    opened:>=2026-11-01 updated:<3d has:attachment words "a phrase" sort:-priority
    """
    asked = query_of(app, query).or_open()
    with app.database.reading() as session:
        if as_json:
            _print_json(app, session, listing.whole(session, asked, limit))
            return
        found = listing.lines(session, asked, limit)
        if quiet:
            print(*(ticket.number for ticket in found), sep="\n", end="\n" if found else "")
        else:
            with output.paged():
                print_tickets(app, session, found)
                _footer(session, asked, found, " ".join(query), limit)


def _print_json(
    app: App, session: Session, found: Sequence[TicketRow], more: dict[int, Any] | None = None
) -> None:
    from ticketd.store import shapes

    zone, now = app.config.timezone, app.now()
    beside = listing.about(session, [ticket.number for ticket in found])
    rows = [
        shapes.ticket_shape(t, beside[t.number], zone, now) | (more[t.number] if more else {})
        for t in found
    ]
    output.print_json({"schema": 1, "tickets": rows})


def print_tickets(app: App, session: Session, found: Sequence[TicketRow]) -> None:
    """One line for each ticket."""
    numbers = [ticket.number for ticket in found]
    counts = listing.message_counts(session, numbers)
    files = listing.with_files(session, numbers)
    told = _ago(app.config.timezone, app.now())
    due = _ahead(app.config.timezone, app.now())
    rows = [
        [
            *_row(t, told),
            f"{counts.get(t.number, 0)}{'+file' if t.number in files else ''}",
            due(t.sla_due_at) if t.sla_due_at else "-",
        ]
        for t in found
    ]
    titles: Sequence[str] = TITLES
    if output.is_terminal() and not any(t.sla_due_at for t in found):
        # Where nothing is promised, people need not look at an empty column; programs count columns.
        titles, rows = TITLES[:-1], [row[:-1] for row in rows]
    if rows:
        gives_way = [at for at in _GIVES_WAY if at < len(titles)]
        output.table(titles, rows, grows=_SUBJECT, gives_way=gives_way, colours=_COLOURS)


def _ago(zone: str, now: datetime) -> Callable[[datetime], str]:
    """How a time is told: its age to people, itself to programs."""
    if output.is_terminal():
        return lambda moment: output.age(moment, now)
    return lambda moment: output.in_zone(moment, zone).isoformat()


def _ahead(zone: str, now: datetime) -> Callable[[datetime], str]:
    """How a due moment is told: how far away it is to people, itself to programs."""
    if output.is_terminal():
        return lambda moment: away(moment - now)
    return lambda moment: output.in_zone(moment, zone).isoformat()


def _row(ticket: TicketRow, told: Callable[[datetime], str]) -> list[str]:
    return [
        f"#{ticket.number}",
        ticket.status,
        ticket.priority,
        ticket.department,
        ticket.assignee or "-",
        ticket.customer_address,
        ticket.subject,
        told(ticket.updated_at),
    ]


def _footer(
    session: Session, asked: Query, found: Sequence[TicketRow], words: str, limit: int | None
) -> None:
    """How many there are, for people."""
    if not output.is_terminal():
        return
    total = stored.count(session, asked) if limit is not None else len(found)
    what = "ticket" if total == 1 else "tickets"
    of = f"{len(found)} of {total} {what}" if total > len(found) else f"{total or 'no'} {what}"
    print(output.colour(f"{of}{f' ({words})' if words else ' (new, open, pending)'}", "2"))
    if not found and (number := words.lstrip("#")).isdecimal():
        print(output.colour(f"one ticket by its number: ticketd show {number}", "2"))


@click.command(cls=Asking)
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "--limit", type=click.IntRange(1), default=SEARCHED, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("-q", "--quiet", is_flag=True, help="Numbers only.")
@click.pass_obj
def search(app: App, words: Sequence[str], limit: int, *, as_json: bool, quiet: bool) -> None:
    """Find tickets by words in subjects, mails, notes and names of files, closed ones too.

    Case and Vietnamese marks do not matter; Thai words are found inside sentences. Fields as in `list`.
    """
    asked = query_of(app, words)
    if not (asked.words or asked.terms or asked.spans):
        raise click.UsageError("nothing to look for; write a word, a phrase or a field")
    with app.database.reading() as session:
        found = stored.found(session, asked, limit)
        if quiet:
            print(*(ticket.number for ticket in found), sep="\n", end="\n" if found else "")
            return
        hits = {hit.number: hit for hit in _hits(session, asked, found)}
        if as_json:
            more = {t.number: _hit_shape(hits.get(t.number)) for t in found}
            _print_json(app, session, found, more)
            return
        with output.paged():
            _print_hits(app, found, hits)
            _footer(session, asked, found, " ".join(words), limit)


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where a ticket holds the words."""

    number: int
    snippet: str
    where: str


def _hit_shape(hit: _Hit | None) -> dict[str, str]:
    return {"snippet": hit.snippet if hit else "", "where": hit.where if hit else ""}


def _hits(session: Session, asked: Query, found: Sequence[TicketRow]) -> Iterator[_Hit]:
    words = [word.text for word in asked.words if not word.negated]
    spots = stored.spots(session, [t.number for t in found], words)
    # What somebody wrote says more than the subject, which stands there anyway.
    first = {
        number: next((s.message for s in places if s.message is not None), None)
        for number, places in spots.items()
    }
    messages = stored.messages(session, [m for m in first.values() if m is not None])
    for ticket in found:
        if ticket.number not in first:
            continue
        message = messages.get(first[ticket.number] or 0)
        if message is None:
            customer = f"{ticket.customer_name} {ticket.customer_address}"
            whole = f"{ticket.subject} {ticket.summary} {customer}"
            yield _Hit(ticket.number, snippet(whole, words), "ticket")
            continue
        names = " ".join(file.name for file in message.attachments)
        in_text = f"{message.full_text} {names}".strip()
        yield _Hit(ticket.number, snippet(in_text, words), message.kind)


def _print_hits(app: App, found: Sequence[TicketRow], hits: dict[int, _Hit]) -> None:
    told = _ago(app.config.timezone, app.now())
    rows = []
    for ticket in found:
        hit = hits.get(ticket.number)
        said = [hit.where, hit.snippet] if hit else ["", ""]
        rows.append(
            [f"#{ticket.number}", ticket.status, told(ticket.updated_at), ticket.subject, *said]
        )
    titles = ("ID", "STATUS", "UPDATED", "SUBJECT", "IN", "TEXT")
    if rows:
        output.table(
            titles,
            rows,
            grows=5,
            gives_way=(2, 4, 1, 3),
            colours=_COLOURS,
            widest={3: 24},
            least=40,
        )


@click.command()
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def history(app: App, address: str, *, as_json: bool) -> None:
    """All tickets of a customer's ADDRESS (or of everybody at @DOMAIN), the newest first."""
    if "@" not in address:
        raise click.UsageError(f"'{address}' is no address; write eve@example.org or @example.org")
    with app.database.reading() as session:
        found = tickets.of_customer(session, address.strip().lower())
        if as_json:
            _print_json(app, session, found)
            return
        with output.paged():
            print_tickets(app, session, found)
