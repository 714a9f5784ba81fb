"""A query of the query language as SQL, and where its words stand."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from ticketd.core.fields import PRIORITIES, SEVERITIES
from ticketd.core.query_shape import Query, Span, Term
from ticketd.core.text import fold
from ticketd.store.tables import (
    Activity,
    Message,
    MessageAttachment,
    SearchText,
    Ticket,
    TicketDepartment,
)

Condition = ColumnElement[bool]


def found(session: Session, query: Query, limit: int | None = None) -> list[Ticket]:
    """The tickets that a query is about, in its order."""
    statement = select(Ticket).where(*conditions(session, query))
    statement = statement.order_by(*_order(query, Ticket)).limit(limit)
    return list(session.execute(statement).scalars())


def rows(
    session: Session, query: Query, limit: int | None, columns: Sequence[Any]
) -> Sequence[Row[Any]]:
    """These columns of the tickets that a query is about; what it is sorted by and the number must be among them."""
    statuses = _statuses(query)
    if limit is None or query.sort not in _INDEXED or len(statuses) < 2:
        statement = select(*columns).where(*conditions(session, query))
        statement = statement.order_by(*_order(query, Ticket)).limit(limit)
    else:
        statement = _status_by_status(session, query, limit, columns)
    return session.execute(statement).all()


def _statuses(query: Query) -> tuple[str, ...]:
    """What the status may be, where the query says so."""
    asked = [t for t in query.terms if t.field == "status" and not t.negated]
    return asked[0].values if len(asked) == 1 else ()


def _status_by_status(
    session: Session, query: Query, limit: int, columns: Sequence[Any]
) -> Select[Any]:
    """The first tickets of each status, and of those the first ones.

    The index knows the order within one status; over several, all open tickets would be read and sorted for 20.
    """
    others = tuple(t for t in query.terms if t.field != "status" or t.negated)
    wanted = conditions(session, replace(query, terms=others))
    firsts = [
        select(*columns)
        .where(Ticket.status == status, *wanted)
        .order_by(*_order(query, Ticket))
        .limit(limit)
        .subquery()
        for status in _statuses(query)
    ]
    merged = union_all(*(select(first) for first in firsts)).subquery()
    return select(merged).order_by(*_order(query, merged.c)).limit(limit)


def count(session: Session, query: Query) -> int:
    """How many they are."""
    statement = select(func.count()).select_from(Ticket).where(*conditions(session, query))
    return int(session.execute(statement).scalar_one())


def conditions(session: Session, query: Query) -> list[Condition]:
    """A query without its order."""
    found = [_signed(_term(term), negated=term.negated) for term in query.terms]
    found += [_signed(_span(span), negated=span.negated) for span in query.spans]
    found += [
        _signed(Ticket.number.in_(_tickets_with(session, word.text)), negated=word.negated)
        for word in query.words
    ]
    return found


def _signed(condition: Condition, *, negated: bool) -> Condition:
    return not_(func.coalesce(condition, false())) if negated else condition


def _term(term: Term) -> Condition:
    make = _MAKERS.get(term.field)
    if make is None and term.field not in _COLUMNS:
        return or_(*(_custom(term.field, value) for value in term.values))
    if make is not None:
        return or_(*(make(value) for value in term.values))
    column = _COLUMNS[term.field]
    named = [value for value in term.values if value != "none"]
    conditions: list[Condition] = [column.in_(named)] if named else []
    if len(named) < len(term.values):
        conditions.append(column.is_(None))
    return or_(*conditions) if conditions else false()


_COLUMNS: dict[str, InstrumentedAttribute[Any]] = {
    "status": Ticket.status,
    "home": Ticket.department,
    "assignee": Ticket.assignee,
    "priority": Ticket.priority,
    "severity": Ticket.severity,
    "channel": Ticket.channel,
    "language": Ticket.language,
    "reason": Ticket.close_reason,
}


def _in_list(column: Any, value: str) -> Condition:
    """Whether a JSON list of words holds this one, on either database."""
    return cast(column, Text).contains(json.dumps(value), autoescape=True)


def _custom(field: str, value: str) -> Condition:
    """A field of the installation's own; `none` where it is empty."""
    stored = cast(Ticket.fields, Text)
    if value == "none":
        return not_(stored.contains(f"{json.dumps(field)}: ", autoescape=True))
    return stored.contains(f"{json.dumps(field)}: {json.dumps(value)}", autoescape=True)


def _customer(value: str) -> Condition:
    address = value.lower()
    if address.startswith("@"):
        return Ticket.customer_address.endswith(address, autoescape=True)
    if "@" in address:
        return Ticket.customer_address == address
    return _ticket_line(f"%\n%\n%{_literally(value)}%")


def _subject(value: str) -> Condition:
    return _ticket_line(f"%{_literally(value)}%\n%\n%\n%")


def _reference(value: str) -> Condition:
    """`contract:C-77`, or what stands behind the colon alone; in whatever case."""
    stored = func.lower(cast(Ticket.refs, Text))
    wanted = json.dumps(value)
    return stored.contains(wanted if ":" in value else f":{wanted[1:]}", autoescape=True)


