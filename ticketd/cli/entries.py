"""What happened to a ticket, and its files: log, attach."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.cli.ids import ticket_numbers
from ticketd.store import blobs, shapes, tickets


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
            with output.paged():
                output.table(
                    ("ID", "AT", "BY", "EVENT", "FACTS"), lines, grows=4, gives_way=(0, 2), least=30
                )


def _when(moment: datetime) -> str:
    return f"{moment:%d %b %Y %H:%M:%S}" if output.is_terminal() else moment.isoformat()


def _facts(data: dict[str, object]) -> str:
    """What an event says, without what only programs need."""
    return " ".join(
        f"{name}={' '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in data.items()
        if value not in ("", 0, None, [], False) and name not in {"act", "message"}
    )


@click.command()
@click.argument("ticket")
@click.argument("number", type=click.IntRange(1), required=False)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    help="The file to write, - for standard output; default: its own name here.",
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
    if str(target) == "-":
        sys.stdout.buffer.write(content)
        return
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
