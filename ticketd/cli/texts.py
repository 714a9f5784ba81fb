"""`ticketd canned` and `ticketd kb`: the texts that are written once, and how often they were used."""

from collections.abc import Sequence
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import App
from ticketd.config.texts import read_texts
from ticketd.core.errors import Refused
from ticketd.core.fitting import searched
from ticketd.core.texts import Article, Canned, placeholders, readable
from ticketd.store import texts as stored

_KINDS = ("kb", "suggested", "solved", "asked")
"""How an article is used; see `store.text_tables`."""
_json = click.option("--json", "as_json", is_flag=True, help="JSON for programs.")


@click.group()
def canned() -> None:
    """Canned replies, from the folder of the key `canned`."""


@click.group()
def kb() -> None:
    """The knowledge base, from the folder of the key `kb`."""


@canned.command("list")
@_json
@click.pass_obj
def canned_list(app: App, *, as_json: bool) -> None:
    """List canned replies, and how often each was used."""
    used = _uses(app, "canned")
    rows = [
        _shape(text) | {"uses": used.get(("canned", text.name), 0)}
        for text in read_texts(app.config).texts.canned
    ]
    if as_json:
        output.print_json({"schema": 1, "canned": rows})
        return
    lines = [
        [r["name"], r["language"] or "-", _names(r["departments"]), str(r["uses"]), r["title"]]
        for r in rows
    ]
    output.table(("NAME", "LANG", "DEPARTMENTS", "USED", "TITLE"), lines, grows=4, gives_way=(2,))


@kb.command("list")
@_json
@click.pass_obj
def kb_list(app: App, *, as_json: bool) -> None:
    """List articles: sent by agents, named in acks, for how many customers enough, and asked for by mail."""
    _print_articles(app, read_texts(app.config).texts.articles, as_json=as_json)


@kb.command()
@click.argument("words", nargs=-1, required=True)
@_json
@click.pass_obj
def search(app: App, words: Sequence[str], *, as_json: bool) -> None:
    """Find articles that hold all these words."""
    _print_articles(app, searched(read_texts(app.config).texts.articles, words), as_json=as_json)


def _print_articles(app: App, articles: Sequence[Article], *, as_json: bool) -> None:
    used = _uses(app, *_KINDS)
    rows = [
        _shape(a)
        | {"public": a.public, "url": a.url or None, "keywords": list(a.keywords)}
        | {kind: used.get((kind, a.name), 0) for kind in _KINDS}
        for a in articles
    ]
    if as_json:
        output.print_json({"schema": 1, "articles": rows})
        return
    lines = [
        [r["name"], r["language"] or "-", "public" if r["public"] else "internal", str(r["kb"]), str(r["suggested"]),
         str(r["solved"]), str(r["asked"]), r["title"]]
        for r in rows
    ]  # fmt: skip
    titles = ("SLUG", "LANG", "FOR", "SENT", "IN ACKS", "SOLVED", "ASKED", "TITLE")
    output.table(titles, lines, grows=7, gives_way=(3, 4, 6))


@canned.command("show")
@click.argument("name")
@_json
@click.pass_obj
def canned_show(app: App, name: str, *, as_json: bool) -> None:
    """Print a canned reply in all its languages."""
    _show(read_texts(app.config).texts.canned, name, "canned reply", as_json=as_json)


@kb.command("show")
@click.argument("slug")
@_json
@click.pass_obj
def kb_show(app: App, slug: str, *, as_json: bool) -> None:
    """Print an article in all its languages."""
    _show(read_texts(app.config).texts.articles, slug, "article", as_json=as_json)


def _show(
    texts: Sequence[Canned] | Sequence[Article], name: str, what: str, *, as_json: bool
) -> None:
    found = [text for text in texts if text.name == name.lower()]
    if not found:
        known = ", ".join(sorted({text.name for text in texts})) or "none yet"
        raise Refused(f"there is no {what} '{name}'; there are {known}")
    if as_json:
        output.print_json(
            {"schema": 1, "versions": [_shape(text) | {"text": text.text} for text in found]}
        )
        return
    for text in found:
        files = "".join(f" [{path.rpartition('/')[2]}]" for path in text.files)
        head = f"{text.name}{f'.{text.language}' if text.language else ''}: {text.title}{files}"
        print(output.colour(head, "1"))
        print(readable(text.text))


def _shape(text: Canned | Article) -> dict[str, Any]:
    return {
        "name": text.name,
        "title": text.title,
        "language": text.language or None,
        "departments": list(text.departments),
        "files": [path.rpartition("/")[2] for path in text.files],
        "values": placeholders(text.text),
    }


def _names(departments: Sequence[str]) -> str:
    return " ".join(departments) or "all"


def _uses(app: App, *kinds: str) -> dict[tuple[str, str], int]:
    with app.database.reading() as session:
        return stored.uses(session, kinds)
