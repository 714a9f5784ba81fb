"""`ticketd rules`: what each rule makes of a mail or a ticket, what a new one would have done, and who is blocked."""

from pathlib import Path
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.cli.ids import ticket_numbers
from ticketd.core.addresses import is_address, normalise
from ticketd.core.inbound import InboundMail
from ticketd.core.route import route
from ticketd.core.spans import span_of
from ticketd.desk.act import act
from ticketd.desk.rule_trials import Past, envelope_of, try_mail, try_past, try_ticket
from ticketd.desk.rules import Explained
from ticketd.desk.tickets import existing
from ticketd.mail.worker import ParserProcess
from ticketd.store import senders


@click.group()
def rules() -> None:
    """Rules of the configuration: try them, and see whom they have blocked."""


@rules.command()
@click.argument("what", required=False, metavar="FILE.eml|#ID")
@click.option(
    "--since", metavar="SPAN", help="What they would have done to tickets opened since: 30d."
)
@click.option("--rule", "name", metavar="NAME", help="This rule alone.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def test(app: App, what: str | None, since: str | None, name: str | None, *, as_json: bool) -> None:
    """Explain what each rule makes of a mail, of a ticket, or of the past. Nothing is changed."""
    if (what is None) == (since is None):
        raise click.UsageError("name a mail or a ticket, or say --since 30d")
    known = [rule.name for rule in app.settings.rules]
    if name is not None and name not in known:
        raise Failure(f"there is no rule '{name}'; there are {', '.join(known) or 'none yet'}")
    if since is not None:
        _past(app, since, name, as_json=as_json)
        return
    told = [one for one in _tried(app, what or "") if name in {None, one.rule.name}]
    if as_json:
        output.print_json({"schema": 1, "rules": [_shape(one) for one in told]})
        return
    for one in told:
        print("\n".join(_lines(one)))
    if not told:
        print("there are no rules; see `rules` in docs/howto/rules.md")


def _tried(app: App, what: str) -> list[Explained]:
    parser = ParserProcess()
    try:
        with act(app.desk, app.now(), dry_run=True) as work:
            if not Path(what).is_file():
                number = ticket_numbers([what])[0]
                return try_ticket(work, existing(work, number), lambda raw: parser.parse(raw, ""))
            mail = parser.parse(Path(what).read_bytes(), app.settings.hint(()))
            recipients = _ours(app, mail)
            envelope = envelope_of(mail, recipients, work.now)
            found = route(envelope.rcpt_to, app.settings.own).departments
            home = found[0] if found else app.settings.own.departments[0].key
            return try_mail(work, mail, envelope, home)
    except OSError as error:
        raise Failure(f"{what} cannot be read: {error.strerror}") from None
    finally:
        parser.stop()


def _ours(app: App, mail: InboundMail) -> list[str]:
    return [b.address for b in (*mail.to, *mail.cc) if app.settings.own.is_ours(b.address)]


def _past(app: App, since: str, name: str | None, *, as_json: bool) -> None:
    try:
        span = span_of(since)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with act(app.desk, app.now(), dry_run=True) as work:
        count, found = try_past(work, work.now - span)
    found = [one for one in found if name in {None, one.rule.name}]
    if as_json:
        output.print_json({"schema": 1, "tickets": count, "rules": [_past_shape(p) for p in found]})
        return
    rows = [[p.rule.name, str(p.asked), str(len(p.held)), _numbers(p)] for p in found]
    output.table(
        ("RULE", "ASKED", "ACTS", f"ON (of {count} tickets)"), rows, grows=3, gives_way=(1,)
    )


def _past_shape(past: Past) -> dict[str, Any]:
    numbers = sorted(set(past.held))
    return {
        "name": past.rule.name,
        "asked": past.asked,
        "times": len(past.held),
        "tickets": numbers,
    }


def _numbers(past: Past) -> str:
    return " ".join(f"#{number}" for number in sorted(set(past.held))) or "-"


def _shape(one: Explained) -> dict[str, Any]:
    return {
        "name": one.rule.name,
        "when": sorted(one.rule.when),
        "asked": one.is_asked,
        "holds": one.holds,
        "conditions": [
            {"condition": p.condition, "found": p.found, "holds": p.holds} for p in one.parts
        ],
        "did": list(one.did),
        "notified": list(one.notified),
        "stops": one.holds and one.rule.stop,
    }


def _lines(one: Explained) -> list[str]:
    when = ", ".join(sorted(one.rule.when))
    if not one.is_asked:
        return [f"{one.rule.name} ({when}): not asked"]
    done = (
        "; ".join([*one.did, *(f"notify {who}" for who in one.notified)]) or "nothing is left to do"
    )
    head = f"acts: {done}" if one.holds else "does not act"
    lines = [output.colour(f"{one.rule.name} ({when}): {head}", "1")]
    for part in one.parts:
        shown = output.safe(" ".join(part.found.split())[:60])
        lines.append(
            f"  {'yes' if part.holds else 'no ':3} {part.condition}{f'   <- {shown}' if shown else ''}"
        )
    return [*lines, *(["  the rules below are left out"] if one.holds and one.rule.stop else [])]


@rules.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def blocked(app: App, *, as_json: bool) -> None:
    """List senders whose mail becomes no ticket: those of the configuration, and those that were blocked here."""
    with app.database.reading() as session:
        rows = [
            (r.entry, r.by, output.in_zone(r.at, app.config.timezone))
            for r in senders.all_blocked(session)
        ]
    fixed = [(entry, "configuration", None) for entry in app.config.blocked]
    if as_json:
        told = [{"entry": e, "by": by, "at": at} for e, by, at in (*fixed, *rows)]
        output.print_json({"schema": 1, "blocked": told})
        return
    lines = [[e, by, f"{at:%Y-%m-%d %H:%M}" if at else "-"] for e, by, at in (*fixed, *rows)]
    output.table(("SENDER", "BY", "SINCE"), lines, grows=0, gives_way=(1,))


@rules.command()
@click.argument("sender")
@click.pass_obj
def block(app: App, sender: str) -> None:
    """Block an address, or a whole @domain: its mail becomes no ticket, and gets no answer."""
    entry = _entry(sender)
    own = app.settings
    if own.agent_by_address(entry) or own.own.is_ours(entry) or entry == f"@{own.domain}":
        raise Failure(f"{entry} is one of us")
    with act(app.desk, app.now()) as work:
        if not senders.block(work.session, entry, app.agent.key, work.act, work.now):
            raise Failure(f"{entry} is blocked already")
    print(f"{entry} is blocked")


@rules.command()
@click.argument("sender")
@click.pass_obj
def unblock(app: App, sender: str) -> None:
    """Take mail of an address or a @domain again."""
    entry = _entry(sender)
    with act(app.desk, app.now()) as work:
        if not senders.unblock(work.session, entry):
            where = (
                "; it stands under `blocked` of the configuration"
                if entry in app.config.blocked
                else ""
            )
            raise Failure(f"{entry} is not blocked here{where}")
    print(f"{entry} is taken again")


def _entry(sender: str) -> str:
    entry = normalise(sender)
    if not is_address(entry if not entry.startswith("@") else f"a{entry}"):
        raise Failure(f"'{sender}' is no mail address and no @domain")
    return entry
