"""`ticketd redact`: a password, the numbers of cards or a file are taken out of a ticket for good."""

import sys
from collections.abc import Sequence

import click

from ticketd.cli.acting import How, each, how_options, ids_argument
from ticketd.cli.app import App
from ticketd.cli.writing import Given, text_options
from ticketd.core.redaction import Wanted, wanted_of
from ticketd.desk import redacting
from ticketd.desk.work import Work
from ticketd.store.tables import Ticket


@click.command()
@ids_argument
@text_options
@click.option("--cards", is_flag=True, help="All numbers of payment cards.")
@click.option("--name", "name", metavar="NAME", help="The file of this name, as a whole.")
@how_options
@click.pass_obj
def redact(
    app: App, ids: Sequence[str], name: str | None, *, cards: bool, given: Given, how: How
) -> int:
    """Take a text (-m, or -F - to keep it out of the shell's history), card numbers or a file out of tickets.

    Out of messages, files, raw mails, the history, the search, and mails that have not left. It cannot be taken back.
    """
    if sum((cards, bool(name), given != Given(None, None))) != 1:
        raise click.UsageError("say what is to go: -m TEXT, -F -, --cards or --name FILE")
    if not (how.yes or how.dry_run):
        raise click.UsageError(
            "it cannot be taken back; add --yes to mean it, or --dry-run to look"
        )
    wanted, agent = _wanted(name, cards, given), app.agent

    def do(work: Work, ticket: Ticket) -> None:
        gone = redacting.redact(work, ticket, wanted, agent)
        for line in redacting.told(gone):
            click.echo(f"#{ticket.number} {line}", err=True)

    return each(app, ids, do, how, "redacted")


def _wanted(name: str | None, cards: bool, given: Given) -> Wanted:
    if cards:
        return Wanted(cards=True)
    if name:
        return Wanted(file=name)
    if given.text is not None:
        return _text(given.text)
    if given.file == "-":
        return _text(sys.stdin.read())
    with click.open_file(str(given.file), encoding="utf-8") as stream:
        return _text(stream.read())


def _text(text: str) -> Wanted:
    """A text, whatever it says: `cards` is one too where -m stands in front."""
    found = wanted_of(text)
    return found if found.text else Wanted(text.strip())
