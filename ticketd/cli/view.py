"""`ticketd view`: queries that are asked again and again, under a name."""

from collections.abc import Sequence

import click

from ticketd.cli import output
from ticketd.cli.app import App
from ticketd.cli.asking import Asking, own_views, query_of
from ticketd.config.queries import views_for, views_of
from ticketd.core.errors import Refused
from ticketd.core.query import text_of
from ticketd.core.views import BUILT_IN, View, check_name, columns_of
from ticketd.desk.act import act
from ticketd.store import views


@click.group()
def view() -> None:
    """Queries under a name, for `list NAME`: save, list, delete."""


@view.command("save", cls=Asking)
@click.argument("name")
@click.argument("query", nargs=-1, required=True)
@click.option("--columns", default="", metavar="A,B", help="What a list of it shows.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def view_save(
    app: App, name: str, query: Sequence[str], columns: str, *, dry_run: bool, as_json: bool
) -> None:
    """Keep a QUERY, with its order (sort:due), under a NAME of your own."""
    named = tuple(filter(None, columns.replace(" ", "").lower().split(",")))
    text = text_of(query, tuple(app.config.custom_fields))
    made = View(check_name(name.lower()), text, columns_of(named), app.named().key)
    if any(word.lower().lstrip("-!").startswith("view:") for word in query):
        raise Refused("a view is made of no other; write what that one says")
    query_of(app, query)
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        views.save(work.session, made)
    _say(made, f"{made.name}: {made.query}", as_json=as_json, dry_run=dry_run)


@view.command("delete")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def view_delete(app: App, name: str, *, dry_run: bool, as_json: bool) -> None:
    """Forget a view of your own."""
    agent, name = app.named().key, name.lower()
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        if not views.remove(work.session, agent, name):
            others = {v.name for v in (*views_of(app.config), *BUILT_IN)}
            where = "; it is not an agent's, but the desk's" if name in others else ""
            raise Refused(f"{agent} has no view '{name}'{where}")
    _say(View(name, "", owner=agent), f"{name}: deleted", as_json=as_json, dry_run=dry_run)


@view.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def view_list(app: App, *, as_json: bool) -> None:
    """List the views that you can name: your own, those of the configuration, those of every desk."""
    known = views_for(app.config, own_views(app))
    if as_json:
        output.print_json({"schema": 1, "views": [_shape(one) for one in known]})
        return
    ours = {one.name for one in views_of(app.config)}
    rows = [
        [v.name, v.owner or ("desk" if v.name in ours else "built in"), v.query, " ".join(v.columns) or "-"]
        for v in known
    ]  # fmt: skip
    output.table(("NAME", "WHOSE", "QUERY", "COLUMNS"), rows, grows=2, gives_way=(3,))


def _shape(one: View) -> dict[str, object]:
    return {
        "name": one.name,
        "query": one.query,
        "columns": one.columns,
        "owner": one.owner or None,
    }


def _say(one: View, line: str, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        output.print_json({"schema": 1, "dry_run": dry_run, "view": _shape(one)})
    else:
        print(f"{line} (dry run: nothing was done)" if dry_run else line)
