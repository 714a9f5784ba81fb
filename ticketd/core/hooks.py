"""Hooks as data: what happens to a ticket, and which other systems are told of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ticketd.core.desk_events import RuleActed
from ticketd.core.events import EVENT_NAMES, Event, StatusChanged, words
from ticketd.core.lifecycle import Status
from ticketd.core.rules import Act

CLOSED, REOPENED = "closed", "reopened"
NAMES = (*EVENT_NAMES, CLOSED, REOPENED)
"""What a hook may be called on: every event by its name in the history, and two kinds of `status_changed`."""
RULE = "rule_acted"


@dataclass(frozen=True, slots=True)
class Hook:
    """Another system that is told: on which happenings, and of which tickets."""

    name: str
    when: frozenset[str]
    query: str = ""


def names_of(event: Event) -> frozenset[str]:
    """What an event is called: by the history, and as closing or opening again."""
    name, _ = words(event)
    if isinstance(event, StatusChanged):
        if event.new == Status.CLOSED:
            return frozenset({name, CLOSED})
        if event.old == Status.CLOSED:
            return frozenset({name, REOPENED})
    return frozenset({name})


def called(hook: Hook, events: Iterable[Event]) -> list[tuple[str, Event]]:
    """The events of an act that a hook is called on, each with the name that it is called by."""
    found: list[tuple[str, Event]] = []
    for event in events:
        if isinstance(event, RuleActed) and f"{Act.HOOK} {hook.name}" in event.did:
            found.append((RULE, event))
        elif names := names_of(event) & hook.when:
            # Asked for both, the closer name tells more.
            found.append((next(iter(names - {"status_changed"} or names)), event))
    return found
