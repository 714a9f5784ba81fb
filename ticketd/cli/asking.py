"""What questions share: the query of the command line, and who asks it."""

import re
from collections.abc import Sequence

import click

from ticketd.cli.app import App
from ticketd.core.query import Asker, BadQuery, Query, parse_query

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
    asker = Asker(
        # Who that is takes a tenth of a list's time to find out.
        me=app.asker if any("me" in word.lower() for word in words) else "",
        now=app.now(),
        zone=config.timezone,
        departments=tuple(config.departments),
        agents=tuple(config.agents),
        custom=tuple(config.custom_fields),
        has_targets=bool(config.sla),
    )
    try:
        return parse_query(words, asker)
    except BadQuery as error:
        raise click.UsageError(str(error)) from None
