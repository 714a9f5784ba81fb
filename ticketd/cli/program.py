"""The one program: its commands, loaded when they are called, and how failures leave it."""

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ticketd import __version__
from ticketd.cli.app import App, Failure
from ticketd.cli.arguments import split_globals
from ticketd.cli.examples import with_examples
from ticketd.core.clock import Clock, system_clock
from ticketd.core.errors import Refused, Temporary

AGENTS = {
    "list": (
        "ticketd.cli.lists",
        "list_",
        "List tickets: new, open and pending ones, or those of a query.",
    ),
    "inbox": ("ticketd.cli.inbox", "inbox", "Go through your own tickets with single keys."),
    "show": ("ticketd.cli.show", "show", "Show a ticket with its messages."),
    "reply": ("ticketd.cli.acts", "reply", "Answer the customer of a ticket."),
    "note": ("ticketd.cli.acts", "note", "Write a note that only agents see."),
    "forward": (
        "ticketd.cli.acts",
        "forward",
        "Ask somebody outside; their answers stay inside.",
    ),
    "new": ("ticketd.cli.acts", "new", "Open a ticket for a customer who called."),
    "send-status": ("ticketd.cli.acts", "send_status", "Tell customers how tickets stand."),
    "take": ("ticketd.cli.handle", "take", "Become the assignee of tickets."),
    "assign": ("ticketd.cli.handle", "assign", "Give tickets to an agent, or to nobody."),
    "close": ("ticketd.cli.acts", "close", "Close tickets and tell their customers."),
    "reopen": ("ticketd.cli.acts", "reopen", "Open closed or pending tickets again."),
    "pending": ("ticketd.cli.handle", "pending", "Wait for the customer."),
    "set": (
        "ticketd.cli.handle",
        "set_",
        "Change fields: priority, severity, department, subject and others.",
    ),
    "tag": ("ticketd.cli.handle", "tag", "Add and remove tags."),
    "follow": ("ticketd.cli.handle", "follow", "Be told of everything that happens to tickets."),
    "unfollow": ("ticketd.cli.handle", "unfollow", "Be told of tickets no longer."),
    "undo": ("ticketd.cli.handle", "undo", "Take your last act back."),
    "cc": ("ticketd.cli.handle", "cc", "Let people outside take part, or no longer."),
    "merge": ("ticketd.cli.structure", "merge", "Let tickets go on as another one."),
    "split": ("ticketd.cli.structure", "split", "Make a ticket of its own of a message."),
    "redact": (
        "ticketd.cli.redact",
        "redact",
        "Take a password, card numbers or a file out for good.",
    ),
    "accept": ("ticketd.cli.more", "accept", "Say yes to tickets that you were given."),
    "decline": ("ticketd.cli.more", "decline", "Give tickets back to who gave them."),
    "handback": ("ticketd.cli.more", "handback", "Give tickets back to where they came from."),
    "link": (
        "ticketd.cli.more",
        "link",
        "Name two tickets on each other, or what one refers to elsewhere.",
    ),
    "due": ("ticketd.cli.more", "due", "Say when tickets shall be done."),
    "time": ("ticketd.cli.more", "time_", "Say how long you worked on tickets."),
    "remind": ("ticketd.cli.more", "remind", "Be told of tickets at a moment."),
    "release": ("ticketd.cli.more", "release", "Take a mail that was held for the customer's."),
    "send": ("ticketd.cli.more", "send", "Send drafts and overtaken answers that wait."),
    "away": ("ticketd.cli.more", "away", "Be away: a deputy gets your mails."),
    "back": ("ticketd.cli.more", "back", "Be back."),
    "digest": (
        "ticketd.cli.more",
        "digest",
        "Say when the digest of your day comes, or that it does not.",
    ),
    "search": ("ticketd.cli.lists", "search", "Find tickets by words, closed ones too."),
    "view": ("ticketd.cli.view", "view", "Queries under a name: save, list, delete."),
    "report": ("ticketd.cli.report", "report", "Figures: how fast, how many, by whom, when."),
    "log": ("ticketd.cli.entries", "log", "Say what happened to a ticket, and when."),
    "history": ("ticketd.cli.lists", "history", "All tickets of a customer's address."),
    "customer": (
        "ticketd.cli.customer",
        "customer",
        "Customers: list, show, edit, merge, export, erase.",
    ),
    "canned": ("ticketd.cli.texts", "canned", "Canned replies: list, show."),
    "kb": ("ticketd.cli.texts", "kb", "The knowledge base: list, show, search."),
    "attach": ("ticketd.cli.entries", "attach", "List the files of a ticket, or save one."),
}
OPERATORS = {
    "serve": ("ticketd.cli.run", "serve", "Run the daemon."),
    "demo": ("ticketd.cli.demo", "demo", "Run a desk to play with, in a folder of its own."),
    "install": (
        "ticketd.cli.install",
        "install",
        "Put the systemd units and the program in their places.",
    ),
    "uninstall": (
        "ticketd.cli.install",
        "uninstall",
        "Take them away again; configuration and data stay.",
    ),
    "init": ("ticketd.cli.init", "init", "Write a configuration and create the database."),
    "check": ("ticketd.cli.operate", "check", "Check the configuration and what it leads to."),
    "doctor": (
        "ticketd.cli.doctor",
        "doctor",
        "Find what keeps mail from coming in or leaving, each with its remedy.",
    ),
    "status": (
        "ticketd.cli.operate",
        "status",
        "Say how much mail waits, and whether anything is stuck.",
    ),
    "metrics": (
        "ticketd.cli.observe",
        "metrics",
        "Print what monitoring sees, or write it to a file.",
    ),
    "explain": (
        "ticketd.cli.explain",
        "explain",
        "Say what the desk makes of a mail, storing nothing.",
    ),
    "sla": ("ticketd.cli.sla", "sla", "What is promised: list, test a ticket."),
    "templates": ("ticketd.cli.templates", "templates", "The texts of our mails: check, preview."),
    "rules": ("ticketd.cli.rules", "rules", "Rules: test, blocked, block, unblock."),
    "queue": (
        "ticketd.cli.queues",
        "queue",
        "Outgoing mail: list, show, retry, hold, release, drop.",
    ),
    "quarantine": ("ticketd.cli.queues", "quarantine", "Incoming mail that could not be read."),
    "keys": ("ticketd.cli.keys", "keys", "The keys that sign: list, new, rotate, drop."),
    "agent": ("ticketd.cli.agents", "agent", "The agents: list, welcome, deactivate."),
    "ssh-key": ("ticketd.cli.agent_shell", "ssh_key", "Keys by which agents reach their commands."),
    "agent-shell": (
        "ticketd.cli.agent_shell",
        "agent_shell",
        "What agents get by ssh or sudo: their commands alone.",
    ),
    "backup": ("ticketd.cli.backups", "backup", "Write the whole desk into one file."),
    "verify": ("ticketd.cli.backups", "verify", "Read a backup and say whether it is whole."),
    "restore": ("ticketd.cli.backups", "restore", "Make the desk of a backup again."),
    "import": ("ticketd.cli.archives", "import_", "Bring an archive of mail in: mbox, maildir."),
    "export": ("ticketd.cli.archives", "export", "Write all tickets, or all mails, into a file."),
    "db": ("ticketd.cli.databases", "db", "The database: status, upgrade, copy-to."),
    "man": ("ticketd.cli.manual", "man", "The manual pages, made of what the program knows."),
    "completion": ("ticketd.cli.completion", "completion", "Completion for bash, zsh and fish."),
}
_COMMANDS = {**AGENTS, **OPERATORS}
EX_REFUSED, EX_USAGE, EX_TEMPFAIL = 1, 2, 75


