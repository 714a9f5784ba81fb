"""A daemon between a mail server that retries and a smarthost that fails."""

from pathlib import Path
from typing import Any

import yaml

from tests.faults.smarthost import Smarthost
from tests.process import Daemon


def behind(folder: Path, smarthost: Smarthost, database: str | None = None, **more: Any) -> Daemon:
    """A daemon, not yet started, whose mail leaves through this smarthost."""
    return through(Daemon(folder, database, **more), smarthost)


def through(daemon: Daemon, smarthost: Smarthost) -> Daemon:
    values = yaml.safe_load(daemon.config.read_text("utf-8"))
    del values["outgoing"]["capture"]
    values["outgoing"]["smtp"] = smarthost.place
    daemon.config.write_text(yaml.safe_dump(values), "utf-8")
    return daemon
