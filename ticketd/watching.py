"""Watches the configuration, the templates and the keys, and tells the supervisor when they have changed."""

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Sequence
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
RESCAN = 30.0
CALM = 0.5
"""Editors write a file in several steps; seconds without another one mean that it is done."""
_CHANGES = [FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileMovedEvent]


Prints = dict[Path, tuple[int, int]]


def fingerprint(config: Path, templates: Path, keys: Path, texts: Sequence[Path] = ()) -> Prints:
    """When the files that matter were written, and how long they are; `texts` are folders of Markdown."""
    files = [config, keys, *(config.parent / "conf.d").glob("*.yaml")]
    files += [*templates.glob("*.html"), *templates.glob("*/*.txt")]
    files += [file for folder in texts for file in folder.glob("*.md")]
    found = {}
    for path in files:
        with contextlib.suppress(OSError):
            told = path.stat()
            found[path] = (told.st_mtime_ns, told.st_size)
    return found


class Watch(FileSystemEventHandler):
    """Compares what is on the disk with what was read, whenever something moves there and every half minute."""

    def __init__(
        self,
        config: Path,
        templates: Path,
        keys: Path,
        texts: Sequence[Path],
        read: Prints,
        supervisor: int,
    ) -> None:
        self._config = config
        self._templates = templates
        # Looked at every half minute only: much else moves in their folder.
        self._keys = keys
        self._texts = texts
        self._read = read
        self._supervisor = supervisor
        self._moved = threading.Event()
        self._ended = threading.Event()
        self._observer = Observer()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch; where the kernel tells nothing, the half minute is left."""
        folders = {self._config.parent: False, self._config.parent / "conf.d": False}
        folders |= dict.fromkeys(self._texts, False)
        folders[self._templates] = True
        try:
            for folder, deep in folders.items():
                if folder.is_dir():
                    self._observer.schedule(
                        self, str(folder), recursive=deep, event_filter=_CHANGES
                    )
            self._observer.start()
        except OSError as error:
            log.warning("changes of the configuration are seen late: %s", error)
        # What was written between the reading and now.
        self._moved.set()
        self._thread.start()

    def stop(self) -> None:
        """End the threads."""
        self._ended.set()
        self._moved.set()
        if self._observer.is_alive():
            self._observer.stop()

    def on_any_event(self, _event: FileSystemEvent) -> None:
        """Something was written in one of the folders."""
        self._moved.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._moved.wait(RESCAN)
            while self._moved.is_set() and not self._ended.is_set():
                self._moved.clear()
                self._ended.wait(CALM)
            now = fingerprint(self._config, self._templates, self._keys, self._texts)
            # Once the supervisor is gone, its number may be somebody else's.
            if now != self._read and os.getppid() == self._supervisor:
                self._read = now
                os.kill(self._supervisor, signal.SIGUSR1)
