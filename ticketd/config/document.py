"""YAML files as plain data that remembers on which line each key stands."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the configuration: where, what, and how to mend it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class ConfigError(Exception):
    """Everything that is wrong with the configuration, all at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(slots=True)
class Document:
    """The merged data of all files, and where each key was read."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path_, str] = field(default_factory=dict)

    def where(self, path: Path_) -> str:
        """`file:line: key.path` of the nearest key that stands in a file."""
        dotted = ".".join(map(str, path))
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return f"{self.lines[path[:end]]}: {dotted}"
        return dotted


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without its traps: `no` stays a text, `22:22` too."""


_REPLACED = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:timestamp"}
_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)


def read(paths: list[Path]) -> Document:
    """Read and merge files: mappings by key; a key that two files set is a fault."""
    document, faults = Document(), []
    for path in paths:
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            faults.append(Fault(str(path), f"cannot be read: {reason}"))
            continue
        faults += add(document, path, text)
    if faults:
        raise ConfigError(faults)
    return document


def add(document: Document, path: Path, text: str) -> list[Fault]:
    """Merge the keys of a text into a document; what is wrong with it."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        faults: list[Fault] = []
        if node is None:
            return []
        lines: dict[Path_, str] = {}
        _note_lines(node, (), path, lines, faults)
        values = loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or "this is not YAML"
        return [Fault(at, f"this is not valid YAML: {problem}")]
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        return [Fault(f"{path}:1", "the file must hold keys and values, such as `name: Acme`")]
    document.lines |= _behind(document.values, lines)
    return faults + _merge(document.values, values, (), document)


def _behind(known: dict[str, Any], lines: dict[Path_, str]) -> dict[Path_, str]:
    """The lines of a further file: its lists go on behind those that are there (rules in `conf.d`)."""

    def moved(path: Path_) -> Path_:
        before = known.get(str(path[0]))
        if len(path) > 1 and isinstance(before, list) and isinstance(path[1], int):
            return (path[0], path[1] + len(before), *path[2:])
        return path

    return {moved(path): line for path, line in lines.items()}


def _note_lines(
    node: yaml.Node, at: Path_, path: Path, lines: dict[Path_, str], faults: list[Fault]
) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            here = (*at, name)
            if name in seen:
                faults.append(
                    Fault(
                        f"{path}:{key.start_mark.line + 1}: {'.'.join(map(str, here))}",
                        "this key stands here twice; keep one",
                    )
                )
            seen.add(name)
            lines[here] = f"{path}:{key.start_mark.line + 1}"
            _note_lines(value, here, path, lines, faults)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines[*at, number] = f"{path}:{value.start_mark.line + 1}"
            _note_lines(value, (*at, number), path, lines, faults)


def _merge(
    into: dict[str, Any], more: dict[Any, Any], at: Path_, document: Document
) -> list[Fault]:
    faults = []
    for raw_key, value in more.items():
        key = str(raw_key)
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict) and isinstance(value, dict):
            faults += _merge(into[key], value, (*at, key), document)
        elif isinstance(into[key], list) and isinstance(value, list):
            into[key] = into[key] + value
        else:
            faults.append(
                Fault(document.where((*at, key)), "another file sets this key too; keep one")
            )
    return faults
