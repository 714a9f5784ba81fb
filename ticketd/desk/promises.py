"""The due moments of a ticket: reckoned anew at the end of every act, and told to agents when they come."""

from datetime import UTC, datetime

from ticketd.core.desk_events import DueCame, SlaBreached, SlaWarned
from ticketd.core.events import SYSTEM
from ticketd.core.lifecycle import Status
from ticketd.core.promises import runs, told
from ticketd.core.sla import Clock, Facts, Policy, Run, Target, clocks
from ticketd.desk.record import enter, record
from ticketd.desk.work import Work
from ticketd.store import promises as stored
from ticketd.store.rows import change
from ticketd.store.tables import Ticket

Told = set[tuple[str, str, str]]


def settle(work: Work, ticket: Ticket) -> None:
    """Write down when the ticket is due, by its history and the policy that fits it now."""
    sla = work.settings.sla
    own = _own(ticket)
    if not (sla.policies or ticket.sla_version or own or ticket.sla_due_at):
        return
    found, known = _read(work, ticket)
    _note_kept_late(work, ticket, found, known)
    due = {clock.target: clock.due for clock in found if clock.run.done_at is None}
    next_moments = [*(_next(clock, known) for clock in found), _own_untold(ticket, known)]
    values = {
        "first_reply_due": due.get(Target.FIRST_REPLY),
        "next_reply_due": due.get(Target.NEXT_REPLY),
        "resolution_due": due.get(Target.RESOLUTION),
        "sla_due_at": min(filter(None, (*due.values(), own)), default=None),
        "sla_next_at": min(filter(None, next_moments), default=None),
        "sla_version": sla.version,
    }
    if any(getattr(ticket, name) != value for name, value in values.items()):
        change(work.session, ticket, **values)


def settle_all(work: Work) -> None:
    """The same for every ticket that an act has touched."""
    for ticket in list(work.tickets.values()):
        settle(work, ticket)


def promised(work: Work, ticket: Ticket) -> datetime | None:
    """By when the customer will hear from us; None where nothing is promised, or it is over."""
    settle(work, ticket)
    due = ticket.first_reply_due or ticket.next_reply_due
    return due if due is not None and due > work.now else None


def policy_of(work: Work, ticket: Ticket) -> Policy | None:
    """The policy that fits a ticket as it is now."""
    return work.settings.sla.policy_for(facts_of(ticket))


def facts_of(ticket: Ticket) -> Facts:
    """What policies are chosen by."""
    return Facts(
        ticket.department,
        ticket.priority,
        ticket.severity or "",
        ticket.customer_address,
        tuple(ticket.tags),
    )


def tell(work: Work, ticket: Ticket) -> None:
    """Warn of what will soon be missed, and tell what was: each promise once, whoever asks how often."""
    policy = policy_of(work, ticket)
    found, known = _read(work, ticket)
    own = _own_untold(ticket, known)
    if own is not None and own <= work.now:
        record(work, ticket, DueCame(_told(own)), SYSTEM)
    for clock in found:
        moment = _next(clock, known)
        if policy is None or moment is None or moment > work.now:
            continue
        target, since = clock.target.value, _since(clock.run)
        due = _told(clock.due)
        if clock.due is not None and clock.due <= work.now:
            event = SlaBreached(target, due, since, _escalated(work, ticket, policy))
            record(work, ticket, event, SYSTEM)
        else:
            record(work, ticket, SlaWarned(target, due, since), SYSTEM)


def _read(work: Work, ticket: Ticket) -> tuple[list[Clock], Told]:
    history = stored.history(work.session, ticket.number)
    return clocks(policy_of(work, ticket), runs(history, ticket.opened_at)), told(history)


def _next(clock: Clock, known: Told) -> datetime | None:
    """When something is to be said of a promise; None where it is done, or all was said."""
    target, since = clock.target.value, _since(clock.run)
    if clock.run.done_at is not None or ("sla_breached", target, since) in known:
        return None
    if ("sla_warned", target, since) in known or clock.run.is_paused or clock.warn_at is None:
        return clock.due
    return clock.warn_at


def _own(ticket: Ticket) -> datetime | None:
    """When agents want it to be done; what is closed is done."""
    return ticket.agent_due if ticket.status != Status.CLOSED else None


def _own_untold(ticket: Ticket, known: Told) -> datetime | None:
    own = _own(ticket)
    return None if own is None or ("due_came", "", _told(own)) in known else own


def _note_kept_late(work: Work, ticket: Ticket, found: list[Clock], known: Told) -> None:
    """A promise that this act has kept too late, before anybody was told: figures read the history."""
    for clock in found:
        target, since = clock.target.value, _since(clock.run)
        is_now = clock.run.done_at == work.now and clock.is_missed(work.now)
        if is_now and ("sla_breached", target, since) not in known:
            enter(work, ticket, SlaBreached(target, _told(clock.due), since), SYSTEM)


def _escalated(work: Work, ticket: Ticket, policy: Policy) -> tuple[str, ...]:
    """The agents whom the policy names, and the leads of the ticket's departments."""
    departments = {d.department for d in ticket.departments}
    found: list[str] = []
    for name in policy.escalate:
        found += (
            [a.key for a in work.settings.agents if a.role == "lead" and departments & {*a.departments}]
            if name == "leads"
            else [name]
        )  # fmt: skip
    return tuple(dict.fromkeys(found))


def _since(run: Run) -> str:
    return _told(run.since)


def _told(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment is not None else ""
