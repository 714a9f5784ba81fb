"""The folders `canned` and `kb`: Markdown files, with a few keys above the text where they are needed.

`refund.md`, `refund.th.md` for one language; above the text, between two lines of `---`, title, departments, files, ...
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ticketd.config.document import ConfigError, Document, Fault, add
from ticketd.config.schema import Config
from ticketd.core.texts import Article, Canned, Texts

_NAME = re.compile(r"([a-z0-9][a-z0-9_-]{0,59})(?:\.([a-z]{2}))?\.md")
_HEAD = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", re.DOTALL)
_LONGEST = 200_000
_LARGEST = 20_000_000


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    title: str = ""
    departments: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class _ArticleKeys(_Keys):
    public: bool = False
    keywords: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in the folders, and what is wrong there."""

    texts: Texts
    faults: tuple[Fault, ...] = ()


def text_folders(config: Config) -> tuple[Path, ...]:
    """The folders that a running desk watches."""
    return tuple(folder for folder in (config.canned, config.kb) if folder is not None)


def read_texts(config: Config) -> Read:
    """Every text of both folders; each that cannot be used is a fault with its line."""
    faults: list[Fault] = []
    canned = [
        Canned(name, keys.title or _title(text) or name, text, language, keys.departments, files)
        for name, language, text, keys, files in _read(
            config, config.canned, "canned", _Keys, faults
        )
    ]
    articles = [
        Article(
            name, keys.title or _title(text) or name, text, language, keys.departments, files,
            keys.public, keys.keywords, keys.url,
        )
        for name, language, text, keys, files in _read(config, config.kb, "kb", _ArticleKeys, faults)
    ]  # fmt: skip
    return Read(Texts(tuple(canned), tuple(articles)), tuple(faults))


def _title(text: str) -> str:
    """The heading that a text begins with."""
    match = re.match(r"#{1,6} +(.+?) *#*(?:\n|$)", text.lstrip())
    return match[1] if match else ""


def _read(
    config: Config, folder: Path | None, key: str, kind: type[_Keys], faults: list[Fault]
) -> list[tuple[str, str, str, Any, tuple[str, ...]]]:
    if folder is None:
        return []
    if not folder.is_dir():
        faults.append(Fault(key, f"there is no folder {folder}; make it, or take the key away"))
        return []
    found = []
    for path in sorted(folder.glob("*.md")):
        try:
            found.append(_one(config, path, kind))
        except ConfigError as error:
            faults += error.faults
    return found


def _one(
    config: Config, path: Path, kind: type[_Keys]
) -> tuple[str, str, str, _Keys, tuple[str, ...]]:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise _bad(path, "name it NAME.md or NAME.LANGUAGE.md, of a-z, 0-9, - and _")
    language = match[2] or ""
    if language and language not in config.languages:
        raise _bad(path, f"'{language}' is not among `languages` ({', '.join(config.languages)})")
    try:
        text = path.read_text("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, f"it cannot be read as UTF-8 text: {error}") from None
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    if not body.strip() or len(body) > _LONGEST:
        raise _bad(
            path, "it needs a text" if not body.strip() else f"it is longer than {_LONGEST} signs"
        )
    keys = _keys(config, path, head[1] if head else "", kind)
    return match[1], language, body.strip("\n"), keys, _files(path, keys)


def _keys(config: Config, path: Path, head: str, kind: type[_Keys]) -> _Keys:
    document = Document()
    # The line of the dashes counts.
    faults = add(document, path, f"\n{head}") if head else []
    if faults:
        raise ConfigError(faults)
    try:
        keys = kind.model_validate(document.values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        known = ", ".join(kind.model_fields)
        extra = f"unknown key; there are {known}"
        faults = [
            Fault(document.where(e["loc"]), extra if e["type"] == "extra_forbidden" else e["msg"])
            for e in found
        ]
        raise ConfigError(faults) from None
    unknown = [d for d in keys.departments if d not in config.departments]
    if unknown:
        what = f"there is no department '{unknown[0]}'; there are {', '.join(config.departments)}"
        raise ConfigError([Fault(document.where(("departments",)), what)])
    return keys


def _files(path: Path, keys: _Keys) -> tuple[str, ...]:
    files = []
    for name in keys.files:
        file = path.parent / name
        if not file.resolve().is_relative_to(path.parent.resolve()) or not file.is_file():
            raise _bad(path, f"files: there is no file '{name}' in {path.parent}")
        if file.stat().st_size > _LARGEST:
            raise _bad(path, f"files: '{name}' is larger than {_LARGEST // 1_000_000} MB")
        files.append(str(file.absolute()))
    return tuple(files)


def _bad(path: Path, what: str) -> ConfigError:
    return ConfigError([Fault(str(path), what)])
