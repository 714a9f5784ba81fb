"""Saved views: a query under a name, of the desk's own, of the configuration, or of an agent."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ticketd.core.errors import Refused
from ticketd.core.sentences import say

NAME = re.compile(r"[a-z][a-z0-9_-]{0,29}")
COLUMNS = (
    "number", "status", "priority", "severity", "department", "assignee", "customer", "name", "subject", "opened",
    "updated", "closed", "mails", "due", "channel", "language", "tags", "summary", "rating",
)  # fmt: skip
"""What a list can show."""


@dataclass(frozen=True, slots=True)
class View:
    """A question that is asked again and again."""

    name: str
    query: str
    """In the query language, its order included."""
    columns: tuple[str, ...] = ()
    """What a list of it shows; nothing stands for the usual ones."""
    owner: str = ""
    """The agent whose own it is."""


BUILT_IN = (
    View("mine", "assignee:me"),
    View("open", "status:new,open,pending"),
    View("new", "status:new"),
    View("unassigned", "assignee:none"),
    View("late", "due:late sort:due"),
    View("waiting", "status:pending"),
)
"""What every desk has; the configuration, and an agent, may mean something else by these names."""


def known_views(
    own: tuple[View, ...], configured: tuple[View, ...], triage: Iterable[str] = ()
) -> tuple[View, ...]:
    """All views by their names: an agent's own before the configuration's, and these before every desk's.

    `triage`: the departments that hand on what comes in.
    """
    keys = ",".join(triage)
    untriaged = (View("untriaged", f"home:{keys} status:new,open sort:opened"),) if keys else ()
    kinds = (BUILT_IN, untriaged, configured, own)
    return tuple({view.name: view for kind in kinds for view in kind}.values())


def named(name: str, known: tuple[View, ...]) -> View:
    """The view of this name. Refused, naming what there is, where there is none."""
    found = next((view for view in known if view.name == name), None)
    if found is None:
        names = [view.name for view in known]
        near = difflib.get_close_matches(name, names, 1)
        hint = (
            say("did you mean {near}?", near=near[0])
            if near
            else say("there are {known}", known=tuple(names))
        )
        raise Refused("there is no view '{name}'; {hint}", name=name, hint=hint)
    return found


def check_name(name: str) -> str:
    """A name that a view may have. Refused where it is none."""
    if not NAME.fullmatch(name):
        raise Refused(
            "'{name}' is no name for a view; write a-z, 0-9, - and _, a letter first, at most 30 signs",
            name=name,
        )
    return name


def columns_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that are named. Refused where there is none of that name."""
    for word in words:
        if word not in COLUMNS:
            raise Refused(
                "there is no column '{word}'; there are {known}", word=word, known=COLUMNS
            )
    return tuple(dict.fromkeys(words))
