"""The customers' file: who somebody is, all their tickets, export and erasure."""

import io
import zipfile
from pathlib import Path

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.cli.rows import print_tickets
from ticketd.core.addresses import normalise
from ticketd.core.errors import Refused
from ticketd.desk import customers as acts
from ticketd.desk.act import act
from ticketd.store import Session, blobs, customers, inbox, shapes, tickets
from ticketd.store.tables import Ticket

EX_NOPERM = 77


@click.group()
def customer() -> None:
    """Customers: list, show, edit, merge, export, erase."""


@customer.command("list")
@click.argument("words", required=False, default="")
@click.option("-n", "limit", default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def list_(app: App, words: str, limit: int, *, as_json: bool) -> None:
    """The customers who were in touch last, or those whose name or address holds WORDS."""
    with app.database.reading() as session:
        found = customers.listed(session, words, limit)
    if as_json:
        rows = [
            {"address": a, "name": n, "tickets": c, "updated_at": at.isoformat()}
            for a, n, c, at in found
        ]
        output.print_json({"schema": 1, "customers": rows})
        return
    now = app.now()
    for address, name, count, at in found:
        line = f"{output.safe(name)} <{address}>" if name else address
        print(
            output.ends(
                line, f"{count} {'ticket' if count == 1 else 'tickets'}, {output.age(at, now)}"
            )
        )


@customer.command()
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def show(app: App, address: str, *, as_json: bool) -> None:
    """What is known of a customer, and all tickets from all addresses."""
    with app.database.reading() as session:
        mine, found = _of(session, address)
        person = customers.by_address(session, mine[0])
        facts = {
            "name": (person.name if person else "") or next((t.customer_name for t in found), ""),
            "addresses": mine,
            "organisation": person.organisation if person else "",
            "phone": person.phone if person else "",
            "note": person.note if person else "",
            "ratings": [t.rating for t in found if t.rating is not None],
        }
        if as_json:
            output.print_json(
                {"schema": 1, "customer": facts | {"tickets": [t.number for t in found]}}
            )
            return
        with output.paged():
            for name, value in facts.items():
                shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                if shown:
                    print(f"{name:<13}{output.safe(shown)}")
            print_tickets(app, session, found)


def _of(session: Session, address: str) -> tuple[list[str], list[Ticket]]:
    mine = customers.addresses(session, normalise(address))
    found = [ticket for one in mine for ticket in tickets.of_customer(session, one)]
    if not found and customers.by_address(session, mine[0]) is None:
        raise Failure(f"nobody is known by {address}; `ticketd customer list` shows who is")
    return mine, sorted(found, key=lambda ticket: -ticket.number)


@customer.command()
@click.argument("address")
@click.option("--name", help="How the person is called.")
@click.option("--organisation", help="For whom the person writes.")
@click.option("--phone", help="A number to call.")
@click.option("--note", help="What colleagues should know.")
@click.option("--add-address", "add", multiple=True, help="Another address of the same person.")
@click.option("--remove-address", "remove", multiple=True, help="One that is theirs no longer.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def edit(
    app: App, /, address: str, *, dry_run: bool, add: tuple[str, ...], remove: tuple[str, ...],
    **facts: str | None,
) -> None:  # fmt: skip
    """Change what is known of a customer."""
    _ = app.agent
    change = acts.Edit(**facts, add=add, remove=remove)
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        acts.edit(work, address, change)
        mine = customers.addresses(work.session, normalise(address))
    _say(f"{', '.join(mine)}: kept", dry_run=dry_run)


@customer.command()
@click.argument("address")
@click.argument("into")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def merge(app: App, address: str, into: str, *, dry_run: bool) -> None:
    """ADDRESS and INTO are one person: each may write about the tickets of both."""
    _ = app.agent
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        acts.merge(work, address, into)
        mine = customers.addresses(work.session, normalise(into))
    _say(f"{', '.join(mine)} are one person", dry_run=dry_run)


@customer.command()
@click.argument("address")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(app: App, address: str, file: Path) -> None:
    """Write everything of a customer into FILE, a zip: tickets as JSON, mails and files as they came."""
    _ = app.agent
    if file.exists():
        raise Refused(f"{file} is there already")
    with app.database.reading() as session:
        mine, found = _of(session, address)
        data = _zipped(app, session, mine, found)
    file.write_bytes(data)
    print(f"{file}: {len(found)} tickets of {', '.join(mine)}")


def _zipped(app: App, session: Session, mine: list[str], found: list[Ticket]) -> bytes:
    stream, folder = io.BytesIO(), app.database.blobs
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        whole = [shapes.whole_ticket(session, t, app.config.timezone, app.now()) for t in found]
        told = {"schema": 1, "addresses": mine, "tickets": whole}
        archive.writestr("customer.json", output.as_json(told))
        for mail in inbox.of_authors(session, mine):
            archive.writestr(f"mails/{mail.id}.eml", blobs.get(session, folder, mail.sha256))
        for ticket in found:
            for file in tickets.files(session, ticket.number):
                name = f"files/{ticket.number}-{file.id}-{file.name}"
                archive.writestr(name, blobs.get(session, folder, file.sha256))
    return stream.getvalue()


@customer.command("erase")
@click.argument("address")
@click.option("--yes", is_flag=True, help="It cannot be taken back.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def erase_(app: App, address: str, *, yes: bool, dry_run: bool) -> None:
    """Erase a person: words, files, raw mails and addresses; that there was a ticket stays."""
    agent = app.agent
    if agent.role != "lead":
        raise Failure(f"{agent.key} is no lead; only a lead erases a customer", EX_NOPERM)
    if not (yes or dry_run):
        raise click.UsageError(
            "it cannot be taken back; add --yes to mean it, or --dry-run to look"
        )
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        gone = acts.erase(work, address, agent)
    told = f"{len(gone.tickets)} tickets, {gone.messages} messages, {gone.mails} mails, {len(gone.files)} files"
    _say(f"{address} is erased: {told}", dry_run=dry_run)


def _say(line: str, *, dry_run: bool) -> None:
    print(f"{line} (dry run: nothing was done)" if dry_run else line)
