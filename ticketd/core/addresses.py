"""Addresses: normalised, split, compared."""

import re
from dataclasses import dataclass
from datetime import timedelta

_ADDRESS = re.compile(
    r"[^\s<>()\[\]\\,;:\"\x00-\x1f\x7f-\x9f@\ud800-\udfff]{1,256}@[^\s<>@\x00-\x1f\x7f-\x9f\ud800-\udfff,;()\"\\]{1,255}"
)
_HANDLE = re.compile(r"[a-z][a-z0-9-]{0,19}:[^\s@<>\"',;\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,200}")
_ASCII_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
_TOKEN = re.compile(r"[0-9]{1,10}(?:-[0-9a-v]{1,13})?\.[a-z][a-z2-7]{20}")
NULL_PATHS = frozenset({"", "<>", "mailer-daemon"})


def normalise(address: str) -> str:
    """Lower-cased in ASCII only: `K` (the Kelvin sign) must never become an agent's k (D3)."""
    bare = address.strip().strip("<>").strip()
    # At other services case may tell people apart; an address has an @, and a handle none.
    return bare if is_handle(bare) else bare.translate(_ASCII_LOWER)


def is_address(address: str) -> bool:
    """Whether it can stand in an envelope: one @, no blanks, controls or brackets."""
    return _ADDRESS.fullmatch(address) is not None


def is_handle(text: str) -> bool:
    """Whether it names somebody at another service: `line:U4af`, `zalo:8452`, `tel:+66812345678`."""
    return _HANDLE.fullmatch(text) is not None


def phone_number(text: str) -> str:
    """A telephone number as it is compared: `+66812345678`; empty where it is none (E.164: at most 15 digits)."""
    bare = re.sub(r"[\s().\-/]", "", text)
    return bare if re.fullmatch(r"\+?[0-9]{3,15}", bare) else ""


def domain_of(address: str) -> str:
    """The part behind the last @, or an empty text."""
    return address.rpartition("@")[2] if "@" in address else ""


def local_of(address: str) -> str:
    """The part before the last @; the whole where there is none."""
    return address.rpartition("@")[0] if "@" in address else address


def without_detail(address: str) -> str:
    """`user+detail@domain` without its detail (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}" if at else address


def detail_of(address: str) -> str:
    """The detail of `user+detail@domain`, or an empty text."""
    return local_of(address).partition("+")[2]


def path(text: str) -> str:
    """A reverse-path as handed over: the null path in all its spellings becomes an empty text."""
    address = normalise(text)
    return "" if address in NULL_PATHS else address


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the company with its own address."""

    key: str
    name: str
    address: str
    aliases: tuple[str, ...] = ()
    language: str = "en"
    timezone: str = "UTC"
    handover: timedelta | None = None
    """So long an agent who is given a ticket has to accept it; then it goes back. None: it is theirs at once."""
    auto_close: timedelta | None = None
    """So long after a customer was last asked, a pending ticket closes by itself."""
    auto_close_warning: timedelta = timedelta(days=3)
    """So long before that the customer is warned."""
    reopen_within: timedelta | None = None
    """So long after closing an answer opens a ticket again; None is as everywhere, nothing never."""
    signature: str = ""
    """Below its agents' answers; see `core.signatures`."""
    triage: bool = False
    """It takes in and hands on: what it still holds is untriaged."""
    answers: bool = True
    """Whether its agents answer customers; else what they write stays inside, and another department answers."""
    closes: bool = True
    """Whether its agents close tickets as solved or not."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the company who answers."""

    key: str
    name: str
    addresses: tuple[str, ...]
    departments: tuple[str, ...]
    role: str = "agent"
    login: str = ""
    language: str = "en"
    timezone: str = "UTC"
    signature: str = ""
    """Below this agent's answers, in the place of the department's."""


@dataclass(frozen=True, slots=True)
class Own:
    """Which addresses are ours, answered from memory so that RCPT never waits."""

    domain: str
    departments: tuple[Department, ...]
    postmaster: str = ""
    """Key of the department that gets postmaster@ and abuse@ (RFC 5321, 4.5.1; RFC 2142)."""

    @property
    def domains(self) -> frozenset[str]:
        """Every domain that mail for us may carry."""
        public = (a for d in self.departments for a in (d.address, *d.aliases))
        return frozenset({self.domain, *(domain_of(a) for a in public)})

    def department_for(self, address: str) -> Department | None:
        """The department that this recipient address belongs to, details ignored."""
        bare = without_detail(normalise(address))
        local, domain = local_of(bare), domain_of(bare)
        for department in self.departments:
            public = (department.address, *department.aliases)
            if bare in public or (
                domain == self.domain and local in {department.key, *map(local_of, public)}
            ):
                return department
        if (
            self.departments
            and local in {"postmaster", "abuse"}
            and (not domain or domain in self.domains)
        ):
            chosen = self.postmaster or self.departments[0].key
            return next(d for d in self.departments if d.key == chosen)
        return None

    def is_bounce_address(self, address: str) -> bool:
        """Whether it is one of our VERP reverse-paths: `b+<id>.<mac>@domain`."""
        address = normalise(address)
        return local_of(address).startswith("b+") and domain_of(address) == self.domain

    def is_desk_address(self, address: str) -> bool:
        """Whether it is where agents write commands about any ticket: `desk@domain`, unless that is a department."""
        return normalise(address) == f"desk@{self.domain}" and not self.department_for(address)

    def is_confirm_address(self, address: str) -> bool:
        """Whether it is where an agent confirms an act: `c+<id>.<mac>@domain`."""
        return self.is_token_address(address) and normalise(address).startswith("c+")

    def is_welcome_address(self, address: str) -> bool:
        """Whether it is where a new agent's first answer goes: `welcome+<seconds>.<mac>@domain`."""
        return self.is_token_address(address) and normalise(address).startswith("welcome+")

    def is_token_address(self, address: str) -> bool:
        """Whether it looks like a reply address of ours, be its department renamed since."""
        address = normalise(address)
        return (
            domain_of(address) == self.domain and _TOKEN.fullmatch(detail_of(address)) is not None
        )

    def is_ours(self, address: str) -> bool:
        """Whether mail to this address is for the desk."""
        return (
            self.department_for(address) is not None
            or self.is_bounce_address(address)
            or self.is_token_address(address)
            or self.is_desk_address(address)
        )
