"""Threads of an archive of mail: by Message-IDs, and by the numbers that other desks write into subjects."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

# RT: [example.com #1234]; osTicket: [#123456]; Zammad and OTRS: [Ticket#2026112510000017]; ours: [Acme #12].
_TAG = re.compile(r"\[\s*([^\[\]#\s][^\[\]#]{0,59})?#\s*([0-9]{1,20})\s*\]")


def foreign_tag(subject: str) -> str:
    """The first ticket tag of a subject, whichever desk wrote it, as one word; empty where there is none."""
    match = _TAG.search(subject[:2000])
    return f"{' '.join((match[1] or '').split()).lower()}#{match[2]}" if match else ""


@dataclass(frozen=True, slots=True)
class Skimmed:
    """What the header of an archived mail says of its thread."""

    place: int
    """Which mail of the archive it is, from 0."""
    size: int
    """In bytes."""
    sha256: str
    message_id: str
    ancestors: tuple[str, ...]
    tag: str
    date: datetime | None


@dataclass(slots=True)
class Threads:
    """Which ticket each mail of an archive belongs to. An answer may stand there without what it answers."""

    known: Callable[[str], int | None]
    """The ticket of a Message-ID that is on the desk already."""
    of_ids: dict[str, int] = field(default_factory=dict)
    of_tags: dict[str, int] = field(default_factory=dict)

    def find(self, mail: Skimmed) -> int | None:
        """The ticket of its thread; None where it begins one."""
        ids = [i for i in (mail.message_id, *mail.ancestors) if i]
        found = next((self.of_ids[i] for i in ids if i in self.of_ids), None)
        if found is None and mail.tag:
            found = self.of_tags.get(mail.tag)
        if found is None:
            found = next((t for t in map(self.known, ids) if t is not None), None)
        return found

    def note(self, mail: Skimmed, ticket: int) -> None:
        """It went there, and so will its answers, and others that answer the same mail."""
        for message_id in (mail.message_id, *mail.ancestors):
            if message_id:
                self.of_ids.setdefault(message_id, ticket)
        if mail.tag:
            self.of_tags.setdefault(mail.tag, ticket)


BATCH_MAILS = 64
BATCH_BYTES = 4 * 1024**2


def in_batches(mails: Iterable[Skimmed]) -> Iterator[list[Skimmed]]:
    """As many as are read ahead and committed at once: few enough that a desk at work beside it does not wait."""
    batch: list[Skimmed] = []
    for mail in mails:
        if batch and (
            len(batch) == BATCH_MAILS or sum(m.size for m in batch) + mail.size > BATCH_BYTES
        ):
            yield batch
            batch = []
        batch.append(mail)
    if batch:
        yield batch


def in_order(mails: Iterable[Skimmed]) -> list[Skimmed]:
    """By date, as answers come after what they answer; one without a date stays behind its neighbour."""
    dated: list[tuple[float, int, Skimmed]] = []
    last = 0.0
    for mail in mails:
        last = mail.date.timestamp() if mail.date is not None else last
        dated.append((last, mail.place, mail))
    return [mail for _, _, mail in sorted(dated, key=lambda entry: entry[:2])]
