"""What questions share: the query of the command line, and who asks it."""

import re
from collections.abc import Sequence

import click

from ticketd.cli.app import App
from ticketd.config.queries import asker_of, views_for
from ticketd.core.query import parse_query
from ticketd.core.query_shape import BadQuery, Query
from ticketd.core.views import NAME, View
from ticketd.store import views

_OPTION = re.compile(r"-[a-zA-Z]|-n[0-9]+|--.*")
_SIGN = re.compile(r"-[^-]")


class Asking(click.Command):
    """A command that takes a query: `-tag:spam` and `-word` are no options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        taken = [
            f"!{word[1:]}" if _SIGN.match(word) and not _OPTION.fullmatch(word) else word
            for word in args
        ]
        return super().parse_args(ctx, taken)


def query_of(app: App, words: Sequence[str]) -> Query:
    """The query that was asked. UsageError where it cannot be understood."""
    config = app.config
    names_views = any("view:" in word.lower() for word in words)
    # Who that is, and which views they have, takes a tenth of a list's time to find out.
    me = app.asker if names_views or any("me" in word.lower() for word in words) else ""
    asker = asker_of(config, app.now(), me, own_views(app) if names_views else ())
    try:
        return parse_query(words, asker)
    except BadQuery as error:
        raise click.UsageError(str(error)) from None


def own_views(app: App) -> tuple[View, ...]:
    """The views of who asks."""
    if not app.asker:
        return ()
    with app.database.reading() as session:
        return views.of_agent(session, app.asker)


def named_view(app: App, words: Sequence[str]) -> Sequence[str]:
    """`late dept:sales` -> `view:late dept:sales`: the first word of a list may be the name of a view."""
    first = words[0] if words else ""
    if not NAME.fullmatch(first):
        return words
    known = views_for(app.config, own_views(app))
    if not any(view.name == first for view in known):
        return words
    return [f"view:{first}", *words[1:]]
