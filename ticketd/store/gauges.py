"""How the desk stands, as monitoring asks for it: a few counts, each one question."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ticketd.store import inbox_counts, outbox, workers
from ticketd.store.database import Database
from ticketd.store.tables import Activity, Inbox, Outbox, Ticket

_NAMES = {"waiting": "queued", "sending": "sending", "dot": "sending", "in-doubt": "in-doubt"}


@dataclass(slots=True)
class Standing:
    """One look at the desk."""

    going: outbox.Totals
    coming: inbox_counts.Totals
    by_state: dict[str, int] = field(default_factory=dict)
    """By state: queued, deferred, sending, held, in-doubt, failed."""
    last_received: dict[str, datetime] = field(default_factory=dict)
    """By channel."""
    tickets: dict[tuple[str, str], int] = field(default_factory=dict)
    """By department and status."""
    changes: dict[tuple[str, str], int] = field(default_factory=dict)
    """By department and what happened: opened, closed, reopened."""
    loops: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    """Of each loop: its last step, and its trouble."""


def standing(session: Session) -> Standing:
    """Look at everything but the history."""
    found = Standing(outbox.totals(session), inbox_counts.totals(session))
    tried = func.sum(case((Outbox.attempts > 0, 1), else_=0))
    owed = select(Outbox.state, func.count(), tried).where(
        Outbox.state != "sent", Outbox.priority < outbox.CALLS
    )
    for state, number, deferred in session.execute(owed.group_by(Outbox.state)):
        told = {_NAMES.get(state, state): number}
        if state == "waiting":
            told = {"queued": number - deferred, "deferred": deferred}
        for name, more in told.items():
            found.by_state[name] = found.by_state.get(name, 0) + more
    found.last_received = last_received(session)
    counted = select(Ticket.department, Ticket.status, func.count())
    for department, status, number in session.execute(
        counted.group_by(Ticket.department, Ticket.status)
    ):
        found.tickets[department, status] = number
    found.loops = {w.name: (w.step_at, w.error) for w in workers.all_workers(session)}
    return found


def last_received(session: Session) -> dict[str, datetime]:
    """When the last mail came in, by channel; ids go by time, so only the end of the table is looked at."""
    newest = session.execute(
        select(Inbox.via, Inbox.received_at).order_by(Inbox.id.desc()).limit(1000)
    ).all()
    found: dict[str, datetime] = {}
    for via, at in newest:
        found.setdefault(via, at)
    return found


def changes(session: Session) -> dict[tuple[str, str], int]:
    """How many tickets were ever opened, closed and opened again, by department: reads the whole history."""
    # Named first: PostgreSQL does not see that two expressions with parameters are one.
    each = (
        select(
            Ticket.department,
            Activity.event,
            Activity.data["new"].as_string().label("new"),
            Activity.data["old"].as_string().label("old"),
        )
        .join(Ticket, Ticket.number == Activity.ticket)
        .where(Activity.event.in_(("opened", "status_changed")))
        .subquery()
    )
    happened = select(each, func.count()).group_by(*each.c)
    found: dict[tuple[str, str], int] = {}
    for department, event, new, old, number in session.execute(happened):
        what = event if event == "opened" else "closed" if new == "closed" else "reopened"
        if event == "status_changed" and "closed" not in {new, old}:
            continue
        found[department, what] = found.get((department, what), 0) + number
    return found


def durations(session: Session, ends: str, limits: list[float]) -> dict[str, tuple[list[int], float]]:  # fmt: skip
    """By department: how many tickets took at most so many clock seconds until `ends`, and the sum of all of them."""
    column = {"first_reply": Ticket.first_reply_at, "resolution": Ticket.closed_at}[ends]
    found: dict[str, tuple[list[int], float]] = {}
    spans = select(Ticket.department, Ticket.opened_at, column).where(column.is_not(None))
    for department, began, ended in session.execute(spans):
        seconds = max(timedelta(0), (ended or began) - began).total_seconds()
        buckets, total = found.get(department, ([0] * (len(limits) + 1), 0.0))
        for place, limit in enumerate((*limits, float("inf"))):
            buckets[place] += seconds <= limit
        found[department] = (buckets, total + seconds)
    return found


def size(database: Database) -> int:
    """Bytes of the database."""
    if database.path is not None:
        return database.path.stat().st_size if database.path.exists() else 0
    with database.reading() as session:
        return int(
            session.execute(select(func.pg_database_size(func.current_database()))).scalar() or 0
        )
