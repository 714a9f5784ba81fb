"""Questions that many tickets answer: list, search, history."""

import difflib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import App
from ticketd.cli.asking import Asking, named_view, query_of
from ticketd.cli.rows import (
    COLOURS,
    USUAL,
    ago,
    grouped,
    print_chart,
    print_groups,
    print_tickets,
    wanted,
)
from ticketd.cli.watch import watched
from ticketd.core.groups import GROUPS, group_of
from ticketd.core.query_shape import Query
from ticketd.core.text import snippet
from ticketd.store import Session, listing, tickets
from ticketd.store import query as stored
from ticketd.store.listing import TicketRow

SEARCHED = 50
"""So many tickets a search shows, unless -n says another number."""


@click.command("list", cls=Asking)
@click.argument("query", nargs=-1)
@click.option("--view", metavar="NAME", help="The tickets of a view.")
@click.option("-n", "--limit", type=click.IntRange(1), help="At most so many.")
@click.option(
    "--chart", is_flag=False, flag_value="status", metavar="[FIELD]",
    help=f"Count them: {', '.join(GROUPS)}.",
)  # fmt: skip
@click.option("--group-by", "group", metavar="FIELD", help="List them by one of the same fields.")
@click.option("--watch", is_flag=True, help="Look again and again, until Ctrl-C.")
@click.option(
    "--every", type=click.IntRange(1, 3600), default=5, show_default=True, help="Seconds."
)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("-q", "--quiet", is_flag=True, help="Numbers only.")
@click.pass_obj
def list_(  # noqa: PLR0913 - one for each option
    app: App, query: Sequence[str], view: str | None, limit: int | None, chart: str | None, group: str | None,
    every: int, *, watch: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """List tickets, the ones touched last first: new, open and pending ones, or those of a QUERY.

    QUERY: status:open,closed dept:sales assignee:me|none customer:a@b tag:hw -tag:spam priority:high+
    opened:>=2026-11-01 updated:<3d due:late has:attachment words "a phrase" sort:-priority; or the name of a view first
    """
    if chart is not None and ":" in chart:
        # `--chart dept:sales`: what stands behind it is no field but a query.
        query, chart = (chart, *query), "status"
    words = [f"view:{view}", *query] if view else named_view(app, query)
    how = How(words, limit, _grouping(chart), _grouping(group), as_json, quiet)
    if watch:
        watched(app, lambda: _list(app, how), every, is_for_people=not (as_json or quiet))
        return
    with output.paged() if not (as_json or quiet) else nullcontext():
        _list(app, how)


@dataclass(frozen=True, slots=True)
class How:
    """What is listed, and how."""

    words: Sequence[str]
    limit: int | None
    chart: str
    group: str
    as_json: bool
    quiet: bool


def _grouping(name: str | None) -> str:
    """The field that is meant, empty for none. UsageError where tickets are not told apart by it."""
    field = group_of(name) if name else ""
    if field is None:
        near = difflib.get_close_matches(name or "", GROUPS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(GROUPS)}"
        raise click.UsageError(f"tickets are not told apart by '{name}'; {hint}")
    return field


def _list(app: App, how: How) -> None:
    asked = query_of(app, how.words).or_open()
    with app.database.reading() as session:
        if how.chart:
            print_chart(app, session, asked, how.chart, as_json=how.as_json)
        elif how.as_json:
            found = listing.whole(session, asked, how.limit)
            _print_json(app, session, found, group=how.group)
        elif how.quiet:
            numbers = [ticket.number for ticket in listing.lines(session, asked, how.limit)]
            print(*numbers, sep="\n", end="\n" if numbers else "")
        else:
            columns = asked.columns or USUAL
            found = listing.lines(session, asked, how.limit, wanted(columns, how.group))
            if how.group:
                print_groups(app, session, found, columns, how.group)
            else:
                print_tickets(app, session, found, columns, is_usual=not asked.columns)
            _footer(session, asked, found, how.words, how.limit)


def _print_json(
    app: App, session: Session, found: Sequence[TicketRow], more: dict[int, Any] | None = None, group: str = ""
) -> None:  # fmt: skip
    from ticketd.store import shapes

    zone, now = app.config.timezone, app.now()
    beside = listing.about(session, [ticket.number for ticket in found])
    rows = {
        t.number: shapes.ticket_shape(t, beside[t.number], zone, now)
        | (more[t.number] if more else {})
        for t in found
    }
    if not group:
        output.print_json({"schema": 1, "tickets": [*rows.values()]})
        return
    groups = [
        {"value": value, "count": len(tickets), "tickets": [rows[t.number] for t in tickets]}
        for value, tickets in grouped(found, group, now)
    ]
    output.print_json({"schema": 1, "group_by": group, "groups": groups})


def _footer(
    session: Session, asked: Query, found: Sequence[TicketRow], said: Sequence[str], limit: int | None
) -> None:  # fmt: skip
    """How many there are, for people."""
    if not output.is_terminal():
        return
    words = " ".join(said)
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
            _footer(session, asked, found, words, limit)


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
    told = ago(app.config.timezone, app.now())
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
            colours=COLOURS,
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
