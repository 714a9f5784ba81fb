"""Config -> the plain values that the rest of the desk works with."""

import os
import secrets
from pathlib import Path

from ticketd.config.document import ConfigError, Fault
from ticketd.config.schema import Config, ReportKeys
from ticketd.core.acks import Budgets
from ticketd.core.addresses import Agent, Department, Own
from ticketd.core.reports.schedule import Schedule, parse_every
from ticketd.core.settings import Settings
from ticketd.core.tokens import Keys
from ticketd.core.trust import TrustRules

NO_KEYS = Keys("none", (("a", b"\0" * 32),))
"""For `explain` without a desk: nothing that it signs ever leaves."""


def settings_of(config: Config, keys: Keys) -> Settings:
    """What decisions and acts need of the configuration."""
    own = Own(config.domain, _departments(config), config.postmaster or "")
    auth = config.auth
    return Settings(
        name=config.name,
        domain=config.domain,
        own=own,
        agents=agents_of(config),
        keys=keys,
        trust=TrustRules(
            frozenset(i.lower() for i in auth.authserv_ids),
            auth.trusted_hops,
            auth.local_submission,
            frozenset(
                (address, a.login.lower())
                for a in config.agents.values()
                for address in (a.address, *a.other_addresses)
                if a.login
            ),
        ),
        budgets=Budgets(**config.budgets.model_dump()),
        languages=config.languages,
        timezone=config.timezone,
        first_number=config.first_number,
        agents_minimum=auth.agents_minimum or ("dkim" if auth.authserv_ids else "token"),
        undo_window=config.undo_window,
        reopen_within=config.reopen_within,
        also_to=config.also_to,
        asks_ratings=config.ratings,
        after_reply=config.after_reply,
        receipts=config.receipts,
        reports=tuple(schedule_of(keys) for keys in config.reports),
    )


def _departments(config: Config) -> tuple[Department, ...]:
    return tuple(
        Department(
            key=key,
            name=d.name,
            address=d.address,
            aliases=d.aliases,
            language=d.language or config.languages[0],
            timezone=d.timezone or config.timezone,
        )
        for key, d in config.departments.items()
    )


def schedule_of(keys: ReportKeys) -> Schedule:
    """A report that leaves by itself; without a name it is known by what it says."""
    told = " ".join((*keys.sections, *keys.to, keys.query))
    return Schedule(
        name=keys.name or told,
        every=parse_every(keys.every),
        to=keys.to,
        sections=keys.sections,
        query=keys.query,
        language=keys.language or "",
        with_csv="csv" in keys.format,
        skip_empty=keys.skip_empty,
    )


def agents_of(config: Config) -> tuple[Agent, ...]:
    """The people who answer."""
    return tuple(
        Agent(
            key=key,
            name=a.name,
            addresses=(a.address, *a.other_addresses),
            departments=a.departments,
            role=a.role,
            login=a.login or "",
            language=a.language or config.languages[0],
            timezone=a.timezone or config.timezone,
        )
        for key, a in config.agents.items()
    )


def read_keys(state_dir: Path) -> Keys:
    """The signing keys. ConfigError where there are none or the file is not ours to read."""
    path = state_dir / "keys"
    try:
        lines = [line.split() for line in path.read_text("ascii").splitlines() if line.strip()]
        instance = next(words[1] for words in lines if words[0] == "instance")
        keys = tuple(
            (words[0], bytes.fromhex(words[1])) for words in lines if words[0] != "instance"
        )
    except (OSError, ValueError, IndexError, StopIteration) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        what = f"the signing keys cannot be read: {reason}; run this as the daemon's user or root"
        raise ConfigError([Fault(str(path), what)]) from None
    if not keys:
        raise ConfigError([Fault(str(path), "it holds no signing key; restore it from a backup")])
    return Keys(instance, keys)


def make_keys(state_dir: Path) -> Keys:
    """The signing keys, made at the first start (0600)."""
    path = state_dir / "keys"
    if not path.exists():
        new = state_dir / f"keys.{os.getpid()}"
        text = f"instance {secrets.token_hex(6)}\na {secrets.token_hex(32)}\n"
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.rename(path)
    return read_keys(state_dir)
