"""`ticketd inbox`: one's own tickets one after the other, each key one of the commands."""

import os
import select
import sys
import termios
import tty
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import click

from ticketd.cli import output
from ticketd.cli.agent_shell import MARK
from ticketd.cli.app import App
from ticketd.cli.asking import Asking, named_view, query_of
from ticketd.cli.rows import wanted
from ticketd.cli.show import print_ticket
from ticketd.store import listing, tickets

OWN = ("assignee:me", "status:new,open", "sort:due")
"""What wants to be done, the most urgent first."""


@click.command(cls=Asking)
@click.argument("query", nargs=-1)
@click.pass_obj
def inbox(app: App, query: Sequence[str]) -> int:
    """Go through your own tickets with single keys, or through those of a QUERY or a view: ? shows the keys."""
    if not (sys.stdin.isatty() and output.is_terminal()):
        raise click.UsageError(
            "`inbox` reads single keys from a terminal, and here is none; use `list` and `show`"
        )
    # Who acts has to be somebody, before anything is shown.
    walk = Walk(app, app.agent.key)
    asked = query_of(app, named_view(app, query) or OWN).or_open()
    with app.database.reading() as session:
        walk.numbers = [t.number for t in listing.lines(session, asked, None, wanted(()))]
    if not walk.numbers:
        print("nothing waits for you" if not query else "no tickets")
        return 0
    return walk.go()


@dataclass(slots=True)
class Walk:
    """Where the agent is, and what is done there."""

    app: App
    agent: str
    numbers: list[int] = field(default_factory=list)
    at: int = 0
    done: int = 0

    @property
    def number(self) -> int:
        """The ticket that is shown."""
        return self.numbers[self.at]

    def go(self) -> int:
        """From ticket to ticket, until there is no next one or the agent has enough."""
        self.show()
        while True:
            key = self.key()
            if key in _LEAVE:
                break
            doing = _BY_KEY.get(key)
            if doing is None:
                print(f"'{output.safe(key)}' is no key here; ? shows them")
                continue
            if doing.act(self) and not self.move(1):
                break
        print(f"{self.done} of {len(self.numbers)} done" if self.done else "nothing was changed")
        return 0

    def key(self) -> str:
        """One key, without Enter. Who closes the terminal leaves."""
        at = f"{self.at + 1}/{len(self.numbers)} #{self.number}"
        print(output.colour(f"{at}  {_OFFERS} ", "2"), end="", flush=True)
        found = _pressed(sys.stdin.fileno())
        print()
        return found

    def show(self, *, full: bool = False) -> bool:
        """The ticket as `show` prints it."""
        with self.app.database.reading() as session:
            ticket = tickets.by_number(session, self.number)
            if ticket is not None:
                print_ticket(self.app, session, ticket, full=full, offers=False)
        return False

    def move(self, step: int) -> bool:
        """To the next ticket, or the one before; False where there is none."""
        if not 0 <= self.at + step < len(self.numbers):
            print("that was the last one" if step > 0 else "this is the first one")
            return False
        self.at += step
        self.show()
        return True

    def run(self, *words: str) -> bool:
        """One of the commands, on this ticket; whether it was done."""
        from ticketd.cli.program import failed, program

        try:
            code = program.main([*words], "ticketd", standalone_mode=False, obj=self.app)
        except Exception as error:  # noqa: BLE001 - said in one sentence, and the walk goes on
            code = failed(error, self.app)
        self.done += words[0] != "log" and not code
        return not code

    def asks(self, what: str) -> str:
        """A line of the agent's; empty where they thought better of it."""
        try:
            return str(click.prompt(what, default="", show_default=False)).strip()
        except click.Abort:
            print()
            return ""


