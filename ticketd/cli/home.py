"""`ticketd` alone: how things stand, and what one would do next."""

from typing import TYPE_CHECKING

import click

from ticketd.cli import output
from ticketd.cli.lists import print_tickets
from ticketd.core.query import OPEN, Query, Term
from ticketd.store import query

if TYPE_CHECKING:
    from ticketd.cli.app import App

_SHOWN = 10


def home(context: click.Context) -> None:
    """The asker's own tickets, and how many there are; the help where there is no desk, or nobody who looks."""
    app: App = context.obj
    if not output.is_terminal() or not app.has_config:
        click.echo(context.get_help())
        return
    open_ = Query((Term("status", OPEN),))
    mine = Query((Term("status", OPEN), Term("assignee", (app.asker,))))
    free = Query((Term("status", OPEN), Term("assignee", ("none",))))
    with app.database.reading() as session:
        counts = [f"{query.count(session, open_)} open"]
        if app.asker:
            counts.append(f"{query.count(session, mine)} yours")
        counts.append(f"{query.count(session, free)} without an assignee")
        now = output.in_zone(app.now(), app.config.timezone)
        name = app.config.name or "support desk"
        head = output.ends(", ".join(counts), f"{name}, {now:%a %d %b %H:%M}")
        print(output.colour(head, "1"))
        shown = query.found(session, mine if app.asker else free, _SHOWN)
        shown = shown or query.found(session, free, _SHOWN)
        print_tickets(app, session, shown)
    first = shown[0].number if shown else 1
    offers = f"next: ticketd show {first} | ticketd reply {first} | ticketd list | ticketd --help"
    for line in output.wrapped(offers):
        print(output.colour(line, "2"))
