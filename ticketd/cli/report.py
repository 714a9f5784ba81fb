"""`ticketd report`: figures in the terminal, for programs, as a page, as a mail."""

import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.cli.asking import Asking, query_of
from ticketd.core.reports.period import period_of
from ticketd.core.reports.sections import DAY, GROUPED, LAST, MACHINES, SECTIONS, STEPS
from ticketd.core.reports.sums import BY

if TYPE_CHECKING:
    from ticketd.core.reports.shape import Report
    from ticketd.report.gather import Asked

log = logging.getLogger(__name__)
_LONG = 1.0
"""Seconds after which somebody who waits is told how far it is."""


@click.command(cls=Asking)
@click.argument("name", metavar="NAME", required=False, default="")
@click.argument("query", nargs=-1)
@click.option("--from", "first", default="", metavar="DAY", help="From this day, 2026-11-01.")
@click.option("--to", "last_day", default="", metavar="DAY", help="To this day; it is included.")
@click.option("--last", default="", metavar="30d", help="The last days (d, w, y) or hours (h).")
@click.option("--by", default="", metavar="X", help="Group by X; of `trend` day, week, month.")
@click.option("--me", is_flag=True, help="Your own day.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page into this file.")
@click.option("--mail", "to", metavar="ADDRESS", help="Send it there.")
@click.option("--language", type=click.Choice(["en", "th", "vi"]), help="Of page, mail and text.")
@click.option("--chart/--no-chart", default=None, help="With charts; the default at a terminal.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.option("--dry-run", is_flag=True, help="With --mail: say what would be sent.")
@click.pass_obj
def report(  # noqa: PLR0913, PLR0917 - one for each option
    app: App, name: str, query: Sequence[str], first: str, last_day: str, last: str, by: str, to: str | None,
    html: Path | None, language: str | None, *, me: bool, chart: bool | None, as_json: bool, as_csv: bool,
    dry_run: bool,
) -> None:  # fmt: skip
    """Figures of the tickets of a QUERY, or of all.

    NAME: summary, response, sla, agents, departments, tags, channels, hours, ratings, texts, severe,
    forgotten, trend, machines;
    `--me` for your own day. Definitions: docs/reference/reports.md.
    """
    name, words = _named(name, query, me=me)
    _check(name, by, sum([as_json, as_csv, html is not None, to is not None]))
    asked = _asked(app, name, words, (first, last_day, last), by)
    if name == "sla" and not app.config.sla:
        raise Failure("nothing is promised: write policies under `sla:` (docs/howto/sla.md)", 1)
    made = _gathered(app, asked)
    language = language or (app.config.languages[0] if html or to else "en")
    if to is not None:
        _mail(app, made, to, language, dry_run=dry_run)
    elif html is not None:
        _page(app, made, html, language)
    elif as_json:
        from ticketd.report.data import as_json as document

        output.print_json(document(made, name))
    elif as_csv:
        from ticketd.report.data import as_csv as document_csv

        sys.stdout.write(document_csv(made.sections[0], made.period.zone))
    else:
        _print(made, language, chart=chart)


def _named(name: str, query: Sequence[str], *, me: bool) -> tuple[str, Sequence[str]]:
    """With `--me` no name is needed: what stands in its place belongs to the query."""
    if me:
        return DAY, [name, *query] if name else query
    known = (*SECTIONS, MACHINES)
    if name in known:
        return name, query
    import difflib

    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"
    raise click.UsageError(f"there is no report '{name}'; {hint}" if name else f"which report? {hint}")  # fmt: skip


def _check(name: str, by: str, ways: int) -> None:
    if ways > 1:
        raise click.UsageError("choose one of --json, --csv, --html and --mail")
    allowed = STEPS if name == "trend" else tuple(BY) if name in GROUPED else ()
    if by and by not in allowed:
        what = f"there are {', '.join(allowed)}" if allowed else f"`{name}` is never grouped"
        raise click.UsageError(f"--by {by} says nothing for `{name}`; {what}")


def _asked(
    app: App, name: str, words: Sequence[str], when: tuple[str, str, str], by: str
) -> "Asked":
    from ticketd.report.gather import Asked

    period = period_of(*when, app.now(), app.config.timezone, LAST.get(name, "30d"))
    agent = ""
    if name == DAY:
        agent = app.asker
        if not agent:
            raise Failure("whose day? use --as AGENT, or set `login` of your agent", 77)
    return Asked((name,), period, query_of(app, words), " ".join(words), by, agent)


def _gathered(app: App, asked: "Asked") -> "Report":
    from ticketd.config.targets import sla_of
    from ticketd.report.gather import gather, names_of
    from ticketd.store import stories

    names = names_of(app.config.departments, app.config.agents)
    with app.database.reading() as session:
        progress = _progress(stories.count(session)) if sys.stderr.isatty() else None
        made = gather(session, asked, names, app.now(), sla_of(app.config), progress)
    if progress is not None:
        progress(-1)
    return made


def _progress(total: int) -> Callable[[int], None]:
    """A line on the terminal that says how far it is, from the first second on; -1 wipes it away."""
    began, told = time.monotonic(), False

    def tell(done: int) -> None:
        nonlocal told
        if done < 0:
            print("\r\033[K" if told else "", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - began > _LONG and total:
            told = True
            part = min(1.0, done / total)
            print(f"\r[{'█' * round(part * 30):30}] {part:4.0%}", end="", file=sys.stderr, flush=True)  # fmt: skip

    return tell


def _print(made: "Report", language: str, *, chart: bool | None) -> None:
    """For people aligned, with charts; elsewhere tabs and plain values, unless charts are asked for."""
    if not output.is_terminal() and not chart:
        for section in made.sections:
            from ticketd.report.data import as_csv

            rows = as_csv(section, made.period.zone, "\t")
            print(output.safe(rows), end="")
        return
    from ticketd.report.text import Look, lines

    width = min(output.width(), 120) if output.is_terminal() else 80
    charts = output.is_terminal() if chart is None else chart
    with output.paged():
        for line in lines(made, Look(width, charts, language, output.colour)):
            print(output.safe(line) if not output.is_terminal() else line)


def _page(app: App, made: "Report", file: Path, language: str) -> None:
    from ticketd.report.page import page

    try:
        file.write_text(page(made, app.config.name, language), "utf-8")
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None
    if output.is_terminal():
        print(f"written to {file}")


def _mail(app: App, made: "Report", to: str, language: str, *, dry_run: bool) -> None:
    from ticketd.core.addresses import is_address, normalise
    from ticketd.desk.act import act
    from ticketd.report.letter import Letter, send

    address = normalise(to)
    if not is_address(address):
        raise click.UsageError(f"'{to}' is no mail address; write one as name@example.com")
    # Who sends must be somebody: app.agent ends the command where that is nobody.
    log.debug("sent by %s", app.agent.key)
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        send(work, made, Letter(address, language))
    print(f"{'would be sent' if dry_run else 'sent'} to {address}")
