"""Template + language + values -> the text of a mail, and simple HTML made from that same text."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

NAMES = ("ack", "reply", "closed")
"""Every mail that we write by ourselves."""


class BadTemplate(Exception):
    """A template that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The two forms of one text."""

    text: str
    html: str


def shipped_folder() -> Path:
    """The templates that came with the program: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


class Renderer:
    """Renders the shipped templates; the language falls back to English."""

    def __init__(self, folder: Path) -> None:
        # Values are never read as templates; the sandbox keeps a template's reach small.
        self._environment: Environment = SandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )

    def render(self, name: str, language: str, values: Mapping[str, Any]) -> Rendered:
        """The mail `name` in a language. BadTemplate where it cannot be rendered."""
        try:
            template = self._environment.select_template(
                [f"{language}/{name}.txt", f"en/{name}.txt"]
            )
            text = template.render(values)
            page = self._environment.get_template("base.html")
            text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
            return Rendered(text, page.render(lang=language, body=text_html(text)))
        except TemplateError as error:
            raise BadTemplate(f"template {name} ({language}): {error}") from error


@lru_cache(maxsize=1)
def shipped() -> Renderer:
    """The renderer of the shipped templates."""
    return Renderer(shipped_folder())


_SAMPLE = {
    "tag": "[#1042]", "subject": "Printer on fire", "department": "Support", "company": "Acme",
    "follows": "[#7]", "text": "On my way.", "closing": True, "agent": "Ann",
    "quoted": "> Please help.", "quoted_by": "Eve", "quoted_at": "24 Nov 2026 09:00",
}  # fmt: skip


def check_templates(languages: Sequence[str]) -> int:
    """Render every template in every language; how many there were. BadTemplate for the first that fails."""
    pairs = [(name, language) for name in NAMES for language in languages]
    for name, language in pairs:
        shipped().render(name, language, _SAMPLE)
    return len(pairs)


_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def text_html(text: str) -> str:
    """Paragraphs, quotes, links and a signature as plain HTML; every character escaped."""
    body, dashes, signature = text.partition("\n-- \n")
    signature, _, quoted = signature.partition("\n\n")
    blocks = [f"<p>{_lines(block)}</p>" for block in _paragraphs(body)]
    if dashes:
        blocks.append(f'<p class="signature">{_lines(signature.strip())}</p>')
    quotes = [
        _quote(block) if block.startswith(">") else f"<p>{_lines(block)}</p>"
        for block in _paragraphs(quoted)
    ]
    return "\n".join([*blocks, *quotes])


def _paragraphs(text: str) -> list[str]:
    return [block for block in re.split(r"\n{2,}", text.strip("\n")) if block.strip()]


def _quote(block: str) -> str:
    inner = "\n".join(line.removeprefix(">").removeprefix(" ") for line in block.split("\n"))
    return f'<blockquote class="ticketd-quote" type="cite">{_lines(inner)}</blockquote>'


def _lines(text: str) -> str:
    return "<br>\n".join(_linked(line) for line in text.split("\n"))


def _linked(line: str) -> str:
    out, at = "", 0
    for match in _LINK.finditer(line):
        link = html.escape(match[0])
        out += f'{html.escape(line[at : match.start()])}<a href="{link}">{link}</a>'
        at = match.end()
    return out + html.escape(line[at:])
