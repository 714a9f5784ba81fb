"""The people who answer: who they are, a first mail to a new one, what becomes of tickets when one leaves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure

if TYPE_CHECKING:
    from ticketd.config.schema import AgentKeys
    from ticketd.store.agent_tables import AgentState


@click.group()
def agent() -> None:
    """The agents: list, welcome, deactivate."""


@agent.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def agent_list(app: App, *, as_json: bool) -> None:
    """List the agents with their logins, and how many open tickets each holds."""
    from ticketd.store import staff

    with app.database.reading() as session:
        holds, states = staff.holding(session), staff.states(session)
    known = app.config.agents
    told = [_told(app, key, known.get(key), holds.get(key, 0), states.get(key)) for key in known]
    # Whoever was taken out of the configuration still has what nobody has taken over.
    told += [_told(app, key, None, holds[key], None) for key in sorted(set(holds) - set(known))]
    if as_json:
        output.print_json({"schema": 1, "agents": told})
        return
    titles = ("KEY", "STATE", "NAME", "ADDRESS", "ROLE", "LOGIN", "OPEN", "DEPARTMENTS")
    names = ("key", "state", "name", "address", "role", "login", "open")
    rows = [[str(a[n] or "-") if n != "open" else str(a[n]) for n in names] for a in told]
    for row, one in zip(rows, told, strict=True):
        row.append(" ".join(map(str, one["departments"])) or "-")  # type: ignore[call-overload]
    output.table(titles, rows, grows=7, gives_way=(4, 2, 3))


def _told(
    app: App, key: str, found: "AgentKeys | None", holds: int, said: "AgentState | None"
) -> dict[str, object]:
    until = said.away_until if said is not None else None
    is_away = until is not None and until > app.now()
    state = "unknown"
    if found is not None:
        state = "inactive" if not found.active else "away" if is_away else "active"
    return {
        "key": key,
        "state": state,
        "name": found.name if found else "",
        "address": found.address if found else "",
        "role": found.role if found else "",
        "login": (found.login if found else None) or "",
        "departments": list(found.departments) if found else [],
        "open": holds,
        "away_until": output.in_zone(until, app.config.timezone) if until and is_away else None,
    }


@agent.command("deactivate")
@click.argument("key")
@click.option(
    "--reassign", "to", required=True, metavar="AGENT", help="Who gets the open tickets; or none."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def agent_deactivate(app: App, key: str, to: str, *, dry_run: bool, as_json: bool) -> None:
    """Take an agent's open tickets away, and say which line ends the agent's access."""
    from ticketd.core.events import SYSTEM
    from ticketd.desk.act import act
    from ticketd.desk.leaving import leave

    heir = app.settings.agent(to.lower()) if to.lower() != "none" else None
    if to.lower() != "none" and (heir is None or heir.key == key):
        others = ", ".join(a.key for a in app.settings.agents if a.key != key)
        raise Failure(f"'{to}' cannot take them over; name one of {others or 'nobody'}, or none")
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        left = leave(work, key, heir, app.asker or SYSTEM)
        if key not in app.config.agents and not left.held and not left.followed:
            known = ", ".join(app.config.agents)
            raise Failure(f"there is no agent '{key}'; there are {known or 'none'}")
    if as_json:
        told = {"key": key, "reassigned": left.held, "unfollowed": left.followed}
        output.print_json({"schema": 1, "dry_run": dry_run} | told)
        return
    would = " (dry run: nothing was done)" if dry_run else ""
    print(
        f"{len(left.held)} tickets to {to.lower()}, {len(left.followed)} not followed any more{would}"
    )
    if key in app.config.agents and app.config.agents[key].active:
        print(f"{_where(app, key)}: add `active: false` there; until then {key} may still act")


def _where(app: App, key: str) -> str:
    from ticketd.config.load import lines_of

    return lines_of(app.config_path).where(("agents", key))


@agent.command()
@click.argument("keys", nargs=-1, required=True, metavar="KEY…")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def welcome(app: App, keys: Sequence[str], *, dry_run: bool, as_json: bool) -> None:
    """Send agents a first mail: what comes, what an answer does. Its answer proves the way back."""
    from ticketd.desk import welcome as letters
    from ticketd.desk.act import act

    found = [(key, app.settings.agent(key)) for key in dict.fromkeys(keys)]
    unknown = [key for key, known in found if known is None]
    if unknown:
        there = ", ".join(known.key for known in app.settings.agents) or "none yet"
        raise Failure(f"there is no agent '{unknown[0]}' in the configuration; there are {there}")
    with act(app.desk, app.now(), dry_run=dry_run) as work:
        rows = [letters.welcome(work, known) for _, known in found if known is not None]
        sent = [
            {"agent": key, "to": row.rcpt_to} for (key, _), row in zip(found, rows, strict=True)
        ]
    if as_json:
        output.print_json({"schema": 1, "welcomed": sent})
        return
    for one in sent:
        if dry_run:
            print(
                f"{one['agent']}: a mail to {one['to']} would be queued (dry run: nothing was done)"
            )
        else:
            print(f"{one['agent']}: a mail to {one['to']} is queued; its answer brings a receipt")
