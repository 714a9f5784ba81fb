"""Notices that wait to leave as one list for each agent, and when agents want the digest of their day."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.store.agent_tables import DailyDigest, DigestLine
from ticketd.store.rows import append


def keep(session: Session, agent: str, ticket: int, notice: str, act: str, now: datetime) -> None:
    """Remember what an agent is to be told of."""
    row = {"agent": agent, "ticket": ticket, "notice": notice, "act": act, "at": now}
    append(session, DigestLine, row)


def due(session: Session, before: datetime) -> list[str]:
    """The agents whose oldest line is from before this moment."""
    statement = select(DigestLine.agent).where(DigestLine.at <= before).distinct()
    return sorted(session.execute(statement).scalars())


def take(session: Session, agent: str) -> list[int]:
    """The tickets that an agent's digest tells of, each once; their lines are gone then."""
    statement = delete(DigestLine).where(DigestLine.agent == agent)
    rows = session.execute(statement.returning(DigestLine.id, DigestLine.ticket)).all()
    return list(dict.fromkeys(ticket for _, ticket in sorted(rows)))


# -- the digest of the day -----------------------------------------------------------------------


def choose(session: Session, agent: str, every: str) -> None:
    """When an agent's digest comes; empty for never."""
    session.execute(delete(DailyDigest).where(DailyDigest.agent == agent))
    if every:
        append(session, DailyDigest, {"agent": agent, "every": every})


def chosen(session: Session) -> dict[str, str]:
    """When the agents want theirs, by agent."""
    return {row.agent: row.every for row in session.execute(_CHOSEN)}


_CHOSEN = select(DailyDigest.agent, DailyDigest.every)
