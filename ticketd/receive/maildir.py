"""Picks mails up from a Maildir: a file is removed only after the inbox has it."""

import errno
import logging
import os
import queue
import shutil
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from ticketd import maillog
from ticketd.core.addresses import is_address, normalise, path
from ticketd.core.errors import Temporary
from ticketd.core.inbound import Envelope, Recipient
from ticketd.receive.data import hops, ids_of, normalised
from ticketd.receive.door import COMMIT_SECONDS, MAX_HOPS, Door

if TYPE_CHECKING:
    from ticketd.store.inbox import Stored

log = logging.getLogger(__name__)
RESCAN_SECONDS = 60
_RECIPIENT_FIELDS = ("x-original-to", "delivered-to", "envelope-to")


class Maildir(FileSystemEventHandler):
    """Watches `new/`, and looks through it once a minute: a watch may miss files."""

    def __init__(self, folder: Path, quarantine: Path, door: Door) -> None:
        self._folder = folder
        self._quarantine = quarantine
        self._door = door
        self._woken = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="maildir", daemon=True)

    def start(self) -> None:
        """Begin to watch; the folders are made where they are missing."""
        for name in ("tmp", "new", "cur"):
            (self._folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._thread.start()

    def stop(self) -> None:
        """End after the file at hand."""
        self._stopping = True
        self._woken.set()
        self._thread.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Something came: created (moved in from outside) or moved (within the Maildir)."""
        if event.event_type in {"created", "moved"}:
            self._woken.set()

    def _run(self) -> None:
        observer = Observer()
        observer.daemon = True
        try:
            observer.schedule(self, str(self._folder / "new"))
            observer.start()
        except OSError as error:
            log.warning(
                "no watch on %s (%s); it is looked through every minute", self._folder, error
            )
        while not self._stopping:
            self._woken.clear()
            try:
                self.pick_up()
            except OSError as error:
                log.error("maildir %s cannot be looked through: %s", self._folder, error)
            self._woken.wait(RESCAN_SECONDS)
        observer.stop()

    def pick_up(self) -> int:
        """Take in every file of `new/`; how many are done."""
        done = 0
        for entry in sorted((self._folder / "new").iterdir(), key=lambda e: e.name):
            if self._stopping:
                break
            try:
                done += self._take(entry)
            except Temporary as error:
                log.warning("maildir waits: %s", error)
                break
            except Exception:
                log.exception("maildir file %s failed", entry.name)
        return done

    def _take(self, entry: Path) -> bool:
        raw, why = self._read(entry)
        if raw is None:
            return self._set_aside(entry, why)
        envelope = self._envelope(raw)
        if not envelope.rcpt_to:
            return self._set_aside(entry, "no X-Original-To, Delivered-To or Envelope-To of ours")
        if self._door.is_disk_low(len(raw)):
            raise Temporary("not enough room")
        stored = self._store(envelope, raw)
        entry.unlink(missing_ok=True)
        return stored

    def _read(self, entry: Path) -> tuple[bytes | None, str]:
        """The bytes of a plain file, normalised; else why it is none."""
        try:
            # Nobody makes us read /etc/shadow through a link, or wait for ever on a FIFO.
            file = os.open(entry, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO}:
                return None, f"cannot be opened: {error.strerror}"
            # No permission, no file handles: the mail is left, and tried again.
            raise Temporary(f"{entry.name} cannot be opened: {error.strerror}") from error
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            os.close(file)
            return None, "not a plain file"
        with os.fdopen(file, "rb") as stream:
            if status.st_size > self._door.limits.max_size:
                return None, f"larger than {self._door.limits.max_size} bytes"
            raw = normalised(stream.read())
        if hops(raw[: 256 * 1024]) > MAX_HOPS:
            return None, "too many hops"
        return raw, ""

    def _envelope(self, raw: bytes) -> Envelope:
        """Who and to whom, from the fields that the delivery agent put on top (never To)."""
        found: dict[str, list[str]] = {}
        for name, body in _top_fields(raw):
            found.setdefault(name, []).append(normalise(body))
        recipients = []
        for name in _RECIPIENT_FIELDS:
            for address in found.get(name, ()):
                recipient = Recipient(address)
                if is_address(address) and not self._door.why_not_ours(recipient):
                    recipients.append(recipient)
            if recipients:
                break
        return_path = next(iter(found.get("return-path", ())), "")
        return Envelope(
            path(return_path), tuple(dict.fromkeys(recipients)), "maildir", self._door.now()
        )

    def _store(self, envelope: Envelope, raw: bytes) -> bool:
        spool = self._door.new_spool()
        spool.write(raw)
        became: queue.SimpleQueue[Stored | Exception] = queue.SimpleQueue()
        self._door.store(envelope, spool, became.put)
        try:
            stored = became.get(timeout=COMMIT_SECONDS)
        except queue.Empty:
            raise Temporary("the database is slow") from None
        if isinstance(stored, Exception):
            raise stored
        maillog.received(
            stored.id, envelope, len(raw), ids_of(raw[:65536]), is_repeat=stored.is_repeat
        )
        return True

    def _set_aside(self, entry: Path, why: str) -> bool:
        self._quarantine.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self._quarantine / entry.name
        while os.path.lexists(target):
            target = target.with_name(f"{target.name}.again")
        log.error("maildir file %s set aside in %s: %s", entry.name, self._quarantine, why)
        # Across file systems too; a link is moved as a link.
        shutil.move(entry, target)
        return True


def _top_fields(raw: bytes) -> list[tuple[str, str]]:
    """Fields above the first Received: what the last delivery agent wrote, not what a sender did."""
    found = []
    for line in raw[: 64 * 1024].split(b"\r\n"):
        name, colon, body = line.partition(b":")
        if not line or name.lower() == b"received":
            break
        if colon and not line.startswith((b" ", b"\t")):
            found.append((name.decode("ascii", "replace").lower(), body.decode("utf-8", "replace")))
    return found
