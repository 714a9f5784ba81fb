"""A list that looks again by itself."""

import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stdout

import click

from ticketd.cli import output
from ticketd.cli.app import App

_ENTER, _LEAVE = "\033[?1049h\033[?25l", "\033[?25h\033[?1049l"
"""A screen of its own, without a cursor; what stood there before comes back."""
_HOME, _TO_THE_END, _TO_THE_RIGHT = "\033[H", "\033[J", "\033[K"


def watched(app: App, show: Callable[[], None], every: int, *, is_for_people: bool) -> None:
    """Draw what `show` prints again every so many seconds, until Ctrl-C. UsageError where nobody looks."""
    if not output.is_terminal() or not is_for_people:
        what = (
            "`--watch` draws on a terminal, and here is none"
            if is_for_people
            else "`--watch` is for people"
        )
        raise click.UsageError(f"{what}; for a program: watch -n {every} 'ticketd list …'")
    screen, pause = sys.stdout, threading.Event()
    screen.write(_ENTER)
    try:
        while True:
            screen.write(_drawn(app, show, every))
            screen.flush()
            pause.wait(every)
    except KeyboardInterrupt:
        # That is how one leaves.
        pass
    finally:
        screen.write(_LEAVE)
        screen.flush()


def _drawn(app: App, show: Callable[[], None], every: int) -> str:
    """One picture: as many lines as the terminal has, each wiped to its end, so that nothing flickers."""
    kept = output.Kept()
    with redirect_stdout(kept):
        show()
    now = output.in_zone(app.now(), app.config.timezone)
    head = output.colour(f"{now:%a %d %b %H:%M:%S}, every {every} s, Ctrl-C ends", "2")
    lines = [head, *kept.getvalue().splitlines()]
    room = output.height() - 1
    if len(lines) > room:
        lines = [*lines[: room - 1], f"… {len(lines) - room + 1} more lines"]
    body = "".join(f"{line}{_TO_THE_RIGHT}\n" for line in lines)
    return f"{_HOME}{body}{_TO_THE_END}"
