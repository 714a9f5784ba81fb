"""What operators ask: is the configuration right, does anything wait, how old is the database."""

from datetime import datetime, timedelta
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import App
from ticketd.core import health
from ticketd.store import Session, holding, hook_calls, inbox_counts, outbox, spent, workers

RECENT = timedelta(days=1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--check", "as_check", is_flag=True, help="Exit 1 when something is stuck.")
@click.pass_obj
def status(app: App, *, as_json: bool, as_check: bool) -> int:
    """Say how much mail waits, whether anything is stuck, who is muted and which storms there were."""
    now = app.now()
    with app.database.reading() as session:
        coming, going = inbox_counts.totals(session), outbox.totals(session)
        calls = hook_calls.totals(session, now - RECENT)
        alive = workers.all_workers(session)
        loops = _loops(app, session, now)
        held = holding.is_held(session)
    told: dict[str, Any] = {
        "inbox": {
            "waiting": coming.waiting,
            "quarantined": coming.quarantined,
            "oldest_seconds": _seconds(coming.oldest, now),
        },
        "outbox": {
            "waiting": going.waiting,
            "failed": going.failed,
            "in_doubt": going.in_doubt,
            "oldest_seconds": _seconds(going.oldest, now),
        },
        "hooks": {
            "waiting": calls.waiting,
            "failed": calls.failed,
            "oldest_seconds": _seconds(calls.oldest, now),
        },
        "workers": {
            w.name: {
                "seconds_ago": _seconds(w.step_at, now),
                "error": w.error,
                "alive": now - w.step_at < health.LOOP_DEAD,
            }
            for w in alive
        },
    }
    stuck = _stuck(coming, going, alive, now) + [t.what for t in health.hooks(calls.failed)]
    if held:
        stuck.append("all mail is held since a restore; let it go: ticketd queue release --all")
    told |= {**loops, "stuck": stuck, "ok": not stuck}
    if as_json:
        output.print_json(told)
    else:
        _print_status(told)
    return 1 if as_check and stuck else 0


def _loops(app: App, session: Session, now: datetime) -> dict[str, Any]:
    """Who is muted until when, and the storms of the last day."""
    zone, mute_for = app.config.timezone, app.config.budgets.mute_for
    return {
        "muted": [
            {"address": who, "until": output.in_zone(at + mute_for, zone)}
            for who, at in spent.muted(session, now - mute_for)
        ],
        "storms": [
            {
                "of": "department" if s.kind == "crowd" else "address",
                "who": s.who,
                "ticket": s.ticket,
                "began": output.in_zone(s.began, zone),
                "seen": output.in_zone(s.seen, zone),
            }
            for s in spent.storms(session, now - RECENT)
        ],
    }


def _seconds(moment: datetime | None, now: datetime) -> int | None:
    return max(0, int((now - moment).total_seconds())) if moment is not None else None


def _stuck(
    coming: inbox_counts.Totals, going: outbox.Totals, alive: list[Any], now: datetime
) -> list[str]:
    seen = [health.LoopSeen(w.name, w.step_at, w.error) for w in alive]
    found = health.queues(coming.oldest, going.oldest, now) + health.loops(seen, now)
    return [one.what for one in found]


def _print_status(told: dict[str, Any]) -> None:
    coming, going = told["inbox"], told["outbox"]
    print(
        f"inbox   {coming['waiting']} waiting, {coming['quarantined']} quarantined{_oldest(coming)}"
    )
    failed = f"{going['failed']} failed, {going['in_doubt']} in doubt"
    print(f"outbox  {going['waiting']} waiting, {failed}{_oldest(going)}")
    calls = told["hooks"]
    if calls["waiting"] or calls["failed"]:
        failed = f"{calls['failed']} failed within a day"
        print(f"hooks   {calls['waiting']} waiting, {failed}{_oldest(calls)}")
    for name, worker in told["workers"].items():
        print(
            f"{name:7} {'alive' if worker['alive'] else 'silent'}, last step {worker['seconds_ago']} s ago"
        )
    for one in told["muted"]:
        until = one["until"].isoformat("T", "seconds")
        print(
            f"muted   {one['address']} until {until}; lift it: ticketd queue unmute {one['address']}"
        )
    for storm in told["storms"]:
        span = " to ".join(storm[key].isoformat("T", "seconds") for key in ("began", "seen"))
        below = "below " if storm["of"] == "address" else "from "
        print(f"storm   {storm['who']}, {span}, {below}#{storm['ticket']}")
    for reason in told["stuck"]:
        print(output.colour(f"stuck   {reason}", "31"))


def _oldest(part: dict[str, Any]) -> str:
    return f", oldest {part['oldest_seconds']} s" if part["oldest_seconds"] is not None else ""


@click.command()
@click.pass_obj
def check(app: App) -> int:
    """Check the configuration, the database, the templates and the places to listen on."""
    import os

    from ticketd import build
    from ticketd.config.document import ConfigError
    from ticketd.config.secrets import secret
    from ticketd.mail.render import NAMES, BadTemplate, Renderer
    from ticketd.receive.sockets import is_free

    config = app.config
    faults: list[str] = []
    if not config.departments:
        faults.append(
            f"{app.config_path}: departments: there must be at least one to take mail for"
        )
    try:
        secret(config.outgoing.password, "outgoing.password")
    except ConfigError as error:
        faults.append(f"{app.config_path}: {error}")
    hooks = build.hook_targets(config)
    faults += [f"{app.config_path}: {hook.fault}" for hook in hooks.values() if hook.fault]
    try:
        renderer = Renderer(config.templates)
        faults += renderer.check(config.languages)
        count = (
            f"{len(NAMES)} in {', '.join(config.languages)}, {len(renderer.own_names)} of your own"
        )
        print(f"ok    templates  {count}")
    except BadTemplate as error:
        faults.append(str(error))
    for place in (*config.listen.smtp, *config.listen.lmtp):
        try:
            print(
                f"ok    listen     {place}"
                if is_free(place)
                else f"note  listen     {place} is in use (a running daemon?)"
            )
        except OSError as error:
            faults.append(f"listen: {place}: {error.strerror or error}")
    if not os.access(
        config.state_dir if config.state_dir.exists() else config.state_dir.parent, os.W_OK
    ):
        faults.append(f"state_dir: {config.state_dir} cannot be written to by this user")
    _check_database(app, faults)
    for fault in faults:
        click.echo(f"ticketd: {fault}", err=True)
    if not faults:
        print(
            f"ok    config     {app.config_path}, {len(config.departments)} departments, {len(config.agents)} agents"
        )
        if config.agents:
            print(
                f"next  agents     ticketd agent welcome {next(iter(config.agents))} (its answer proves the way back)"
            )
    return 78 if faults else 0


def _check_database(app: App, faults: list[str]) -> None:
    from ticketd.core.errors import Temporary
    from ticketd.store import schema

    try:
        database = app.any_database()
        if app.is_absent(database):
            print(f"note  database   {database.path} is created at the first start")
            return
        version = schema.version(database)
        if version is not None and (why := schema.misfit(version)):
            faults.append(f"database: {why}")
        else:
            print(f"ok    database   {database.kind}, schema {version or 'none yet'}")
    except Temporary as error:
        faults.append(f"database: {error}")
