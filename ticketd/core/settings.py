"""The desk as configured: what decisions and acts need, and nothing of files, ports or databases."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ticketd.core.acks import Budgets
from ticketd.core.addresses import Agent, Department, Own
from ticketd.core.custom import CustomField, TagGroup
from ticketd.core.hooks import Hook
from ticketd.core.monitoring import Monitor
from ticketd.core.query_shape import Asker
from ticketd.core.reports.schedule import Schedule
from ticketd.core.rules import Rule
from ticketd.core.senders import Senders
from ticketd.core.sla import NO_SLA, Sla
from ticketd.core.spam import SpamRules
from ticketd.core.texts import Texts
from ticketd.core.tokens import Keys
from ticketd.core.trust import TrustRules
from ticketd.core.views import View, known_views
from ticketd.core.words import NO_LABELS, Labels


@dataclass(frozen=True, slots=True)
class Lookup:
    """A command that knows more of a customer: orders, contracts (`lookup`)."""

    command: tuple[str, ...] = ()
    within: timedelta = timedelta(seconds=3)
    keep: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Settings:
    """Built once from the configuration and handed down."""

    name: str
    """Stands in mails and in the subject tag; may be empty."""
    domain: str
    own: Own
    agents: tuple[Agent, ...]
    keys: Keys
    trust: TrustRules
    budgets: Budgets
    languages: tuple[str, ...] = ("en", "th", "vi")
    timezone: str = "UTC"
    first_number: int = 1
    agents_minimum: str = "token"
    """What a mail has to show to count as an agent's: dkim or token (`auth.agents_minimum`)."""
    undo_window: timedelta = timedelta(seconds=60)
    reopen_within: timedelta = timedelta(days=30)
    also_to: str = "follow"
    custom_fields: tuple[CustomField, ...] = ()
    tag_groups: tuple[TagGroup, ...] = ()
    only_known_tags: bool = False
    """Tags that are in no group are refused."""
    web_forms: frozenset[str] = frozenset()
    """Senders who write for customers: of theirs Reply-To is the author."""
    lookup: Lookup = Lookup()
    cc_follow: bool = False
    """Whether people in Cc of a trusted mail take part in its ticket."""
    asks_ratings: bool = True
    """Whether closing mails ask how it was."""
    after_reply: str = "pending"
    """The status after an answer without a word about it: pending or open."""
    reports: tuple[Schedule, ...] = ()
    """Reports that leave by themselves."""
    receipts: str = "changes"
    """When an agent's mail is answered with what it did: all, changes (commands) or errors."""
    sla: Sla = NO_SLA
    attach_up_to: int = 0
    """Bytes of a customer's files that a notice to an agent carries; 0 carries none (`notify.attach`)."""
    rules: tuple[Rule, ...] = ()
    texts: Texts = field(default_factory=Texts)
    """Canned replies and articles."""
    senders: Senders = field(default_factory=Senders)
    labels: Labels = NO_LABELS
    """What tickets, statuses and priorities are called here."""
    monitors: tuple[Monitor, ...] = ()
    """Monitoring systems: one ticket for each trouble."""
    spam: SpamRules = field(default_factory=SpamRules)
    hooks: tuple[Hook, ...] = ()
    """Other systems that are told of what happens."""
    views: tuple[View, ...] = ()
    """Queries under a name, of the configuration."""

    def asker(
        self, now: datetime, me: str = "", zone: str = "", own: tuple[View, ...] = ()
    ) -> Asker:
        """Who asks, by the clock of `zone` (else the desk's), with everything that a query may name."""
        return Asker(
            me=me,
            now=now,
            zone=zone or self.timezone,
            departments=tuple(d.key for d in self.own.departments),
            agents=tuple(a.key for a in self.agents),
            custom=tuple(f.name for f in self.custom_fields),
            has_targets=bool(self.sla.policies),
            views=known_views(own, self.views, (d.key for d in self.own.departments if d.triage)),
        )

    def department(self, key: str) -> Department:
        """The department of this key; in the place of one that has left the configuration the first one."""
        for department in self.own.departments:
            if department.key == key:
                return department
        first = self.own.departments[0] if self.own.departments else None
        return (
            Department(key, first.name, first.address)
            if first
            else Department(key, key, f"{key}@{self.domain}")
        )

    def reopens(self, department: str, since: timedelta) -> bool:
        """Whether an answer to a ticket of this department opens it again so long after it was closed."""
        own = self.department(department).reopen_within
        within = self.reopen_within if own is None else own
        return timedelta(0) < within and since <= within

    def hint(self, departments: tuple[str, ...]) -> str:
        """For the reader of a mail: the first department's language, then the others of the desk."""
        home = [self.department(key).language for key in departments[:1]]
        return ",".join(dict.fromkeys((*home, *self.languages)))

    def agent(self, key: str) -> Agent | None:
        """The agent of this key."""
        return next((a for a in self.agents if a.key == key), None)

    def agent_by_address(self, address: str) -> Agent | None:
        """The agent who writes from this (normalised) address."""
        return next((a for a in self.agents if address in a.addresses), None)
