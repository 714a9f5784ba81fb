"""The key `rules`: each checked whole when it is read, so that no rule fails at night on a customer's mail."""

from typing import Annotated, Any

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ticketd.core.addresses import Agent, Department
from ticketd.core.errors import Refused
from ticketd.core.fields import CHANNELS, PRIORITIES, SEVERITIES, known_word, tag_changes
from ticketd.core.lifecycle import Status
from ticketd.core.query import parse_query, words_of
from ticketd.core.query_shape import Asker, BadQuery
from ticketd.core.rules import (
    HEADER,
    TEXT_FIELDS,
    TIME_FIELDS,
    Act,
    Action,
    Condition,
    Operator,
    Rule,
    When,
)
from ticketd.core.spans import span_of

_OPERATORS = tuple(Operator)
_SET = "set_"
SETTABLE = (
    "priority",
    "severity",
    "department",
    "language",
    "channel",
    "subject",
    "summary",
    "due",
)
REASONS = ("solved", "not-solved", "duplicate", "spam", "no-answer")


class ConditionKeys(BaseModel):
    """One condition: a field, and one operator with what it compares."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    field: str
    is_: str | list[str] | None = Field(default=None, alias="is")
    is_not: str | list[str] | None = None
    in_: list[str] | None = Field(default=None, alias="in")
    contains: str | list[str] | None = None
    matches: str | None = None
    older_than: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> "ConditionKeys":
        self.read()
        return self

    def read(self) -> Condition:
        """The condition. ValueError says what is wrong with it."""
        given = {
            op: v for op in _OPERATORS if (v := getattr(self, _ATTRIBUTES.get(op, op))) is not None
        }
        if len(given) != 1:
            raise ValueError(
                f"a condition takes one operator of {', '.join(_OPERATORS)}; {len(given)} stand here"
            )
        operator, value = next(iter(given.items()))
        values = tuple(value) if isinstance(value, list) else (value,)
        if not values or not all(values):
            raise ValueError(f"`{operator}` needs a value; write `none` for an empty field")
        if (operator is Operator.OLDER_THAN) != (self.field in TIME_FIELDS):
            times = ", ".join(TIME_FIELDS)
            raise ValueError(f"`older_than` is for {times}, and those take no other operator")
        if self.field not in (*TEXT_FIELDS, *TIME_FIELDS) and not self.field.startswith(HEADER):
            known = ", ".join((*TEXT_FIELDS, *TIME_FIELDS, f"{HEADER}NAME"))
            raise ValueError(f"there is no field '{self.field}'; there are {known}")
        return _condition(self.field.lower(), operator, values)


_ATTRIBUTES = {Operator.IS: "is_", Operator.IN: "in_"}
_LISTS = {
    "priority": PRIORITIES, "severity": (*SEVERITIES, "none"), "status": tuple(s.value for s in Status),
    "channel": CHANNELS, "known": ("yes", "no"), "trust": ("fail", "none", "weak", "spf", "dkim", "sasl", "local"),
}  # fmt: skip


def _condition(field: str, operator: Operator, values: tuple[str, ...]) -> Condition:
    if operator is Operator.MATCHES:
        return Condition(field, operator, values, pattern=pattern_of(values[0]))
    if operator is Operator.OLDER_THAN:
        return Condition(field, operator, values, age=span_of(values[0]))
    if field in _LISTS and operator is not Operator.CONTAINS:
        values = tuple(known_word(value) for value in values)
        for value in values:
            if value not in _LISTS[field]:
                raise ValueError(f"'{value}' is no {field}; use one of {', '.join(_LISTS[field])}")
    return Condition(field, operator, values)


def pattern_of(text: str) -> Any:
    """A pattern of RE2: it has no look-ahead and no back-references, so that no text can make it slow."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(text, options)
    except re2.error as error:
        said = error.args[0]
        why = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(
            f"'{text}' is no pattern of RE2: {why}; look-ahead and back-references are not taken"
        ) from None


def action_of(line: Any) -> Action:
    """One line under `then`. ValueError says what is wrong with it."""
    if isinstance(line, str):
        line = {line: True}
    if not isinstance(line, dict) or not line:
        raise ValueError("an action is a key and its value: `set_priority: high`")
    if len(line) != 1:
        raise ValueError(
            f"an action is one key and its value; {', '.join(map(str, line))} stand here together"
        )
    ((key, value),) = line.items()
    if key.startswith(_SET):
        return _set(key.removeprefix(_SET), value)
    if key == "assign" and isinstance(value, dict):
        return _assign(value)
    known = [a.value for a in Act if a not in {Act.SET, Act.ROTATION, Act.LEAST_LOADED}]
    if key not in known:
        raise ValueError(
            f"there is no action '{key}'; there are {', '.join((*known, 'set_FIELD'))}"
        )
    act = Act(key)
    if act in {Act.SPAM, Act.NO_ACK}:
        if value is not True:
            raise ValueError(f"`{act}` takes nothing but true")
        return Action(act)
    return Action(act, _checked(act, value))


