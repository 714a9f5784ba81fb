"""A ticket's history in short, as it stands beside the ticket: all that figures are made of, and nothing else.

Each event is four words with a space behind each: a letter, the seconds since the ticket was opened, who did it, and
what it says. `desk.record` adds to it in the transaction of each event; it can always be made anew from the history.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from ticketd.core.events import CUSTOMER
from ticketd.core.figures import Happened

WROTE, RELEASED, REPLIED, MOVED, ASSIGNED = "w", "l", "r", "s", "a"
RATED, FAILED, TEXT, DID = "g", "f", "t", "x"
"""The letters; the last one: an agent did something else."""
BY_CUSTOMER, BY_NOBODY = "", "-"
"""Who did it where that was no agent: the desk, somebody outside."""
ASKS = "a"
"""What a customer's mail says that wants an answer."""
BY_PEOPLE = frozenset({"customer", "unverified"})
"""Kinds of mails in which a customer speaks; machines' mails let nobody wait."""


def _wrote(data: Mapping[str, Any]) -> str:
    return ASKS if data["kind"] == "customer" and data.get("asks", True) else ""


def _rated(data: Mapping[str, Any]) -> str:
    return f"{data['score']}:{quote(data.get('comment', ''))}"


def _text(data: Mapping[str, Any]) -> str:
    return f"{data['kind']}:{quote(data['name'])}"


def _nothing(_data: Mapping[str, Any]) -> str:
    return ""


_LETTERS: dict[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    "customer_wrote": (WROTE, _wrote),
    "released": (RELEASED, _nothing),
    "agent_replied": (REPLIED, _nothing),
    "status_changed": (MOVED, lambda data: data["new"]),
    "assigned": (ASSIGNED, lambda data: data["assignee"] or ""),
    "rated": (RATED, _rated),
    "delivery_failed": (FAILED, _nothing),
    "text_used": (TEXT, _text),
}


def short(event: str, data: Mapping[str, Any], by: str, seconds: int) -> str:
    """One event, so many seconds after the ticket was opened; empty where no figure asks for it."""
    who = _who(by)
    if event == "customer_wrote" and data["kind"] not in BY_PEOPLE:
        event = ""
    if event in _LETTERS:
        letter, told = _LETTERS[event]
        return f"{letter} {seconds} {who} {told(data)} "
    return "" if who in {BY_CUSTOMER, BY_NOBODY} else f"{DID} {seconds} {who}  "


def _who(by: str) -> str:
    if by == CUSTOMER:
        return BY_CUSTOMER
    return BY_NOBODY if by == "system" or "@" in by or " " in by else by


def whole(history: Iterable[Happened], opened_at: datetime) -> str:
    """The story of a history. What was taken back has not happened; taking it back has."""
    rows = list(history)
    gone = {act for row in rows if row.event == "undone" for act in (row.data["act"], row.act)} - {
        ""
    }
    return "".join(
        short(row.event, row.data, row.by, after(row.at, opened_at))
        for row in rows
        if row.event == "undone" or row.act not in gone
    )  # fmt: skip


def after(at: datetime, opened_at: datetime) -> int:
    """Whole seconds from opening to a moment; of both the fraction is cut off."""
    return int(at.timestamp()) - int(opened_at.timestamp())


def events(story: str) -> Iterator[tuple[str, str, str, str]]:
    """(letter, seconds, who, what) of each event."""
    words = iter(story.split(" "))
    return zip(words, words, words, words, strict=False)


def parts(what: str) -> tuple[str, str]:
    """The two halves of what a rating or a text says: score and comment, kind and name."""
    first, _, second = what.partition(":")
    return first, unquote(second)
