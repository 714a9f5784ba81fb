"""What an agent gets by ssh or sudo: agents' commands alone, in the agent's own name, and no files of the machine.

It runs as the daemon's user. So nothing may name a file (the keys lie beside the database), a configuration, or
another agent, and no pager or editor may start a shell.
"""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ticketd.cli.app import EX_NOPERM, App, Failure

MARK = "TICKETD_AGENT_SHELL"
_OWN = (
    "TICKETD_AGENT",
    "TICKETD_CONFIG",
    "TICKETD_PAGER",
    "TICKETD_EDITOR",
    "PAGER",
    "VISUAL",
    "EDITOR",
    "LESSOPEN",
)
_KIND = r"(?:sk-)?(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521))(?:@openssh\.com)?"
_KEY = re.compile(rf"{_KIND} [A-Za-z0-9+/]{{20,}}={{0,3}}( [^\r\n]*)?")


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.option("--agent", "key", help="The agent whose ssh key this is.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def agent_shell(app: App, key: str | None, words: Sequence[str]) -> object:
    """Run one agents' command for who came by ssh (its forced command) or sudo."""
    from ticketd.cli.program import program

    given = list(words) or _asked_by_ssh()
    if not key and not os.environ.get("SUDO_USER"):
        raise Failure("who is this? It is called by sudo, or by ssh with --agent KEY", EX_NOPERM)
    check(given)
    for name in _OWN:
        os.environ.pop(name, None)
    os.environ |= {MARK: "1", "LESSSECURE": "1", "PAGER": "less -FRX"}
    inner = App(str(app.config_path), key, clock=app.clock)
    try:
        # Whoever it is has to be an agent; else the desk would answer questions as it does the operator's.
        inner.named()
        return program.main(given, "ticketd", standalone_mode=False, obj=inner)
    finally:
        inner.close()


def _asked_by_ssh() -> list[str]:
    try:
        return shlex.split(os.environ.get("SSH_ORIGINAL_COMMAND", ""))
    except ValueError as error:
        raise Failure(f"the command cannot be read: {error}", 2) from None


def check(words: Sequence[str]) -> None:
    """Failure (77) where the words are more than a command of agents."""
    from ticketd.cli.arguments import split_globals
    from ticketd.cli.program import AGENTS, program

    own, rest = split_globals(words)
    if own:
        raise Failure("here one is who one is: no --config, --as or --debug", EX_NOPERM)
    if not rest or rest[0] in {"--help", "-h", "--version", "-V"}:
        return
    if rest[0] not in AGENTS:
        what = f"'{rest[0]}' is no command for agents here; there are {', '.join(AGENTS)}"
        raise Failure(what, EX_NOPERM)
    _check_files(program, rest)


def _check_files(command: click.Command, words: Sequence[str]) -> None:
    """Standard input and output are the agent's own; every file is the machine's."""
    context = click.Context(command, info_name=command.name)
    given, rest, _ = command.make_parser(context).parse_args(list(words))
    for parameter in command.params:
        values = given.get(str(parameter.name))
        if not isinstance(parameter.type, click.Path | click.File) or not values:
            continue
        for value in values if isinstance(values, list | tuple) else [values]:
            if value not in {None, "-"}:
                name = parameter.opts[0]
                raise Failure(f"{name} {value}: only `-` can be used here, no file", EX_NOPERM)
    if isinstance(command, click.Group) and rest:
        below = command.get_command(context, rest[0])
        if below is not None:
            _check_files(below, rest[1:])


@click.group("ssh-key")
def ssh_key() -> None:
    """Keys by which agents reach their commands: ssh tickets@host list."""


@ssh_key.command("add")
@click.argument("agent")
@click.argument("key", type=click.Path(allow_dash=True), metavar="PUBLIC_KEY_FILE")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Add it to this authorized_keys."
)
@click.pass_obj
def ssh_key_add(app: App, agent: str, key: str, to: Path | None) -> None:
    """Print the line of authorized_keys that lets an AGENT's key do agents' commands, and nothing else."""
    if app.settings.agent(agent) is None:
        known = ", ".join(a.key for a in app.settings.agents)
        raise Failure(f"there is no agent '{agent}'; there are {known or 'none yet'}")
    line = f'restrict,pty,command="{_command(app, agent)}" {_public_key(key)}'
    if to is None:
        print(line)
        return
    try:
        old = to.read_text("utf-8") if to.exists() else ""
        if line in old.splitlines():
            print(f"{to} has it already")
            return
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(f"{line}\n" if old.endswith("\n") or not old else f"\n{line}\n")
    except OSError as error:
        raise Failure(f"{to} cannot be written: {error.strerror}") from None
    print(f"{to}: a key of {agent} added")


def _command(app: App, agent: str) -> str:
    program = shutil.which(sys.argv[0]) or shutil.which("ticketd") or "ticketd"
    words = [
        str(Path(program).absolute()),
        "--config",
        str(app.config_path.absolute()),
        "agent-shell",
        "--agent",
        agent,
    ]
    command = shlex.join(words)
    if '"' in command or "\\" in command:
        raise Failure(f"{app.config_path}: a name with quotes cannot stand in authorized_keys")
    return command


def _public_key(file: str) -> str:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read as text: {error}") from None
    if "PRIVATE KEY" in text:
        raise Failure(
            f"{file} is a private key; give the public one, {file}.pub, and keep this one secret"
        )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 1 or not _KEY.fullmatch(lines[0]):
        raise Failure(
            f"{file} is no public key of ssh: one line, such as `ssh-ed25519 AAAA… ann@home`"
        )
    return lines[0]
