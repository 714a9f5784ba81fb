"""How many tickets of a query have which value."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Text, case, cast, func, select
from sqlalchemy.orm import Session

from ticketd.core.groups import AGES, NONE, OLDEST
from ticketd.core.query_shape import Query
from ticketd.store.query import conditions
from ticketd.store.tables import Ticket

_COLUMNS = {
    "status": Ticket.status,
    "priority": Ticket.priority,
    "severity": Ticket.severity,
    "department": Ticket.department,
    "assignee": Ticket.assignee,
    "customer": Ticket.customer_address,
    "channel": Ticket.channel,
    "language": Ticket.language,
}


def tally(session: Session, query: Query, field: str, now: datetime) -> Counter[str]:
    """Counts by the values of one of `core.groups.GROUPS`; a ticket of two tags counts for both."""
    value = _value(field, now)
    statement = select(value, func.count()).where(*conditions(session, query)).group_by(value)
    found: Counter[str] = Counter()
    for said, count in session.execute(statement):
        for one in json.loads(said) or [NONE] if field == "tag" else [said or NONE]:
            found[one] += count
    return found


def _value(field: str, now: datetime) -> Any:
    if field == "tag":
        return cast(Ticket.tags, Text)
    if field == "age":
        return case(*((Ticket.opened_at > now - most, name) for name, most in AGES), else_=OLDEST)
    return _COLUMNS[field]
