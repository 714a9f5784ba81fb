"""Rules as data: when one is asked, what has to hold, what it does; a closed set of each, no expression language."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from ticketd.core.text import fold

LONGEST = 64 * 1024
"""So many characters of a text are looked at; patterns are of RE2, whose time grows with the text and no faster."""


class When(StrEnum):
    """What makes the desk ask a rule."""

    OPENED = "opened"
    CUSTOMER_WROTE = "customer_wrote"
    AGENT_REPLIED = "agent_replied"
    CHANGED = "changed"
    TIME = "time"


class Operator(StrEnum):
    """How a value is compared; the first three go by case-folded equality."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    CONTAINS = "contains"
    MATCHES = "matches"
    OLDER_THAN = "older_than"


TEXT_FIELDS = (
    "subject", "text", "from", "name", "to", "customer", "department", "priority", "severity", "status", "assignee",
    "tag", "language", "channel", "attachment", "trust", "known", "changed", "reason",
)  # fmt: skip
"""`from` is the address of who wrote last, `known` says yes where the customer had a ticket before."""
TIME_FIELDS = ("opened", "updated", "closed", "customer_wrote", "agent_replied")
HEADER = "header."
"""`header.x-spam-flag`: a header field of the mail that came."""


class Pattern(Protocol):
    """A compiled pattern: found somewhere in a text, or not."""

    def search(self, text: str, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Condition:
    """One line under `if`; of several values one is enough (with `is_not`: none may be it)."""

    field: str
    operator: Operator
    values: tuple[str, ...]
    pattern: Pattern | None = None
    age: timedelta | None = None

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {', '.join(self.values)}"


class Act(StrEnum):
    """What a rule may do; what is not here is not possible."""

    SET = "set"
    ASSIGN = "assign"
    ROTATION = "rotation"
    LEAST_LOADED = "least_loaded"
    NOTIFY = "notify"
    CANNED = "canned"
    TAG = "tag"
    FOLLOW = "follow"
    NOTE = "note"
    CLOSE = "close"
    SPAM = "spam"
    BLOCK = "block"
    NO_ACK = "no_ack"
    HOOK = "hook"


@dataclass(frozen=True, slots=True)
class Action:
    """One line under `then`."""

    act: Act
    value: str = ""
    field: str = ""

    def __str__(self) -> str:
        return (
            f"{self.act} {self.field}={self.value}"
            if self.field
            else f"{self.act} {self.value}".strip()
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the list, in its order."""

    name: str
    when: frozenset[When]
    conditions: tuple[Condition, ...] = ()
    query: str = ""
    actions: tuple[Action, ...] = ()
    stop: bool = False
    """Whether the rules behind it are left out where it acts."""


class Facts(Protocol):
    """A ticket, and the mail or the change that a rule is asked about."""

    def texts(self, field: str) -> tuple[str, ...]:
        """The values of a field of TEXT_FIELDS, or of a header field."""
        ...

    def moment(self, field: str) -> datetime | None:
        """The value of a field of TIME_FIELDS."""
        ...

    @property
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One condition of a rule as it turned out, for people."""

    condition: str
    found: str
    holds: bool


Asks = Callable[[str], bool]
"""Whether a query of the query language finds the ticket."""


def parts(rule: Rule, facts: Facts, asks: Asks) -> Iterator[Part]:
    """Every condition of a rule with what was found; the first that fails decides, who asks for more learns all."""
    for condition in rule.conditions:
        if condition.operator is Operator.OLDER_THAN:
            at = facts.moment(condition.field)
            held = at is not None and condition.age is not None and facts.now - at > condition.age
            yield Part(str(condition), at.isoformat(timespec="minutes") if at else "", held)
            continue
        values = facts.texts(condition.field)
        yield Part(str(condition), ", ".join(values), holds(condition, values))
    if rule.query:
        yield Part(f"query {rule.query}", "", asks(rule.query))


def holds(condition: Condition, found: tuple[str, ...]) -> bool:
    """Whether a condition on texts holds for these values of its field."""
    cut = [text[:LONGEST] for text in found]
    match condition.operator:
        case Operator.IS | Operator.IN:
            return _same(condition, cut)
        case Operator.IS_NOT:
            return not _same(condition, cut)
        case Operator.CONTAINS:
            wanted = [fold(value) for value in condition.values]
            return any(value in text for text in map(fold, cut) for value in wanted)
        case Operator.MATCHES:
            pattern = condition.pattern
            return pattern is not None and any(pattern.search(text) for text in cut)
        case Operator.OLDER_THAN:
            return False


def _same(condition: Condition, found: list[str]) -> bool:
    """Equal but for case; `none` is where nothing stands, `@domain` everybody there."""
    given = {text.casefold() for text in found if text}
    for value in condition.values:
        wanted = value.casefold()
        if wanted in given or (wanted == "none" and not given):
            return True
        if wanted.startswith("@") and any(text.endswith(wanted) for text in given):
            return True
    return False


def due(rules: tuple[Rule, ...], happened: frozenset[When]) -> list[Rule]:
    """The rules that these happenings ask, in their order."""
    return [rule for rule in rules if rule.when & happened]
