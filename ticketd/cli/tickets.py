"""Questions about tickets: list and show."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from ticketd.cli import output, shapes
from ticketd.cli.app import App, Failure
from ticketd.cli.ids import ticket_numbers
from ticketd.core.subjects import subject_tag
from ticketd.store import blobs, tickets
from ticketd.store.tables import Message, Ticket

OPEN = ("new", "open", "pending")
TITLES = ("ID", "STATUS", "PRI", "DEPT", "ASSIGNEE", "CUSTOMER", "SUBJECT", "UPDATED")


@click.command("list")
@click.argument("query", nargs=-1)
@click.option("-n", "--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("-q", "--quiet", is_flag=True, help="Numbers only.")
@click.pass_obj
def list_(app: App, query: Sequence[str], limit: int | None, *, as_json: bool, quiet: bool) -> None:
    """List tickets, the ones touched last first: new, open and pending ones, or those of a QUERY.

    QUERY: status:open,closed dept:sales
    """
    statuses, department = _query(app, query)
    zone, now = app.config.timezone, app.now()
    with app.database.reading() as session:
        found = tickets.listed(session, statuses, department=department, limit=limit)
        if as_json:
            rows = [shapes.ticket_shape(session, t, zone, now) for t in found]
            output.print_json({"schema": 1, "tickets": rows})
        elif quiet:
            print(*(ticket.number for ticket in found), sep="\n", end="\n" if found else "")
        else:
            output.table(
                TITLES, [_row(t, zone, now) for t in found], grows=6, gives_way=(2, 3, 4, 7, 5)
            )
    if not found and output.is_terminal() and not as_json:
        click.echo("no tickets", err=True)


def _query(app: App, words: Sequence[str]) -> tuple[Sequence[str], str]:
    statuses: Sequence[str] = OPEN
    department = ""
    for word in words:
        name, _, value = word.partition(":")
        if name == "status" and value:
            statuses = (*OPEN, "closed") if value == "all" else tuple(value.split(","))
            for status in statuses:
                if status not in {*OPEN, "closed"}:
                    raise click.UsageError(
                        f"'{status}' is no status; there are new, open, pending, closed and all"
                    )
        elif name in {"dept", "department"} and value:
            if value not in app.config.departments:
                raise Failure(
                    f"there is no department '{value}'; there are {', '.join(app.config.departments)}"
                )
            department = value
        else:
            raise click.UsageError(f"'{word}' is not understood; write status:open or dept:sales")
    return statuses, department


def _row(ticket: Ticket, zone: str, now: datetime) -> list[str]:
    updated = output.in_zone(ticket.updated_at, zone)
    return [
        f"#{ticket.number}",
        ticket.status,
        ticket.priority,
        ticket.department,
        ticket.assignee or "-",
        ticket.customer_address,
        ticket.subject,
        output.age(updated, now) if output.is_terminal() else updated.isoformat(),
    ]


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--full", is_flag=True, help="Quoted mail too.")
@click.pass_obj
def show(app: App, ids: Sequence[str], *, as_json: bool, full: bool) -> None:
    """Show tickets with their messages, the newest last."""
    zone, now = app.config.timezone, app.now()
    with app.database.reading() as session:
        for number in ticket_numbers(ids):
            ticket = tickets.by_number(session, number)
            if ticket is None:
                raise Failure(f"there is no ticket #{number}")
            if as_json:
                output.print_json(
                    {"schema": 1, "ticket": shapes.whole_ticket(session, ticket, zone, now)}
                )
            else:
                _print_ticket(app, ticket, full=full)


def _print_ticket(app: App, ticket: Ticket, *, full: bool) -> None:
    zone = app.config.timezone
    print(
        output.colour(
            f"{subject_tag(ticket.number, app.config.name)}  {output.safe(ticket.subject)}", "1"
        )
    )
    assignee = f"assignee {ticket.assignee}" if ticket.assignee else "no assignee"
    facts = (ticket.status, ticket.close_reason, ticket.priority, ticket.department, assignee)
    print("  ".join(fact for fact in facts if fact))
    name = output.safe(ticket.customer_name)
    print(f"customer  {f'{name} ' if name else ''}<{ticket.customer_address}>  {ticket.language}")
    opened = output.in_zone(ticket.opened_at, zone)
    print(f"opened    {opened:%a %d %b %Y %H:%M} by {ticket.channel}")
    if ticket.links:
        print(f"links     {', '.join(f'#{n}' for n in ticket.links)}")
    rule = "─" * min(output.width(), 100)
    print(rule)
    for number, message in enumerate(ticket.messages, 1):
        _print_message(message, number, zone, full=full)
    print(rule)
    print(f"reply: ticketd reply {ticket.number}   close: ticketd close {ticket.number}")


def _print_message(message: Message, number: int, zone: str, *, full: bool) -> None:
    at = output.in_zone(message.at, zone)
    author = output.safe(message.author_name or message.author_address)
    kind = "" if message.kind == "customer" else f"  {message.kind}"
    trust = f"  {message.trust}" if message.kind in {"customer", "unverified"} else ""
    print(output.colour(f"{number}. {author}", "1") + f"  {at:%a %d %b %H:%M}{kind}{trust}")
    # What opens a ticket is shown whole; of an answer, the new text.
    text = message.full_text if full or number == 1 else message.text
    for line in output.safe(text).split("\n"):
        print(f"   {line}".rstrip())
    for attachment in message.attachments:
        print(f"   [{output.safe(attachment.name)}, {attachment.size} bytes]")
    if message.undelivered:
        print(output.colour(f"   not delivered: {output.safe(message.undelivered)}", "31"))


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def log(app: App, ids: Sequence[str], *, as_json: bool) -> None:
    """Say what happened to tickets, and when."""
    zone = app.config.timezone
    with app.database.reading() as session:
        for number in ticket_numbers(ids):
            if tickets.by_number(session, number) is None:
                raise Failure(f"there is no ticket #{number}")
            rows = [shapes.activity_shape(a, zone) for a in tickets.history(session, number)]
            if as_json:
                output.print_json({"schema": 1, "number": number, "activity": rows})
                continue
            lines = [
                [f"#{number}", _when(r["at"]), r["by"], r["event"], _facts(r["data"])] for r in rows
            ]
            output.table(("ID", "AT", "BY", "EVENT", "FACTS"), lines)


def _when(moment: datetime) -> str:
    return f"{moment:%d %b %Y %H:%M:%S}" if output.is_terminal() else moment.isoformat()


def _facts(data: dict[str, object]) -> str:
    return " ".join(
        f"{name}={value}" for name, value in data.items() if value not in ("", 0, None, [])
    )


@click.command()
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def history(app: App, address: str, *, as_json: bool) -> None:
    """All tickets of a customer's ADDRESS (or of everybody at @DOMAIN), the newest first."""
    zone, now = app.config.timezone, app.now()
    with app.database.reading() as session:
        found = tickets.of_customer(session, address.strip().lower())
        if as_json:
            rows = [shapes.ticket_shape(session, t, zone, now) for t in found]
            output.print_json({"schema": 1, "tickets": rows})
        else:
            output.table(
                TITLES, [_row(t, zone, now) for t in found], grows=6, gives_way=(2, 3, 4, 7, 5)
            )


@click.command()
@click.argument("ticket")
@click.argument("number", type=click.IntRange(1), required=False)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    help="The file to write; default: its own name here.",
)
@click.pass_obj
def attach(app: App, ticket: str, number: int | None, target: Path | None) -> None:
    """List the files of a TICKET, or save the one of this NUMBER."""
    (found,) = ticket_numbers([ticket])[:1]
    with app.database.reading() as session:
        files = tickets.files(session, found)
        if tickets.by_number(session, found) is None:
            raise Failure(f"there is no ticket #{found}")
        if number is None:
            rows = [[str(at), f.name, f.type, str(f.size)] for at, f in enumerate(files, 1)]
            output.table(("NR", "NAME", "TYPE", "BYTES"), rows, grows=1)
            return
        if number > len(files):
            raise Failure(f"#{found} has {len(files)} files; see `ticketd attach {found}`")
        content = blobs.get(session, app.database.blobs, files[number - 1].sha256)
    path = target or Path(files[number - 1].name)
    try:
        # Never over a file that is there: its name was somebody else's choice.
        with path.open("xb") as stream:
            stream.write(content)
    except FileExistsError:
        raise Failure(f"{path} exists already; name another file with -o") from None
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}") from None
    print(f"{path}, {len(content)} bytes")
