"""Where a text comes from: an option, a file, standard input, or an editor with a draft that is never lost."""

import contextlib
import functools
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ticketd.cli.agent_shell import MARK
from ticketd.cli.app import Failure
from ticketd.cli.ids import state_folder
from ticketd.core.errors import Refused
from ticketd.core.text import file_name

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


@dataclass(frozen=True, slots=True)
class Draft:
    """A text in the making, in a file of the agent's own."""

    path: Path
    beginning: Callable[[], str] = lambda: ""
    """What the editor starts with."""
    fields: tuple[str, ...] = ()
    """The fields that may stand above the text."""
    again: Callable[[str], str] = lambda old: old
    """What an older draft becomes before the editor opens it."""


def draft_path(agent: str, what: str, ids: Sequence[str] = ()) -> Path:
    """Where a text lies until it is used. One folder for each agent: several may share a login."""
    name = "-".join((what, *(file_name(word.strip("#[]")) for word in ids)))[:80]
    return state_folder() / "drafts" / agent / f"{name}.txt"


@contextmanager
def written(draft: Draft, given: Given, *, dry_run: bool = False) -> Iterator[Written]:
    """The text of a command. Whatever fails while it is used: a text that exists nowhere else is kept.

    Failure where there is no text to be had.
    """
    if given.text is not None:
        yield Written(given.text, {})
        return
    if given.file not in {None, "-"}:
        path = Path(str(given.file))
        text = _read(path)
        # A draft that was kept is one of ours: with its fields and comments, and used up by being used.
        is_draft = path.absolute().is_relative_to(state_folder())
        yield parsed(text, draft.fields) if is_draft else Written(text, {})
        if is_draft and not dry_run:
            path.unlink(missing_ok=True)
        return
    from_editor = given.file is None and sys.stdin.isatty()
    found = _edit(draft) if from_editor else _read_stdin()
    try:
        yield found
    except BaseException:
        if from_editor:
            print(f"ticketd: your text is kept in {draft.path}", file=sys.stderr)
        elif found.text.strip():
            keep(draft.path, found.text)
        raise
    if from_editor and dry_run:
        print(f"ticketd: your text is kept in {draft.path}", file=sys.stderr)
    elif from_editor:
        draft.path.unlink(missing_ok=True)


def keep(path: Path, text: str) -> None:
    """Put a text where its author finds it again, beside what lies there already, and say where."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        others = (path.with_stem(f"{path.stem}.{n}") for n in itertools.count(2))
        for free in itertools.chain([path], others):
            with contextlib.suppress(FileExistsError):
                with free.open("x", encoding="utf-8") as stream:
                    stream.write(text)
                break
    except OSError:
        print(f"ticketd: {path} cannot be written; here is your text:\n{text}", file=sys.stderr)
        return
    print(f"ticketd: your text is kept in {free}", file=sys.stderr)


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


def _edit(draft: Draft) -> Written:
    """Let the person write; the draft stays until what it is for is done."""
    if os.environ.get(MARK):
        raise Failure("there is no editor here; give the text with -m, or with -F - and a pipe")
    editor = (
        os.environ.get("TICKETD_EDITOR") or os.environ.get("VISUAL") or os.environ.get("EDITOR")
        or next(filter(shutil.which, ("sensible-editor", "nano", "vi")), "")
    )  # fmt: skip
    if not editor:
        raise Failure("there is no editor; set $EDITOR, or give the text with -m or -F")
    path, is_old = draft.path, draft.path.exists()
    if is_old:
        print(f"ticketd: going on with the draft {path}", file=sys.stderr)
    else:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(f"{draft.beginning()}\n\n{_HINT}\n".lstrip("\n"), "utf-8")
    before = _read(path)
    path.write_text(draft.again(before), "utf-8")
    _run_editor(editor, path)
    after = _read(path)
    try:
        found = parsed(after, draft.fields)
    except Refused as error:
        raise Refused(f"{error}; the draft is kept in {path}") from None
    if not found.text.strip():
        path.unlink(missing_ok=True)
        raise Refused("an empty text: nothing was done")
    if is_old and after == before:
        # Whoever only looks at what lay there has not said that it should go out.
        raise Refused(f"the draft is as it was: nothing was done; to use it, `-F {path}`")
    return found


def _run_editor(editor: str, path: Path) -> None:
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode  # noqa: S603 - the person's own
    except (OSError, ValueError) as error:
        what = f"the editor `{editor}` cannot be run ({error})"
        raise Failure(f"{what}; set $EDITOR, or use -m; the draft is kept in {path}") from None
    if code != 0:
        what = f"the editor `{editor}` ended with {code}"
        raise Failure(f"{what}; nothing was done, the draft is kept in {path}")


def parsed(draft: str, names: tuple[str, ...]) -> Written:
    """`Name: value` lines of these names at the top, then the text; comments are dropped."""
    lines = [line for line in draft.split("\n") if not line.startswith("#")]
    fields: dict[str, str] = {}
    while lines:
        name, colon, value = lines[0].partition(":")
        if not colon or name.strip().lower() not in names:
            break
        fields[name.strip().lower()] = value.strip()
        lines.pop(0)
    text = "\n".join(lines).strip("\n")
    if not fields and names and _BLOCK.search(text):
        # Somebody began to write above our own lines: they must not leave as text.
        raise Refused(
            "the lines To:, Cc: and Status: have to stand above the text; move them to the top"
        )
    return Written(text, fields)


_BLOCK = re.compile(r"^(?:To: .*\n)?(?:Cc:.*\n)?Status: (?:pending|closed)$", re.MULTILINE)
