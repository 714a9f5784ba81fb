"""Where a text comes from: an option, a file, standard input, or an editor with a draft that is never lost."""

import functools
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ticketd.cli.app import Failure
from ticketd.core.errors import Refused

_HINT = "# Lines that start with # are dropped. An empty text does nothing."


@dataclass(frozen=True, slots=True)
class Given:
    """What the person gave: a text, a file, or neither."""

    text: str | None
    file: str | None


def text_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """-m TEXT, -F FILE; the command gets them as one value, `given`."""

    @functools.wraps(command)
    def with_text(*arguments: Any, text: str | None, file: str | None, **rest: Any) -> Any:
        if text is not None and file is not None:
            raise click.UsageError("use -m or -F, not both")
        return command(*arguments, given=Given(text, file), **rest)

    from_file = click.option(
        "-F", "--file", "file", type=click.Path(allow_dash=True), metavar="FILE",
        help="The text from a file; - reads standard input.",
    )  # fmt: skip
    return click.option("-m", "--message", "text", metavar="TEXT", help="The text.")(
        from_file(with_text)
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A text, with the fields that stood above it in the draft."""

    text: str
    fields: dict[str, str]


def drafts_folder() -> Path:
    """Where texts lie that have not been used yet."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ticketd" / "drafts"


@contextmanager
def written(
    name: str, given: Given, beginning: Callable[[], str] = lambda: ""
) -> Iterator[Written]:
    """The text of a command. Whatever fails while it is used: a text that exists nowhere else is kept.

    `name` is the draft's; `beginning` is what the editor starts with. Failure where there is no text to be had.
    """
    if given.text is not None:
        yield Written(given.text, {})
        return
    if given.file not in {None, "-"}:
        yield Written(_read(Path(str(given.file))), {})
        return
    draft = drafts_folder() / f"{name}.txt"
    found = (
        _read_stdin() if given.file == "-" or not sys.stdin.isatty() else _edit(draft, beginning)
    )
    try:
        yield found
    except BaseException as error:
        if found.text.strip():
            keep(draft, found, sys.exc_info()[1] or error)
        raise
    draft.unlink(missing_ok=True)


def keep(draft: Path, found: Written, error: BaseException) -> None:
    """Put a text where its author finds it again, and say where."""
    try:
        if not draft.exists():
            draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_text(found.text, "utf-8")
    except OSError:
        print(f"ticketd: {draft} cannot be written; here is your text:", file=sys.stderr)
        print(found.text, file=sys.stderr)
        return
    if isinstance(error, Exception):
        print(f"ticketd: your text is kept in {draft}", file=sys.stderr)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path} cannot be read as text: {error}") from None


def _read_stdin() -> Written:
    try:
        return Written(sys.stdin.read(), {})
    except UnicodeDecodeError as error:
        raise Failure(f"standard input is no UTF-8 text: {error}") from None


def _edit(draft: Path, beginning: Callable[[], str]) -> Written:
    """Let the person write; the draft stays until what it is for is done."""
    editor = (
        os.environ.get("TICKETD_EDITOR") or os.environ.get("VISUAL") or os.environ.get("EDITOR")
    )
    editor = editor or next(filter(shutil.which, ("sensible-editor", "nano", "vi")), "")
    if not editor:
        raise Failure("there is no editor; set $EDITOR, or give the text with -m or -F")
    draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    start = "" if draft.exists() else f"{beginning()}\n\n{_HINT}\n".lstrip("\n")
    if start:
        draft.write_text(start, "utf-8")
    else:
        print(f"ticketd: going on with the draft {draft}", file=sys.stderr)
    try:
        code = subprocess.run([*shlex.split(editor), str(draft)], check=False).returncode  # noqa: S603 - the person's own
    except (OSError, ValueError) as error:
        what = f"the editor `{editor}` cannot be run ({error})"
        raise Failure(f"{what}; set $EDITOR, or use -m; the draft is kept in {draft}") from None
    if code != 0:
        what = f"the editor `{editor}` ended with {code}"
        raise Failure(f"{what}; nothing was done, the draft is kept in {draft}")
    found = parsed(_read(draft))
    if not found.text.strip():
        draft.unlink(missing_ok=True)
        raise Refused("an empty text: nothing was done")
    return found


def parsed(draft: str) -> Written:
    """`Name: value` lines at the top, then the text; comments are dropped."""
    lines = [line for line in draft.split("\n") if not line.startswith("#")]
    fields: dict[str, str] = {}
    while lines and (field := _field(lines[0])):
        fields[field[0]] = field[1]
        lines.pop(0)
    return Written("\n".join(lines).strip("\n"), fields)


_FIELDS = ("to", "cc", "status")


def _field(line: str) -> tuple[str, str] | None:
    name, colon, value = line.partition(":")
    return (
        (name.strip().lower(), value.strip()) if colon and name.strip().lower() in _FIELDS else None
    )
