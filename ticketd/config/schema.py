"""Every key of the configuration with its type, its default and one line of meaning."""

import difflib
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ticketd.core.addresses import is_address, normalise
from ticketd.core.errors import Refused
from ticketd.core.reports.schedule import AGENTS, LEADS, parse_every
from ticketd.core.reports.sections import NAMES

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {"": 1, "B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3,
          "K": 1024, "M": 1024**2, "G": 1024**3}  # fmt: skip


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"\s*([0-9]{1,9})\s*([smhdw])\s*", str(value))
    if not match:
        raise ValueError(
            f"'{value}' is no length of time; write a number and s, m, h, d or w: 60s, 30d"
        )
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _size(value: Any) -> Any:
    match = re.fullmatch(r"\s*([0-9]{1,15})\s*([KMG]?I?B?)\s*", str(value), re.IGNORECASE)
    if not match or match[2].upper() not in _SIZES:
        raise ValueError(f"'{value}' is no size; write a number and a unit: 64MiB")
    return int(match[1]) * _SIZES[match[2].upper()]


def _address(value: Any) -> Any:
    address = normalise(str(value))
    if not is_address(address):
        raise ValueError(f"'{value}' is no mail address; write one as name@example.com")
    return address


def _domain(value: Any) -> Any:
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", str(value)):
        raise ValueError(
            f"'{value}' is no domain; write one as tickets.example.com, in small letters"
        )
    return str(value)


def _name(value: Any) -> Any:
    if len(str(value)) > 40 or re.search(r"[\[\]#\x00-\x1f]", str(value)):
        raise ValueError(
            f"'{value}' cannot stand in a subject; at most 40 signs, and none of [ ] #"
        )
    return str(value)


def _zone(value: Any) -> Any:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{value}' is no time zone; write one as Asia/Bangkok") from None
    return str(value)


def _listen(value: Any) -> Any:
    places = value if isinstance(value, list) else [] if value is None else [value]
    for place in places:
        if not re.fullmatch(r"/.+|(?:\[[0-9a-fA-F:.]+\]|[^:/\s]*):[0-9]{1,5}", str(place)):
            raise ValueError(
                f"'{place}' is no place to listen on; write host:port or a socket's full path"
            )
    return tuple(map(str, places))


def _every(value: Any) -> Any:
    try:
        parse_every(str(value))
    except Refused as error:
        raise ValueError(str(error)) from None
    return str(value)


def _reader(value: Any) -> Any:
    return value if value in {AGENTS, LEADS} else _address(value)


def _section(value: Any) -> Any:
    if value not in NAMES:
        near = difflib.get_close_matches(str(value), NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
        raise ValueError(f"there is no report '{value}'; {hint}")
    return value


def _several(value: Any) -> Any:
    """One alone needs no list."""
    return value if isinstance(value, list | tuple) else [value]


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Size = Annotated[int, BeforeValidator(_size)]
AddressText = Annotated[str, BeforeValidator(_address)]
Domain = Annotated[str, BeforeValidator(_domain)]
Name = Annotated[str, BeforeValidator(_name)]
Zone = Annotated[str, BeforeValidator(_zone)]
Places = Annotated[tuple[str, ...], BeforeValidator(_listen)]
Every = Annotated[str, BeforeValidator(_every)]
Readers = Annotated[tuple[Annotated[str, BeforeValidator(_reader)], ...], BeforeValidator(_several)]
Sections = Annotated[
    tuple[Annotated[str, BeforeValidator(_section)], ...], BeforeValidator(_several)
]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SecretPlace(_Section):
    """Where a secret lies, so that it stands in no file that many can read."""

    file: Path | None = None
    credential: str | None = None
    env: str | None = None


Secret = str | SecretPlace | None


class Listen(_Section):
    """Where mail comes in."""

    smtp: Places = ("127.0.0.1:8025",)
    lmtp: Places = ("127.0.0.1:8024",)


class Outgoing(_Section):
    """How mail leaves: through a mail server, or captured in a Maildir."""

    smtp: str = "127.0.0.1:25"
    capture: Path | None = None
    tls: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: Secret = None
    in_doubt: Literal["retry", "hold"] = "retry"


class DepartmentKeys(_Section):
    """A part of the company with its own address."""

    name: str
    address: AddressText
    aliases: tuple[AddressText, ...] = ()
    language: str | None = None
    timezone: Zone | None = None


class AgentKeys(_Section):
    """A person of the company who answers."""

    name: str
    address: AddressText
    other_addresses: tuple[AddressText, ...] = ()
    departments: tuple[str, ...] = ()
    role: Literal["agent", "lead", "viewer"] = "agent"
    login: str | None = None
    language: str | None = None
    timezone: Zone | None = None


class Auth(_Section):
    """Whose word about the author of a mail is taken."""

    authserv_ids: tuple[str, ...] = ()
    trusted_hops: int = Field(default=0, ge=0, le=50)
    agents_minimum: Literal["dkim", "token"] | None = None
    local_submission: bool = False


class BudgetKeys(_Section):
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


class Limits(_Section):
    """What a client may ask of the doors."""

    max_size: Size = 64 * 1024**2
    recipients: int = Field(default=100, ge=1)
    connections: int = Field(default=200, ge=1)
    min_free: Size = 200 * 1024**2
    in_flight: Size = 256 * 1024**2


class ReportKeys(_Section):
    """A report that leaves by itself."""

    name: str = ""
    every: Every
    to: Readers = Field(min_length=1)
    sections: Sections = Field(default=("summary",), min_length=1)
    query: str = ""
    language: Literal["en", "th", "vi"] | None = None
    format: tuple[Literal["html", "csv"], ...] = ("html", "csv")
    skip_empty: bool = False


class Config(_Section):
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
    reopen_within: Duration = timedelta(days=30)
    also_to: Literal["follow", "copy"] = "follow"
    ratings: bool = True
    after_reply: Literal["pending", "open"] = "pending"
    receipts: Literal["all", "changes", "errors"] = "changes"
    reports: tuple[ReportKeys, ...] = ()
    blobs: Literal["auto", "database"] = "auto"
    accept_loss: bool = False

    @property
    def database_url(self) -> str:
        """The database: the one that is named, else a SQLite file in the state folder."""
        return self.database or f"sqlite:///{self.state_dir.absolute() / 'ticketd.db'}"

    @property
    def blob_folder(self) -> Path | None:
        """Where large blobs lie as files; None keeps all of them in the database."""
        return self.state_dir / "blobs" if self.blobs == "auto" else None
