"""Watches the configuration and the templates, and tells the supervisor when they have changed."""

import logging
import os
import signal
import threading
from pathlib import Path

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

log = logging.getLogger(__name__)
CALM = 0.5
"""Editors write a file in several steps; seconds without another one mean that it is done."""
_CHANGES = [FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileMovedEvent]


class Watch(FileSystemEventHandler):
    """One observer of the folders that matter."""

    def __init__(self, config: Path, templates: Path, supervisor: int) -> None:
        self._config = config.absolute()
        self._templates = templates.absolute()
        self._supervisor = supervisor
        self._observer = Observer()
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        """Begin to watch; where that cannot be done, SIGHUP is still there."""
        folders = {self._config.parent: False, self._config.parent / "conf.d": False}
        folders[self._templates] = True
        try:
            for folder, deep in folders.items():
                if folder.is_dir():
                    self._observer.schedule(
                        self, str(folder), recursive=deep, event_filter=_CHANGES
                    )
            self._observer.start()
        except OSError as error:
            log.warning("changes of the configuration are not seen (%s); send SIGHUP", error)

    def stop(self) -> None:
        """End the observer."""
        if self._timer is not None:
            self._timer.cancel()
        if self._observer.is_alive():
            self._observer.stop()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Wait until the writing has calmed down."""
        paths = {Path(os.fsdecode(p)) for p in (event.src_path, event.dest_path) if p}
        if not any(self._matters(path) for path in paths):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(CALM, self._tell)
        self._timer.daemon = True
        self._timer.start()

    def _matters(self, path: Path) -> bool:
        if path in {self._config, self._templates}:
            return True
        if path.parent == self._config.parent / "conf.d":
            return path.suffix == ".yaml"
        return path.suffix in {".txt", ".html"} and path.is_relative_to(self._templates)

    def _tell(self) -> None:
        # Once the supervisor is gone, its number may be somebody else's.
        if os.getppid() == self._supervisor:
            os.kill(self._supervisor, signal.SIGHUP)
