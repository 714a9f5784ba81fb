"""A query asked of one ticket that is at hand: what its own columns tell needs no database."""

from collections.abc import Callable, Mapping
from datetime import datetime

from ticketd.core.query_shape import Query, Span, Term

Values = Mapping[str, tuple[str, ...]]
"""Field -> what stands there; nothing where it is empty."""
_WHOLE = frozenset({
    "status", "department", "assignee", "follower", "tag", "channel", "language", "reason", "priority", "severity",
    "number",
    "home",
})  # fmt: skip


def matches(query: Query, values: Values, moment: Callable[[str], datetime | None]) -> bool | None:
    """Whether the query finds the ticket; None where only the database knows."""
    open_questions = bool(query.words)
    for term in query.terms:
        if term.field not in _WHOLE and not _is_address(term):
            open_questions = True
        elif _holds(term, values) == term.negated:
            return False
    for span in query.spans:
        if span.field == "sla":
            open_questions = True
        elif _within(span, moment(span.field)) == span.negated:
            return False
    return None if open_questions else True


def _is_address(term: Term) -> bool:
    return term.field == "customer" and all("@" in value for value in term.values)


def _holds(term: Term, values: Values) -> bool:
    found = values.get(term.field, ())
    for value in term.values:
        if value == "none" and not found:
            return True
        wanted = value.lstrip("#") if term.field == "number" else value.lower()
        is_domain = term.field == "customer" and wanted.startswith("@")
        if any(one == wanted or (is_domain and one.endswith(wanted)) for one in found):
            return True
    return False


def _within(span: Span, at: datetime | None) -> bool:
    if at is None:
        return False
    return (span.after is None or at >= span.after) and (span.before is None or at < span.before)
