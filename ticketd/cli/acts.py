"""What agents say: reply, note, new, close, reopen; each command is one act of `desk.replies`."""

import mimetypes
import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import click

from ticketd.cli import output
from ticketd.cli.acting import How, each, how_options, ids_argument, tell
from ticketd.cli.app import App, Failure
from ticketd.cli.gateways import bring_all
from ticketd.cli.ids import ticket_numbers
from ticketd.cli.writing import Draft, Given, Written, draft_path, text_options, written
from ticketd.core.addresses import Agent, normalise
from ticketd.core.commands import Command
from ticketd.core.errors import Refused
from ticketd.core.fields import CHANNELS
from ticketd.core.inbound import Attachment
from ticketd.core.moments import moment_of
from ticketd.core.text import file_name
from ticketd.desk import handling, replies, texts, third_parties
from ticketd.desk.act import act
from ticketd.desk.work import Work
from ticketd.store import tickets
from ticketd.store.tables import Ticket


@click.command()
@ids_argument
@text_options
@click.option(
    "--attach", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file; may be given several times.",
)  # fmt: skip
@click.option("--cc", multiple=True, metavar="ADDRESS", help="Somebody who takes part from now on.")
@click.option(
    "--canned", metavar="NAME", help="A canned reply, with its values: 'refund order=17'."
)
@click.option("--kb", metavar="SLUG", help="A public article of the knowledge base.")
@click.option("--close", "closing", is_flag=True, help="Close the ticket with this answer.")
@click.option(
    "--pending", "until", is_flag=False, flag_value="", metavar="[UNTIL]",
    help="Wait for the customer, at most until then: 3d, fri 9:00.",
)  # fmt: skip
@how_options
@click.pass_obj
def reply(  # noqa: PLR0913 - its options
    app: App, ids: Sequence[str], attach: Sequence[Path], cc: Sequence[str], canned: str | None, kb: str | None,
    until: str | None, *, closing: bool, given: Given, how: How,
) -> int:  # fmt: skip
    """Answer the customers of tickets."""
    if closing and until is not None:
        raise click.UsageError("use --close or --pending, not both")
    agent, now = app.agent, app.now()
    wait = moment_of(until, now, agent.timezone) if until else None
    files = tuple(_attachment(path) for path in attach)
    status = "closed" if closing else "pending"
    draft = Draft(
        draft_path(agent.key, "reply", ids),
        beginning=lambda: _beginning(app, ids, status),
        fields=("to", "cc", "status"),
        again=lambda old: re.sub(r"(?m)^Status: .*", f"Status: {status}", old, count=1),
    )
    ready = [Command(verb, name) for verb, name in (("canned", canned), ("kb", kb)) if name]
    # With these alone there is nothing to write.
    alone = bool(ready) and given == Given(None, None)
    source = nullcontext(Written("", {})) if alone else written(draft, given, dry_run=how.dry_run)
    with source as said:
        closes = _closes(said, closing=closing)
        new = replies.Reply(said.text, closes, attachments=files, until=wait)

        def doing(work: Work, ticket: Ticket) -> None:
            _settle_people(work, ticket, agent, said, cc)
            replies.reply(work, ticket, agent, _with_texts(work, ticket, agent, ready, new))

        return _done(each(app, ids, doing, how))


def _with_texts(
    work: Work, ticket: Ticket, agent: Agent, ready: Sequence[Command], new: replies.Reply
) -> replies.Reply:
    """Canned replies and articles above what was written. Refused where there are none for this ticket."""
    for command in reversed(ready):
        found = texts.use(work, ticket, agent, command, is_outside=True)
        text = "\n\n".join(filter(None, (found.text, new.text)))
        new = replace(new, text=text, attachments=(*found.files, *new.attachments))
    return new


def _settle_people(
    work: Work, ticket: Ticket, agent: Agent, said: Written, cc: Sequence[str]
) -> None:
    """Who takes part, as the option and the fields of the draft say. Refused where another customer is meant."""
    to = parse_address(said.fields.get("to", ""))
    if to and to != ticket.customer_address:
        goes = f"the answer of #{ticket.number} goes to {ticket.customer_address}"
        raise Refused(f"{goes}, not to {to}; write {to} into Cc:")
    customer, *others = tickets.participants(work.session, ticket.number)
    known = {person.address for person in others}
    given = said.fields.get("cc")
    wanted = known if given is None else {*filter(None, map(parse_address, given.split(",")))}
    for address in sorted(known - wanted):
        handling.remove_person(work, ticket, address, agent)
    for address in sorted((wanted | set(map(parse_address, cc))) - known - {customer.address}):
        handling.add_person(work, ticket, address, agent)


def _done(code: int) -> int:
    """A refused ticket is told already; leaving the text's block by an exception keeps the text."""
    if code:
        raise click.exceptions.Exit(code)
    return code


def parse_address(text: str) -> str:
    """The address in `Anna <anna@x.example>`, or of a plain one."""
    return normalise(text.rpartition("<")[2].rstrip("> "))


def _closes(said: Written, *, closing: bool) -> bool:
    """What the draft's Status field says, where there is one."""
    status = said.fields.get("status", "closed" if closing else "pending").lower()
    if status not in {"closed", "pending"}:
        raise Refused(
            f"'{status}' is no status for an answer; write Status: pending or Status: closed"
        )
    return status == "closed"


