"""What can happen to a ticket: one small dataclass each, in the past tense."""

from dataclasses import asdict, dataclass, fields
from typing import Any, cast, get_args

from ticketd.core.desk_events import (
    DueCame,
    HookFailed,
    Merged,
    MergedInto,
    Redacted,
    Referred,
    RuleActed,
    SlaBreached,
    SlaWarned,
    SplitOff,
    TextUsed,
    TimeSpent,
)
from ticketd.core.sentences import Sentence

SYSTEM = "system"
"""Who acts where the desk itself does."""
CUSTOMER = "customer"
"""Who acts where the customer does."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket came to be."""

    department: str
    subject: str
    claims: int = 0
    follows: int = 0


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A mail of a customer was put on the ticket."""

    message: int
    kind: str
    author: str
    asks: bool = True
    """Whether it wants an answer: thanks, and words beside a link of ours, do not."""


@dataclass(frozen=True, slots=True)
class AlsoReceived:
    """The same mail came by a second way."""

    via: str
    recipient: str


@dataclass(frozen=True, slots=True)
class DepartmentAdded:
    """A second department sees the ticket."""

    department: str


@dataclass(frozen=True, slots=True)
class AgentReplied:
    """An agent answered the customer."""

    message: int
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Assigned:
    """An agent holds the ticket; nobody where `assignee` is empty."""

    assignee: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The status moved."""

    old: str
    new: str
    reason: str = ""
    until: str = ""
    """When a pending ticket opens by itself."""
    until_before: str = ""


@dataclass(frozen=True, slots=True)
class AckWithheld:
    """No ack left, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class MailWithheld:
    """Another automatic mail to the customer did not leave, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Muted:
    """An address answers our automatic mail at once: until then it gets none."""

    address: str
    until: str


@dataclass(frozen=True, slots=True)
class DeliveryLate:
    """A mail of ours has not left yet, or has not arrived yet."""

    to: str
    answer: str
    hours: int = 0
    """So long, where its agents are told of it."""


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """A mail of ours did not reach its recipient."""

    to: str
    answer: str


@dataclass(frozen=True, slots=True)
class AddressMarked:
    """So many mails came back from an address that it gets no acks for a while."""

    address: str
    bounces: int


@dataclass(frozen=True, slots=True)
class Noted:
    """An agent wrote something that only agents see."""

    message: int


@dataclass(frozen=True, slots=True)
class Forwarded:
    """An agent asked somebody who takes no part."""

    message: int
    to: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A field has another value."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tags came or went."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """Somebody outside takes part from now on: content goes to them too."""

    address: str


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    """Somebody outside takes part no longer."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """An agent is told of everything from now on."""

    agent: str


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """An agent is told no longer."""

    agent: str


@dataclass(frozen=True, slots=True)
class Undone:
    """An agent took an act back before anything of it had left."""

    act: str
    what: str
    said: tuple[Sentence, ...] = ()
    """The same, for readers of other languages."""


@dataclass(frozen=True, slots=True)
class NoticeWithheld:
    """A mail to an agent did not leave, and why."""

    agent: str
    why: str


@dataclass(frozen=True, slots=True)
class LastResort:
    """A mail that nobody could read became a ticket."""

    error: str


@dataclass(frozen=True, slots=True)
class Rated:
    """How content the customer was with the closing, from 1 to 5."""

    score: int
    by: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """What the customer had said and was called is gone, for good."""


@dataclass(frozen=True, slots=True)
class ClosingSoon:
    """The customer is silent, and was told when the ticket closes by itself (ISO 8601)."""

    at: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """An agent said yes to a ticket that another had given."""

    giver: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Another ticket is named here."""

    number: int


@dataclass(frozen=True, slots=True)
class Released:
    """An agent took a mail that was held, or not verified, for the customer's."""

    message: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """An agent wants to be told of it at that moment (ISO 8601)."""

    agent: str
    at: str


@dataclass(frozen=True, slots=True)
class AgentUnproven:
    """A mail in an agent's name proved nothing: kept, and nothing else done."""

    agent: str
    message: int


@dataclass(frozen=True, slots=True)
class StormBegan:
    """Very many tickets of one address: from here on they are kept below this one."""

    address: str
    tickets: int


@dataclass(frozen=True, slots=True)
class CrowdBegan:
    """Very many tickets of one department, of whomever: an outage, perhaps. They are tickets like all others."""

    department: str
    tickets: int


@dataclass(frozen=True, slots=True)
class Imported:
    """It comes from an archive of mail; the tag is what another desk called it."""

    source: str
    tag: str = ""


Event = (
    Opened | CustomerWrote | AlsoReceived | DepartmentAdded | AgentReplied | StatusChanged
    | AckWithheld | Assigned | DeliveryLate | DeliveryFailed | AddressMarked
    | Noted | Changed | Tagged | PersonAdded | PersonRemoved | Followed | Unfollowed | Undone
    | LastResort | StormBegan | CrowdBegan | NoticeWithheld | MailWithheld | Muted
    | Linked | Released | Reminded | AgentUnproven | Rated | Erased | ClosingSoon | Accepted
    | SlaWarned | SlaBreached | RuleActed | TextUsed | Merged | MergedInto | SplitOff
    | Imported | HookFailed | Redacted | DueCame | TimeSpent | Referred | Forwarded
)  # fmt: skip


def words(event: Event) -> tuple[str, dict[str, object]]:
    """The event's name and its facts, as they stand in the history."""
    return _name(type(event)), asdict(event)


def _name(kind: type[Any]) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind.__name__).strip("_")


_KINDS: dict[str, type[Any]] = {_name(kind): kind for kind in get_args(Event)}
EVENT_NAMES = tuple(_KINDS)


def event_of(name: str, data: dict[str, Any]) -> Event | None:
    """An event as it stands in the history; None where this version does not know it."""
    kind = _KINDS.get(name)
    if kind is None:
        return None
    known = {f.name for f in fields(kind)}
    return cast("Event", kind(**{k: v for k, v in data.items() if k in known}))