def _ticket_line(pattern: str) -> Condition:
    """By the lines that `search.index_ticket` writes: subject, summary, name, address.

    They are folded; SQLite's own lower() knows ASCII alone.
    """
    words = SearchText.folded.like(pattern, escape="/")
    rows = select(SearchText.ticket).where(SearchText.message.is_(None), words)
    return Ticket.number.in_(rows)


def _literally(value: str) -> str:
    """A word inside a pattern of LIKE."""
    return re.sub(r"([/%_])", r"/\1", fold(value))


def _department(value: str) -> Condition:
    seen = select(TicketDepartment.ticket).where(TicketDepartment.department == value)
    return Ticket.number.in_(seen)


def _has(value: str) -> Condition:
    messages = exists().where(Message.ticket == Ticket.number)
    match value:
        case "attachment":
            return messages.where(MessageAttachment.message == Message.id)
        case "note" | "reply":
            return messages.where(Message.kind == value)
        case "tag":
            return cast(Ticket.tags, Text) != "[]"
        case _:
            return Ticket.assignee.is_not(None)


_MAKERS: dict[str, Callable[[str], Condition]] = {
    "department": _department,
    "customer": _customer,
    "subject": _subject,
    "has": _has,
    "tag": lambda value: _in_list(Ticket.tags, value.lower()),
    "follower": lambda value: _in_list(Ticket.followers, value),
    "involved": lambda value: exists().where(
        Activity.ticket == Ticket.number, Activity.by == value
    ),
    "number": lambda value: Ticket.number == int(value.lstrip("#")),
    "ref": lambda value: _reference(value.lower()),
}


def _span(span: Span) -> Condition:
    if span.field == "sla":
        return _promised(span)
    column = {
        "opened": Ticket.opened_at,
        "updated": Ticket.updated_at,
        "closed": Ticket.closed_at,
        "due": Ticket.sla_due_at,
    }[span.field]
    bounds: list[Condition] = [column.is_not(None)]
    if span.after is not None:
        bounds.append(column >= span.after)
    if span.before is not None:
        bounds.append(column < span.before)
    return and_(*bounds)


def _promised(span: Span) -> Condition:
    """`sla:` looks at what is promised alone; the first of everything that is due narrows it by its index."""
    promises = (Ticket.first_reply_due, Ticket.next_reply_due, Ticket.resolution_due)
    if span.before is not None:
        missed = or_(*(promise < span.before for promise in promises))
        return and_(Ticket.sla_due_at < span.before, missed)
    runs = or_(*(promise.is_not(None) for promise in promises))
    return and_(runs, *(or_(promise.is_(None), promise >= span.after) for promise in promises))


def _tickets_with(session: Session, words: str) -> Any:
    """Tickets that hold these words somewhere, in whatever case and with or without marks."""
    folded = fold(words.strip())
    statement = select(SearchText.ticket)
    if session.get_bind().dialect.name == "sqlite" and len(folded) >= 3:
        quoted = '"' + folded.replace('"', '""') + '"'
        matching = text("SELECT rowid FROM search_index WHERE search_index MATCH :words")
        asked: Any = bindparam("words", quoted, unique=True)
        rows = matching.bindparams(asked).columns(literal_column("rowid"))
        return statement.where(SearchText.id.in_(rows.scalar_subquery()))
    # Fewer than three letters make no trigram; PostgreSQL uses its index for LIKE by itself.
    return statement.where(SearchText.folded.contains(folded, autoescape=True))


_SORTED = {
    "updated": "updated_at",
    "opened": "opened_at",
    "closed": "closed_at",
    "customer": "customer_address",
    "due": "sla_due_at",
}


_INDEXED = frozenset({"updated", "due"})
"""What an index knows the order of, within one status."""


def _order(query: Query, of: Any) -> list[ColumnElement[Any]]:
    """By the columns of the table, or of a selection of it."""
    column = getattr(of, _SORTED.get(query.sort, query.sort))
    ranks = {"priority": PRIORITIES, "severity": SEVERITIES}.get(query.sort)
    if ranks is not None:
        column = case({name: at for at, name in enumerate(ranks)}, value=column, else_=-1)
    first = column.desc() if query.descending else column.asc()
    if query.sort in {"closed", "due"}:
        # The databases do not agree where nothing stands. Elsewhere it would keep PostgreSQL from its index.
        first = first.nulls_last()
    return [first, of.number.desc()]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the words of a search stand on a ticket: the ticket itself, or one of its messages."""

    ticket: int
    message: int | None


def spots(session: Session, numbers: Sequence[int], words: Sequence[str]) -> dict[int, list[Spot]]:
    """For each ticket the entries that hold one of the words, the oldest first."""
    if not words or not numbers:
        return {}
    holds = [SearchText.folded.contains(fold(word.strip()), autoescape=True) for word in words]
    statement = (
        select(SearchText.ticket, SearchText.message)
        .where(SearchText.ticket.in_(numbers), or_(*holds))
        .order_by(SearchText.id)
    )
    placed: dict[int, list[Spot]] = {}
    for number, message in session.execute(statement):
        placed.setdefault(number, []).append(Spot(number, message))
    return placed


def messages(session: Session, ids: Sequence[int]) -> dict[int, Message]:
    """Messages by their ids, with their files: two questions for all of them."""
    statement = select(Message).where(Message.id.in_(ids))
    found = session.execute(statement.options(selectinload(Message.attachments))).scalars()
    return {message.id: message for message in found}
