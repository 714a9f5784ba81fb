"""The people who answer: a first mail to a new one."""

from collections.abc import Sequence

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure


@click.group()
def agent() -> None:
    """The people who answer, as the configuration names them."""


@agent.command()
@click.argument("keys", nargs=-1, required=True, metavar="KEY…")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def welcome(app: App, keys: Sequence[str], *, dry_run: bool, as_json: bool) -> None:
    """Send agents a first mail: what comes, what an answer does. Its answer proves the way back."""
    from ticketd.desk import welcome as letters
    from ticketd.desk.act import act

    found = [(key, app.settings.agent(key)) for key in dict.fromkeys(keys)]
    unknown = [key for key, known in found if known is None]
    if unknown:
        there = ", ".join(known.key for known in app.settings.agents) or "none yet"
        raise Failure(f"there is no agent '{unknown[0]}' in the configuration; there are {there}")
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        rows = [letters.welcome(work, known) for _, known in found if known is not None]
        sent = [
            {"agent": key, "to": row.rcpt_to} for (key, _), row in zip(found, rows, strict=True)
        ]
    if as_json:
        output.print_json({"schema": 1, "welcomed": sent})
        return
    for one in sent:
        if dry_run:
            print(
                f"{one['agent']}: a mail to {one['to']} would be queued (dry run: nothing was done)"
            )
        else:
            print(f"{one['agent']}: a mail to {one['to']} is queued; its answer brings a receipt")