def _pressed(terminal: int) -> str:
    """One key; what is typed ahead stays for the next ones. Who closes the terminal leaves."""
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        found = os.read(terminal, 1)
        more = next((most for first, most in _MORE if found >= first), 0)
        if more and select.select([terminal], [], [], 0.05)[0]:
            # A letter of several bytes, or an arrow.
            found += os.read(terminal, more)
    except (OSError, KeyboardInterrupt):
        found = b""
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return found.decode("utf-8", "replace") or "q"


_MORE = ((b"\xe0", 3), (b"\xc0", 1), (b"\x1c", 0), (b"\x1b", 8))
"""From which first byte on so many may follow."""


def _text(walk: Walk, command: str, *options: str) -> bool:
    """With the agent's editor; by ssh, where there is none, line by line."""
    words = [command, str(walk.number), *options]
    if os.environ.get(MARK):
        lines = []
        print("your text; a line with a dot alone ends it")
        while (line := sys.stdin.readline()).rstrip("\n") not in {".", ""} or line == "\n":
            lines.append(line)
        words += ["-m", "".join(lines)]
    return walk.run(*words)


def _asking(command: str, what: str, *, needed: bool = True) -> "Act":
    """A command that takes one more word or several."""

    def act(walk: Walk) -> bool:
        said = walk.asks(what)
        if needed and not said:
            return False
        words = said.split() if command in {"tag", "cc"} else [said]
        walk.run(command, str(walk.number), *words)
        return False

    return act


def _pending(walk: Walk) -> bool:
    until = walk.asks("until (empty: until the customer writes)")
    return walk.run("pending", str(walk.number), *(["--until", until] if until else []))


def _remind(walk: Walk) -> bool:
    when = walk.asks("when, as fri 9:00")
    if when:
        walk.run("remind", str(walk.number), "--at", when)
    return False


def _help(_: Walk) -> bool:
    for doing in _KEYS:
        print(f"  {doing.shown:14} {doing.meaning}")
    print(f"  {'q':14} leave")
    return False


Act = Callable[[Walk], bool]


@dataclass(frozen=True, slots=True)
class Doing:
    """What a key does; its act says whether the ticket is done with."""

    keys: str
    meaning: str
    act: Act

    @property
    def shown(self) -> str:
        """The key as it is called."""
        return "Enter, Space, j" if "\r" in self.keys else self.keys[0]


def _kept(act: Act) -> Act:
    """After this the ticket stays where it is."""

    def stays(walk: Walk) -> bool:
        act(walk)
        return False

    return stays


_KEYS = (
    Doing("\r\n j", "the next ticket", lambda _: True),
    Doing("k", "the one before", _kept(lambda walk: walk.move(-1))),
    Doing("r", "reply to the customer; the next ticket then", lambda walk: _text(walk, "reply")),
    Doing("R", "reply and close", lambda walk: _text(walk, "reply", "--close")),
    Doing("n", "a note that only agents see", _kept(lambda walk: _text(walk, "note"))),
    Doing("c", "close as solved, and tell the customer", lambda walk: walk.run("close", str(walk.number))),
    Doing("p", "pending: wait for the customer", _pending),
    Doing("t", "take it", _kept(lambda walk: walk.run("take", str(walk.number)))),
    Doing("a", "assign it to somebody", _asking("assign", "to whom")),
    Doing("g", "tags: +hw -spam", _asking("tag", "tags, as +hw -spam")),
    Doing("d", "when it shall be done", _asking("due", "due, as fri 17:00")),
    Doing("m", "remind me of it", _remind),
    Doing("f", "show it whole, with quoted mail", lambda walk: walk.show(full=True)),
    Doing("l", "what happened to it", _kept(lambda walk: walk.run("log", str(walk.number)))),
    Doing("u", "take my last act back", _kept(lambda walk: walk.run("undo"))),
    Doing("?h", "these keys", _help),
)  # fmt: skip
_BY_KEY = {key: doing for doing in _KEYS for key in doing.keys}
_LEAVE = frozenset({"q", "Q", "\x1b", "\x03", "\x04"})
_OFFERS = "r reply  n note  c close  p pending  j next  k back  ? keys  q quit"
