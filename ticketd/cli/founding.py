"""Writes a new configuration and creates its database, as the user whom the daemon runs as."""

import codecs
import os
import pwd
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ticketd.cli.app import EX_CONFIG, EX_NOPERM, App, Failure
from ticketd.config.document import ConfigError
from ticketd.config.load import load
from ticketd.core.errors import Temporary

if TYPE_CHECKING:
    from ticketd.config.schema import Config


def service_owner(user: str | None) -> pwd.struct_passwd:
    """Who the daemon runs as. Failure where there is no such user, or we may not become it."""
    me = pwd.getpwuid(os.geteuid())
    wanted = user or ("ticketd" if me.pw_uid == 0 else me.pw_name)
    try:
        found = pwd.getpwnam(wanted)
    except KeyError:
        what = f"there is no user {wanted}: run `ticketd install --systemd` first, or name another with --user"
        raise Failure(what) from None
    if me.pw_uid not in {0, found.pw_uid}:
        raise Failure(
            f"only root may create the database of {wanted}; run this with sudo", EX_NOPERM
        )
    return found


def found_desk(app: App, path: Path, text: str, owner: pwd.struct_passwd, *, dry_run: bool) -> None:
    """The file and the database: both, or nothing of ours stays. A dry run prints the file."""
    try:
        new = _checked(app, path, text, dry_run=dry_run)
        if dry_run:
            new.unlink()
            print(text)
            return
        _hand_over(new, owner)
        new.rename(path)
    except OSError as error:
        raise Failure(
            f"{error.filename or path} cannot be written: {error.strerror}", EX_NOPERM
        ) from None
    try:
        create_database_as(app, owner)
    except Failure:
        path.unlink()
        raise
    print(f"config    {path}\ndatabase  {app.config.database_url}, of {owner.pw_name}")


def _checked(app: App, path: Path, text: str, *, dry_run: bool) -> Path:
    """A file beside the one that is wanted, with a text that can be read; Failure with every fault of it."""
    if dry_run:
        handle, name = tempfile.mkstemp(suffix=".yaml")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    new = Path(name)
    try:
        app.config = load(new)
    except ConfigError as error:
        new.unlink()
        # The lines are those of a file that nobody has seen.
        raise Failure(re.sub(rf"{re.escape(name)}(?::[0-9]+)?: ", "", str(error)), 2) from None
    return new


def _hand_over(path: Path, owner: pwd.struct_passwd) -> None:
    """Root writes it, the daemon reads it, nobody else."""
    if os.geteuid() == 0:
        os.chown(path, 0, owner.pw_gid)
    path.chmod(0o640)


def create_database_as(app: App, owner: pwd.struct_passwd) -> None:
    """The state folder, the keys and the database, as the daemon's user: what root makes would lock it out."""
    config = app.config
    try:
        config.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            os.chown(config.state_dir, owner.pw_uid, owner.pw_gid)
    except OSError as error:
        raise Failure(f"{config.state_dir} cannot be made: {error.strerror}", EX_NOPERM) from None
    from ticketd import build

    # What is imported on the way may lie where the other user cannot read.
    build.open_database(config).close()
    codecs.lookup("ascii")
    # A process of its own, as there is no way back to root.
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            told = _prepared_as(config, owner)
            os.write(write, told.encode()[:4000])
            os._exit(0)
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as said:
        told = said.read()
    _, status = os.waitpid(pid, 0)
    if told or status:
        raise Failure(told or "the database could not be created", EX_CONFIG)


def _prepared_as(config: "Config", owner: pwd.struct_passwd) -> str:
    """In the child: become that user and create; what went wrong, or nothing."""
    from ticketd import build

    try:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(owner.pw_gid)
            os.setuid(owner.pw_uid)
        os.umask(0o077)
        build.prepare(config)
    except (ConfigError, Temporary, OSError) as error:
        return " ".join(str(error).split()) or type(error).__name__
    except Exception as error:  # noqa: BLE001 - nobody else hears of it
        return f"the database could not be created: {type(error).__name__}: {error}"
    return ""
