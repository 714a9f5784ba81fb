"""What agents do to tickets besides talking: each command is one act of `desk.handling`."""

from collections.abc import Sequence

import click

from ticketd.cli import output
from ticketd.cli.acting import SIGNS, How, each, how_options, ids_argument
from ticketd.cli.app import App
from ticketd.cli.ids import ticket_numbers
from ticketd.cli.writing import draft_path, keep
from ticketd.core.fields import known_word
from ticketd.core.moments import moment_of
from ticketd.desk import handling
from ticketd.desk.act import act
from ticketd.desk.undo import last_act, undo_act
from ticketd.desk.work import Work
from ticketd.store.tables import Ticket


@click.command()
@ids_argument
@how_options
@click.pass_obj
def take(app: App, ids: Sequence[str], how: How) -> int:
    """Become the assignee of tickets."""
    agent = app.agent
    said = f"assigned to {agent.key}"
    return each(app, ids, lambda w, t: handling.assign(w, t, agent.key, agent), how, said)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="IDS... AGENT")
@how_options
@click.pass_obj
def assign(app: App, words: Sequence[str], how: How) -> int:
    """Give tickets to an agent; `none` gives them to nobody."""
    *ids, to = words
    if not ids:
        raise click.UsageError("name tickets and the agent: assign 7 bob")
    agent = app.agent
    return each(app, ids, lambda w, t: handling.assign(w, t, to, agent), how, f"assigned to {to}")


@click.command()
@ids_argument
@click.option("--until", metavar="MOMENT", help="Open by itself then: 3d, fri 9:00, 2026-12-01.")
@how_options
@click.pass_obj
def pending(app: App, ids: Sequence[str], until: str | None, how: How) -> int:
    """Wait for the customer."""
    agent = app.agent
    at = moment_of(until, app.now(), agent.timezone) if until else None
    said = f"waits until {at:%a %d %b %H:%M}" if at else ""
    return each(app, ids, lambda w, t: handling.pending(w, t, agent, at), how, said)


@click.command("set")
@click.argument("words", nargs=-1, required=True, metavar="IDS... FIELD=VALUE...")
@how_options
@click.pass_obj
def set_(app: App, words: Sequence[str], how: How) -> int:
    """Change fields: priority, severity, department, subject, summary, language, channel."""
    ids = [word for word in words if "=" not in word]
    changes = [word.partition("=")[::2] for word in words if "=" in word]
    if not ids or not changes:
        raise click.UsageError("name tickets and fields: set 7 priority=high")
    agent = app.agent

    def doing(work: Work, ticket: Ticket) -> None:
        for name, value in changes:
            handling.set_field(work, ticket, name, value, agent)

    # As it is stored, whichever word was given.
    said = ", ".join(f"{name} {known_word(value, name)}" for name, value in changes)
    return each(app, ids, doing, how, said)


@click.command(context_settings=SIGNS)
@click.argument(
    "words", nargs=-1, required=True, metavar="IDS... +TAG -TAG", type=click.UNPROCESSED
)
@how_options
@click.pass_obj
def tag(app: App, words: Sequence[str], how: How) -> int:
    """Add tags with +, remove them with -."""
    ids, signed = _split(words, "name tickets and tags: tag 7 +hw -spam")
    agent = app.agent
    said = f"tags {' '.join(signed)}"
    return each(app, ids, lambda w, t: handling.tag(w, t, tuple(signed), agent), how, said)


@click.command(context_settings=SIGNS)
@click.argument(
    "words", nargs=-1, required=True, metavar="ID +ADDRESS -ADDRESS", type=click.UNPROCESSED
)
@how_options
@click.pass_obj
def cc(app: App, words: Sequence[str], how: How) -> int:
    """Let people outside take part (+), or no longer (-): content goes to them from then on."""
    ids, signed = _split(words, "name a ticket and addresses: cc 7 +carl@example.org")
    agent = app.agent

    def doing(work: Work, ticket: Ticket) -> None:
        for word in signed:
            change = handling.add_person if word.startswith("+") else handling.remove_person
            change(work, ticket, word[1:], agent)

    return each(app, ids, doing, how, " ".join(signed))


def _split(words: Sequence[str], usage: str) -> tuple[list[str], list[str]]:
    """Ticket ids first, then words with + or -; a lone - reads ids."""
    signed = [word for word in words if word[:1] in {"+", "-"} and word != "-"]
    ids = [word for word in words if word not in signed]
    if not ids or not signed:
        raise click.UsageError(usage)
    return ids, signed


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="IDS... [AGENT]")
@how_options
@click.pass_obj
def follow(app: App, ids: Sequence[str], how: How) -> int:
    """Be told of everything that happens to tickets, or let another AGENT be told."""
    numbers, who = _whom(app, ids)
    agent = app.agent
    return each(app, numbers, lambda w, t: handling.follow(w, t, who, agent), how, f"{who} follows")


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="IDS... [AGENT]")
@how_options
@click.pass_obj
def unfollow(app: App, ids: Sequence[str], how: How) -> int:
    """Be told of tickets no longer."""
    numbers, who = _whom(app, ids)
    agent = app.agent
    said = f"{who} follows no longer"
    return each(app, numbers, lambda w, t: handling.unfollow(w, t, who, agent), how, said)


def _whom(app: App, words: Sequence[str]) -> tuple[Sequence[str], str]:
    """Ticket ids, and the agent whose name or address stands last."""
    *ids, last = words
    if (
        ids
        and not any(sign.isdigit() for sign in last.partition("@")[0])
        and last not in {"-", "@last"}
    ):
        return ids, last
    if ids and last.lower() in {a.key for a in app.settings.agents}:
        return ids, last
    return words, app.agent.key


@click.command()
@click.argument("ticket", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def undo(app: App, ticket: str | None, *, as_json: bool, dry_run: bool) -> None:
    """Take your last act back (on a TICKET), as long as none of its mails has left."""
    agent = app.agent
    number = ticket_numbers([ticket])[0] if ticket else None
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        undone = undo_act(work, last_act(work, agent, number), agent)
    if as_json:
        output.print_json(
            {"schema": 1, "undone": [{"number": n, "said": str(s)} for n, s in undone.lines]}
        )
    else:
        for number, line in undone.lines:
            print(f"#{number} {line}{' (dry run: nothing was done)' if dry_run else ''}")
    for message in undone.texts if not dry_run else ():
        keep(draft_path(agent.key, f"undone-{message.kind}", [str(message.ticket)]), message.text)
