"""What the desk itself can do to a ticket, and what is done to its structure: part of `core.events`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlaWarned:
    """A target will soon be missed."""

    target: str
    due: str
    """When (ISO 8601)."""
    since: str
    """Since when its clock goes: of each promise agents are told once."""


@dataclass(frozen=True, slots=True)
class SlaBreached:
    """A target was missed."""

    target: str
    due: str
    since: str
    escalated: tuple[str, ...] = ()
    """Agents who are told besides those who hold the ticket."""


@dataclass(frozen=True, slots=True)
class DueCame:
    """The moment has come by which agents wanted it to be done."""

    due: str


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """An agent says how long they worked on it; less than nothing mends what was said before."""

    minutes: int
    total: int


@dataclass(frozen=True, slots=True)
class Referred:
    """It has to do with something in another system (`contract:C-77`), or no longer."""

    ref: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class RuleActed:
    """A rule of the configuration held, and did this."""

    rule: str
    when: str
    did: tuple[str, ...] = ()
    notified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redacted:
    """Something was taken out for good; it says where, and never what."""

    what: str
    """text, cards, or `file` with its name."""
    messages: int
    files: int
    mails: int
    waiting: int


@dataclass(frozen=True, slots=True)
class HookFailed:
    """Another system was to be told of the ticket, and could not be."""

    hook: str
    answer: str


@dataclass(frozen=True, slots=True)
class TextUsed:
    """A canned reply, or an article of the knowledge base, was used."""

    kind: str
    """canned, kb, suggested or solved."""
    name: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Another ticket goes on here; its messages are these."""

    number: int
    messages: tuple[int, ...] = ()
    same_person: bool = False
    """Both customers are one from then on."""


@dataclass(frozen=True, slots=True)
class MergedInto:
    """The ticket goes on as another one."""

    number: int


@dataclass(frozen=True, slots=True)
class SplitOff:
    """A message became a ticket of its own, or joined another one."""

    message: int
    number: int
    joins: bool = False
