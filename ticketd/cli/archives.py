"""Archives of mail come in, and everything goes out: import, export."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ticketd.cli import bringing, output
from ticketd.cli.app import EX_CONFIG, App, Failure
from ticketd.cli.progress import progress

if TYPE_CHECKING:
    from ticketd.mail.mailboxes import Mailbox


@click.group("import")
def import_() -> None:
    """Bring an archive of mail in: mbox, maildir. Nothing is sent, and nobody is told."""


def _add_kind(name: str, text: str) -> None:
    @import_.command(name, help=text)
    @click.argument("path", type=click.Path(path_type=Path))
    @click.option(
        "--department", help="For mails that were written to none of ours; default: the first."
    )
    @click.option(
        "--open-days", type=click.IntRange(0), default=30, show_default=True,
        help="Tickets without a mail for longer are closed.",
    )  # fmt: skip
    @click.option("--dry-run", is_flag=True, help="Say what would be done.")
    @click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
    @click.pass_obj
    def bring(
        app: App, path: Path, department: str | None, open_days: int, *, dry_run: bool, as_json: bool
    ) -> None:  # fmt: skip
        key = _department(app, department)
        with closing(_opened(name, path)) as box:
            count = bringing.bring(app, box, key, dry_run=dry_run)
        if not dry_run:
            count.closed = bringing.close_old(app, timedelta(days=open_days))
        _say(count, dry_run=dry_run, as_json=as_json)


_add_kind("mbox", "Bring in an mbox file. Said again, it goes on where it ended.")
_add_kind("maildir", "Bring in a Maildir with its folders. Said again, it goes on where it ended.")


def _department(app: App, asked: str | None) -> str:
    known = list(app.config.departments)
    if asked is not None and asked not in known:
        raise click.UsageError(
            f"there is no department '{asked}'; there are {', '.join(sorted(known))}"
        )
    if not known:
        raise Failure(f"{app.config_path}: departments: there must be one to import to", EX_CONFIG)
    return asked or known[0]


def _opened(kind: str, path: Path) -> "Mailbox":
    from ticketd.mail.mailboxes import Maildir, Mbox, NoMailbox

    try:
        return Mbox(path) if kind == "mbox" else Maildir(path)
    except NoMailbox as error:
        raise Failure(str(error)) from None


def _say(count: bringing.Count, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        output.print_json({"schema": 1, "dry_run": dry_run} | asdict(count))
        return
    would = "would be " if dry_run else ""
    print(
        f"{count.mails} mails, {count.already} of them here before; {count.imported} {would}imported"
        f" as {count.tickets} new tickets{'' if dry_run else f', {count.closed} closed as long over'}; nothing is sent"
    )
    for line in count.left_out:
        click.echo(f"ticketd: left out: {line}", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "kind", type=click.Choice(["mbox", "jsonl"]), default="jsonl", show_default=True,
    help="mbox: every mail as it came or went; jsonl: every ticket with notes and history.",
)  # fmt: skip
@click.pass_obj
def export(app: App, file: Path, kind: str) -> None:
    """Write everything into a new FILE (- for standard output) that other programs can read."""
    with _target(file) as stream:
        number = (_export_mbox if kind == "mbox" else _export_jsonl)(app, stream)
    said = f"{number} {'mails' if kind == 'mbox' else 'tickets'}"
    click.echo(f"{said} written to {file}", err=str(file) == "-")


@contextmanager
def _target(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdout.buffer
        return
    try:
        with file.open("xb") as stream:
            file.chmod(0o600)
            yield stream
    except FileExistsError:
        raise Failure(f"{file} exists already; name another file") from None
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None


def _export_mbox(app: App, stream: IO[bytes]) -> int:
    from ticketd.config.people import agents_of
    from ticketd.mail.mailboxes import as_mbox
    from ticketd.store import exports

    agents = [a for agent in agents_of(app.config) for a in agent.addresses]
    with app.database.reading() as session:
        found = exports.mails(session, agents)
        with progress("export", len(found)) as tell:
            for mail in found:
                raw = exports.content(session, app.database.blobs, mail)
                ours = f"X-Ticketd-Ticket: {mail.ticket}\n".encode() if mail.ticket else b""
                stream.write(as_mbox(ours + raw, mail.sender, mail.at))
                session.expunge_all()
                tell(1)
    return len(found)


def _export_jsonl(app: App, stream: IO[bytes]) -> int:
    from ticketd.store import exports, shapes

    zone, now = app.config.timezone, app.now()
    with app.database.reading() as session:
        numbers = exports.numbers(session)
        with progress("export", len(numbers)) as tell:
            for number in numbers:
                ticket = exports.ticket(session, number)
                told = shapes.whole_ticket(session, ticket, zone, now)
                line = json.dumps(told, ensure_ascii=False, default=lambda v: v.isoformat())
                stream.write(line.encode() + b"\n")
                session.expunge_all()
                tell(1)
    return len(numbers)
