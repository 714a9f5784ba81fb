"""What agents do to tickets: each command is one act of `desk`, one transaction for each ticket."""

import mimetypes
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from ticketd.cli.app import App, Failure
from ticketd.cli.ids import ticket_numbers
from ticketd.core.inbound import Attachment
from ticketd.core.text import file_name
from ticketd.desk import tickets as acts
from ticketd.store import Session
from ticketd.store.tables import Outbox, Ticket

Act = Callable[[Session, Ticket], list[Outbox]]


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("-m", "--message", "text", help="The text.")
@click.option(
    "-F",
    "--file",
    "file",
    type=click.Path(allow_dash=True),
    help="The text from a file; - reads it.",
)
@click.option(
    "--attach",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file.",
)
@click.option("--close", "closing", is_flag=True, help="Close the ticket with this answer.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def reply(
    app: App, ids: Sequence[str], text: str | None, file: str | None, attach: Sequence[Path], *,
    closing: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Answer the customers of tickets."""
    agent = app.agent
    files = tuple(_attachment(path) for path in attach)
    answer = acts.Answer(text_of(text, file), closing=closing, attachments=files)
    each(
        app, ids, lambda session, ticket: acts.reply(
            session, app.database, app.postbox, ticket, agent, answer, app.now()
        ), dry_run=dry_run,
    )  # fmt: skip


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--reason", default="solved", show_default=True, help=", ".join(acts.CLOSE_REASONS))
@click.option("--no-mail", is_flag=True, help="Tell the customer nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def close(app: App, ids: Sequence[str], reason: str, *, no_mail: bool, dry_run: bool) -> None:
    """Close tickets and tell their customers."""
    agent = app.agent
    each(
        app, ids, lambda session, ticket: acts.close(
            session, app.postbox, ticket, agent, reason, app.now(), tell=not no_mail
        ), dry_run=dry_run,
    )  # fmt: skip


def each(app: App, ids: Sequence[str], act: Act, *, dry_run: bool, said: str = "") -> None:
    """Do an act to each ticket, one transaction each, and say what was done."""
    for number in ticket_numbers(ids):
        with app.database.transaction() as session:
            ticket = acts.existing(session, number)
            old = ticket.status
            rows = act(session, ticket)
            line = _told(app, ticket, rows, old, said, dry_run=dry_run)
            if dry_run:
                session.rollback()
        # Only what is committed is told.
        print(f"{line} (dry run: nothing was done)" if dry_run else line)


def _told(
    app: App, ticket: Ticket, rows: list[Outbox], old: str, said: str, *, dry_run: bool
) -> str:
    """One line: what happened, and which mail goes out."""
    parts = [said] if said else []
    if rows:
        seconds = int(app.settings.undo_window.total_seconds())
        would = "would be queued" if dry_run else "queued"
        parts.append(
            f"{rows[0].kind} {would} for {', '.join(r.rcpt_to for r in rows)}, sends in {seconds} s"
        )
    if ticket.status != old:
        parts.append(f"status {old} -> {ticket.status}")
    return f"#{ticket.number} {'; '.join(parts) or 'unchanged'}"


def text_of(text: str | None, file: str | None) -> str:
    if text is not None and file is not None:
        raise click.UsageError("use -m or -F, not both")
    if text is not None:
        return text
    if file == "-" or (file is None and not sys.stdin.isatty()):
        return sys.stdin.read()
    if file is None:
        return click.edit("", extension=".txt") or ""
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read as text: {error}") from None


def _attachment(path: Path) -> Attachment:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(file_name(path.name), kind, path.read_bytes())
