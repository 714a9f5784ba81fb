"""Archives of mail come in, and everything goes out: import, export."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ticketd.cli import output
from ticketd.cli.app import EX_CONFIG, App, Failure
from ticketd.cli.progress import progress

if TYPE_CHECKING:
    from ticketd.core.archive import Skimmed, Threads
    from ticketd.mail.mailboxes import Mailbox


@click.group("import")
def import_() -> None:
    """Bring an archive of mail in: mbox, maildir. Nothing is sent, and nobody is told."""


@dataclass(slots=True)
class Count:
    """What an import came to."""

    mails: int = 0
    already: int = 0
    imported: int = 0
    tickets: int = 0
    closed: int = 0
    left_out: list[str] = field(default_factory=list)


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
            count = _import(app, box, key, dry_run=dry_run)
        if not dry_run:
            count.closed = _close_old(app, timedelta(days=open_days))
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


def _import(app: App, box: "Mailbox", department: str, *, dry_run: bool) -> Count:
    """Look through all of it for the order and the threads, then take what is not here yet, mail by mail."""
    from ticketd.core.archive import Threads, in_order
    from ticketd.store import imports, tickets

    database, count = app.database, Count()
    with progress("look through", None) as tell:
        skimmed = []
        for mail in box.skim():
            skimmed.append(mail)
            tell(1)
    with database.reading() as session:
        known, tags = imports.known(session), imports.tags(session)

    def of_id(message_id: str) -> int | None:
        with database.reading() as session:
            return next(iter(tickets.numbers_of(session, message_id)), None)

    threads = Threads(of_id, of_tags=tags)
    take = _dry(threads, count) if dry_run else _taker(app, box, threads, department, count)
    with progress("import", len(skimmed)) as tell, take as one:
        for mail in in_order(skimmed):
            count.mails += 1
            if mail.sha256 in known:
                count.already += 1
                threads.note(mail, known[mail.sha256])
            else:
                known[mail.sha256] = one(mail)
            tell(1)
    return count


@contextmanager
def _dry(threads: "Threads", count: Count) -> Iterator[Any]:
    """Threads alone; new tickets have numbers below zero."""

    def one(mail: "Skimmed") -> int:
        number = threads.find(mail)
        if number is None:
            count.tickets += 1
            number = -count.tickets
        count.imported += 1
        threads.note(mail, number)
        return number

    yield one


@contextmanager
def _taker(
    app: App, box: "Mailbox", threads: "Threads", department: str, count: Count
) -> Iterator[Any]:
    """One mail, one transaction; reading it happens in a process with limits, as at the doors."""
    from ticketd.desk.act import act
    from ticketd.desk.importing import Archived, bring_in
    from ticketd.mail.worker import ParserCrashed, ParserProcess

    parser, desk = ParserProcess(), app.desk
    last = app.now()
    hint = app.settings.hint((department,))

    def one(skimmed: "Skimmed") -> int:
        nonlocal last
        raw, now, number = box.raw(skimmed.place), app.now(), threads.find(skimmed)
        at = last = min(skimmed.date or last, now)
        try:
            item = Archived(parser.parse(raw, hint), raw, skimmed, now)
        except ParserCrashed as error:
            count.left_out.append(f"mail {skimmed.place + 1}: {error}")
            return 0
        with act(desk, at, may_be_forgotten=True) as work:
            went = bring_in(work, item, number, department)
        if went is None:
            count.left_out.append(f"mail {skimmed.place + 1}: of ours to nobody outside")
            return 0
        count.imported += 1
        count.tickets += number is None
        threads.note(skimmed, went)
        return went

    try:
        yield one
    finally:
        parser.stop()


def _close_old(app: App, age: timedelta) -> int:
    from ticketd.desk.act import act
    from ticketd.desk.importing import close_old
    from ticketd.store import imports

    with app.database.reading() as session:
        numbers = imports.open_ones(session, app.now() - age)
    for number in numbers:
        with act(app.desk, app.now(), may_be_forgotten=True) as work:
            close_old(work, number)
    return len(numbers)


def _say(count: Count, *, dry_run: bool, as_json: bool) -> None:
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
