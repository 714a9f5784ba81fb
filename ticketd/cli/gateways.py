"""`ticketd new --json -`: what gateways bring, one JSON object for each message; all are checked before one is done."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.acting import How, tell
from ticketd.cli.app import App, Failure
from ticketd.core.errors import Refused
from ticketd.core.gateway import Brought, read_object
from ticketd.desk.act import act
from ticketd.desk.gateway import bring

EX_DATAERR = 65


def bring_all(app: App, source: str, how: How) -> int:
    """Bring every object of a file, or of standard input; 65 and nothing done where one of them is wrong."""
    agent, faults = app.agent, list[str]()
    found: list[tuple[int, Brought]] = []
    departments = [d.key for d in app.settings.own.departments]
    for line, value in _objects(_text(app, source)):
        read = read_object(value, departments, app.settings.languages, app.now())
        if isinstance(read, list):
            faults += [f"line {line}: {fault}" for fault in read]
        else:
            found.append((line, read))
    if faults:
        raise Failure("\n".join([*faults, "nothing was done"]), EX_DATAERR)
    if not found:
        raise Failure("there is no object to read: nothing was done", EX_DATAERR)
    done: list[dict[str, Any]] = []
    code = 0
    for line, one in found:
        try:
            with act(app.desk, app.now(), dry_run=how.dry_run) as work:
                outcome = bring(work, one, agent)
                work.session.flush()
                told = tell(
                    app, work, outcome.ticket, outcome.ticket.status, outcome.what,
                    dry_run=how.dry_run,
                )  # fmt: skip
                done.append(told | {"what": outcome.what, "external_id": one.external_id})
        except Refused as error:
            code = EX_DATAERR
            click.echo(f"ticketd: line {line}: {error}", err=True)
            continue
        if not how.as_json:
            print(done[-1]["number"] if how.quiet else done[-1]["said"])
    if how.as_json:
        output.print_json({"schema": 1, "done": done})
    return code


def _text(app: App, source: str) -> str:
    most = app.config.limits.max_size
    try:
        if source == "-":
            raw = sys.stdin.buffer.read(most + 1)
        else:
            with Path(source).open("rb") as stream:
                raw = stream.read(most + 1)
    except OSError as error:
        raise Failure(f"{source} cannot be read: {error.strerror}") from None
    if len(raw) > most:
        raise Failure(f"more than {most} bytes (limits.max_size): nothing was done", EX_DATAERR)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(f"this is no UTF-8 text: {error}; nothing was done", EX_DATAERR) from None


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """Each object with the line that it begins on. Failure, 65, where the text is no JSON."""
    lines = text.splitlines()
    if len([line for line in lines if line.strip()]) > 1 and _is_json(lines):
        for at, line in enumerate(lines, 1):
            if line.strip():
                yield at, _loaded(line, at)
    elif text.strip():
        yield 1, _loaded(text, 1)


def _is_json(lines: list[str]) -> bool:
    """Whether the first line is a value of its own: then there is one on each."""
    try:
        json.loads(next(line for line in lines if line.strip()))
    except (ValueError, RecursionError):
        return False
    return True


def _loaded(text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {line + error.lineno - 1}, column {error.colno}"
        raise Failure(f"{where}: no JSON: {error.msg}; nothing was done", EX_DATAERR) from None
    except (ValueError, RecursionError):
        raise Failure(
            f"line {line}: no JSON that can be read; nothing was done", EX_DATAERR
        ) from None
