"""The query language: the same in `list`, `search`, views, rules and reports.

`status:open dept:sales -tag:spam priority:>=high updated:<3d has:attachment words "a phrase" sort:-updated`
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ticketd.core.errors import Refused, Spoken
from ticketd.core.fields import CHANNELS, PRIORITIES, SEVERITIES, known_word
from ticketd.core.lifecycle import Status
from ticketd.core.sentences import Sentence, say
from ticketd.core.text import clean_text, fold

OPEN = (Status.NEW.value, Status.OPEN.value, Status.PENDING.value)
HAS = ("attachment", "note", "reply", "assignee", "tag")
SORTS = (
    "updated", "opened", "closed", "number", "priority", "severity", "status", "customer", "subject", "due",
)  # fmt: skip
_ALIASES = {
    "dept": "department", "lang": "language", "title": "subject", "from": "customer", "is": "status",
    "pri": "priority", "prio": "priority",
}  # fmt: skip
_WORDS = (
    "status", "department", "assignee", "follower", "involved", "customer", "tag", "channel", "language", "reason",
    "subject", "has", "number",
)  # fmt: skip
_ORDERED = {"priority": PRIORITIES, "severity": SEVERITIES}
_TIMES = ("opened", "updated", "closed")
FIELDS = (*_WORDS, *_ORDERED, *_TIMES, "sla", "sort")
_TERM = re.compile(r"([!-]?)([a-z][a-z0-9_-]*):(.*)", re.DOTALL | re.IGNORECASE)
_COMPARED = re.compile(r"(>=|<=|>|<|)(.*?)(\+?)", re.DOTALL)
_SPAN = re.compile(r"([0-9]{1,5})(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_NUMBER = re.compile(r"#?[0-9]{1,10}")
_PIECE = re.compile(r'([!-]?[a-z][a-z0-9_-]*:)?"([^"]*)"|(\S+)', re.IGNORECASE)


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


def parse_query(arguments: Sequence[str], asker: Asker) -> Query:
    """Arguments of a command line, or one text. BadQuery where it is no query, Refused where a name is unknown."""
    terms: list[Term] = []
    spans: list[Span] = []
    words: list[Words] = []
    sort, descending = "updated", True
    for piece in _pieces(arguments, asker.custom):
        match = None if piece.is_phrase else _TERM.fullmatch(piece.text)
        if match is None or piece.text.partition(":")[2].startswith("//"):
            words.append(_words(piece))
            continue
        negated, value = bool(match[1]), match[3].strip()
        name = match[2].lower()
        field = name if name in asker.custom else _field(name)
        if not value.strip(" ,"):
            raise BadQuery(
                "'{text}' says nothing; write {field}: and a value", text=piece.text, field=field
            )
        if field == "sort":
            sort, descending = _sort(value)
        elif field == "sla":
            spans.append(_promise(value.lower(), asker, negated=negated))
        elif field in _TIMES:
            spans.append(_span(field, value, asker, negated=negated))
        else:
            terms.append(Term(field, _values(field, value, asker), negated))
    return Query(tuple(terms), tuple(spans), tuple(words), sort, descending)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One part of a query; a phrase is looked for as it stands."""

    text: str
    is_phrase: bool = False


def _pieces(arguments: Sequence[str], custom: Sequence[str]) -> list[_Piece]:
    """The shell has taken quotes away: an argument with blanks is a phrase, unless it holds a field or quotes."""
    found: list[_Piece] = []
    for argument in map(clean_text, arguments):
        is_one = " " not in argument.strip() or not any(
            _is_field(word, custom) for word in argument.split()
        )
        if '"' not in argument and is_one:
            found.append(_Piece(argument, is_phrase=" " in argument.strip()))
            continue
        for match in _PIECE.finditer(argument):
            field, quoted, bare = match[1] or "", match[2], match[3]
            if bare is not None:
                found.append(_Piece(bare))
            else:
                found.append(_Piece(f"{field}{quoted}", is_phrase=not _is_field(field, custom)))
    return [piece for piece in found if piece.text.strip()]


def _is_field(word: str, custom: Sequence[str]) -> bool:
    match = _TERM.match(word)
    name = match[2].lower() if match else ""
    return name in custom or _ALIASES.get(name, name) in FIELDS


def _words(piece: _Piece) -> Words:
    sign = "" if piece.is_phrase or len(piece.text) < 2 else piece.text[:1]
    negated = sign in {"!", "-"} and bool(sign)
    text = piece.text[1:] if negated else piece.text
    if not fold(text).strip():
        raise BadQuery("'{text}' holds nothing that can be looked for", text=text)
    return Words(text, negated)


def _field(name: str) -> str:
    field = _ALIASES.get(name, name)
    if field not in FIELDS:
        near = difflib.get_close_matches(name, FIELDS, 1)
        raise BadQuery(
            "there is no field '{name}:'; {hint}",
            name=name,
            hint=_hint(f"`{near[0]}:`" if near else "", FIELDS),
        )
    return field


def _promise(value: str, asker: Asker, *, negated: bool) -> Span:
    """`sla:late`: a target was missed and nobody has done yet what was promised; `sla:running`: one goes."""
    if value not in {"late", "running"}:
        _unknown("sla", value, ("late", "running"))
    if not asker.has_targets:
        # An empty list would say that nothing is late.
        raise Refused("`sla:` needs targets, and this desk has none configured")
    is_late = value == "late"
    after, before = (None, asker.now) if is_late else (asker.now, None)
    return Span("due", after, before, negated)


