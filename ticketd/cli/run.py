"""`ticketd serve`: the daemon in the foreground, as systemd wants it."""

import contextlib
import ctypes
import gc
import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ticketd.cli.app import App, Failure
from ticketd.core.errors import Temporary

if TYPE_CHECKING:
    from ticketd.config.schema import Config

EX_UNAVAILABLE, EX_TEMPFAIL, EX_CONFIG = 69, 75, 78
_M_MMAP_THRESHOLD, _LARGE = -3, 256 * 1024
_PRIORITIES = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}


class _Journal(logging.Formatter):
    """`<N>` in front of a line is its priority for journald; it writes the time itself."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record).replace("\n", "\n  ")
        return f"<{_PRIORITIES.get(record.levelno, 6)}>{text}"


class _Json(logging.Formatter):
    """One object a line, for whoever collects logs; ids that stand in the sentence are keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        found: dict[str, str] = dict(_IDS.findall(text))
        found |= {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": text,
        }
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False)


_IDS = re.compile(r"(?:^| )([a-z][a-z-]*)=([^ ]+)")


def start_log(level: str, form: str = "text") -> None:
    """Log to standard error: for the journal, or with a time for everybody else."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(_Json())
    elif os.environ.get("JOURNAL_STREAM"):
        handler.setFormatter(_Journal("%(name)s %(message)s"))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


@click.command()
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
)
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.pass_obj
def serve(app: App, log_level: str, log_format: str) -> int:
    """Run the daemon until it is told to stop (SIGTERM)."""
    start_log(log_level, log_format)
    if not app.config.departments:
        raise Failure(
            f"{app.config_path}: departments: there must be at least one to take mail for",
            EX_CONFIG,
        )
    return run_daemon(app.config_path, app.config)


def run_daemon(
    path: Path, config: "Config", minutes: float | None = None, *, is_demo: bool = False
) -> int:
    """Take the lock, the ports and the database, in this order, and serve. Failure says which one is missing."""
    from ticketd import build, daemon
    from ticketd.config.document import ConfigError
    from ticketd.mail.render import BadTemplate
    from ticketd.receive.sockets import AddressInUse
    from ticketd.service_manager import UnknownSocket

    # Every file that the daemon makes is its own.
    os.umask(0o077)
    try:
        lock = build.lock(config)
        lock.acquire()
        listeners = build.bind_all(config)
        settings = build.prepare(config)
    except UnknownSocket as error:
        raise Failure(str(error), EX_CONFIG) from None
    except AddressInUse as error:
        raise Failure(f"{error}; change `listen`, or stop that program", EX_UNAVAILABLE) from None
    except ConfigError as error:
        raise Failure(str(error), EX_CONFIG) from None
    except Temporary as error:
        raise Failure(str(error), EX_TEMPFAIL) from None
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise Failure(f"cannot start:{where} {error.strerror or error}", EX_CONFIG) from None
    try:
        supervisor = daemon.Daemon(path, config, listeners, settings)
    except BadTemplate as error:
        raise Failure(str(error), EX_CONFIG) from None
    _settle_memory()
    return supervisor.serve(minutes, is_demo=is_demo)


def _settle_memory() -> None:
    """What has been imported belongs to all processes: the collector's marks would make each copy it for itself."""
    # The commands do without it.
    gc.enable()
    gc.collect()
    gc.freeze()
    # glibc learns from large blocks to keep them; a mail of 25 MB should be given back when it is done.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
