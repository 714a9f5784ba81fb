"""Policies and promises: what there is, and which policy a ticket has and why."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.cli.ids import ticket_numbers
from ticketd.config.targets import sla_of
from ticketd.core.calendars import ALWAYS, between
from ticketd.core.due_words import away, target_word
from ticketd.core.figures import Spans, spans
from ticketd.core.promises import runs
from ticketd.core.sla import Clock, Policy, Sla, Target, clocks, fits, misfit, went
from ticketd.desk.promises import facts_of
from ticketd.store import Session, listing, promises, tickets
from ticketd.store.tables import Ticket


@click.group()
def sla() -> None:
    """What is promised to customers: the policies, and what they make of a ticket."""


@sla.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def list_(app: App, *, as_json: bool) -> None:
    """The policies in their order: the first one that fits a ticket applies."""
    policies = sla_of(app.config).policies
    if as_json:
        output.print_json({"schema": 1, "policies": [_policy_shape(p) for p in policies]})
        return
    rows = [
        [p.name, *(_span(p.targets.get(target)) for target in Target), p.calendar.name, fits(p)]
        for p in policies
    ]
    titles = ("POLICY", "FIRST REPLY", "NEXT REPLY", "SOLUTION", "CALENDAR", "FOR")
    if rows:
        output.table(titles, rows, grows=5)


@sla.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def test(app: App, ids: Sequence[str], *, as_json: bool) -> None:
    """Say which policy applies to tickets and why, and how their promises stand."""
    policies, zone, now = sla_of(app.config), app.config.timezone, app.now()
    with app.database.reading() as session:
        for number in ticket_numbers(ids):
            ticket = tickets.by_number(session, number)
            if ticket is None:
                raise Failure(f"there is no ticket #{number}")
            policy = policies.policy_for(facts_of(ticket))
            found = _clocks(session, ticket, policy)
            took = _took(session, ticket, policy, now)
            if as_json:
                told = [_clock_shape(clock, policy, zone, now) for clock in found if policy]
                output.print_json({
                    "schema": 1, "number": ticket.number, "policy": policy.name if policy else None,
                    "why": {p.name: misfit(p, facts_of(ticket)) or None for p in policies.policies},
                    "promises": told,
                    "waiting_business_seconds": took.waiting, "service_business_seconds": took.service,
                })  # fmt: skip
                continue
            print(output.colour(f"#{ticket.number}  {output.safe(ticket.subject)}", "1"))
            for name, said in (*_why(policies, ticket), *_told(found, policy, zone, now)):
                print(f"{name:<13}{output.safe(said)}")
            print(f"{'waiting':<13}{_clock(took.waiting)}, served {_clock(took.service)}")


def _clocks(session: Session, ticket: Ticket, policy: Policy | None) -> list[Clock]:
    history = promises.history(session, ticket.number)
    return clocks(policy, runs(history, ticket.opened_at))


def _took(session: Session, ticket: Ticket, policy: Policy | None, now: datetime) -> Spans:
    """How long the customer has waited, in the business time of the ticket's policy."""
    calendar = policy.calendar if policy else ALWAYS
    beside = listing.about(session, [ticket.number])[ticket.number]
    return spans(beside.happened, ticket.opened_at, now, partial(between, calendar))


def _why(policies: Sla, ticket: Ticket) -> Iterator[tuple[str, str]]:
    """One line for each policy up to the one that applies."""
    for policy in policies.policies:
        why = misfit(policy, facts_of(ticket))
        if why:
            yield policy.name, f"no: {why}"
            continue
        calendar = policy.calendar
        where = "" if calendar is ALWAYS else f" ({calendar.zone})"
        yield policy.name, f"applies: {fits(policy)}; calendar {calendar.name}{where}"
        return
    yield "no policy", "nothing is promised to this customer"


def _told(
    found: list[Clock], policy: Policy | None, zone: str, now: datetime
) -> Iterator[tuple[str, str]]:
    for clock in found if policy else ():
        assert policy is not None  # noqa: S101 - the line above says so
        gone = _gone(clock, policy, now)
        yield target_word(clock.target, "en"), f"{_state(clock, zone, now)}; {gone}"


def _state(clock: Clock, zone: str, now: datetime) -> str:
    done, due = clock.run.done_at, clock.due
    if clock.is_missed(now) and due is not None:
        kept = f", done {output.in_zone(done, zone):%a %d %b %H:%M}" if done else ""
        return f"MISSED, was due {output.in_zone(due, zone):%a %d %b %Y %H:%M}{kept}"
    if done is not None:
        return f"kept {output.in_zone(done, zone):%a %d %b %Y %H:%M}"
    if due is None:
        return "its clock stands" if clock.run.is_paused else "never: the calendar ends before"
    return f"due {output.in_zone(due, zone):%a %d %b %Y %H:%M} ({away(due - now)})"


def _gone(clock: Clock, policy: Policy, now: datetime) -> str:
    gone = went(policy.calendar, clock.run, now)
    return f"{_span(gone)} of {_span(policy.targets[clock.target])} have gone"


def _policy_shape(policy: Policy) -> dict[str, Any]:
    targets = {
        target.value: policy.targets[target].total_seconds() if target in policy.targets else None
        for target in Target
    }
    return {"name": policy.name, "calendar": policy.calendar.name, "for": fits(policy), **targets}


def _clock_shape(clock: Clock, policy: Policy | None, zone: str, now: datetime) -> dict[str, Any]:
    run = clock.run
    calendar = policy.calendar if policy else ALWAYS
    return {
        "target": clock.target.value,
        "since": output.in_zone(run.since, zone).isoformat(),
        "due": output.in_zone(clock.due, zone).isoformat() if clock.due else None,
        "done_at": output.in_zone(run.done_at, zone).isoformat() if run.done_at else None,
        "paused": run.is_paused,
        "missed": clock.is_missed(now),
        "business_seconds": went(calendar, run, now).total_seconds(),
    }


def _span(span: timedelta | None) -> str:
    return _clock(round(span.total_seconds())) if span is not None else "-"


def _clock(seconds: int) -> str:
    """Business time is told in hours: nobody agrees how long a day is."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"  # fmt: skip
