"""Merge and split: `merge FROM… INTO`, `split ID MESSAGE`."""

from collections.abc import Sequence

import click

from ticketd.cli.acting import How, each, how_options
from ticketd.cli.app import App
from ticketd.cli.ids import ticket_numbers
from ticketd.desk.absence import check_permit
from ticketd.desk.merging import merge as merge_tickets
from ticketd.desk.merging import move_message
from ticketd.desk.merging import split as split_ticket
from ticketd.desk.tickets import existing
from ticketd.desk.work import Work
from ticketd.store.tables import Ticket


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="FROM... INTO")
@click.option("--same", is_flag=True, help="Of the same person: the address is remembered.")
@how_options
@click.pass_obj
def merge(app: App, words: Sequence[str], how: How, *, same: bool) -> int:
    """Let tickets go on as another one; --yes where that brings in people who took no part in it."""
    numbers = ticket_numbers(words)
    if len(numbers) < 2:
        raise click.UsageError("name the tickets and the one that they go into: merge 7 8 45")
    *sources, into = numbers
    agent = app.agent

    def doing(work: Work, ticket: Ticket) -> None:
        other = existing(work, into)
        check_permit(work, other, agent)
        merge_tickets(work, ticket, other, agent, confirmed=how.yes, same_person=same)

    return each(app, [str(number) for number in sources], doing, how, f"goes on as #{into}")


@click.command()
@click.argument("ticket")
@click.argument("message", type=int)
@click.option("-s", "--subject", default="", help="What the new one is about; else its first line.")
@click.option("--into", metavar="ID", help="Put it on this ticket instead.")
@how_options
@click.pass_obj
def split(app: App, ticket: str, message: int, subject: str, into: str | None, how: How) -> int:
    """Make a ticket of its own of a MESSAGE (its id in `show --json`); its author hears the number.

    With --into it goes to a ticket that is there; --yes where its author took no part in that one.
    """
    agent = app.agent
    if into is not None:
        (other,) = ticket_numbers([into])
        if subject:
            raise click.UsageError("use -s or --into, not both")

        def moving(work: Work, found: Ticket) -> None:
            target = existing(work, other)
            check_permit(work, target, agent)
            move_message(work, found, message, target, agent, confirmed=how.yes)

        return each(app, [ticket], moving, how, f"message {message} stands on #{other}")

    def doing(work: Work, found: Ticket) -> None:
        split_ticket(work, found, message, agent, subject)

    return each(app, [ticket], doing, how, f"message {message} is a ticket of its own")
