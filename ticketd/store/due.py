"""Tickets on which a rule on time has not acted since somebody last touched them."""

import json

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session

from ticketd.core.events import SYSTEM
from ticketd.core.query_shape import Query
from ticketd.store.query import conditions
from ticketd.store.tables import Activity, Ticket


def due_for(session: Session, query: Query, rule: str, most: int) -> list[int]:
    """Numbers of tickets that a rule's query finds, the oldest first; `rule` is its name in the history."""
    events = select(func.max(Activity.id)).where(Activity.ticket == Ticket.number)
    named = cast(Activity.data, Text).contains(f'"rule": {json.dumps(rule)}', autoescape=True)
    acted = events.where(Activity.event == "rule_acted", named).scalar_subquery()
    touched = events.where(Activity.by != SYSTEM).scalar_subquery()
    statement = select(Ticket.number).where(
        *conditions(session, query), or_(acted.is_(None), touched > acted)
    )
    return list(session.execute(statement.order_by(Ticket.number).limit(most)).scalars())
