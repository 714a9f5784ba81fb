"""What a query says, once it is read."""

from dataclasses import dataclass, replace
from datetime import datetime

from ticketd.core.errors import Spoken
from ticketd.core.lifecycle import Status
from ticketd.core.views import View

OPEN = (Status.NEW.value, Status.OPEN.value, Status.PENDING.value)


class BadQuery(Spoken):
    """A query that cannot be understood; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition on a field; it holds where any of the values does."""

    field: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """One condition on a time: from `after` (included) to `before` (left out)."""

    field: str
    after: datetime | None
    before: datetime | None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase that must stand somewhere on the ticket."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, in parts that all have to hold."""

    terms: tuple[Term, ...] = ()
    spans: tuple[Span, ...] = ()
    words: tuple[Words, ...] = ()
    sort: str = "updated"
    descending: bool = True
    columns: tuple[str, ...] = ()
    """What a list shows, where a view says so."""

    def or_open(self) -> "Query":
        """Without a word about the status: what is not closed."""
        if any(term.field == "status" for term in self.terms):
            return self
        return replace(self, terms=(*self.terms, Term("status", OPEN)))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when, by which clock, and which names exist."""

    me: str
    now: datetime
    zone: str
    departments: tuple[str, ...]
    agents: tuple[str, ...]
    custom: tuple[str, ...] = ()
    """Names of the installation's own fields."""
    has_targets: bool = False
    """Whether anything is promised to customers."""
    views: tuple[View, ...] = ()
