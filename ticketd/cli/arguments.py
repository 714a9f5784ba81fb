"""The options that may stand before or after any command."""

import itertools
from collections.abc import Sequence

import click

_GLOBAL = {"--config": "config", "--as": "agent"}
_TAKES_TEXT = frozenset(
    {"-m", "-F", "-s", "--message", "--file", "--subject", "--name", "--canned"}
)


def split_globals(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Take the options that may stand anywhere out of the arguments."""
    found: dict[str, str] = {}
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--" or (word == "agent-shell" and not rest):
            # What follows is no longer the caller's to say.
            rest += [word, *words]
        elif word in _TAKES_TEXT:
            # What follows is somebody's text, whatever it looks like.
            rest += [word, *itertools.islice(words, 1)]
        elif name in _GLOBAL:
            given = value if equals else next(words, None)
            if given is None:
                raise click.UsageError(f"{name} needs a value")
            found[_GLOBAL[name]] = given
        elif word == "--debug":
            found["debug"] = "yes"
        else:
            rest.append(word)
    return found, rest
