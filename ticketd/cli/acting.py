"""What commands that change tickets share: one transaction for each ticket, and one line that says what was done."""

import functools
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import App
from ticketd.cli.ids import ticket_numbers
from ticketd.core.errors import Refused
from ticketd.desk.absence import check_permit
from ticketd.desk.act import act
from ticketd.desk.tickets import existing
from ticketd.desk.work import Work
from ticketd.store import outbox
from ticketd.store.tables import Ticket

Doing = Callable[[Work, Ticket], object]
ASK_ABOVE = 20

# `-hw` removes a tag: it is no -h for help.
SIGNS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}

ids_argument = click.argument("ids", nargs=-1, required=True)


@dataclass(frozen=True, slots=True)
class How:
    """How a change is made, and how it is told."""

    dry_run: bool
    as_json: bool
    quiet: bool
    yes: bool


def how_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every change; the command gets them as one value, `how`."""

    @functools.wraps(command)
    def with_how(
        *arguments: Any, dry_run: bool, as_json: bool, quiet: bool, yes: bool, **rest: Any
    ) -> Any:
        return command(*arguments, how=How(dry_run, as_json, quiet, yes), **rest)

    wrapped: Callable[..., Any] = with_how
    for option in (
        click.option("--yes", is_flag=True, help=f"Ask nothing for more than {ASK_ABOVE} tickets."),
        click.option("-q", "--quiet", is_flag=True, help="Numbers only."),
        click.option("--json", "as_json", is_flag=True, help="JSON for programs."),
        click.option("--dry-run", is_flag=True, help="Say what would be done."),
    ):
        wrapped = option(wrapped)
    return wrapped


def each(app: App, ids: Sequence[str], doing: Doing, how: How, said: str = "") -> int:
    """Do an act to each ticket, one transaction each; 1 where one of them was refused."""
    numbers = ticket_numbers(ids)
    if len(numbers) > ASK_ABOVE and not (how.yes or how.dry_run):
        if not sys.stdin.isatty():
            raise click.UsageError(
                f"these are {len(numbers)} tickets; add --yes to mean all of them"
            )
        click.confirm(f"Do this to {len(numbers)} tickets?", abort=True, err=True)
    done: list[dict[str, Any]] = []
    code, one_act = 0, secrets.token_hex(8)
    for number in numbers:
        try:
            done.append(_one(app, number, doing, said, how, one_act))
        except Refused as error:
            code = 1
            click.echo(f"ticketd: {error}", err=True)
            continue
        # Only what is committed is told.
        if not how.as_json:
            _say(done[-1]["number"] if how.quiet else done[-1]["said"])
    if how.as_json:
        output.print_json({"schema": 1, "done": done})
    return code


def _say(line: object) -> None:
    """Whoever reads may have gone away; what was asked for is done all the same."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _one(app: App, number: int, doing: Doing, said: str, how: How, one_act: str) -> dict[str, Any]:
    wait = app.settings.undo_window
    with act(app.desk, app.now(), wait=wait, dry_run=how.dry_run, part_of=one_act) as work:
        ticket = existing(work, number)
        check_permit(work, ticket, app.agent)
        old = ticket.status
        doing(work, ticket)
        work.session.flush()
        return tell(app, work, ticket, old, said, dry_run=how.dry_run)


def tell(
    app: App, work: Work, ticket: Ticket, old: str, said: str, *, dry_run: bool
) -> dict[str, Any]:
    """What was done, for people and for programs."""
    rows = [row for row in outbox.of_act(work.session, work.act) if row.ticket == ticket.number]
    parts = [said] if said else []
    if rows:
        seconds = int(app.settings.undo_window.total_seconds())
        would = "would be queued" if dry_run else "queued"
        to = ", ".join(row.rcpt_to for row in rows)
        parts.append(f"{rows[0].kind} {would} for {to}, sends in {seconds} s")
    if ticket.status != old:
        parts.append(f"status {old} -> {ticket.status}")
    line = f"#{ticket.number} {'; '.join(parts) or 'unchanged'}"
    return {
        "number": ticket.number,
        "status": ticket.status,
        "mails": [{"kind": row.kind, "to": row.rcpt_to} for row in rows],
        "said": f"{line} (dry run: nothing was done)" if dry_run else line,
    }
