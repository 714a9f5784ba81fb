"""The keys file in the state folder: read by all that sign or verify, written by the first start and by `keys`."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from ticketd.config.document import ConfigError, Fault
from ticketd.core.key_ring import Key, KeyRing, parsed, told
from ticketd.core.tokens import Keys

NO_KEYS = Keys("none", (("a", b"\0" * 32),))
"""For `explain` without a desk: nothing that it signs ever leaves."""


def keys_file(state_dir: Path) -> Path:
    """Where the keys are."""
    return state_dir / "keys"


def new_secret() -> bytes:
    """256 bits."""
    return secrets.token_bytes(32)


def read_keys(state_dir: Path) -> Keys:
    """The signing keys. ConfigError where there are none or the file is not ours to read."""
    return read_ring(state_dir).verifying


def read_ring(state_dir: Path) -> KeyRing:
    """The signing keys with their days. ConfigError where there are none or the file is not ours to read."""
    path = keys_file(state_dir)
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        ring = parsed(path.read_text("ascii"), written)
    except (OSError, ValueError, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        what = f"the signing keys cannot be read: {reason}; run this as the daemon's user or root"
        raise ConfigError([Fault(str(path), what)]) from None
    if not ring.keys:
        raise ConfigError([Fault(str(path), "it holds no signing key; restore it from a backup")])
    return ring


def make_keys(state_dir: Path, today: date) -> Keys:
    """The signing keys, made at the first start (0600)."""
    if not keys_file(state_dir).exists():
        _write(state_dir, KeyRing(secrets.token_hex(6), (Key("a", new_secret(), today),)))
    return read_keys(state_dir)


@contextmanager
def changing(state_dir: Path) -> Iterator[None]:
    """One change at a time: of two people, the second reads what the first has written."""
    folder = os.open(state_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def write_ring(state_dir: Path, ring: KeyRing) -> None:
    """Put these keys in the place of the old ones. OSError where that may not be."""
    _write(state_dir, ring)


def _write(state_dir: Path, ring: KeyRing) -> None:
    """All or nothing, on the disk before it counts; whoever owned the file still does (root may have been asked)."""
    path = keys_file(state_dir)
    new = state_dir / f"keys.{os.getpid()}"
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(file, "w", encoding="ascii") as stream:
            stream.write(told(ring))
            stream.flush()
            if path.exists():
                before = path.stat()
                os.fchown(stream.fileno(), before.st_uid, before.st_gid)
            os.fsync(stream.fileno())
        new.rename(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(state_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
