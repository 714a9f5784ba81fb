"""What commands share: the configuration, the database, who acts; each opened when it is first asked for."""

import contextlib
import os
import pwd
import sys
import time
import traceback
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ticketd.core.addresses import Agent
from ticketd.core.clock import Clock, system_clock

if TYPE_CHECKING:
    from ticketd.config.schema import Config
    from ticketd.core.settings import Settings
    from ticketd.desk.work import Desk
    from ticketd.store.database import Database


EX_REFUSED, EX_SOFTWARE, EX_NOPERM, EX_CONFIG = 1, 70, 77, 78


class Failure(Exception):
    """A command ends here: one sentence, and the exit code."""

    def __init__(self, sentence: str, code: int = EX_REFUSED) -> None:
        super().__init__(sentence)
        self.code = code


class App:
    """One run of the command."""

    def __init__(
        self,
        config: str | None = None,
        agent: str | None = None,
        *,
        debug: bool = False,
        clock: Clock = system_clock,
    ) -> None:
        self.config_name = config
        self._asked = agent
        self._debug = debug
        self.clock = clock
        self._opened: list[Database] = []

    @cached_property
    def config_path(self) -> Path:
        """The file that the configuration comes from; ends the command with 78 where there is none."""
        from ticketd.config.load import NoConfig, find, running_demo

        try:
            path = find(self.config_name)
        except NoConfig:
            sentence = (
                "there is no configuration: name one with --config FILE or $TICKETD_CONFIG, write "
                "/etc/ticketd/config.yaml, or start `ticketd demo`"
            )
            raise Failure(sentence, EX_CONFIG) from None
        if not self.config_name and not os.environ.get("TICKETD_CONFIG") and path == running_demo():
            print(f"ticketd: using the demo that runs in {path.parent}", file=sys.stderr)
        return path

    @property
    def has_config(self) -> bool:
        """Whether there is a configuration at all; some commands do without."""
        from ticketd.config.load import NoConfig, find

        try:
            return find(self.config_name).exists() or bool(self.config_name)
        except NoConfig:
            return False

    @cached_property
    def config(self) -> "Config":
        """The configuration; ends the command with 78 and every fault where it is wrong."""
        from ticketd.config.document import ConfigError
        from ticketd.config.load import load

        try:
            return load(self.config_path)
        except ConfigError as error:
            raise Failure(str(error), EX_CONFIG) from None

    @cached_property
    def settings(self) -> "Settings":
        """The desk as configured, with its signing keys."""
        from ticketd.config.document import ConfigError
        from ticketd.config.keys import read_keys
        from ticketd.config.settings import settings_of

        try:
            return settings_of(self.config, read_keys(self.config.state_dir))
        except ConfigError as error:
            raise Failure(str(error), EX_NOPERM if os.geteuid() else EX_CONFIG) from None

    @cached_property
    def database(self) -> "Database":
        """The database; ends the command where it is absent, not ours, or of another version."""
        from ticketd.store import schema

        database = self.any_database()
        if self.is_absent(database):
            raise Failure(
                f"there is no database at {database.path} yet; `ticketd serve` creates it",
                EX_CONFIG,
            )
        if database.path is not None and not os.access(database.path, os.R_OK | os.W_OK):
            raise Failure(
                f"{database.path} may not be opened; run this as the daemon's user or root",
                EX_NOPERM,
            )
        if why := schema.misfit(schema.version(database)):
            raise Failure(why, EX_CONFIG)
        return database

    def any_database(self) -> "Database":
        """The database as it is, be it absent or old."""
        from ticketd.store.database import Database

        return self.also(Database(self.config.database_url, self.config.blob_folder))

    @staticmethod
    def is_absent(database: "Database") -> bool:
        """Whether its file is not there yet; ends the command with 77 where that may not even be looked at."""
        try:
            return database.path is not None and not database.path.exists()
        except PermissionError:
            what = f"{database.path} may not be looked at; run this as the daemon's user or root"
            raise Failure(what, EX_NOPERM) from None

    def also(self, database: "Database") -> "Database":
        """Another database that is closed when the command ends."""
        self._opened.append(database)
        return database

    @cached_property
    def desk(self) -> "Desk":
        """The whole desk, for acts."""
        from ticketd.desk.work import Desk
        from ticketd.mail.render import BadTemplate, Renderer

        try:
            return Desk(
                self.database, self.settings, Renderer(self.config.templates, self.settings.labels)
            )
        except BadTemplate as error:
            raise Failure(str(error), EX_CONFIG) from None

    @cached_property
    def agent(self) -> Agent:
        """Who acts; ends the command with 77 where that is nobody, or somebody else."""
        agent = self._who(self.settings.agents)
        if agent.role == "viewer":
            raise Failure(f"{agent.key} is a viewer: may read, and change nothing", EX_NOPERM)
        return agent

    @cached_property
    def asker(self) -> str:
        """The key of who asks, by the configuration alone; empty where that is nobody: reading needs no name."""
        from ticketd.config.people import agents_of

        try:
            return self._who(agents_of(self.config)).key
        except Failure:
            return ""

    def named(self) -> Agent:
        """Whose command this is, viewers included; ends it with 77 where it is nobody's."""
        return self._who(self.settings.agents)

    def _who(self, agents: tuple[Agent, ...]) -> Agent:
        asked = self._asked or os.environ.get("TICKETD_AGENT")
        by_sudo = os.environ.get("SUDO_USER")
        login = by_sudo or _user_name(os.geteuid())
        return who(asked, login, agents, may_be_any=not by_sudo)

    def now(self) -> datetime:
        """The present moment."""
        return self.clock()

    def report_bug(self, error: Exception) -> int:
        """A fault of ours: its traceback goes to a file, its number to the person."""
        name = f"{int(time.time()):x}"
        text = "".join(traceback.format_exception(error))
        if self._debug:
            print(text, file=sys.stderr)
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        folder = state / "ticketd" / "faults"
        place = "it could not be written down; run it again with --debug"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / f"{name}.txt").write_text(text, "utf-8")
            place = f"{folder / name}.txt says more"
        print(
            f"ticketd: a fault of ours ({type(error).__name__}, log {name}): {place}",
            file=sys.stderr,
        )
        return EX_SOFTWARE

    def close(self) -> None:
        """Give back what was opened."""
        for database in self._opened:
            database.close()


def who(asked: str | None, login: str, agents: tuple[Agent, ...], *, may_be_any: bool) -> Agent:
    """The agent in whose name something is done. Failure (77) where that may not be."""
    if asked:
        wanted = asked.strip().lower()
        named = next((a for a in agents if wanted in {a.key.lower(), *a.addresses}), None)
        if named is None:
            known = ", ".join(a.key for a in agents) or "none yet"
            raise Failure(
                f"there is no agent '{asked}' in the configuration (there are: {known})", EX_NOPERM
            )
        if named.login != login and not may_be_any:
            needed = f"that agent's line would have to say `login: {login}`"
            raise Failure(f"{login} may not act as {named.key}; {needed}", EX_NOPERM)
        return named
    own = next((a for a in agents if a.login and a.login == login), None)
    if own is None:
        key = login if login.isidentifier() else "ann"
        line = f"{key}: {{name: {key.title()}, address: {key}@example.com, login: {login}}}"
        raise Failure(
            f"in whose name? Use --as AGENT, or add yourself to `agents` in the configuration: {line}",
            EX_NOPERM,
        )
    return own


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
