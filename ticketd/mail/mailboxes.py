"""Archives of mail: an mbox file (RFC 4155, with `>From ` quoting) or a Maildir with its folders."""

import email.utils
import glob
import hashlib
import mmap
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ticketd.core.archive import Skimmed, foreign_tag
from ticketd.mail.fields import field_text, message_ids

_HEAD = 256 * 1024
_HELD = 16 * 1024**2
"""How much of a mapped file may stay in our memory."""
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_TO_QUOTE = re.compile(rb"^(>*From )", re.MULTILINE)
_BEGINNING = re.compile(rb"^[ \t\r\f\v]*\n(?=From )", re.MULTILINE)
_WANTED = (b"message-id", b"in-reply-to", b"references", b"subject", b"date")


class NoMailbox(Exception):
    """There is no archive of that kind there: one sentence."""


class Mailbox(Protocol):
    """Mails that can be read again by their place."""

    def skim(self) -> Iterator[Skimmed]: ...

    def raw(self, place: int) -> bytes: ...

    def close(self) -> None: ...


class Mbox:
    """One file. A mail begins at `From ` behind an empty line."""

    def __init__(self, path: Path) -> None:
        self._places: list[tuple[int, int]] = []
        self._held = 0
        try:
            with path.open("rb") as file:
                self._bytes: mmap.mmap | bytes = b""
                if path.stat().st_size:
                    self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise NoMailbox(f"{path} cannot be read: {error.strerror}") from None
        if self._bytes[:5] not in {b"From ", b""}:
            self.close()
            raise NoMailbox(f"{path} is no mbox: it does not begin with `From `")

    def skim(self) -> Iterator[Skimmed]:
        """Look through all of it once, a mail at a time."""
        for start, end in self._spans():
            self._places.append((start, end))
            yield skimmed(len(self._places) - 1, self.raw(len(self._places) - 1))

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Where each mail begins and ends."""
        start = 0
        for match in _BEGINNING.finditer(self._bytes):
            if match.end() > start:
                yield start, match.end()
                start = match.end()
        if self._bytes:
            yield start, len(self._bytes)

    def raw(self, place: int) -> bytes:
        """The mail as it was before it was put in."""
        start, end = self._places[place]
        _, _, mail = self._bytes[start:end].partition(b"\n")
        self._held += end - start
        if self._held > _HELD and isinstance(self._bytes, mmap.mmap):
            # Else the whole archive would be counted as ours.
            self._bytes.madvise(mmap.MADV_DONTNEED)
            self._held = 0
        return _QUOTED.sub(rb"\1", mail) if b">From " in mail else mail

    def close(self) -> None:
        """Done with it."""
        if isinstance(self._bytes, mmap.mmap):
            self._bytes.close()


class Maildir:
    """A folder with new and cur; its sub-folders (`.Sent`) too."""

    def __init__(self, path: Path) -> None:
        folders = [path, *sorted(p for p in path.glob(".*") if p.is_dir())]
        self._files = sorted(
            file
            for folder in folders
            for kind in ("cur", "new")
            for file in (folder / kind).glob("[!.]*")
            if file.is_file() and not file.is_symlink()
        )
        if not (path / "cur").is_dir() and not (path / "new").is_dir():
            raise NoMailbox(f"{path} is no Maildir: it has neither cur nor new")

    def skim(self) -> Iterator[Skimmed]:
        """Look through all of it once, a mail at a time."""
        for place in range(len(self._files)):
            yield skimmed(place, self.raw(place))

    def raw(self, place: int) -> bytes:
        """The mail; a mail program may have read it meanwhile, which moves it and gives it flags."""
        file = self._files[place]
        try:
            return file.read_bytes()
        except FileNotFoundError:
            name = glob.escape(file.name.partition(":")[0])
            moved = next((file.parent.parent / "cur").glob(f"{name}*"), None)
            if moved is None:
                raise
            return moved.read_bytes()

    def close(self) -> None:
        """Nothing is kept open."""


def skimmed(place: int, raw: bytes) -> Skimmed:
    """The few fields of a header that make threads; nothing else of the mail is looked at."""
    fields = _fields(raw[:_HEAD])
    own = message_ids(field_text(fields.get(b"message-id", b"")))
    answered = message_ids(field_text(fields.get(b"in-reply-to", b"")))
    before = message_ids(field_text(fields.get(b"references", b"")))
    return Skimmed(
        place=place,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        message_id=own[0] if own else "",
        ancestors=tuple(dict.fromkeys((*answered, *reversed(before)))),
        tag=foreign_tag(field_text(fields.get(b"subject", b""))),
        date=_date(fields.get(b"date", b"")),
    )


def _fields(head: bytes) -> dict[bytes, bytes]:
    """The bodies of those fields, unfolded, the topmost of each name."""
    found: dict[bytes, bytes] = {}
    name = b""
    for line in head.splitlines():
        if not line:
            break
        if line[:1] in {b" ", b"\t"}:
            if name:
                found[name] += b" " + line.strip()
            continue
        name, _, body = line.partition(b":")
        name = name.strip().lower()
        if name in _WANTED and name not in found:
            found[name] = body.strip()
        else:
            name = b""
    return found


def _date(body: bytes) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(body.decode("ascii", "replace"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    date = date.replace(tzinfo=UTC) if date.tzinfo is None else date
    return date if 1970 < date.year < 2100 else None


def as_mbox(raw: bytes, sender: str, at: datetime) -> bytes:
    """A mail as an mbox holds it, with a line in front and `From ` quoted (mboxrd, so that nothing is lost)."""
    quoted = _TO_QUOTE.sub(rb">\1", raw.replace(b"\r\n", b"\n"))
    stamp = at.astimezone(UTC).strftime("%a %b %d %H:%M:%S %Y")
    first = f"From {sender or 'MAILER-DAEMON'} {stamp}\n".encode("utf-8", "replace")
    return first + quoted.rstrip(b"\n") + b"\n\n"
