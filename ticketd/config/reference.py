"""Every key of the configuration with its default and its meaning: what the reference and the manual are made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from ticketd.config.schema import Config


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `KEY` stands for a name of the user's own: departments.KEY.address."""

    name: str
    default: str
    meaning: str


def example() -> str:
    """The example that shows every key in its place; it comes with the package."""
    here = Path(__file__).parents[1]
    for path in (here / "config.example.yaml", here.parent / "config.example.yaml"):
        if path.exists():
            return path.read_text("utf-8")
    return ""


def all_keys() -> list[Key]:
    """All of them, as they stand in the schema."""
    meanings = _meanings(example())
    return [
        Key(
            ".".join(path),
            default,
            meanings.get(tuple(p for p in path if p not in {"KEY", "N"}), ""),
        )
        for path, default in _keys(Config)
    ]


def _meanings(text: str) -> dict[tuple[str, ...], str]:
    """What the example says behind each key."""
    found: dict[tuple[str, ...], str] = {}
    section = ""
    line_of_key = re.compile(r"( *)#?( *)(?:- )?([a-z_]+):(?:.*?(?<=\s)# (.*)|.*)")
    for line in text.splitlines():
        match = line_of_key.fullmatch(line)
        if not match or line.startswith("# "):
            continue
        is_top = not match[1] and not match[2]
        section = match[3] if is_top else section
        found.setdefault((section,) if is_top else (section, match[3]), match[4] or "")
    return found


def _shown(value: Any) -> str:
    match value:
        case timedelta():
            seconds = int(value.total_seconds())
            units = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
            size, unit = next((s, u) for s, u in units if seconds % s == 0)
            return f"{seconds // size}{unit}"
        case bool():
            return str(value).lower()
        case int() if value >= 1024**2 and value % 1024**2 == 0:
            return f"{value // 1024**2}MiB"
        case tuple():
            return f"[{', '.join(map(str, value))}]"
        case None:
            return "null"
        case _:
            return str(value) or "empty"


def _keys(
    model: type[BaseModel], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, field in model.model_fields.items():
        here, default = (*path, name), field.default
        if isinstance(default, BaseModel):
            yield here, ""
            yield from _keys(type(default), here)
        elif isinstance(default, dict):
            yield here, "{}"
            kinds = [a for a in get_args(field.annotation) if isinstance(a, type)]
            for entry in (k for k in kinds if issubclass(k, BaseModel)):
                yield from _keys(entry, (*here, "KEY"))
        elif default == () and (listed := _listed(field.annotation)) is not None:
            yield here, "[]"
            # Rules and schedules have pages of their own.
            yield from _keys(listed, (*here, "N")) if name == "sla" else ()
        else:
            yield here, "" if field.is_required() else _shown(default)


def _listed(annotation: Any) -> type[BaseModel] | None:
    """What a list of sections consists of."""
    first = next(iter(get_args(annotation)), None)
    return first if isinstance(first, type) and issubclass(first, BaseModel) else None
