"""The texts of our mails: whether they can be used, and what they look like."""

from pathlib import Path

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.config.labels import labels_of
from ticketd.core.words import NO_LABELS
from ticketd.mail.render import NAMES, BadTemplate, Renderer, sample


@click.group()
def templates() -> None:
    """The texts of our mails; your own ones lie in the folder of the key `templates`."""


@templates.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def check(app: App, *, as_json: bool) -> int:
    """Render every template in every language; each that fails is named with its line."""
    languages = app.config.languages
    try:
        renderer = Renderer(app.config.templates, labels_of(app.config.labels))
        own, faults = renderer.own_names, renderer.check(languages)
    except BadTemplate as error:
        own, faults = (), [str(error)]
    if as_json:
        output.print_json({"schema": 1, "own": own, "faults": faults, "ok": not faults})
        return 78 if faults else 0
    for fault in faults:
        click.echo(f"ticketd: {fault}", err=True)
    if not faults:
        mine = f"{len(own)} of your own in {app.config.templates}" if own else "none of your own"
        print(f"ok: {len(NAMES)} templates in {', '.join(languages)}, {mine}")
    return 78 if faults else 0


@templates.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--lang", "language", default="en", show_default=True, help="en, th or vi.")
@click.option("--html", "target", type=click.Path(path_type=Path), help="Write the HTML there.")
@click.pass_obj
def preview(app: App, name: str, language: str, target: Path | None) -> None:
    """Show what a mail looks like, with values of an example."""
    own = app.config.templates if app.has_config else None
    known = app.config.languages if app.has_config else ("en", "th", "vi")
    if language not in known:
        raise click.UsageError(f"there is no language '{language}'; there are {', '.join(known)}")
    try:
        labels = labels_of(app.config.labels) if app.has_config else NO_LABELS
        rendered = Renderer(own, labels).render(name, language, sample(language, name))
    except BadTemplate as error:
        raise Failure(str(error), 78) from None
    if target is None:
        print(rendered.text, end="")
        return
    try:
        target.write_text(rendered.html, "utf-8")
    except OSError as error:
        raise Failure(f"{target} cannot be written: {error.strerror}") from None
    print(target)
