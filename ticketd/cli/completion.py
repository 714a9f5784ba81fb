"""Completion for bash, zsh and fish: commands and options by click; ticket ids with their subjects by us."""

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.cli.arguments import split_globals

_IDS = frozenset({"ids", "ticket", "words"})
_MOST = 50
VARIABLE = "_TICKETD_COMPLETE"


class _Tickets(ShellComplete):
    """Knows the options that stand anywhere, and the desk."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        try:
            own, rest = split_globals(args)
        except click.UsageError:
            # A file or an agent is being typed: the shell knows files.
            return [CompletionItem(incomplete, type="file")]
        found = super().get_completions(rest, incomplete)
        if found or incomplete.startswith("-") or not rest or not self._takes_ids(rest[0]):
            return [item for item in found if item.type == "plain"] or found
        return _tickets(App(own.get("config")), incomplete)

    def _takes_ids(self, name: str) -> bool:
        assert isinstance(self.cli, click.Group)  # noqa: S101 - the whole program
        command = self.cli.get_command(click.Context(self.cli), name)
        return command is not None and any(
            isinstance(p, click.Argument) and p.name in _IDS for p in command.params
        )


def _tickets(app: App, incomplete: str) -> list[CompletionItem]:
    """The newest tickets that are not closed. Whatever fails, the shell goes on without them."""
    from ticketd.cli.rows import wanted
    from ticketd.core.errors import Refused, Temporary
    from ticketd.core.query_shape import Query, Term
    from ticketd.store import listing

    typed = incomplete.lstrip("#")
    try:
        with app.database.reading() as session:
            asked = Query((Term("status", ("new", "open", "pending")),))
            rows = listing.lines(session, asked, 1000, wanted(("number", "subject")))
    except (Failure, Refused, Temporary):
        return []
    finally:
        app.close()
    fitting = [row for row in rows if str(row.number).startswith(typed)]
    return [CompletionItem(str(row.number), help=_one_line(row.subject)) for row in fitting[:_MOST]]


def _one_line(subject: str) -> str:
    """As the shells want it: at a line's end and a comma they end a description."""
    return " ".join(output.safe(subject).replace(",", " ").split())[:60]


class _Bash(_Tickets, BashComplete):
    """Bash shows words alone."""


class _Zsh(_Tickets, ZshComplete):
    """With descriptions."""


class _Fish(_Tickets, FishComplete):
    """With descriptions."""


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def complete(program: click.Command, asked: str) -> str:
    """What the shell's script asks for: `bash_complete`, with the words in its own variables."""
    shell, _, what = asked.partition("_")
    kind = _SHELLS.get(shell)
    if kind is None or what not in {"source", "complete"}:
        return ""
    completer = kind(program, {}, "ticketd", VARIABLE)
    return completer.source() if what == "source" else completer.complete()


@click.command()
@click.argument("shell", type=click.Choice(sorted(_SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets a shell complete commands, options and ticket ids."""
    click.echo(script_of(context.find_root().command, shell))


def script_of(program: click.Command, shell: str) -> str:
    """What a shell reads to complete our commands."""
    kind = _SHELLS[shell](program, {}, "ticketd", VARIABLE)
    return kind.source_template % kind.source_vars()
