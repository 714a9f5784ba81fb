"""Builds the parts of the desk from the configuration: each in one place, in plain sight."""

import shutil
import socket
from functools import partial

from ticketd import service_manager
from ticketd.config.document import ConfigError, Fault
from ticketd.config.hooks import HookKeys
from ticketd.config.keys import make_keys
from ticketd.config.schema import Config
from ticketd.config.secrets import secret
from ticketd.config.settings import settings_of
from ticketd.core.clock import system_clock
from ticketd.core.settings import Settings
from ticketd.desk.alerts import Alerts, Limits, free_bytes
from ticketd.desk.work import Desk
from ticketd.receive.sockets import bind
from ticketd.send.calls import Target
from ticketd.send.capture import Capture
from ticketd.send.sender import Way
from ticketd.send.smarthost import Smarthost, Smtp
from ticketd.store import schema
from ticketd.store.database import Damaged, Database
from ticketd.store.lock import Lock


def prepare(config: Config) -> Settings:
    """Make the state folder, the keys and an absent database. ConfigError where the schema does not fit."""
    config.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = make_keys(config.state_dir, system_clock().date())
    database = open_database(config)
    try:
        if not config.accept_loss and (why := schema.why_it_may_lose(database)):
            raise ConfigError([Fault("database", f"{why}; or set `accept_loss: true`")])
        fitting = schema.version(database)
        if fitting is None:
            schema.create(database)
        elif why := schema.misfit(fitting):
            raise ConfigError([Fault("database", why)])
        database.protect()
    except Damaged as error:
        what = f"{error}; stop here, keep the file, and restore a copy from before"
        raise ConfigError([Fault("database", what)]) from error
    finally:
        database.close()
    return settings_of(config, keys)


def open_database(config: Config) -> Database:
    """The database that the configuration names."""
    return Database(config.database_url, config.blob_folder)


def alerts(config: Config, desk: Desk) -> Alerts | None:
    """Who is told of troubles; nobody, unless the configuration names one."""
    ops = config.ops
    if ops.alert_to is None:
        return None
    limits = Limits(config.limits.min_free, ops.silence_after)
    free = partial(free_bytes, str(config.state_dir))
    return Alerts(desk, ops.alert_to, ops.alert_every, limits, free)


def way_out(config: Config) -> Way:
    """How mail leaves."""
    outgoing = config.outgoing
    if outgoing.capture is not None:
        return Capture(outgoing.capture)
    host, _, port = outgoing.smtp.rpartition(":")
    return Smtp(
        Smarthost(
            host or outgoing.smtp,
            int(port or 25),
            outgoing.tls,
            outgoing.user or "",
            secret(outgoing.password, "outgoing.password") or "",
            config.domain,
        )
    )


def hook_targets(config: Config) -> dict[str, Target]:
    """What the hooks call; one whose secret cannot be read keeps nobody else from their work."""
    return {name: _target(name, keys) for name, keys in config.hooks.items()}


def _target(name: str, keys: HookKeys) -> Target:
    headers: list[tuple[str, str]] = []
    fault = ""
    for field, value in keys.headers.items():
        try:
            headers.append((field, secret(value, f"hooks.{name}.headers.{field}") or ""))
        except ConfigError as error:
            fault = str(error)
    if keys.command and shutil.which(keys.command[0]) is None:
        fault = (
            f"hooks.{name}.command: there is no program {keys.command[0]} that this user may run"
        )
    return Target(keys.command, keys.url, tuple(headers), keys.within, keys.tries, fault)


def bind_all(config: Config) -> list[tuple[str, socket.socket]]:
    """All listening sockets, before anything else is started; what systemd hands over stands for all of its kind."""
    passed = service_manager.passed()
    kinds = {via for via, _ in passed}
    listen, metrics = config.listen, config.metrics.listen
    places = [("smtp", place) for place in listen.smtp] + [("lmtp", place) for place in listen.lmtp]
    places += [("metrics", place) for place in metrics[:1]]
    return passed + [(via, bind(place)) for via, place in places if via not in kinds]


def lock(config: Config) -> Lock:
    """The lock that keeps a second daemon away from the same state folder."""
    config.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Lock(config.state_dir / "lock")
