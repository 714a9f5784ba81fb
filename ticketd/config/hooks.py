"""The key `hooks`: which other systems are told of what, and how they are reached."""

import difflib
import re
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ticketd.config.rules import Found, query_fault
from ticketd.config.secrets import Secret
from ticketd.config.values import Duration, Section
from ticketd.core.hooks import NAMES
from ticketd.core.query_shape import Asker


def _name(value: Any) -> Any:
    if value not in NAMES:
        near = difflib.get_close_matches(str(value), NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(NAMES))}"
        raise ValueError(f"nothing that happens is called '{value}'; {hint}")
    return value


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        is_good = is_good and not parts.username
    except ValueError:
        is_good = False
    if value and (not is_good or re.search(r"[\s\x00-\x20\x7f-\uffff]", value)):
        raise ValueError(
            "write https://host/path, in ASCII; what proves who we are stands in `headers`"
        )
    return value


def _headers(value: dict[str, Secret]) -> dict[str, Secret]:
    for name, given in value.items():
        if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", name):
            raise ValueError(f"'{name}' is no name of a header field")
        if given is None or (isinstance(given, str) and not re.fullmatch(r"[\x20-\x7e]+", given)):
            raise ValueError(f"the header field {name} takes one line of ASCII")
    return value


When = Annotated[str, BeforeValidator(_name)]


class HookKeys(Section):
    """One other system that is told."""

    when: tuple[When, ...] = ()
    query: str = ""
    command: tuple[str, ...] = ()
    url: Annotated[str, AfterValidator(_url)] = ""
    headers: Annotated[dict[str, Secret], AfterValidator(_headers)] = {}  # noqa: RUF012 - pydantic copies defaults
    within: Annotated[Duration, Field(ge=timedelta(seconds=1), le=timedelta(minutes=2))] = (
        timedelta(seconds=10)
    )
    tries: int = Field(default=10, ge=1, le=100)

    @model_validator(mode="after")
    def _fits(self) -> "HookKeys":
        if bool(self.command) == bool(self.url):
            raise ValueError("a hook has a `command`, or a `url` to POST to: one of the two")
        if self.headers and not self.url:
            raise ValueError("`headers` are for a `url`")
        return self


def hook_faults(hooks: dict[str, HookKeys], asker: Asker) -> Found:
    """What no hook alone can tell."""
    found: Found = []
    for name, keys in hooks.items():
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,29}", name):
            what = "a hook's name is made of a-z, 0-9, - and _, begins with a letter and has at most 30 signs"
            found.append((("hooks", name), what))
        if keys.query:
            found += [(("hooks", name, "query"), why) for why in query_fault(keys.query, asker)]
    return found