def _beginning(app: App, ids: Sequence[str], status: str) -> str:
    """To whom an answer goes, and what they wrote last, as comments."""
    numbers = ticket_numbers(ids)
    if len(numbers) != 1:
        return f"Status: {status}\n\n\n# This goes to {len(numbers)} tickets."
    with app.database.reading() as session:
        ticket = tickets.by_number(session, numbers[0])
        if ticket is None:
            raise Failure(f"there is no ticket #{numbers[0]}")
        to, *others = tickets.participants(session, ticket.number)
        last = tickets.last_of(session, ticket.number, ("customer", "unverified"))
        quoted = "\n".join(
            f"# > {line}".rstrip() for line in (last.text if last else "").split("\n")
        )
        cc = ", ".join(p.address for p in others)
        return f"To: {to.name} <{to.address}>\nCc: {cc}\nStatus: {status}\n\n\n\n{quoted}"


def _attachment(path: Path) -> Attachment:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(file_name(path.name), kind, path.read_bytes())


@click.command()
@ids_argument
@text_options
@how_options
@click.pass_obj
def note(app: App, ids: Sequence[str], given: Given, how: How) -> int:
    """Write a note that only agents see."""
    agent = app.agent
    draft = Draft(draft_path(agent.key, "note", ids))
    with written(draft, given, dry_run=how.dry_run) as said:
        return _done(
            each(app, ids, lambda w, t: replies.note(w, t, agent, said.text), how, "noted")
        )


@click.command()
@click.argument("ticket")
@click.argument("to", metavar="ADDRESS")
@text_options
@click.option(
    "--quote", "number", type=int, metavar="ID",
    help="What they read: a message's id in `show --json`; else the customer's last words.",
)  # fmt: skip
@click.option("--files", "with_files", is_flag=True, help="With the files of that message.")
@how_options
@click.pass_obj
def forward(
    app: App, ticket: str, to: str, number: int | None, *, with_files: bool, given: Given, how: How
) -> int:  # fmt: skip
    """Ask somebody outside who takes no part; what they answer stays inside."""
    agent = app.agent
    draft = Draft(draft_path(agent.key, "forward", [ticket]))
    with written(draft, given, dry_run=how.dry_run) as said:
        asked = third_parties.Question(to, said.text, number, with_files)
        return _done(
            each(app, [ticket], lambda w, t: third_parties.forward(w, t, agent, asked), how)
        )


@click.command()
@click.argument("source", required=False, type=click.Path(allow_dash=True), metavar="[FILE|-]")
@click.option("--customer", metavar="ADDRESS", help="To whom the answers go.")
@click.option("--to", metavar="ADDRESS", help="Write to this customer first: the text is sent.")
@click.option("--name", default="", help="The customer's name.")
@click.option("--department", "--dept", help="Who deals with it.")
@click.option("-s", "--subject", help="What it is about.")
@click.option("--channel", help=f"{', '.join(CHANNELS)}; default: phone, with --to email.")
@click.option(
    "--attach", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file for --to; may be given several times.",
)  # fmt: skip
@click.option("--no-ack", is_flag=True, help="Tell the customer nothing.")
@text_options
@how_options
@click.pass_obj
def new(
    app: App, /, source: str | None, attach: Sequence[Path], to: str | None, *,
    no_ack: bool, given: Given, how: How, **fields: str | None,
) -> int:  # fmt: skip
    """Open a ticket for a customer who called, chatted or came by; or write to one first (--to).

    With a FILE, or - for standard input, it opens what a gateway brings: one JSON object, or one on each line.
    """
    if source is not None:
        return bring_all(app, source, how)
    if to and fields["customer"]:
        raise click.UsageError("use --customer for who called, or --to for whom you write to")
    if attach and not to:
        raise click.UsageError("--attach goes with --to: what a customer brought is theirs")
    fields["customer"] = to or fields["customer"]
    for name in ("customer", "department", "subject"):
        if fields[name] is None:
            raise click.UsageError(f"Missing option '--{name}'.")
    fields["channel"] = fields["channel"] or ("email" if to else "phone")
    agent, wait = app.agent, app.settings.undo_window
    with written(Draft(draft_path(agent.key, "new")), given, dry_run=how.dry_run) as said:
        known = {name: value or "" for name, value in fields.items()}
        files = tuple(_attachment(path) for path in attach)
        call = replies.Call(text=said.text, writes_first=bool(to), attachments=files, **known)
        with act(app.desk, app.now(), wait=wait, dry_run=how.dry_run) as work:
            ticket = replies.open_for(work, call, agent, tell=not no_ack)
            work.session.flush()
            told = tell(app, work, ticket, ticket.status, "opened", dry_run=how.dry_run)
    if how.as_json:
        output.print_json({"schema": 1, "done": [told]})
    else:
        print(told["number"] if how.quiet else told["said"])
    return 0


@click.command()
@ids_argument
@click.option(
    "--reason", default="solved", show_default=True, help=", ".join(replies.CLOSE_REASONS)
)
@click.option("--no-mail", is_flag=True, help="Tell the customer nothing.")
@how_options
@click.pass_obj
def close(app: App, ids: Sequence[str], reason: str, *, no_mail: bool, how: How) -> int:
    """Close tickets and tell their customers."""
    agent = app.agent
    return each(app, ids, lambda w, t: replies.close(w, t, agent, reason, tell=not no_mail), how)


@click.command("send-status")
@ids_argument
@how_options
@click.pass_obj
def send_status(app: App, ids: Sequence[str], how: How) -> int:
    """Tell customers how their tickets stand."""
    return each(app, ids, replies.tell_status, how)


@click.command()
@ids_argument
@click.option("--no-mail", is_flag=True, help="Tell the customer nothing.")
@how_options
@click.pass_obj
def reopen(app: App, ids: Sequence[str], *, no_mail: bool, how: How) -> int:
    """Open closed or pending tickets again; customers of closed ones are told."""
    agent = app.agent
    return each(app, ids, lambda w, t: replies.reopen(w, t, agent, tell=not no_mail), how)
