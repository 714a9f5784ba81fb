"""Every key of the configuration with its type, its default and one line of meaning."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from ticketd.config.hooks import HookKeys
from ticketd.config.labels import LabelsText
from ticketd.config.machines import MonitorKeys, SpamKeys
from ticketd.config.rules import RuleKeys
from ticketd.config.secrets import Secret
from ticketd.config.values import (
    AddressText,
    BusinessTime,
    Customers,
    Days,
    Domain,
    Duration,
    Every,
    Name,
    Place,
    Places,
    Readers,
    Section,
    Sections,
    Sender,
    Signature,
    Size,
    Week,
    Within,
    Zone,
)


class Listen(Section):
    """Where mail comes in."""

    smtp: Places = ("127.0.0.1:8025",)
    lmtp: Places = ("127.0.0.1:8024",)


class Outgoing(Section):
    """How mail leaves: through a mail server, or captured in a Maildir."""

    smtp: str = "127.0.0.1:25"
    capture: Path | None = None
    tls: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: Secret = None
    in_doubt: Literal["retry", "hold"] = "retry"


class DepartmentKeys(Section):
    """A part of the company with its own address."""

    name: str
    address: AddressText
    aliases: tuple[AddressText, ...] = ()
    language: str | None = None
    timezone: Zone | None = None
    handover: Duration | None = None
    auto_close: Duration | None = None
    auto_close_warning: Duration = timedelta(days=3)
    reopen_within: Within | None = None
    triage: bool = False
    signature: Signature = ""
    answers: bool = True
    closes: bool = True


class AgentKeys(Section):
    """A person of the company who answers."""

    name: str
    address: AddressText
    other_addresses: tuple[AddressText, ...] = ()
    departments: tuple[str, ...] = ()
    role: Literal["agent", "lead", "viewer"] = "agent"
    login: str | None = None
    language: str | None = None
    timezone: Zone | None = None
    signature: Signature = ""
    active: bool = True


class CustomFieldKeys(Section):
    """A field of the installation's own."""

    type: Literal["text", "number", "date", "choice", "yes-no"] = "text"
    choices: tuple[str, ...] = ()
    required_on_close: bool = False
    departments: tuple[str, ...] = ()


class TagGroupKeys(Section):
    """Tags that belong together."""

    tags: tuple[str, ...]
    one: bool = False
    required_on_close: bool = False


class LookupKeys(Section):
    """A command that is asked what else is known of a customer."""

    command: tuple[str, ...] = ()
    within: Duration = timedelta(seconds=3)
    keep: Duration = timedelta(hours=1)


class Auth(Section):
    """Whose word about the author of a mail is taken."""

    authserv_ids: tuple[str, ...] = ()
    trusted_hops: int = Field(default=0, ge=0, le=50)
    agents_minimum: Literal["dkim", "token"] | None = None
    local_submission: bool = False


class NotifyKeys(Section):
    """What the mails to agents carry."""

    attach: bool = False
    attach_limit: Size = 5 * 1024**2


class BudgetKeys(Section):
    """How much automatic mail may leave."""

    enabled: bool = True
    acks_per_hour: int = Field(default=5, ge=0)
    acks_per_day: int = Field(default=20, ge=0)
    unauthenticated_per_hour: int = Field(default=100, ge=0)
    unauthenticated_without_trust_per_hour: int = Field(default=1000, ge=0)
    notices_per_hour: int = Field(default=60, ge=0)
    digest_every: Duration = timedelta(minutes=15)
    rounds: int = Field(default=3, ge=1)
    round_within: Duration = timedelta(seconds=120)
    mute_for: Duration = Field(default=timedelta(hours=24), le=timedelta(days=7))
    storm_tickets: int = Field(default=20, ge=1)
    storm_within: Duration = Field(default=timedelta(minutes=10), le=timedelta(days=1))
    crowd_tickets: int = Field(default=200, ge=1)
    follow_up_per_hour: int = Field(default=0, ge=0)


class Limits(Section):
    """What a client may ask of the doors."""

    max_size: Size = 64 * 1024**2
    recipients: int = Field(default=100, ge=1)
    connections: int = Field(default=200, ge=1)
    min_free: Size = 200 * 1024**2
    in_flight: Size = 256 * 1024**2


class CalendarKeys(Section):
    """When somebody works."""

    timezone: Zone | None = None
    hours: Week
    holidays: Days = ()
    workdays: Days = ()


