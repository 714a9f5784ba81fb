"""One file with a whole desk: rows, blobs, keys and configuration, with a checksum of each part.

A .tar.gz that any tool opens. Rows are lines of JSON, not a file of one database: a desk may be restored on the other
kind, and whoever leaves can read them. `manifest.json` comes last and names every part.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from ticketd.store import schema
from ticketd.store.blobs import path_of
from ticketd.store.database import Database
from ticketd.store.snapshot import as_line, count, rows, snapshot, tables_of

FORMAT = 1
MANIFEST = "manifest.json"
_PART = 16 * 1024**2
_LEVEL = 4
"""Of gzip: twice as fast as 9, and 3 % larger with mail."""
Tell = Callable[[int], None]


class BadBackup(Exception):
    """The file is no backup, or not whole: one sentence."""


@dataclass(slots=True)
class Manifest:
    """What a backup holds."""

    program: str
    made_at: str
    schema: str
    database: str
    """sqlite or postgresql: where it came from."""
    tables: dict[str, list[str]] = field(default_factory=dict)
    """The columns of each."""
    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of every other member."""
    missing: list[str] = field(default_factory=list)
    """Blobs that have a row and no file."""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to a desk besides its database: (name in the backup, bytes)."""

    files: tuple[tuple[str, bytes], ...]


class Writer:
    """Puts one desk into one file."""

    def __init__(self, archive: tarfile.TarFile, manifest: Manifest, tell: Tell) -> None:
        self._archive = archive
        self.manifest = manifest
        self._tell = tell

    def add(self, name: str, content: bytes) -> None:
        """One part."""
        self.manifest.parts[name] = hashlib.sha256(content).hexdigest()
        self._put(name, content)

    def _put(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        info.mtime = int(datetime.fromisoformat(self.manifest.made_at).timestamp())
        self._archive.addfile(info, io.BytesIO(content))

    def table(self, connection: Connection, table: Table) -> list[str]:
        """All rows of a table, in parts that fit into memory; the SHA-256 of blobs that lie in files."""
        manifest, in_files = self.manifest, []
        manifest.tables[table.name] = table.columns.keys()
        manifest.rows[table.name] = count(connection, table)
        lines, size, part = bytearray(), 0, 0
        for row in rows(connection, table):
            if table.name == "blob":
                told = dict(zip(table.columns.keys(), row, strict=True))
                in_files += [told["sha256"]] if told["content"] is None else []
            lines += as_line(row)
            size += 1
            if len(lines) >= _PART:
                part += 1
                self.add(f"database/{table.name}.{part:05}.jsonl", bytes(lines))
                self._tell(size)
                lines, size = bytearray(), 0
        self.add(f"database/{table.name}.{part + 1:05}.jsonl", bytes(lines))
        self._tell(size)
        return in_files

    def blobs(self, folder: Path | None, wanted: Sequence[str]) -> None:
        """The large ones; a file under such a name never changes."""
        for sha256 in wanted:
            try:
                content = path_of(folder, sha256).read_bytes() if folder is not None else None
            except FileNotFoundError:
                content = None
            if content is None:
                self.manifest.missing.append(sha256)
            else:
                self.add(f"blobs/{sha256}", content)
            self._tell(1)

    def end(self) -> None:
        """The list of all parts."""
        self._put(MANIFEST, json.dumps(asdict(self.manifest), indent=1).encode())


def write(
    database: Database, beside: Beside, path: Path, now: datetime, program: str, tell: Tell
) -> Manifest:
    """Back the desk up as it is at one moment, while it goes on. FileExistsError where there is such a file."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    manifest = Manifest(program, now.isoformat(), schema.version(database) or "", kind)
    with _new_file(path) as archive:
        writer = Writer(archive, manifest, tell)
        with snapshot(database) as connection:
            in_files: list[str] = []
            for table in tables_of(connection):
                in_files += writer.table(connection, table)
        writer.blobs(database.blobs, in_files)
        for name, content in beside.files:
            writer.add(name, content)
        writer.end()
    return manifest


@contextmanager
def _new_file(path: Path) -> Iterator[tarfile.TarFile]:
    """It gets its name when it is whole and durable; nobody else may read it."""
    if path.exists():
        raise FileExistsError(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=_LEVEL) as archive:
                yield archive
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every part in order. BadBackup where the file is cut off or damaged."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                stream = archive.extractfile(member)
                yield member.name, stream.read() if stream is not None else b""
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:
            raise BadBackup(f"{path} cannot be read: {error.strerror}") from None
        raise BadBackup(f"{path} is cut off, damaged, or no backup ({error})") from None
    except Exception as error:
        # What zlib says of bytes that were changed has a class of its own.
        if type(error).__module__ != "zlib":
            raise
        raise BadBackup(f"{path} is damaged ({error})") from None


def verify(path: Path, tell: Tell) -> Manifest:
    """Read all of a backup. BadBackup with the first thing that is not as it was written."""
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    manifest: Manifest | None = None
    for name, content in parts(path):
        tell(1)
        if name == MANIFEST:
            manifest = _manifest(path, content)
            continue
        found[name] = hashlib.sha256(content).hexdigest()
        if name.startswith("blobs/") and found[name] != name.removeprefix("blobs/"):
            raise BadBackup(f"{path}: {name} holds other bytes than its name says")
        if name.startswith("database/"):
            table = name.removeprefix("database/").partition(".")[0]
            lines[table] = lines.get(table, 0) + content.count(b"\n")
    if manifest is None:
        raise BadBackup(f"{path} has no {MANIFEST}: it is cut off, or no backup of ticketd")
    for name, digest in manifest.parts.items():
        if found.get(name) != digest:
            raise BadBackup(f"{path}: {name} is {'damaged' if name in found else 'not there'}")
    for table, number in manifest.rows.items():
        if lines.get(table, 0) != number:
            raise BadBackup(f"{path}: {table} has {lines.get(table, 0)} rows instead of {number}")
    return manifest


def _manifest(path: Path, content: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(content)
        manifest = Manifest(**told)
    except (ValueError, TypeError):
        raise BadBackup(f"{path}: its {MANIFEST} cannot be read; it is no backup") from None
    if manifest.format != FORMAT:
        raise BadBackup(f"{path} has format {manifest.format}, this program knows {FORMAT}")
    return manifest
