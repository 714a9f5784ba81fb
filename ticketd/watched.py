"""What monitoring sees: /healthz, /readyz and /metrics over HTTP on a loopback port or a socket, or as text."""

import http.server
import logging
import platform
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ticketd import __version__, meters
from ticketd.build import open_database
from ticketd.config.schema import Config
from ticketd.core.errors import Temporary
from ticketd.store import gauges, schema
from ticketd.store.database import Database

if TYPE_CHECKING:
    from prometheus_client import Metric

log = logging.getLogger(__name__)
TEXT = "text/plain; version=0.0.4; charset=utf-8"
_LATELY = 60.0
"""Seconds for which what has to be counted over all tickets is remembered."""
_FIRST_REPLY = [300.0, 900.0, 3600.0, 4 * 3600.0, 8 * 3600.0, 86400.0, 3 * 86400.0]
_RESOLUTION = [3600.0, 4 * 3600.0, 86400.0, 3 * 86400.0, 7 * 86400.0, 30 * 86400.0]


class DeskCollector:
    """The gauges that stand in the database, asked for at each look."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._history: list[Metric] = []
        self._history_at = -_LATELY

    def collect(self) -> Iterator["Metric"]:
        """For prometheus_client. Temporary where the database is away."""
        with self._database.reading() as session:
            seen = gauges.standing(session)
        yield _gauge("build_info", "What runs here.", ("version", "python", "schema"),
                     [((__version__, platform.python_version(), schema.HEAD), 1)])  # fmt: skip
        yield _gauge("outbox_messages", "Mails that we owe.", ("state",),
                     [((state,), n) for state, n in sorted(seen.by_state.items())])  # fmt: skip
        yield _gauge(
            "outbox_oldest_seconds",
            "How long the oldest of them waits.",
            (),
            [((), _age(seen.going.oldest))],
        )
        yield _gauge(
            "inbox_messages", "Mails that wait to be worked in.", (), [((), seen.coming.waiting)]
        )
        yield _gauge(
            "inbox_oldest_seconds",
            "How long the oldest of them waits.",
            (),
            [((), _age(seen.coming.oldest))],
        )
        yield _gauge(
            "quarantine_messages",
            "Mails that wait for a person.",
            (),
            [((), seen.coming.quarantined)],
        )
        yield _gauge("last_message_received_timestamp_seconds", "When the last mail came.", ("channel",),
                     [((via,), at.timestamp()) for via, at in sorted(seen.last_received.items())])  # fmt: skip
        yield _gauge("tickets", "Tickets.", ("department", "status"), sorted(seen.tickets.items()))
        yield _gauge("job_last_success_timestamp_seconds", "Last step of each loop.", ("job",),
                     [((name,), at.timestamp()) for name, (at, error) in seen.loops.items() if not error])  # fmt: skip
        yield _gauge("db_size_bytes", "The database.", (), [((), gauges.size(self._database))])
        yield from self._all_tickets()

    def _all_tickets(self) -> list["Metric"]:
        if time.monotonic() - self._history_at >= _LATELY:
            self._history, self._history_at = list(self._read_history()), time.monotonic()
        return self._history

    def _read_history(self) -> Iterator["Metric"]:
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        with self._database.reading() as session:
            changes = gauges.changes(session)
            for what in ("opened", "closed", "reopened"):
                told = CounterMetricFamily(
                    f"ticketd_tickets_{what}", f"Tickets {what}.", labels=["department"]
                )
                for (department, change), number in sorted(changes.items()):
                    if change == what:
                        told.add_metric([department], number)
                yield told
            for name, ends, limits in (
                ("first_response", "first_reply", _FIRST_REPLY), ("resolution", "resolution", _RESOLUTION),
            ):  # fmt: skip
                spans = HistogramMetricFamily(
                    f"ticketd_ticket_{name}_seconds", f"Clock seconds from the opening to the {name}.",
                    labels=["department"],
                )  # fmt: skip
                for department, (buckets, total) in gauges.durations(session, ends, limits).items():
                    bounds = [*(f"{limit:g}" for limit in limits), "+Inf"]
                    spans.add_metric([department], list(zip(bounds, buckets, strict=True)), total)
                yield spans


def _gauge(
    name: str, meaning: str, labels: tuple[str, ...], samples: Iterable[tuple[tuple[str, ...], float]]
) -> "Metric":  # fmt: skip
    from prometheus_client.core import GaugeMetricFamily

    told = GaugeMetricFamily(f"ticketd_{name}", meaning, labels=labels)
    for values, number in samples:
        told.add_metric(values, number)
    return told


def _age(moment: datetime | None) -> float:
    return max(0.0, time.time() - moment.timestamp()) if moment is not None else 0.0


def metrics_text(state_dir: Path, collector: DeskCollector) -> bytes:
    """All of it in Prometheus' text format."""
    from prometheus_client import generate_latest

    registry = meters.counted(meters.folder_of(state_dir))
    registry.register(collector)
    return bytes(generate_latest(registry))


def why_not_ready(config: Config, database: Database) -> str:
    """Why mail cannot be taken just now; empty where it can."""
    import shutil

    try:
        version = schema.version(database)
    except Temporary as error:
        return f"database: {error}"
    if version != schema.HEAD:
        return f"database: schema {version}, this program needs {schema.HEAD}"
    free = shutil.disk_usage(config.state_dir).free
    if free < config.limits.min_free:
        return f"disk: {free} bytes are free, limits.min_free is {config.limits.min_free}"
    return ""


def serve_metrics(
    config: Config, place: socket.socket, life: int, who_hangs: Callable[[], list[str]]
) -> None:
    """Answer until the supervisor is gone (`life` ends) or ends us."""
    database = open_database(config)
    collector = DeskCollector(database)

    def healthz() -> tuple[int, bytes]:
        hangs = who_hangs()
        return (503, f"{', '.join(hangs)} hangs\n".encode()) if hangs else (200, b"ok\n")

    def readyz() -> tuple[int, bytes]:
        why = why_not_ready(config, database)
        return (503, f"{why}\n".encode()) if why else (200, b"ok\n")

    def metrics() -> tuple[int, bytes]:
        return 200, metrics_text(config.state_dir, collector)

    pages = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    server = _Server(place, pages)
    while True:
        ready, _, _ = select.select([place.fileno(), life], [], [])
        if life in ready:
            return
        server.handle_request()


Pages = dict[str, Callable[[], tuple[int, bytes]]]


class _Server(http.server.HTTPServer):
    """On a socket that is bound already; one client after the other, each with five seconds."""

    def __init__(self, place: socket.socket, pages: Pages) -> None:
        super().__init__(("", 0), _Page, bind_and_activate=False)
        self.socket.close()
        self.socket, self.pages = place, pages
        place.setblocking(False)


class _Page(http.server.BaseHTTPRequestHandler):
    """GET of one of the three pages; nothing else is here."""

    timeout = 5
    server: _Server
    server_version, sys_version = "ticketd", ""

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path.partition("?")[0])
        if page is None:
            self.send_error(404, "There are /healthz, /readyz and /metrics")
            return
        try:
            code, body = page()
        except Temporary as error:
            code, body = 503, f"{error}\n".encode()
        except Exception:
            log.exception("%s", self.path)
            code, body = 500, b"a fault of ours; see the log\n"
        self.send_response(code)
        self.send_header("Content-Type", TEXT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "local"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        log.debug(format, *args)