class PolicyKeys(Section):
    """Whom a promise is for, and what is promised."""

    name: str = Field(min_length=1)
    departments: tuple[str, ...] = ()
    priorities: tuple[Literal["low", "normal", "high", "urgent"], ...] = ()
    severities: tuple[Literal["low", "medium", "high", "critical", "none"], ...] = ()
    customers: Customers = ()
    tags: tuple[str, ...] = ()
    calendar: str | None = None
    first_reply: BusinessTime | None = None
    next_reply: BusinessTime | None = None
    resolution: BusinessTime | None = None
    warn: BusinessTime | None = None
    escalate: tuple[str, ...] = ("leads",)


class Metrics(Section):
    """What monitoring may ask."""

    listen: Place = ()


class Ops(Section):
    """Who is told when the desk itself is in trouble."""

    alert_to: AddressText | None = None
    alert_every: Duration = Field(default=timedelta(hours=1), ge=timedelta(minutes=1))
    silence_after: Duration | None = None


class Retention(Section):
    """How long what is kept apart from the tickets; null for ever."""

    raw: Annotated[Duration, Field(ge=timedelta(days=1))] | None = None


class ReportKeys(Section):
    """A report that leaves by itself."""

    name: str = ""
    every: Every
    to: Readers = Field(min_length=1)
    sections: Sections = Field(default=("summary",), min_length=1)
    query: str = ""
    language: Literal["en", "th", "vi"] | None = None
    format: tuple[Literal["html", "csv"], ...] = ("html", "csv")
    skip_empty: bool = False


class ViewKeys(Section):
    """A query under a name."""

    query: str
    sort: str | None = None
    columns: tuple[str, ...] = ()


class Config(Section):
    """The whole file."""

    name: Name = ""
    timezone: Zone = "UTC"
    domain: Domain = "localhost"
    first_number: int = Field(default=1, ge=1, le=999_999_999)
    state_dir: Path = Path("/var/lib/ticketd")
    database: str | None = None
    listen: Listen = Listen()
    maildir: Path | None = None
    outgoing: Outgoing = Outgoing()
    templates: Path = Path("/etc/ticketd/templates")
    languages: tuple[Literal["en", "th", "vi"], ...] = ("en", "th", "vi")
    departments: dict[str, DepartmentKeys] = {}
    postmaster: str | None = None
    agents: dict[str, AgentKeys] = {}
    auth: Auth = Auth()
    undo_window: Duration = timedelta(seconds=60)
    budgets: BudgetKeys = BudgetKeys()
    limits: Limits = Limits()
    reopen_within: Within = timedelta(days=30)
    also_to: Literal["follow", "copy"] = "follow"
    cc_follow: bool = False
    ratings: bool = True
    custom_fields: dict[str, CustomFieldKeys] = {}
    tag_groups: dict[str, TagGroupKeys] = {}
    only_known_tags: bool = False
    web_forms: tuple[AddressText, ...] = ()
    lookup: LookupKeys = LookupKeys()
    after_reply: Literal["pending", "open"] = "pending"
    receipts: Literal["all", "changes", "errors"] = "changes"
    calendars: dict[str, CalendarKeys] = {}
    sla: tuple[PolicyKeys, ...] = ()
    notify: NotifyKeys = NotifyKeys()
    rules: tuple[RuleKeys, ...] = ()
    canned: Path | None = None
    kb: Path | None = None
    blocked: tuple[Sender, ...] = ()
    customers: Literal["all", "known"] = "all"
    known_customers: tuple[Sender, ...] = ()
    views: dict[str, ViewKeys] = {}
    hooks: dict[str, HookKeys] = {}
    labels: LabelsText = {}
    monitoring: dict[str, MonitorKeys] = {}
    spam: SpamKeys = SpamKeys()
    reports: tuple[ReportKeys, ...] = ()
    blobs: Literal["auto", "database"] = "auto"
    accept_loss: bool = False
    metrics: Metrics = Metrics()
    ops: Ops = Ops()
    retention: Retention = Retention()

    @property
    def database_url(self) -> str:
        """The database: the one that is named, else a SQLite file in the state folder."""
        return self.database or f"sqlite:///{self.state_dir.absolute() / 'ticketd.db'}"

    @property
    def blob_folder(self) -> Path | None:
        """Where large blobs lie as files; None keeps all of them in the database."""
        return self.state_dir / "blobs" if self.blobs == "auto" else None
