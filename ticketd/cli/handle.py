"""What agents do to tickets besides answering: each command is one act of `desk.handling`."""

from collections.abc import Callable, Sequence

import click

from ticketd.cli.acts import each, text_of
from ticketd.cli.app import App
from ticketd.desk import handling
from ticketd.store import Session
from ticketd.store.tables import Outbox, Ticket

_IDS = click.argument("ids", nargs=-1, required=True)
_DRY = click.option("--dry-run", is_flag=True, help="Say what would be done.")
Quiet = Callable[[Session, Ticket], object]


def _quietly(act: Quiet) -> Callable[[Session, Ticket], list[Outbox]]:
    """An act that sends nothing."""

    def done(session: Session, ticket: Ticket) -> list[Outbox]:
        act(session, ticket)
        return []

    return done


@click.command()
@_IDS
@click.option("-m", "--message", "text", help="The text.")
@click.option(
    "-F",
    "--file",
    "file",
    type=click.Path(allow_dash=True),
    help="The text from a file; - reads it.",
)
@_DRY
@click.pass_obj
def note(
    app: App, ids: Sequence[str], text: str | None, file: str | None, *, dry_run: bool
) -> None:
    """Write a note that only agents see."""
    agent, words = app.agent, text_of(text, file)
    each(
        app,
        ids,
        _quietly(lambda s, t: handling.note(s, t, agent, words, app.now())),
        said="noted",
        dry_run=dry_run,
    )


@click.command()
@_IDS
@_DRY
@click.pass_obj
def take(app: App, ids: Sequence[str], *, dry_run: bool) -> None:
    """Become the assignee of tickets."""
    agent = app.agent
    act = _quietly(lambda s, t: handling.assign(s, app.settings, t, agent.key, agent, app.now()))
    each(app, ids, act, said=f"assigned to {agent.key}", dry_run=dry_run)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="IDS... AGENT")
@_DRY
@click.pass_obj
def assign(app: App, words: Sequence[str], *, dry_run: bool) -> None:
    """Give tickets to an agent; `none` gives them to nobody."""
    *ids, to = words
    if not ids:
        raise click.UsageError("name tickets and the agent: assign 7 bob")
    agent = app.agent
    act = _quietly(lambda s, t: handling.assign(s, app.settings, t, to, agent, app.now()))
    each(app, ids, act, said=f"assigned to {to}", dry_run=dry_run)


@click.command()
@_IDS
@_DRY
@click.pass_obj
def reopen(app: App, ids: Sequence[str], *, dry_run: bool) -> None:
    """Open closed or pending tickets again."""
    agent = app.agent
    each(app, ids, _quietly(lambda s, t: handling.reopen(s, t, agent, app.now())), dry_run=dry_run)


@click.command()
@_IDS
@_DRY
@click.pass_obj
def pending(app: App, ids: Sequence[str], *, dry_run: bool) -> None:
    """Wait for the customer."""
    agent = app.agent
    each(app, ids, _quietly(lambda s, t: handling.pending(s, t, agent, app.now())), dry_run=dry_run)


@click.command("set")
@click.argument("words", nargs=-1, required=True, metavar="IDS... FIELD=VALUE...")
@_DRY
@click.pass_obj
def set_(app: App, words: Sequence[str], *, dry_run: bool) -> None:
    """Change fields: priority, severity, department, subject, summary, language, channel."""
    ids = [word for word in words if "=" not in word]
    changes = [word.partition("=")[::2] for word in words if "=" in word]
    if not ids or not changes:
        raise click.UsageError("name tickets and fields: set 7 priority=high")
    agent = app.agent

    def act(session: Session, ticket: Ticket) -> None:
        for name, value in changes:
            handling.set_field(session, app.settings, ticket, name, value, agent, app.now())

    said = ", ".join(f"{name} {value}" for name, value in changes)
    each(app, ids, _quietly(act), said=said, dry_run=dry_run)


# `-hw` removes a tag: it is no -h for help.
_SIGNS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.command(context_settings=_SIGNS)
@click.argument(
    "words", nargs=-1, required=True, metavar="IDS... +TAG -TAG", type=click.UNPROCESSED
)
@_DRY
@click.pass_obj
def tag(app: App, words: Sequence[str], *, dry_run: bool) -> None:
    """Add tags with +, remove them with -."""
    ids, signed = _split(words, "name tickets and tags: tag 7 +hw -spam")
    agent = app.agent
    act = _quietly(lambda s, t: handling.tag(s, t, tuple(signed), agent, app.now()))
    each(app, ids, act, said=f"tags {' '.join(signed)}", dry_run=dry_run)


@click.command(context_settings=_SIGNS)
@click.argument(
    "words", nargs=-1, required=True, metavar="ID +ADDRESS -ADDRESS", type=click.UNPROCESSED
)
@_DRY
@click.pass_obj
def cc(app: App, words: Sequence[str], *, dry_run: bool) -> None:
    """Let people outside take part (+), or no longer (-): content goes to them from then on."""
    ids, signed = _split(words, "name a ticket and addresses: cc 7 +carl@example.org")
    agent = app.agent

    def act(session: Session, ticket: Ticket) -> None:
        for word in signed:
            if word.startswith("+"):
                handling.add_person(session, app.settings, ticket, word[1:], agent, app.now())
                session.flush()
            else:
                handling.remove_person(session, ticket, word[1:], agent, app.now())

    each(app, ids, _quietly(act), said=" ".join(signed), dry_run=dry_run)


def _split(words: Sequence[str], usage: str) -> tuple[list[str], list[str]]:
    """Ticket ids first, then words with + or -; a lone - reads ids."""
    signed = [word for word in words if word[:1] in {"+", "-"} and word != "-"]
    ids = [word for word in words if word not in signed]
    if not ids or not signed:
        raise click.UsageError(usage)
    return ids, signed
