"""The query language: the same in `list`, `search`, views, rules and reports.

`status:open dept:sales -tag:spam priority:>=high updated:<3d has:attachment words "a phrase" sort:-updated`
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ticketd.core.errors import Refused
from ticketd.core.fields import CHANNELS, PRIORITIES, SEVERITIES, known_word
from ticketd.core.lifecycle import Status
from ticketd.core.query_shape import OPEN, Asker, BadQuery, Query, Span, Term, Words
from ticketd.core.query_times import day_of
from ticketd.core.sentences import Sentence, say
from ticketd.core.text import clean_text, fold
from ticketd.core.views import named

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
    "subject", "has", "number", "ref", "home",
)  # fmt: skip
_ORDERED = {"priority": PRIORITIES, "severity": SEVERITIES}
_TIMES = ("opened", "updated", "closed", "due")
FIELDS = (*_WORDS, *_ORDERED, *_TIMES, "sla", "view", "sort")
_TERM = re.compile(r"([!-]?)([a-z][a-z0-9_-]*):(.*)", re.DOTALL | re.IGNORECASE)
_COMPARED = re.compile(r"(>=|<=|>|<|)(.*?)(\+?)", re.DOTALL)
_SPAN = re.compile(r"([0-9]{1,5})(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_NUMBER = re.compile(r"#?[0-9]{1,10}")
_PIECE = re.compile(r'([!-]?[a-z][a-z0-9_-]*:)?"([^"]*)"|(\S+)', re.IGNORECASE)


@dataclass(slots=True)
class _Parts:
    """A query while it is read."""

    asker: Asker
    terms: list[Term] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    sort: tuple[str, bool] | None = None
    view_sort: tuple[str, bool] | None = None
    """What a view says is outdone by what stands beside it."""

    def add(self, name: str, value: str, *, negated: bool) -> None:
        """One condition on a field."""
        match name:
            case "sort":
                self.sort = _sort(value)
            case "view":
                self.view(value, negated=negated)
            case "sla":
                self.spans.append(_promise(value.lower(), self.asker, negated=negated))
            case _ if name in _TIMES:
                self.spans.append(_span(name, value, self.asker, negated=negated))
            case _:
                self.terms.append(Term(name, _values(name, value, self.asker), negated))

    def view(self, name: str, *, negated: bool) -> None:
        """Everything that a view asks for."""
        found = named(name.lower(), self.asker.views)
        if negated:
            raise BadQuery(
                "a view cannot be turned round; write what -view:{name} means", name=name
            )
        # Without views of its own: a circle cannot be.
        inner = _read(words_of(found.query), replace(self.asker, views=()))
        self.terms += inner.terms
        self.spans += inner.spans
        self.words += inner.words
        self.columns = found.columns or self.columns
        self.view_sort = inner.sort or self.view_sort

    def query(self) -> Query:
        """The whole."""
        sort, descending = self.sort or self.view_sort or ("updated", True)
        parts = tuple(self.terms), tuple(self.spans), tuple(self.words)
        return Query(*parts, sort, descending, self.columns)


def parse_query(arguments: Sequence[str], asker: Asker) -> Query:
    """Arguments of a command line, or one text. BadQuery where it is no query, Refused where a name is unknown."""
    return _read(arguments, asker).query()


def words_of(query: str) -> list[str]:
    """A query that stands in a file as the parser takes it; only one with quotes stays whole."""
    return [query] if '"' in query else query.split()


def text_of(arguments: Sequence[str], custom: Sequence[str] = ()) -> str:
    """Arguments of a command line as one text that says the same (`words_of` takes it apart)."""
    return " ".join(f'"{one}"' if _is_phrase(one, custom) else one for one in arguments)


def _read(arguments: Sequence[str], asker: Asker) -> _Parts:
    parts = _Parts(asker)
    for piece in _pieces(arguments, asker.custom):
        match = None if piece.is_phrase else _TERM.fullmatch(piece.text)
        if match is None or piece.text.partition(":")[2].startswith("//"):
            parts.words.append(_words(piece))
            continue
        name = match[2].lower()
        name = name if name in asker.custom else _field(name)
        if not match[3].strip(" ,"):
            raise BadQuery(
                "'{text}' says nothing; write {field}: and a value", text=piece.text, field=name
            )
        parts.add(name, match[3].strip(), negated=bool(match[1]))
    return parts


@dataclass(frozen=True, slots=True)
class _Piece:
    """One part of a query; a phrase is looked for as it stands."""

    text: str
    is_phrase: bool = False


def _is_phrase(argument: str, custom: Sequence[str]) -> bool:
    """The shell has taken quotes away: what holds blanks is a phrase, unless it holds a field or quotes."""
    is_one = '"' not in argument and " " in argument.strip()
    return is_one and not any(_is_field(word, custom) for word in argument.split())


def _pieces(arguments: Sequence[str], custom: Sequence[str]) -> list[_Piece]:
    found: list[_Piece] = []
    for argument in map(clean_text, arguments):
        is_phrase = _is_phrase(argument, custom)
        if is_phrase or not ('"' in argument or " " in argument.strip()):
            found.append(_Piece(argument, is_phrase))
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
    return Span("sla", after, before, negated)


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
        "home": asker.departments,
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
    if field in {"department", "home"}:
        raise Refused("there is no department '{name}'; {hint}", name=value, hint=hint)
    if field in {"assignee", "follower", "involved"}:
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
    names = [known_word(w.strip(), field) for w in word.split(",")]
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
    """`<3d`: less than three days ago; `>=2026-11-01`: on that day or later; a day alone: on that day.

    What is due lies ahead: `due:<3d` is due within three days, or was already; `due:late` is over.
    """
    match = _COMPARED.fullmatch(value)
    sign, text = (match[1], match[2].strip() + match[3]) if match else ("", value)
    is_ahead = field == "due"
    if is_ahead and text.lower() in {"late", "none"}:
        is_late = text.lower() == "late"
        # Everything is due at some time, but for what never is.
        return Span(field, None, asker.now if is_late else None, negated != (not is_late))
    age = _SPAN.fullmatch(text.lower())
    if age:
        span = timedelta(**{_UNITS[age[2]]: int(age[1])})
        at = asker.now + span if is_ahead else asker.now - span
        is_before = sign.startswith(">") != is_ahead
        return Span(field, None if is_before else at, at if is_before else None, negated)
    days = day_of(text, asker.now, asker.zone)
    if days is None:
        raise BadQuery(
            "'{text}' is no time; write {field}:<3d, {field}:>=2026-11-01 or {field}:today",
            text=text,
            field=field,
        )
    start, end = days
    bounds = {
        "": (start, end), ">=": (start, None), ">": (end, None), "<": (None, start), "<=": (None, end),
    }  # fmt: skip
    after, before = bounds[sign]
    return Span(field, after, before, negated)
