"""What happened to a ticket, and who is concerned -> which agent is owed which mail.

One mail for each agent and act, however many roles they have; never to the one who acted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

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
from ticketd.core.events import (
    CUSTOMER,
    SYSTEM,
    Accepted,
    AckWithheld,
    AddressMarked,
    AgentReplied,
    AgentUnproven,
    AlsoReceived,
    Assigned,
    Changed,
    ClosingSoon,
    CrowdBegan,
    CustomerWrote,
    DeliveryFailed,
    DeliveryLate,
    DepartmentAdded,
    Erased,
    Event,
    Followed,
    Forwarded,
    Imported,
    LastResort,
    Linked,
    MailWithheld,
    Muted,
    Noted,
    NoticeWithheld,
    Opened,
    PersonAdded,
    PersonRemoved,
    Rated,
    Released,
    Reminded,
    StatusChanged,
    StormBegan,
    Tagged,
    Undone,
    Unfollowed,
)
from ticketd.core.lifecycle import Status

LOW_RATING = 2
"""So low that somebody should look."""


class Notice(StrEnum):
    """The templates of mails to agents, the most important first."""

    LAST_RESORT = "last-resort"
    NEW = "new-for-agents"
    DELIVERY_FAILED = "delivery-failed"
    UNPROVEN = "unproven"
    """A mail in the agent's name proved nothing."""
    SLA_BREACH = "sla-breach"
    SLA_WARNING = "sla-warning"
    ASSIGNED = "assigned"
    CUSTOMER_WROTE = "customer-wrote"
    PROGRESS = "progress"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Cause:
    """One event, and who caused it."""

    event: Event
    by: str


@dataclass(frozen=True, slots=True)
class Audience:
    """The agents whom a ticket concerns, by their keys."""

    assignee: str
    followers: tuple[str, ...]
    departments: Mapping[str, tuple[str, ...]]
    """Every department that sees the ticket, with its agents."""
    told: tuple[str, ...] = ()
    """Agents who know of the ticket already: those of the departments that it had before."""
    is_below_storm: bool = False
    """One of very many tickets of one address: the first one speaks for all of them."""

    @property
    def everybody(self) -> tuple[str, ...]:
        """All agents of its departments."""
        return tuple(dict.fromkeys(a for agents in self.departments.values() for a in agents))

    @property
    def holders(self) -> tuple[str, ...]:
        """Assignee and followers."""
        return tuple(dict.fromkeys(filter(None, (self.assignee, *self.followers))))

    @property
    def responsible(self) -> tuple[str, ...]:
        """Who has to look: assignee and followers, and without an assignee the departments."""
        return self.holders if self.assignee else (*self.followers, *self.everybody)

    @property
    def concerned(self) -> tuple[str, ...]:
        """The same, but below a storm only who has taken it up hears of it."""
        return self.holders if self.is_below_storm else self.responsible


@dataclass(frozen=True, slots=True)
class Owed:
    """One mail that an agent is owed, and the event that it tells of."""

    agent: str
    notice: Notice
    cause: Cause


def owed(happened: Sequence[Cause], audience: Audience) -> list[Owed]:
    """One mail for each agent: about the most important event, never to the one who caused it."""
    found: dict[str, Owed] = {}
    ranks = list(Notice)
    is_new = any(isinstance(c.event, Opened) for c in happened)
    closed_as_spam = is_new and any(
        isinstance(c.event, StatusChanged) and c.event.reason == "spam" for c in happened
    )
    for one in happened:
        # What was spam before anybody saw it concerns nobody; a rule that names somebody still does.
        if closed_as_spam and isinstance(one.event, Opened | CustomerWrote | StatusChanged):
            continue
        for notice, agents in _told(one, audience):
            for agent in agents:
                before = found.get(agent)
                if agent in {"", one.by}:
                    continue
                if before is None or ranks.index(notice) < ranks.index(before.notice):
                    found[agent] = Owed(agent, notice, one)
    return list(found.values())


def claimed(happened: Sequence[Cause]) -> int:
    """The ticket that a new one names without taking part in it; 0 where it names none."""
    return next((one.event.claims for one in happened if isinstance(one.event, Opened)), 0)


Told = list[tuple[Notice, tuple[str, ...]]]


def _told(one: Cause, audience: Audience) -> Told:  # noqa: C901, PLR0911, PLR0912 - a table
    """Which notices an event causes, and to whom."""
    match one.event:
        case Opened():
            return [(Notice.NEW, () if audience.is_below_storm else audience.everybody)]
        case DepartmentAdded(department) | Changed("department", new=department):
            newcomers = audience.departments.get(department, ())
            return [(Notice.NEW, tuple(a for a in newcomers if a not in audience.told))]
        case LastResort():
            return [(Notice.LAST_RESORT, audience.everybody)]
        case CustomerWrote(kind=kind):
            # A vacation note stands on the ticket; nobody has to come for it.
            if kind == "automatic":
                return []
            return [(Notice.CUSTOMER_WROTE, audience.concerned)]
        case Assigned(assignee, before):
            return [(Notice.ASSIGNED, (assignee,)), (Notice.PROGRESS, (before,))]
        case DeliveryLate(hours=hours):
            return [(Notice.PROGRESS, audience.responsible if hours else ())]
        case DeliveryFailed():
            return [(Notice.DELIVERY_FAILED, audience.responsible)]
        case AgentUnproven(agent=agent):
            return [(Notice.UNPROVEN, (agent,))]
        case Reminded(agent=agent):
            # Not when it is set: when its moment has come, by the desk itself.
            return [(Notice.REMINDER, (agent,) if one.by == SYSTEM else ())]
        case RuleActed(notified=notified):
            return [(Notice.PROGRESS, tuple(notified))]
        case Rated(score=score):
            return [(Notice.PROGRESS, audience.holders if score <= LOW_RATING else ())]
        case Accepted(giver=giver):
            return [(Notice.PROGRESS, (giver,))]
        case DueCame():
            return [(Notice.REMINDER, audience.concerned)]
        case SlaWarned():
            return [(Notice.SLA_WARNING, audience.concerned)]
        case SlaBreached(escalated=leads):
            return [(Notice.SLA_BREACH, (*audience.concerned, *leads))]
        case StormBegan() | CrowdBegan():
            return [(Notice.PROGRESS, audience.everybody)]
        case AgentReplied() | Noted() | Forwarded():
            return [(Notice.PROGRESS, audience.holders)]
        case StatusChanged(new=new):
            # What opens by a customer's words is told with these.
            is_told = one.by != CUSTOMER or new == Status.CLOSED
            return [(Notice.PROGRESS, audience.holders if is_told else ())]
        case (
            AlsoReceived() | AckWithheld() | AddressMarked() | Changed() | Tagged()
            | PersonAdded() | PersonRemoved() | Followed() | Unfollowed() | Undone() | NoticeWithheld()
            | Linked() | Released() | Erased() | ClosingSoon()
            | MailWithheld() | Muted() | TextUsed()
            | Imported() | HookFailed() | Redacted() | Merged() | MergedInto() | SplitOff() | TimeSpent() | Referred()
        ):  # fmt: skip
            return []
        case _:
            assert_never(one.event)
