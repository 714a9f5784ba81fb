"""The manual pages, made of the command tree and the schema: ticketd(1), ticketd(8), ticketd.yaml(5)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ticketd import __version__
from ticketd.cli.app import Failure
from ticketd.cli.examples import EXAMPLES

PAGES = {"1": "ticketd.1", "8": "ticketd.8", "5": "ticketd.yaml.5"}
_ENDS = (
    ("0", "done; an empty list is done too"),
    ("1", "refused, a named thing is absent, aborted"),
    ("2", "the call is wrong"),
    ("69", "serve: an address to listen on is in use"),
    ("70", "a fault of ours; the sentence names the file that says more"),
    ("75", "try again: the database is away, another daemon runs"),
    ("77", "no permission: nobody's name, or another's"),
    ("78", "the configuration, or the schema of the database"),
)
_EVERYWHERE = (
    (
        "--config FILE",
        "the configuration; else $TICKETD_CONFIG, /etc/ticketd/config.yaml, or the demo that runs",
    ),
    ("--as AGENT", "who acts; else $TICKETD_AGENT, or the agent whose login you are"),
    ("--debug", "print a fault of ours whole"),
)


@click.command()
@click.argument("page", type=click.Choice(sorted(PAGES)), required=False)
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Write all of them there: DIR/man1, DIR/man5, DIR/man8.",
)  # fmt: skip
def man(page: str | None, folder: Path | None) -> None:
    """Print a manual page (1 agents' commands, 5 the configuration, 8 operators'), or write all of them."""
    if (page is None) == (folder is None):
        raise click.UsageError("name a page, or a folder with --dir")
    if page is not None:
        click.echo(text_of(page), nl=False)
        return
    assert folder is not None  # noqa: S101 - one of both is given
    for section, name in PAGES.items():
        path = folder / f"man{section}" / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text_of(section), "utf-8")
        except OSError as error:
            raise Failure(f"{path} cannot be written: {error.strerror}") from None
        print(path)


def text_of(section: str) -> str:
    """A page in the words of man(7)."""
    from ticketd.cli.program import AGENTS, OPERATORS

    match section:
        case "1":
            lines = _commands_page("1", "work on the tickets of a support desk", AGENTS)
        case "8":
            lines = _commands_page("8", "run a support desk that speaks only email", OPERATORS)
        case _:
            lines = _config_page()
    return "\n".join(lines) + "\n"


def _head(name: str, section: str, what: str) -> Iterator[str]:
    yield f'.TH {name.upper()} {section} "" "ticketd {__version__}"'
    # Words that cannot be broken would leave holes.
    yield ".ad l"
    yield ".SH NAME"
    yield f"{_safe(name)} \\- {_safe(what)}"


def _commands_page(section: str, what: str, table: Mapping[str, object]) -> Iterator[str]:
    from ticketd.cli.program import program

    yield from _head("ticketd", section, what)
    yield from (".SH SYNOPSIS", ".B ticketd", "[OPTIONS] COMMAND [ARGS]", ".SH OPTIONS")
    for name, meaning in _EVERYWHERE:
        yield from (".TP", f".B {_safe(name)}", _safe(meaning))
    yield ".SH COMMANDS"
    context = click.Context(program, info_name="ticketd")
    for name in table:
        command = program.get_command(context, name)
        assert command is not None  # noqa: S101 - the table says so
        yield from _command(name, command, context)
    yield ".SH EXIT STATUS"
    for code, meaning in _ENDS:
        yield from (".TP", f".B {code}", _safe(meaning))
    others = [f"{n.rpartition('.')[0]}({s})" for s, n in PAGES.items() if s != section]
    yield from (".SH SEE ALSO", ", ".join(others))


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name.rpartition(" ")[2], parent=parent)
        for below, one in command.commands.items():
            yield from _command(f"{name} {below}", one, context)
        return
    context = click.Context(command, info_name=name.rpartition(" ")[2], parent=parent)
    yield f".SS {_safe(' '.join((name, *command.collect_usage_pieces(context)[1:])))}"
    yield _safe(" ".join((command.help or "").split()))
    for parameter in command.params:
        told = parameter.get_help_record(context)
        if told is not None:
            yield from (".TP", f".B {_safe(told[0])}", _safe(told[1]))
    if name in EXAMPLES:
        yield from (".PP", "Example:", ".PP", ".nf", _safe(f"    {EXAMPLES[name]}"), ".fi")


def _config_page() -> Iterator[str]:
    from ticketd.config.reference import all_keys, example

    yield from _head("ticketd.yaml", "5", "the configuration of ticketd(8)")
    yield ".SH DESCRIPTION"
    yield _safe(
        "A YAML file, /etc/ticketd/config.yaml, with the snippets conf.d/*.yaml beside it. Every key has a default but"
        " the few that only you know; `ticketd check` names every fault with file, line and remedy. KEY stands for a"
        " name of your own. A secret may be {file: PATH}, {credential: NAME} or {env: NAME}."
    )
    yield ".SH KEYS"
    for key in all_keys():
        default = f" (default: {key.default})" if key.default else ""
        yield from (
            ".TP",
            f".B {_safe(key.name)}{_safe(default)}",
            _safe(key.meaning or "see below"),
        )
    yield from (".SH EXAMPLE", ".nf", *map(_safe, example().splitlines()), ".fi")
    yield from (".SH SEE ALSO", "ticketd(1), ticketd(8)")


def _safe(text: str) -> str:
    """Text as roff prints it: no line of it is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text)
