"""Raw mails and attachments by their SHA-256: small ones in the database, large ones as files."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ticketd.store.prepared import Prepared
from ticketd.store.tables import Blob, Inbox, MessageAttachment, table_of

_BLOB = table_of(Blob)

IN_DATABASE = 256 * 1024
"""Up to this size the common mail is one commit and no file."""


@dataclass(slots=True)
class Spooled:
    """Bytes that were taken in: in memory, or durable in a file that still has to get its name."""

    sha256: str
    size: int
    content: bytes | None
    file: Path | None
    head: bytes
    """The first block: the leading trace fields are in it."""

    def exact_digest(self) -> str:
        """SHA-256 without the leading fields that a delivery agent adds at every attempt."""
        skip = len(self.head) - len(_without_delivery_fields(self.head))
        if not skip:
            return self.sha256
        digest = hashlib.sha256(self.head[skip:])
        if self.file is not None:
            with self.file.open("rb") as stream:
                stream.seek(len(self.head))
                while block := stream.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def discard(self) -> None:
        """Throw away a mail that was refused or had been stored before."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


class Spool:
    """Takes bytes in blocks with flat memory: beyond `IN_DATABASE` they go to a file."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._digest = hashlib.sha256()
        self._memory = bytearray()
        self._head = b""
        self._file: int | None = None
        self._path: Path | None = None
        self._spooled: Spooled | None = None
        self.size = 0

    def write(self, block: bytes | bytearray) -> None:
        """Take the next bytes. OSError where the disk is full."""
        self._digest.update(block)
        self.size += len(block)
        if self._file is None:
            self._memory += block
            if self._folder is not None and len(self._memory) > IN_DATABASE:
                self._open()
        else:
            _write_all(self._file, block)

    @property
    def head(self) -> bytes:
        """The first block, with the header section of any sane mail in it."""
        return self._head or bytes(self._memory)

    def _open(self) -> None:
        assert self._folder is not None  # noqa: S101 - told by the caller
        incoming = self._folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file, name = tempfile.mkstemp(dir=incoming)
        self._path = Path(name)
        _write_all(self._file, self._memory)
        self._head = bytes(self._memory)
        self._memory = bytearray()

    def finish(self) -> Spooled:
        """Everything is in: what lies in a file is durable now. May be asked again after a failure."""
        if self._spooled is None:
            self._spooled = self._finish()
        return self._spooled

    def _finish(self) -> Spooled:
        digest = self._digest.hexdigest()
        if self._file is None:
            content = bytes(self._memory)
            return Spooled(digest, self.size, content, None, content)
        os.fdatasync(self._file)
        os.close(self._file)
        self._file = None
        return Spooled(digest, self.size, None, self._path, self._head)

    def discard(self) -> None:
        """The mail was refused: leave nothing behind."""
        self._memory = bytearray()
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def _write_all(file: int, block: bytes | bytearray) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(file, view) :]


_DELIVERY_FIELDS = (
    b"return-path:",
    b"delivered-to:",
    b"x-original-to:",
    b"envelope-to:",
    b"delivery-date:",
)


def _without_delivery_fields(head: bytes) -> bytes:
    while head.lower().startswith(_DELIVERY_FIELDS):
        end = head.find(b"\n") + 1
        while end and head[end : end + 1] in {b" ", b"\t"}:
            end = head.find(b"\n", end) + 1
        if not end:
            break
        head = head[end:]
    return head


def path_of(folder: Path, sha256: str) -> Path:
    """Where a large blob lies: two levels of folders."""
    return folder / sha256[:2] / sha256[2:4] / sha256


def settle(spooled: Spooled, folder: Path | None) -> bytes | None:
    """Give a durable file its name; returns what the row has to hold (None: the file holds it)."""
    if spooled.file is None:
        return spooled.content
    assert folder is not None  # noqa: S101 - there is a file only where there is a folder
    target = path_of(folder, spooled.sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    spooled.file.replace(target)
    # A transaction that failed after this may be tried again.
    spooled.file = target
    for directory in (target.parent, target.parent.parent, folder):
        _sync_folder(directory)
    return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def insert_ignore(dialect: str, table: type) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves rows alone which are there already, on both databases."""
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing()


def put(session: Session, folder: Path | None, content: bytes, now: datetime) -> str:
    """Store bytes (an attachment) within the caller's transaction; returns their SHA-256."""
    spool = Spool(folder)
    spool.write(content)
    spooled = spool.finish()
    row = {
        "sha256": spooled.sha256,
        "size": spooled.size,
        "content": settle(spooled, folder),
        "stored_at": now,
    }
    _insert(session.get_bind().dialect.name).run(session, row)
    return spooled.sha256


@cache
def _insert(dialect: str) -> Prepared:
    return Prepared(insert_ignore(dialect, Blob), _BLOB.columns.keys())


_SMALL = select(_BLOB.c.sha256, _BLOB.c.content).where(
    _BLOB.c.sha256.in_(bindparam("wanted", expanding=True)),
    _BLOB.c.content.is_not(None),
)


def small_ones(session: Session, wanted: Sequence[str]) -> dict[str, bytes]:
    """The bytes of those of these blobs that lie in the database, in one question."""
    rows = session.connection().execute(_SMALL, {"wanted": list(wanted)})
    return {sha256: content for sha256, content in rows.all() if content is not None}


def get(session: Session, folder: Path | None, sha256: str) -> bytes:
    """The bytes of a blob. KeyError where there are none."""
    row = session.execute(select(Blob).where(Blob.sha256 == sha256)).scalar_one_or_none()
    if row is None:
        raise KeyError(sha256)
    if row.content is not None:
        return row.content
    if folder is None:
        raise KeyError(sha256)
    return path_of(folder, sha256).read_bytes()


def drop_unused(session: Session, digests: Sequence[str]) -> list[str]:
    """Remove blobs that no mail and no message uses any more; which. Their files go after the commit."""
    dropped = []
    for sha256 in digests:
        used = select(MessageAttachment.id).where(MessageAttachment.sha256 == sha256).limit(1)
        came = select(Inbox.id).where(Inbox.sha256 == sha256).limit(1)
        if session.execute(used).first() or session.execute(came).first():
            continue
        session.execute(delete(Blob).where(Blob.sha256 == sha256))
        dropped.append(sha256)
    return dropped


def remove_files(folder: Path | None, digests: Sequence[str]) -> None:
    """Remove the files of blobs whose rows are gone for good."""
    if folder is not None:
        for sha256 in digests:
            path_of(folder, sha256).unlink(missing_ok=True)
