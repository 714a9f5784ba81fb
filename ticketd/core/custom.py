"""Fields and groups of tags that an installation has of its own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ticketd.core.errors import Refused
from ticketd.core.sentences import Sentence, say
from ticketd.core.text import header_text

TYPES = ("text", "number", "date", "choice", "yes-no")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_YES, _NO = ("yes", "y", "true", "ใช่", "có"), ("no", "n", "false", "ไม่", "ไม่ใช่", "không")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field of the installation's own (`custom_fields`)."""

    name: str
    type: str = "text"
    choices: tuple[str, ...] = ()
    required_on_close: bool = False
    departments: tuple[str, ...] = ()
    """Where it is asked for; everywhere when empty."""


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Tags that belong together, as the stages of a sale or the kinds of a fault (`tag_groups`)."""

    name: str
    tags: tuple[str, ...]
    one: bool = False
    """A ticket has at most one of them: the next takes the place of the one before."""
    required_on_close: bool = False


def checked(field: CustomField, value: str) -> str:
    """A value as it is stored; empty takes it away. Refused, saying what fits, where it does not."""
    text = header_text(value).strip()
    if not text:
        return ""
    match field.type:
        case "number":
            if not _NUMBER.fullmatch(text.replace(",", ".")):
                raise Refused(
                    "'{text}' is no number; {name} is one, as 12 or 3.5", text=text, name=field.name
                )
            return text.replace(",", ".")
        case "date":
            return _date(field, text)
        case "choice":
            found = {choice.casefold(): choice for choice in field.choices}.get(text.casefold())
            if found is None:
                known = ", ".join(field.choices)
                raise Refused(
                    "'{text}' is no {name}; use one of {known}",
                    text=text,
                    name=field.name,
                    known=known,
                )
            return found
        case "yes-no":
            word = text.casefold()
            if word not in (*_YES, *_NO):
                raise Refused(
                    "'{text}' is neither yes nor no, and {name} is one of them",
                    text=text,
                    name=field.name,
                )
            return "yes" if word in _YES else "no"
        case _:
            return text


def _date(field: CustomField, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused(
            "'{text}' is no date; write {name} as 2026-12-31", text=text, name=field.name
        ) from None


def missing_on_close(
    fields: Iterable[CustomField], groups: Iterable[TagGroup], department: str,
    values: Mapping[str, object], tags: Sequence[str],
) -> list[Sentence]:  # fmt: skip
    """What a ticket still needs before it can be closed, each as one would write it."""
    needed = [
        say(f"{field.name}={'|'.join(field.choices) if field.choices else '…'}")
        for field in fields
        if field.required_on_close
        and not values.get(field.name)
        and (not field.departments or department in field.departments)
    ]
    needed += [
        say(
            "a tag of {name} ({known})",
            name=group.name,
            known=tuple(f"+{tag}" for tag in group.tags),
        )
        for group in groups
        if group.required_on_close and not set(group.tags) & set(tags)
    ]
    return needed


def replaced_by(groups: Iterable[TagGroup], added: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Tags that go because another one of their group comes."""
    gone: list[str] = []
    for group in groups:
        coming = [tag for tag in added if tag in group.tags]
        if group.one and coming:
            gone += [tag for tag in kept if tag in group.tags and tag not in coming]
            if len(set(coming)) > 1:
                raise Refused(
                    "{known}: a ticket has one {name} at a time",
                    known=tuple(coming),
                    name=group.name,
                )
    return gone


def unknown_tags(groups: Sequence[TagGroup], added: Iterable[str]) -> None:
    """Refused where a tag is in no group: for desks that use their own ones alone."""
    known = [tag for group in groups for tag in group.tags]
    for tag in added:
        if tag not in known:
            raise Refused(
                "there is no tag '{tag}'; there are {known}",
                tag=tag,
                known=tuple(known) or say("none"),
            )