def _sort(value: str) -> tuple[str, bool]:
    name = value.strip("-").lower()
    if name not in SORTS:
        raise BadQuery(
            "nothing can be sorted by '{name}'; there are {known}", name=name, known=tuple(SORTS)
        )
    return name, value.startswith("-") or value.endswith("-")


def _values(field: str, value: str, asker: Asker) -> tuple[str, ...]:
    if field in _ORDERED:
        return _ranked(field, value.lower(), _ORDERED[field])
    given = tuple(v.strip() for v in value.split(",") if v.strip())
    if field in asker.custom:
        return given
    if field not in {"subject", "customer", "tag"}:
        given = tuple(v.lower() for v in given)
    if field in {"assignee", "follower", "involved"}:
        given = tuple(_me(asker) if v == "me" else v for v in given)
    allowed = {
        "status": (*OPEN, Status.CLOSED.value, "all"),
        "department": asker.departments,
        "assignee": (*asker.agents, "none"),
        "follower": asker.agents,
        "involved": asker.agents,
        "channel": CHANNELS,
        "has": HAS,
    }.get(field)
    for one in given:
        if allowed is not None and one not in allowed:
            _unknown(field, one, allowed)
    if field == "number" and not all(_NUMBER.fullmatch(v) for v in given):
        raise BadQuery("'{value}' is no number of a ticket", value=value)
    if field == "status" and "all" in given:
        return (*OPEN, Status.CLOSED.value)
    return given


def _me(asker: Asker) -> str:
    if not asker.me:
        raise Refused("`me` is nobody here; use --as AGENT, or set `login` of your agent")
    return asker.me


def _unknown(field: str, value: str, allowed: tuple[str, ...]) -> None:
    near = difflib.get_close_matches(value, allowed, 1)
    hint = _hint(near[0] if near else "", allowed)
    if field in {"department", "assignee", "follower", "involved"}:
        if field == "department":
            raise Refused("there is no department '{name}'; {hint}", name=value, hint=hint)
        raise Refused("there is no agent '{name}'; {hint}", name=value, hint=hint)
    raise BadQuery("'{text}' is no {name}; {hint}", text=value, name=field, hint=hint)


def _hint(near: str, allowed: Sequence[str]) -> Sentence:
    return (
        say("did you mean {near}?", near=near)
        if near
        else say("there are {known}", known=tuple(allowed))
    )


def _ranked(field: str, value: str, ranks: tuple[str, ...]) -> tuple[str, ...]:
    """`>=high` and `high+`: this one and all above."""
    match = _COMPARED.fullmatch(value)
    sign, word, plus = (match[1], match[2], match[3]) if match else ("", value, "")
    names = [known_word(w.strip()) for w in word.split(",")]
    for name in names:
        if name not in (*ranks, "none"):
            _unknown(field, name, (*ranks, "none"))
    if not sign and not plus:
        return tuple(names)
    if len(names) > 1 or names[0] not in ranks:
        raise BadQuery(
            "'{value}' cannot be compared; write {field}:>={rank}",
            value=value,
            field=field,
            rank=ranks[-2],
        )
    at = ranks.index(names[0])
    chosen = {">": ranks[at + 1 :], "<": ranks[:at], "<=": ranks[: at + 1]}
    return tuple(chosen.get(sign, ranks[at:]))


def _span(field: str, value: str, asker: Asker, *, negated: bool) -> Span:
    """`<3d`: less than three days ago; `>=2026-11-01`: on that day or later; a day alone: on that day."""
    match = _COMPARED.fullmatch(value)
    sign, text = (match[1], match[2].strip() + match[3]) if match else ("", value)
    age = _SPAN.fullmatch(text.lower())
    if age:
        at = asker.now - timedelta(**{_UNITS[age[2]]: int(age[1])})
        older = sign.startswith(">")
        return Span(field, None if older else at, at if older else None, negated)
    start, end = _day(field, text, asker)
    bounds = {
        "": (start, end), ">=": (start, None), ">": (end, None), "<": (None, start), "<=": (None, end),
    }  # fmt: skip
    after, before = bounds[sign]
    return Span(field, after, before, negated)


def _day(field: str, text: str, asker: Asker) -> tuple[datetime, datetime]:
    """A day's beginning and end, or one moment as both."""
    zone = ZoneInfo(asker.zone)
    today = asker.now.astimezone(zone).date()
    named = {"today": today, "yesterday": today - timedelta(days=1)}.get(text.lower())
    try:
        at = None
        if named is None and len(text) > len("2026-11-01"):
            at = datetime.fromisoformat(text)
            day = at.date()
        else:
            day = named or date.fromisoformat(text)
        if not 1970 <= day.year < 3000:
            raise ValueError(text)  # noqa: TRY301 - the sentence for all of them is below
    except ValueError:
        raise BadQuery(
            "'{text}' is no time; write {field}:<3d, {field}:>=2026-11-01 or {field}:today",
            text=text,
            field=field,
        ) from None
    if at is not None:
        moment = at if at.tzinfo else at.replace(tzinfo=zone)
        return moment, moment
    start = datetime.combine(day, time(), zone)
    return start, start + timedelta(days=1)