def _checked(act: Act, value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    if act is Act.BLOCK:
        text = "sender" if value is True else text
        if text not in {"sender", "domain"}:
            raise ValueError("`block` takes sender or domain")
    elif act is Act.CLOSE and text not in REASONS:
        raise ValueError(f"'{text}' is no reason to close; use one of {', '.join(REASONS)}")
    elif act is Act.TAG:
        words = [w if w[:1] in "+-" else f"+{w}" for w in text.split()]
        try:
            tag_changes(tuple(words))
        except Refused as error:
            raise ValueError(str(error)) from None
        text = " ".join(words)
    if not text or (isinstance(value, dict | bool) and act is not Act.BLOCK):
        raise ValueError(f"`{act}` needs a value")
    return text


def _set(field: str, value: Any) -> Action:
    if field not in SETTABLE:
        raise ValueError(
            f"there is no action 'set_{field}'; there are {', '.join(f'set_{f}' for f in SETTABLE)}"
        )
    text = known_word(str(value)) if field in _LISTS else str(value)
    if field == "due" and text != "none" and not span_of(text):
        raise ValueError(f"'{value}' is over at once; write how long from then: 3d, or none")
    if field in _LISTS and text not in _LISTS[field]:
        raise ValueError(f"'{value}' is no {field}; use one of {', '.join(_LISTS[field])}")
    return Action(Act.SET, text, field)


def _assign(value: dict[str, Any]) -> Action:
    ways = {"rotation": Act.ROTATION, "least_loaded": Act.LEAST_LOADED}
    if len(value) != 1 or next(iter(value)) not in ways:
        raise ValueError(
            "write assign: AGENT, assign: {rotation: DEPARTMENT} or assign: {least_loaded: DEPARTMENT}"
        )
    ((way, department),) = value.items()
    return Action(ways[way], str(department))


ActionLine = Annotated[Any, AfterValidator(action_of)]


class RuleKeys(BaseModel):
    """A rule: when it is asked, what has to hold, what it does."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    name: str = Field(min_length=1, max_length=80)
    when: tuple[When, ...]
    if_: tuple[ConditionKeys, ...] = Field(default=(), alias="if")
    query: str = ""
    then: tuple[ActionLine, ...]
    stop: bool = False

    @model_validator(mode="after")
    def _fits(self) -> "RuleKeys":
        if not self.when or not self.then:
            raise ValueError(f"`when` needs one of {', '.join(When)}, and `then` something to do")
        if When.TIME in self.when and not self.if_ and not self.query:
            raise ValueError(
                "a rule on time needs `if` or `query`: without one it would act on every ticket"
            )
        return self


def rule_of(keys: RuleKeys) -> Rule:
    """The rule as the desk works with it."""
    conditions = tuple(condition.read() for condition in keys.if_)
    return Rule(keys.name, frozenset(keys.when), conditions, keys.query, keys.then, keys.stop)


Found = list[tuple[tuple[str | int, ...], str]]


def rule_faults(rules: tuple[RuleKeys, ...], known: "Known", asker: Asker) -> Found:
    """What no rule alone can tell: names that are not there, names that stand twice, queries that are none."""
    found: Found = []
    names: set[str] = set()
    for at, keys in enumerate(rules):
        here = ("rules", at)
        if keys.name in names:
            found.append(
                (
                    (*here, "name"),
                    f"another rule is called '{keys.name}' too; its name stands in the history",
                )
            )
        names.add(keys.name)
        if keys.query:
            found += [((*here, "query"), why) for why in query_fault(keys.query, asker)]
        for condition in keys.if_:
            found += [
                ((*here, "if"), why) for why in known.why_not(condition.field, condition.read())
            ]
        for nr, action in enumerate(keys.then):
            found += [((*here, "then", nr), why) for why in known.why_no_action(action)]
    return found


class Known:
    """The names that rules may use."""

    def __init__(
        self, departments: tuple[Department, ...], agents: tuple[Agent, ...],
        canned: frozenset[str], hooks: frozenset[str],
    ) -> None:  # fmt: skip
        self._names = {
            "department": {d.key for d in departments}, "agent": {a.key for a in agents},
            "canned reply": set(canned), "hook": set(hooks),
        }  # fmt: skip
        self._addresses = {address for a in agents for address in a.addresses}

    def why_not(self, field: str, condition: Condition) -> list[str]:
        what = {"department": "department", "assignee": "agent"}.get(field)
        if what is None or condition.operator in {Operator.MATCHES, Operator.CONTAINS}:
            return []
        return [
            why
            for value in condition.values
            if value != "none"
            for why in self._absent(what, value)
        ]

    def why_no_action(self, action: Action) -> list[str]:
        match action.act:
            case Act.ASSIGN | Act.FOLLOW:
                return [] if action.value == "none" else self._absent("agent", action.value)
            case Act.NOTIFY:
                names = (n for n in action.value.split() if n not in self._addresses)
                return [why for name in names for why in self._absent("agent", name)]
            case Act.ROTATION | Act.LEAST_LOADED:
                return self._absent("department", action.value)
            case Act.CANNED:
                return self._absent("canned reply", action.value)
            case Act.HOOK:
                return self._absent("hook", action.value)
            case Act.SET if action.field == "department":
                return self._absent("department", action.value)
            case _:
                return []

    def _absent(self, what: str, name: str) -> list[str]:
        names = self._names[what]
        if name in names:
            return []
        return [f"there is no {what} '{name}'; there are {', '.join(sorted(names)) or 'none yet'}"]


def query_fault(query: str, asker: Asker) -> list[str]:
    """What is wrong with a query of the configuration."""
    try:
        parse_query(words_of(query), asker)
    except (BadQuery, Refused) as error:
        return [str(error)]
    return []
