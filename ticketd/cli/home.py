"""`ticketd` alone: how things stand, and what one would do next."""

from typing import TYPE_CHECKING

import click

from ticketd.cli import output
from ticketd.cli.rows import USUAL, print_tickets, wanted
from ticketd.core.query_shape import Query, Term
from ticketd.store import listing, query

if TYPE_CHECKING:
    from ticketd.cli.app import App
    from ticketd.store.listing import TicketRow

_SHOWN = 10


def home(context: click.Context) -> None:
    """The asker's own tickets, and how many there are; the help where there is no desk, or nobody who looks."""
    app: App = context.obj
    if not output.is_terminal() or not app.has_config:
        click.echo(context.get_help())
        return
    now = output.in_zone(app.now(), app.config.timezone)
    ours, theirs = Term("status", ("new", "open")), Term("status", ("pending",))
    mine, free = Term("assignee", (app.asker,)), Term("assignee", ("none",))
    with app.database.reading() as session:
        counts = [
            f"{query.count(session, Query((ours,)))} wait for us",
            f"{query.count(session, Query((theirs,)))} for their customers",
        ]
        print(_head(app, counts, f"{now:%a %d %b %H:%M}"))
        # What needs an answer first: my own, then what nobody has taken; last what waits for customers.
        shown: list[TicketRow] = []
        for asked in ((ours, mine), (ours, free), (theirs, mine)):
            if len(shown) < _SHOWN:
                shown += listing.lines(session, Query(asked), _SHOWN - len(shown), wanted(USUAL))
        print_tickets(app, session, shown)
    first = shown[0].number if shown else 1
    commands = (f"ticketd show {first}", f"ticketd reply {first}", "ticketd list", "ticketd --help")
    for line in output.wrapped("next:  " + "   ".join(c.replace(" ", "\u00a0") for c in commands)):
        print(output.colour(line.replace("\u00a0", " "), "2"))


def _head(app: "App", counts: list[str], at: str) -> str:
    return output.colour(
        output.ends(", ".join(counts), f"{app.config.name or 'support desk'}, {at}"), "1"
    )
