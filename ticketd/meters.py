"""What is counted for monitoring, by all processes of a daemon together; nothing is where nobody listens.

The counts lie in small files that survive a process and end with the daemon (prometheus_client's multiprocess mode).
Without `begin`, `count` does nothing: commands and tests need not know of it.
"""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

COUNTERS = {
    "messages_received": ("What became of mails that came in.", ("channel", "result")),
    "smtp_replies": ("Replies at the doors.", ("channel", "code")),
    "outbox_sent": ("Mails that the outgoing server took.", ("kind",)),
    "outbox_failures": ("Mails that did not leave at a try.", ("kind", "reason")),
    "db_errors": ("Questions that the database did not answer.", ("kind",)),
}
_HISTOGRAMS = {
    "message_size_bytes": (
        "Sizes of mails that came in.", ("channel",),
        (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000),
    ),
    "message_processing_seconds": (
        "From the 250 to the end of the work on a mail.", ("channel",),
        (0.05, 0.1, 0.5, 1, 5, 30, 300, 3600),
    ),
}  # fmt: skip
_GAUGES = {"smtp_connections": ("Clients at the doors.", ("channel",))}


class _Meters:
    """The meters of this process; made before the processes of the daemon part."""

    def __init__(self) -> None:
        self.by_name: dict[str, Any] = {}
        self.process = "supervisor"


_meters = _Meters()


def begin(folder: Path) -> None:
    """Count from zero, into files of this folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from prometheus_client import Counter, Gauge, Histogram, values

    # Files by what a process does, not by its number: one that comes back goes on counting.
    values.ValueClass = values.MultiProcessValue(lambda: _meters.process)  # type: ignore[no-untyped-call]
    made = _meters.by_name
    for name, (meaning, labels) in COUNTERS.items():
        made[name] = Counter(f"ticketd_{name}", meaning, labels, registry=None)
    for name, (meaning, labels, buckets) in _HISTOGRAMS.items():
        made[name] = Histogram(f"ticketd_{name}", meaning, labels, buckets=buckets, registry=None)
    for name, (meaning, labels) in _GAUGES.items():
        made[name] = Gauge(
            f"ticketd_{name}", meaning, labels, registry=None, multiprocess_mode="livesum"
        )


def belongs_to(process: str) -> None:
    """From here on this is another process."""
    _meters.process = process


def count(name: str, **labels: str) -> None:
    """One more."""
    if meter := _meters.by_name.get(name):
        meter.labels(**labels).inc()


def measure(name: str, value: float, **labels: str) -> None:
    """A value for a histogram, or the present one of a gauge."""
    if meter := _meters.by_name.get(name):
        (meter.labels(**labels).set if name in _GAUGES else meter.labels(**labels).observe)(value)


def counted(folder: Path) -> "CollectorRegistry":
    """What all processes have counted, as a registry that more may be added to."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    if folder.is_dir():
        MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return registry


def folder_of(state_dir: Path) -> Path:
    """Where the counts of the daemon with this state folder lie: in memory where systemd gives us a place for that."""
    return Path(os.environ.get("RUNTIME_DIRECTORY") or state_dir) / "meters"
