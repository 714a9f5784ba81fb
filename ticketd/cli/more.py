"""What agents can do by mail as well, at the terminal: link, remind, release, away, back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from ticketd.cli import output
from ticketd.cli.acting import SIGNS, How, each, how_options, ids_argument
from ticketd.cli.app import App
from ticketd.cli.ids import ticket_numbers
from ticketd.core.fields import minutes_of
from ticketd.core.moments import moment_of
from ticketd.desk import absence, daily, handling, handover
from ticketd.desk.act import act
from ticketd.desk.commands import send_waiting
from ticketd.desk.ticket_commands import Doing


@click.command(context_settings=SIGNS)
@click.argument("first", metavar="TICKET")
@click.argument("second", metavar="TICKET|KIND:NAME", type=click.UNPROCESSED)
@how_options
@click.pass_obj
def link(app: App, first: str, second: str, how: How) -> int:
    """Name two tickets on each other, or what one refers to elsewhere: link 7 contract:C-77.

    With a - in front (-contract:C-77) it refers to that no longer.
    """
    agent = app.agent
    if ":" in second:
        said = f"refers to {second}" if second[0] != "-" else f"no longer refers to {second[1:]}"
        return each(app, [first], lambda w, t: handling.refer(w, t, second, agent), how, said)
    other = ticket_numbers([second])
    if len(other) != 1:
        raise click.UsageError("name two tickets: link 7 12")
    said = f"linked with #{other[0]}"
    return each(app, [first], lambda w, t: handling.link(w, t, other[0], agent), how, said)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="IDS... MOMENT")
@how_options
@click.pass_obj
def due(app: App, words: Sequence[str], how: How) -> int:
    """Say when tickets shall be done: 3d, 'fri 17:00', 2026-12-01; `none` for no time. A reminder comes then."""
    *ids, when = words
    if not ids:
        raise click.UsageError("name tickets and the moment: due 7 'fri 17:00'")
    agent = app.agent
    said = f"due {when}"
    return each(app, ids, lambda w, t: handling.set_due(w, t, when, agent), how, said)


@click.command("time", context_settings=SIGNS)
@click.argument("words", nargs=-1, required=True, metavar="IDS... TIME", type=click.UNPROCESSED)
@how_options
@click.pass_obj
def time_(app: App, words: Sequence[str], how: How) -> int:
    """Say how long you worked on tickets: 20m, 1h30m; -20m mends what was too much."""
    *ids, spent = words
    if not ids:
        raise click.UsageError("name tickets and the time: time 7 20m")
    agent = app.agent
    minutes = minutes_of(spent)
    said = f"{minutes} min"
    return each(app, ids, lambda w, t: handling.spend(w, t, minutes, agent), how, said)


@click.command()
@ids_argument
@click.option("--at", "when", required=True, metavar="MOMENT", help="3d, fri 9:00, 2026-12-01.")
@how_options
@click.pass_obj
def remind(app: App, ids: Sequence[str], when: str, how: How) -> int:
    """Be told of tickets by mail at that moment."""
    agent = app.agent
    at = moment_of(when, app.now(), agent.timezone)
    said = f"a reminder on {at:%a %d %b %H:%M}"
    return each(app, ids, lambda w, t: handling.remind(w, t, at, agent), how, said)


@click.command()
@ids_argument
@how_options
@click.pass_obj
def release(app: App, ids: Sequence[str], how: How) -> int:
    """Take the newest mail that was held, or not verified, for the customer's."""
    agent = app.agent
    return each(app, ids, lambda w, t: handling.release(w, t, agent), how, "released")


@click.command()
@ids_argument
@how_options
@click.pass_obj
def send(app: App, ids: Sequence[str], how: How) -> int:
    """Send what of yours waits on tickets: a draft by mail, or an answer that was overtaken."""
    agent = app.agent
    return each(app, ids, lambda w, t: send_waiting(Doing(w, t, agent)), how, "sent")


@click.command()
@ids_argument
@how_options
@click.pass_obj
def accept(app: App, ids: Sequence[str], how: How) -> int:
    """Say yes to tickets that you were given."""
    agent = app.agent
    return each(app, ids, lambda w, t: handover.accept(w, t, agent), how, "accepted")


@click.command()
@ids_argument
@how_options
@click.pass_obj
def decline(app: App, ids: Sequence[str], how: How) -> int:
    """Give tickets back to who gave them to you."""
    agent = app.agent
    return each(app, ids, lambda w, t: handover.decline(w, t, agent), how, "given back")


@click.command()
@ids_argument
@how_options
@click.pass_obj
def handback(app: App, ids: Sequence[str], how: How) -> int:
    """Give tickets back to the department that they came from."""
    agent = app.agent
    return each(app, ids, lambda w, t: handover.hand_back(w, t, agent), how, "handed back")


@click.command()
@click.argument("until")
@click.option("--deputy", default="", metavar="AGENT", help="Who gets your mails meanwhile.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def away(app: App, until: str, deputy: str, *, as_json: bool, dry_run: bool) -> None:
    """Be away UNTIL a moment (3d, mon, 2026-12-01): a deputy gets your mails."""
    agent = app.agent
    at = moment_of(until, app.now(), agent.timezone)
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        absence.go_away(work, agent, at, deputy)
    told = {"agent": agent.key, "until": at.isoformat(), "deputy": deputy or None}
    _say(told, f"{agent.key} is away until {at:%a %d %b %H:%M}", as_json=as_json, dry_run=dry_run)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def back(app: App, *, as_json: bool, dry_run: bool) -> None:
    """Be back: your mails go to you again."""
    agent = app.agent
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        absence.come_back(work, agent)
    _say({"agent": agent.key}, f"{agent.key} is back", as_json=as_json, dry_run=dry_run)


@click.command()
@click.argument("when", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def digest(app: App, when: Sequence[str], *, as_json: bool, dry_run: bool) -> None:
    """Say WHEN the digest of your day comes (8:00, 'weekday 8:00', off), or ask without WHEN."""
    agent = app.agent
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        line = daily.choose(work, replace(agent, language="en"), " ".join(when))
        own = daily.own(work, agent)
    told = {
        "agent": agent.key,
        "every": str(own.every) if own else None,
        "timezone": agent.timezone,
    }
    _say(told, line, as_json=as_json, dry_run=dry_run)


def _say(told: Mapping[str, object], line: str, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        output.print_json({"schema": 1, **told})
    else:
        print(f"{line} (dry run: nothing was done)" if dry_run else line)
