"""What rules ask of a ticket: its fields as they are now, and the mail or the words that came last."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from ticketd.core.notices import Cause
from ticketd.core.query import parse_query, words_of
from ticketd.core.query_match import matches
from ticketd.core.query_shape import Asker, Query, Term
from ticketd.core.rules import HEADER
from ticketd.core.settings import Settings
from ticketd.desk.acks import NewMail
from ticketd.desk.work import Work
from ticketd.store import query as stored
from ticketd.store import tickets
from ticketd.store.tables import Ticket

_SAID = ("customer", "reply", "note", "unverified", "held", "third-party", "automatic", "forward")
_CUSTOMERS = ("customer", "unverified")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class TicketFacts:
    """One ticket; what has to be asked of the database is asked once, and only where a rule needs it."""

    def __init__(
        self, work: Work, ticket: Ticket, new: NewMail | None = None, happened: tuple[Cause, ...] = ()
    ) -> None:  # fmt: skip
        self._work = work
        self._ticket = ticket
        self._new = new
        self._happened = happened
        self._kept: dict[str, tuple[str, ...]] = {}

    @property
    def now(self) -> datetime:
        """The moment of the act."""
        return self._work.now

    def texts(self, field: str) -> tuple[str, ...]:
        """The values of a field."""
        ticket, read = self._ticket, _OF_TICKET.get(field)
        if read is not None:
            return tuple(filter(None, read(ticket)))
        if field not in self._kept:
            self._kept[field] = tuple(filter(None, self._asked(field)))
        return self._kept[field]

    def _asked(self, field: str) -> tuple[str, ...]:
        match field:
            case "department":
                settings = self._work.settings
                keys = [d.department for d in self._ticket.departments]
                return (*keys, *(settings.department(key).name for key in keys))
            case "known":
                return ("yes" if tickets.earlier(self._work.session, self._ticket) else "no",)
            case "changed":
                return tuple(_changed(cause) for cause in self._happened)
            case _ if field.startswith(HEADER):
                return tuple(self._new.mail.all(field.removeprefix(HEADER))) if self._new else ()
            case _:
                return self._said(field)

    def _said(self, field: str) -> tuple[str, ...]:
        """Of the mail that came, else of the entry that was written last."""
        if self._new is not None:
            mail = self._new.mail
            return {
                "text": (mail.text,), "from": (mail.author.address,), "name": (mail.author.name,),
                "to": tuple(box.address for box in (*mail.to, *mail.cc)),
                "attachment": tuple(file.name for file in mail.attachments), "trust": (self._new.trust.word,),
            }[field]  # fmt: skip
        last = tickets.last_of(self._work.session, self._ticket.number, _SAID)
        if last is None:
            return ()
        return {
            "text": (last.text or last.full_text,), "from": (last.author_address,), "name": (last.author_name,),
            "to": (), "attachment": tuple(file.name for file in last.attachments), "trust": (last.trust,),
        }[field]  # fmt: skip

    def moment(self, field: str) -> datetime | None:
        """The value of a field that is a time."""
        ticket = self._ticket
        if field in _TIMES:
            return _TIMES[field](ticket)
        last = tickets.last_of(
            self._work.session,
            ticket.number,
            _CUSTOMERS if field == "customer_wrote" else ("reply",),
        )
        return last.at if last is not None else None

    def asks(self, text: str) -> bool:
        """Whether a query finds this ticket; the database is asked only for what the ticket's columns do not tell."""
        query = parsed(text, self._work.settings, self._work.now)
        told = matches(query, _Values(self), self.moment)
        if told is not None:
            return told
        self._work.session.flush()
        own = replace(query, terms=(*query.terms, Term("number", (str(self._ticket.number),))))
        return stored.count(self._work.session, own) > 0


class _Values(dict[str, tuple[str, ...]]):
    """The fields of the query language, read when they are asked for."""

    def __init__(self, facts: TicketFacts) -> None:
        super().__init__()
        self._facts = facts

    def get(self, field: str, default: object = ()) -> tuple[str, ...]:  # noqa: ARG002
        ticket = self._facts._ticket  # noqa: SLF001 - one module
        if field == "department":
            return tuple(d.department for d in ticket.departments)
        if field in {"number", "home"}:
            return (str(ticket.number) if field == "number" else ticket.department,)
        if field == "follower":
            return tuple(ticket.followers)
        return self._facts.texts(field)


_OF_TICKET: dict[str, Callable[[Ticket], tuple[str, ...]]] = {
    "subject": lambda t: (t.subject,),
    "customer": lambda t: (t.customer_address,),
    "priority": lambda t: (t.priority,),
    "severity": lambda t: (t.severity or "",),
    "status": lambda t: (t.status,),
    "assignee": lambda t: (t.assignee or "",),
    "tag": lambda t: tuple(t.tags),
    "language": lambda t: (t.language,),
    "channel": lambda t: (t.channel,),
    "reason": lambda t: (t.close_reason or "",),
}
_TIMES: dict[str, Callable[[Ticket], datetime | None]] = {
    "opened": lambda t: t.opened_at,
    "updated": lambda t: t.updated_at,
    "closed": lambda t: t.closed_at,
    "due": lambda t: t.sla_due_at,
}


def _changed(cause: Cause) -> str:
    """The name of the field that an event has changed."""
    names = {
        "StatusChanged": "status", "Assigned": "assignee", "Tagged": "tag", "DepartmentAdded": "department",
        "Followed": "follower", "Unfollowed": "follower", "Rated": "rating", "Linked": "link",
    }  # fmt: skip
    return str(getattr(cause.event, "field", "")) or names.get(type(cause.event).__name__, "")


@lru_cache(maxsize=500)
def _parsed(text: str, asker: Asker) -> Query:
    return parse_query(words_of(text), asker)


def parsed(text: str, settings: Settings, now: datetime) -> Query:
    """A rule's query; without a word about time it is read once."""
    asker = settings.asker(_EPOCH)
    query = _parsed(text, asker)
    return parse_query(words_of(text), replace(asker, now=now)) if query.spans else query