class Program(click.Group):
    """Knows its commands by name, and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found = _COMMANDS.get(cmd_name)
        if found is None:
            return None
        command = getattr(importlib.import_module(found[0]), found[1])
        assert isinstance(command, click.Command)  # noqa: S101 - the table above says so
        return with_examples(cmd_name, command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"there is no command '{args[0]}'{hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, commands in (("Agents", AGENTS), ("Operators", OPERATORS)):
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, _, text) in commands.items()])


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", prog_name="ticketd")
@click.pass_context
def program(context: click.Context) -> None:
    """ticketd, a support desk that speaks only email.

    Before or after each command: --config FILE, --as AGENT, --debug. Without one: how things stand.
    """
    if context.invoked_subcommand is None:
        from ticketd.cli.home import home

        home(context)


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: run a command, and end with the code that says how it went."""
    # A command is short and makes few circles; looking for them takes a sixth of a long list's time.
    gc.disable()
    for name in ("stdin", "stdout", "stderr"):
        # Closed by whoever called us (`>&-`): the first free descriptor is that very one.
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as we run
    code = run(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    # Taking all objects apart takes a tenth of the time, for nothing: everything is committed, flushed and closed.
    os._exit(code)


def run(arguments: Sequence[str], clock: Clock = system_clock) -> int:
    """Run a command; the exit code (sysexits where they mean something)."""
    app = App()
    if asked := os.environ.get("_TICKETD_COMPLETE"):
        from ticketd.cli.completion import complete

        print(complete(program, asked))
        return 0
    try:
        given, rest = split_globals(arguments)
        app = App(given.get("config"), given.get("agent"), debug="debug" in given, clock=clock)
        result = program.main(rest, "ticketd", standalone_mode=False, obj=app)
        sys.stdout.flush()
    except Exception as error:  # noqa: BLE001 - every failure ends as one sentence and a code
        return failed(error, app)
    except KeyboardInterrupt:
        return 130
    except SystemExit:
        # click ends so where the reader of a pipe has gone away: that is no failure.
        return 0
    else:
        return result if isinstance(result, int) else 0
    finally:
        app.close()


def failed(error: Exception, app: App) -> int:
    """Say what went wrong in one sentence; the exit code for it."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort():
            return _say("aborted", EX_REFUSED)
        case click.ClickException():
            return _usage(error)
        case Failure():
            return _say(str(error), error.code)
        case Refused():
            return _say(str(error), EX_REFUSED)
        case Temporary():
            return _say(f"try again later: {error}", EX_TEMPFAIL)
        case BrokenPipeError():
            # Found out only at the last flush; nothing more can be said.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return 0
        case _:
            return app.report_bug(error)


def _usage(error: click.ClickException) -> int:
    context = error.ctx if isinstance(error, click.UsageError) else None
    text = error.format_message()
    _say(
        f"{text[:1].lower()}{text[1:].rstrip('.')}; see `{context.command_path if context else 'ticketd'} --help`",
        2,
    )
    return EX_USAGE


def _say(sentence: str, code: int) -> int:
    for line in sentence.splitlines() or [""]:
        print(f"ticketd: {line}", file=sys.stderr)
    return code
