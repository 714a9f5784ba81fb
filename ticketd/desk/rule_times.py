"""Rules on time: for which tickets they may be due; a second time only where somebody has touched the ticket since."""

from datetime import datetime

from ticketd.core.query_shape import Query, Span, Term
from ticketd.core.rules import Condition, Operator, Rule, When
from ticketd.core.settings import Settings
from ticketd.desk.rule_facts import parsed
from ticketd.store import Session
from ticketd.store.due import due_for

MOST = 200
"""Tickets for each rule in one look."""
_TERMS = frozenset({"status", "priority", "severity", "assignee", "tag", "language", "channel"})
_SPANS = frozenset({"opened", "updated", "closed"})


def due_tickets(session: Session, settings: Settings, now: datetime) -> list[tuple[Rule, int]]:
    """Rules on time, each with the tickets that it may be due for."""
    found = []
    for rule in settings.rules:
        if When.TIME in rule.when:
            query = candidates(rule, settings, now)
            found += [(rule, number) for number in due_for(session, query, rule.name, MOST)]
    return found


def candidates(rule: Rule, settings: Settings, now: datetime) -> Query:
    """What the database can tell of a rule's conditions; closed tickets only where the rule names the status."""
    base = parsed(rule.query, settings, now) if rule.query else Query()
    terms = [
        Term(c.field, tuple(v.lower() for v in c.values), c.operator is Operator.IS_NOT)
        for c in rule.conditions
        if _is_term(c)
    ]
    spans = [
        Span(c.field, None, now - c.age)
        for c in rule.conditions
        if c.age is not None and c.field in _SPANS
    ]
    query = Query((*base.terms, *terms), (*base.spans, *spans), base.words)
    says_closed = any(s.field == "closed" for s in query.spans)
    return query if says_closed else query.or_open()


def _is_term(condition: Condition) -> bool:
    return condition.field in _TERMS and condition.operator in {
        Operator.IS,
        Operator.IN,
        Operator.IS_NOT,
    }
