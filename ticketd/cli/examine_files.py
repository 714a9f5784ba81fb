"""What `doctor` looks at on the disk: configuration, state folder, keys, database, backups, templates."""

import os
import pwd
import shlex
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ticketd.cli.app import App
from ticketd.cli.findings import Finding, Findings, command
from ticketd.config.document import ConfigError
from ticketd.config.secrets import secret
from ticketd.core import health
from ticketd.core.errors import Temporary

_BACKUP_AGE = timedelta(hours=26)


def service_user(app: App) -> str:
    """Who the daemon runs as: who owns its folder; before there is one, the user of the shipped unit."""
    folder = app.config.state_dir
    if folder.exists():
        return folder.owner()
    try:
        return pwd.getpwnam("ticketd").pw_name
    except KeyError:
        return pwd.getpwuid(os.geteuid()).pw_name


def configuration(app: App) -> Findings:
    """The file itself: who may read and write it."""
    path, config = app.config_path, app.config
    mode = path.stat().st_mode
    quoted = shlex.quote(str(path))
    has_secret = (
        isinstance(config.outgoing.password, str)
        or ":" in config.database_url.partition("@")[0].partition("//")[2]
    )
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield Finding(
            "fail",
            "config",
            f"{path} may be changed by others than its owner",
            f"chmod go-w {quoted}",
        )
    elif has_secret and mode & stat.S_IROTH:
        yield Finding(
            "fail",
            "config",
            f"{path} holds a password and everybody may read it",
            f"chmod o-r {quoted}",
        )
    else:
        counts = f"{len(config.departments)} departments, {len(config.agents)} agents"
        yield Finding("ok", "config", f"{path}, {counts}")
    if not config.departments:
        yield Finding(
            "fail",
            "config",
            "there is no department to take mail for",
            f"add one under `departments` in {path}",
        )
    try:
        secret(config.outgoing.password, "outgoing.password")
    except ConfigError as error:
        yield Finding(
            "fail",
            "config",
            str(error),
            f"write it to where {path} says, readable by {service_user(app)}",
        )


def state(app: App) -> Findings:
    """The folder of the desk, and the signing keys in it."""
    folder, user = app.config.state_dir, service_user(app)
    quoted = shlex.quote(str(folder))
    if not folder.is_dir():
        fix = f"install -d -m 0700 -o {user} -g $(id -gn {user}) {quoted}"
        yield Finding("fail", "state", f"{folder} does not exist", fix)
        return
    faults = list(_access(folder, user, 0o700))
    keys = folder / "keys"
    if keys.exists():
        faults += _access(keys, user, 0o600)
    elif (folder / "ticketd.db").exists():
        what = f"{keys} is gone: answers to mails that have left would be strangers' mail"
        fix = f"take it from a backup; else `{command(app, 'serve')}` makes new ones, and old reply addresses end"
        yield Finding("fail", "state", what, fix)
    if not faults:
        yield Finding("ok", "state", f"{folder}, owner {user}")
    for what, fix in faults:
        yield Finding("fail", "state", what, fix)


def _access(path: Path, user: str, mode: int) -> Iterator[tuple[str, str]]:
    """Who owns it and who else may use it: (what is wrong, the command)."""
    quoted = shlex.quote(str(path))
    if path.owner() != user:
        yield (
            f"{path} belongs to {path.owner()}, the daemon runs as {user}",
            f"chown {user}: {quoted}",
        )
    if stat.S_IMODE(path.stat().st_mode) & ~mode:
        yield f"others than {user} may use {path}", f"chmod {mode:04o} {quoted}"


def database(app: App) -> Findings:
    """Whether it answers, fits and belongs to the right user."""
    from ticketd.store import schema

    opened = app.any_database()
    path = opened.path
    if path is not None and not path.exists():
        yield Finding(
            "fail",
            "database",
            f"there is none at {path} yet",
            command(app, "init", "--create-database"),
        )
        return
    try:
        version = schema.version(opened)
        loses = schema.why_it_may_lose(opened)
    except Temporary as error:
        fix = (
            "make room, or stop who holds it"
            if path
            else "systemctl start postgresql, and look at its log"
        )
        yield Finding("fail", "database", str(error), fix)
        return
    faults = list(_access(path, service_user(app), 0o600)) if path is not None else []
    if version != schema.HEAD:
        what = f"the schema is {version or 'none'}, this program needs {schema.HEAD}"
        yield Finding("fail", "database", what, command(app, "db", "upgrade"))
    elif not faults:
        yield Finding("ok", "database", f"{opened.kind}, schema {version} (current)")
    for what, fix in faults:
        yield Finding("fail", "database", what, fix)
    if loses and not app.config.accept_loss:
        yield Finding(
            "fail", "database", loses, "turn it on in postgresql.conf and restart PostgreSQL"
        )


def backups(app: App) -> Findings:
    """Whether there is a young one, where the timer writes them."""
    folder = app.config.state_dir / "backups"
    ages = (
        [datetime.fromtimestamp(p.stat().st_mtime, UTC) for p in folder.glob("*") if p.is_file()]
        if folder.is_dir()
        else []
    )
    now = app.now()
    if ages and now - max(ages) <= _BACKUP_AGE:
        yield Finding(
            "ok",
            "backup",
            f"{len(ages)} in {folder}, the last one of {max(ages):%Y-%m-%d %H:%M} UTC",
        )
        return
    what = (
        f"the last one in {folder} is of {max(ages):%Y-%m-%d}"
        if ages
        else f"there is none in {folder}"
    )
    yield Finding(
        "warn",
        "backup",
        what,
        "systemctl enable --now ticketd-backup.timer && systemctl start ticketd-backup.service",
    )


def templates(app: App) -> Findings:
    """Whether every mail can be written."""
    from ticketd.mail.render import BadTemplate, Renderer

    config = app.config
    try:
        faults = Renderer(config.templates).check(config.languages)
    except BadTemplate as error:
        faults = str(error).splitlines()
    if not faults:
        yield Finding("ok", "templates", f"{', '.join(config.languages)} complete")
    for fault in faults:
        name = fault.partition(":")[0]
        is_file = Path(name).is_file()
        quoted = shlex.quote(name)
        fix = (
            f"mv {quoted} {quoted}.off  # then the shipped text counts"
            if is_file
            else f"look at {config.templates}"
        )
        yield Finding("fail", "templates", fault, fix)


def disk(app: App) -> Findings:
    """Room beside what the doors leave alone."""
    folder, least = app.config.state_dir, app.config.limits.min_free
    if not folder.exists():
        return
    free = shutil.disk_usage(folder).free
    for trouble in health.disk(free, least):
        yield Finding("fail" if free < least else "warn", "disk", trouble.what, trouble.remedy)
    if free >= 2 * least:
        yield Finding("ok", "disk", f"{free // 1024**2} MiB free")
