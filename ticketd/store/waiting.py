"""Acts of agents that wait: for a confirmation, for a second look, for `#send`; absences and reminders."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ticketd.store.agent_tables import AgentState, Reminder, WaitingAct
from ticketd.store.rows import append, insert
from ticketd.store.tables import Activity, Inbox

CONFIRM_WITHIN = timedelta(minutes=30)
SAME_WITHIN = timedelta(days=7)


def keep(session: Session, row: WaitingAct) -> WaitingAct:
    """Remember an act that is not done yet."""
    return insert(session, row)


def of_ticket(session: Session, ticket: int) -> list[WaitingAct]:
    """Everything that waited, or still does, on a ticket."""
    return list(session.execute(select(WaitingAct).where(WaitingAct.ticket == ticket)).scalars())


def by_id(session: Session, number: int) -> WaitingAct | None:
    """A waiting act, locked: two answers confirm it once."""
    statement = select(WaitingAct).where(WaitingAct.id == number).with_for_update()
    return session.execute(statement).scalar_one_or_none()


def newest(session: Session, agent: str, ticket: int) -> WaitingAct | None:
    """What `#send` means: the agent's newest text on this ticket that has not been sent."""
    statement = (
        select(WaitingAct)
        .where(
            WaitingAct.agent == agent,
            WaitingAct.ticket == ticket,
            WaitingAct.done_at.is_(None),
            WaitingAct.why.in_(("stale", "draft")),
        )
        .order_by(WaitingAct.id.desc())
        .limit(1)
        .with_for_update()
    )
    return session.execute(statement).scalar_one_or_none()


NO_TICKET = 0
"""In the place of a ticket's number: what waits is about any of them, or about none yet."""


DESK = "desk"
"""How the only command of a mail to the desk address begins; its text and its id in the inbox follow."""


def to_desk(session: Session) -> list[WaitingAct]:
    """The mails to the desk address that were asked about and whose text is still kept."""
    statement = select(WaitingAct).where(WaitingAct.ticket == NO_TICKET)
    rows = session.execute(statement.order_by(WaitingAct.id)).scalars()
    return [row for row in rows if row.commands[0][0] == DESK and row.commands[0][1]]


def is_confirmed(session: Session, agent: str, inbox_id: int) -> bool:
    """Whether this agent has said that a fresh mail was theirs."""
    statement = select(WaitingAct.commands).where(
        WaitingAct.agent == agent, WaitingAct.ticket == NO_TICKET, WaitingAct.done_at.is_not(None)
    )
    newest = statement.order_by(WaitingAct.id.desc()).limit(50)
    return [["fresh", str(inbox_id)]] in session.execute(newest).scalars().all()


def finish(session: Session, row: WaitingAct, now: datetime) -> None:
    """It is done; it is never done again."""
    session.execute(update(WaitingAct).where(WaitingAct.id == row.id).values(done_at=now))


def last_event(session: Session, ticket: int) -> int:
    """The newest event of a ticket: what somebody who gets a mail about it now has seen."""
    statement = select(func.max(Activity.id)).where(Activity.ticket == ticket)
    return int(session.execute(statement).scalar_one() or 0)


def events_after(
    session: Session, ticket: int, seen: int, names: Sequence[str], but_by: str
) -> list[Activity]:
    """What others did to a ticket since then."""
    statement = (
        select(Activity)
        .where(
            Activity.ticket == ticket,
            Activity.id > seen,
            Activity.event.in_(names),
            Activity.by != but_by,
        )
        .order_by(Activity.id)
    )
    return list(session.execute(statement).scalars())


def acted_before(
    session: Session, author: str, message_id: str, text_hash: str, since: datetime, *, but: int
) -> bool:
    """Whether this very mail of an agent has been acted on: it may come by two ways."""
    statement = select(Inbox.id).where(
        Inbox.author == author,
        Inbox.text_hash == text_hash,
        Inbox.message_id == message_id,
        Inbox.step == "agent-mail",
        Inbox.received_at >= since - SAME_WITHIN,
        Inbox.id != but,
    )
    return session.execute(statement.limit(1)).first() is not None


# -- absences -----------------------------------------------------------------------------------


def set_away(session: Session, agent: str, until: datetime | None, deputy: str) -> None:
    """An agent is away until then; with None the agent is back."""
    session.execute(delete(AgentState).where(AgentState.agent == agent))
    if until is not None:
        append(session, AgentState, {"agent": agent, "away_until": until, "deputy": deputy})


def away(session: Session, agent: str, now: datetime) -> AgentState | None:
    """The absence of an agent, while it lasts."""
    statement = select(AgentState).where(AgentState.agent == agent, AgentState.away_until > now)
    return session.execute(statement).scalar_one_or_none()


def away_with(session: Session, deputy: str, now: datetime) -> list[str]:
    """The agents whose deputy this is."""
    statement = select(AgentState.agent).where(
        AgentState.deputy == deputy, AgentState.away_until > now
    )
    return list(session.execute(statement).scalars())


# -- reminders ----------------------------------------------------------------------------------


def remind(session: Session, agent: str, ticket: int, at: datetime, act: str) -> None:
    """Tell an agent of a ticket at that moment."""
    append(session, Reminder, {"agent": agent, "ticket": ticket, "at": at, "act": act})


def forget_reminders(session: Session, act: str) -> None:
    """An act that set reminders was taken back."""
    session.execute(delete(Reminder).where(Reminder.act == act))


def due_reminders(session: Session, now: datetime) -> list[int]:
    """The reminders whose moment has come."""
    statement = select(Reminder.id).where(Reminder.at <= now).order_by(Reminder.id).limit(500)
    return list(session.execute(statement).scalars())


def take_reminder(session: Session, number: int) -> Reminder | None:
    """A reminder that is told now, and never again."""
    statement = select(Reminder).where(Reminder.id == number).with_for_update(skip_locked=True)
    found = session.execute(statement).scalar_one_or_none()
    if found is not None:
        session.expunge(found)
        session.execute(delete(Reminder).where(Reminder.id == number))
    return found
