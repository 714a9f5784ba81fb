"""The operator's window on the two queues: outgoing mail, and incoming mail that could not be read."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.core.correspondent import correspondent
from ticketd.store import blobs, holding, hook_calls, inbox, outbox, shapes, spent
from ticketd.store.tables import Inbox, Outbox

_RECENT = timedelta(days=1)


@click.group()
def queue() -> None:
    """Outgoing mail, and calls of hooks."""


@queue.command("list")
@click.option("--all", "everything", is_flag=True, help="Mail that was sent, too.")
@click.option(
    "--json", "as_json", is_flag=True, help="JSON for programs (with what was sent within a day)."
)
@click.pass_obj
def queue_list(app: App, *, everything: bool, as_json: bool) -> None:
    """List mail that is not sent."""
    zone, now = app.config.timezone, app.now()
    with app.database.reading() as session:
        rows = outbox.unfinished(session)
        if everything or as_json:
            rows += outbox.sent_since(session, now - _RECENT)
    if as_json:
        output.print_json({"schema": 1, "mails": [shapes.queued_shape(r, zone) for r in rows]})
        return
    titles = ("ID", "STATE", "KIND", "TO", "TICKET", "TRIES", "NEXT", "LAST ANSWER")
    output.table(titles, [_queued(r, zone) for r in rows], grows=7, gives_way=(5, 2, 6, 1))


def _queued(row: Outbox, zone: str) -> list[str]:
    number = f"#{row.ticket}" if row.ticket else "-"
    next_at = output.in_zone(row.next_at, zone)
    shown = f"{next_at:%d %b %H:%M:%S}" if output.is_terminal() else next_at.isoformat()
    return [
        str(row.id),
        shapes.shown_state(row),
        row.kind,
        row.rcpt_to,
        number,
        str(row.attempts),
        shown,
        row.answer or "-",
    ]


@queue.command("show")
@click.argument("mail", type=int)
@click.pass_obj
def queue_show(app: App, mail: int) -> None:
    """Print a mail as it is sent."""
    with app.database.reading() as session:
        row = outbox.by_id(session, mail)
        if row is None:
            raise Failure(f"there is no outgoing mail {mail}; see `ticketd queue list`")
        sys.stdout.buffer.write(row.content.replace(b"\r\n", b"\n"))


_MOVES = {
    "retry": (("waiting", "failed", "in-doubt"), "waiting", "Try mails again now."),
    "hold": (("waiting",), "held", "Keep mails back."),
}


def _add_move(name: str, old: Sequence[str], new: str, text: str) -> None:
    @queue.command(name, help=text)
    @click.argument("mails", type=int, nargs=-1, required=True)
    @click.pass_obj
    def move(app: App, mails: Sequence[int]) -> None:
        with app.database.transaction() as session:
            moved = outbox.move(session, mails, old, new, app.now())
        _told(mails, moved, f"now {new}", f"{name} takes mails that are {' or '.join(old)}")


for _name, (_old, _new, _text) in _MOVES.items():
    _add_move(_name, _old, _new, _text)


@queue.command("release")
@click.argument("mails", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of them, and what is to come.")
@click.pass_obj
def queue_release(app: App, mails: Sequence[int], *, everything: bool) -> None:
    """Let held mails go; --all ends the holding after a restore."""
    if not mails and not everything:
        raise click.UsageError("name mails, or use --all")
    with app.database.transaction() as session:
        if everything:
            print(f"{holding.release_all(session, app.now())} mails may go")
            return
        moved = outbox.move(session, mails, ("held", "in-doubt"), "waiting", app.now())
    _told(mails, moved, "now waiting", "release takes mails that are held or in-doubt")


@queue.command("drop")
@click.argument("mails", type=int, nargs=-1, required=True)
@click.pass_obj
def queue_drop(app: App, mails: Sequence[int]) -> None:
    """Give mails up; their tickets say so."""
    from ticketd.core.inbound import BounceReport
    from ticketd.desk.act import act
    from ticketd.desk.bounces import not_delivered
    from ticketd.desk.hooks import hook_failed

    with act(app.desk, app.now()) as work:
        old = ("waiting", "held", "in-doubt")
        dropped = outbox.move(work.session, mails, old, "failed", work.now)
        for row in outbox.by_ids(work.session, dropped):
            if row.kind == hook_calls.KIND:
                hook_failed(work, row, hook_calls.GIVEN_UP)
                continue
            report = BounceReport(row.rcpt_to, "failed", "", hook_calls.GIVEN_UP)
            not_delivered(work, row, report)
    _told(mails, dropped, "given up", "drop takes mails that are waiting, held or in doubt")


@queue.command("unmute")
@click.argument("addresses", nargs=-1, required=True)
@click.pass_obj
def queue_unmute(app: App, addresses: Sequence[str]) -> None:
    """Let automatic mail go to ADDRESSES again, before their time is over (see `ticketd status`)."""
    with app.database.transaction() as session:
        done = [a for a in addresses if spent.unmute(session, correspondent(a))]
    for address in done:
        print(f"{address} gets automatic mail again")
    missing = [a for a in addresses if a not in done]
    if missing:
        raise Failure(f"not muted: {', '.join(missing)}; see `ticketd status`")


def _told(asked: Sequence[int], done: Sequence[int], what: str, rule: str) -> None:
    for mail in done:
        print(f"{mail} {what}")
    missing = [str(m) for m in asked if m not in done]
    if missing:
        raise Failure(f"left alone: {', '.join(missing)} ({rule})")


@click.group()
def quarantine() -> None:
    """Incoming mail that could not be read; each has a ticket of last resort."""


@quarantine.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def quarantine_list(app: App, *, as_json: bool) -> None:
    """List the mails that wait for a person."""
    zone = app.config.timezone
    with app.database.reading() as session:
        rows = inbox.quarantined(session)
    if as_json:
        mails = [_kept(row, zone) for row in rows]
        output.print_json({"schema": 1, "mails": mails})
        return
    titles = ("ID", "RECEIVED", "FROM", "TICKET", "SIZE", "WHY")
    shown = [
        [str(r.id), output.in_zone(r.received_at, zone).isoformat("T", "seconds"), r.mail_from or "<>",
         f"#{r.ticket}", str(r.size), r.error] for r in rows
    ]  # fmt: skip
    output.table(titles, shown)


def _kept(row: Inbox, zone: str) -> dict[str, object]:
    return {
        "id": row.id,
        "received_at": output.in_zone(row.received_at, zone),
        "from": row.mail_from,
        "to": [address for address, _ in row.recipients],
        "via": row.via,
        "size": row.size,
        "ticket": row.ticket,
        "attempts": row.attempts,
        "error": row.error,
    }


def _raw(app: App, mail: int) -> bytes:
    with app.database.reading() as session:
        row = inbox.by_id(session, mail)
        if row is None or row.state != "quarantined":
            raise Failure(f"there is no quarantined mail {mail}; see `ticketd quarantine list`")
        return blobs.get(session, app.database.blobs, row.sha256)


@quarantine.command("show")
@click.argument("mail", type=int)
@click.pass_obj
def quarantine_show(app: App, mail: int) -> None:
    """Print a mail as it came."""
    sys.stdout.buffer.write(_raw(app, mail))


@quarantine.command("export")
@click.argument("mail", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def quarantine_export(app: App, mail: int, file: Path) -> None:
    """Write a mail as it came into a new FILE."""
    raw = _raw(app, mail)
    try:
        with file.open("xb") as stream:
            stream.write(raw)
    except FileExistsError:
        raise Failure(f"{file} exists already; name another file") from None
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None
    print(f"{mail} written to {file}, {len(raw)} bytes")


@quarantine.command("retry")
@click.argument("mails", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of them (after an upgrade).")
@click.pass_obj
def quarantine_retry(app: App, mails: Sequence[int], *, everything: bool) -> None:
    """Let mails be read again."""
    _quarantined(app, mails, everything=everything, state="waiting", what="is read again")


@quarantine.command("drop")
@click.argument("mails", type=int, nargs=-1, required=True)
@click.pass_obj
def quarantine_drop(app: App, mails: Sequence[int]) -> None:
    """Take mails off the list; their tickets and raw bytes stay."""
    _quarantined(app, mails, everything=False, state="done", what="is done with")


def _quarantined(
    app: App, mails: Sequence[int], *, everything: bool, state: str, what: str
) -> None:
    if not mails and not everything:
        raise click.UsageError("name mails, or use --all")
    with app.database.transaction() as session:
        ids = [row.id for row in inbox.quarantined(session)] if everything else list(mails)
        done = inbox.leave_quarantine(session, ids, state, app.now())
    _told(ids, done, what, "only quarantined mails can be named")
