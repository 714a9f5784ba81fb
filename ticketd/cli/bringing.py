"""An archive of mail is brought in: looked through, then read and committed in batches."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticketd.cli.app import App
from ticketd.cli.progress import progress

if TYPE_CHECKING:
    from ticketd.core.archive import Skimmed, Threads
    from ticketd.desk.importing import Archived
    from ticketd.mail.mailboxes import Mailbox

Tell = Callable[[int], None]


@dataclass(slots=True)
class Count:
    """What an import came to."""

    mails: int = 0
    already: int = 0
    imported: int = 0
    tickets: int = 0
    closed: int = 0
    left_out: list[str] = field(default_factory=list)


def bring(app: App, box: "Mailbox", department: str, *, dry_run: bool) -> Count:
    """Look through all of it for the order and the threads, then take what is not here yet."""
    from ticketd.core.archive import Threads
    from ticketd.store import imports

    count = Count()
    skimmed = _looked_through(box)
    count.mails = len(skimmed)
    with app.database.reading() as session:
        known, tags = imports.known(session), imports.tags(session)
    threads = Threads(lambda _: None, of_tags=tags)
    fresh = []
    for mail in skimmed:
        if mail.sha256 not in known:
            fresh.append(mail)
            known[mail.sha256] = 0
        else:
            count.already += 1
            if known[mail.sha256]:
                threads.note(mail, known[mail.sha256])
    with progress("import", len(fresh)) as tell:
        if dry_run:
            _try(app, fresh, threads, count, tell)
        else:
            _take(app, box, fresh, threads, department, count, tell)
    return count


def _looked_through(box: "Mailbox") -> list["Skimmed"]:
    from ticketd.core.archive import in_order

    skimmed = []
    with progress("look through", None) as tell:
        for mail in box.skim():
            skimmed.append(mail)
            tell(1)
    return in_order(skimmed)


def _try(
    app: App, mails: Sequence["Skimmed"], threads: "Threads", count: Count, tell: Tell
) -> None:
    """Threads alone; new tickets have numbers below zero."""
    from ticketd.store import tickets

    with app.database.reading() as session:
        threads.known = lambda message_id: next(iter(tickets.numbers_of(session, message_id)), None)
        for mail in mails:
            number = threads.find(mail)
            if number is None:
                count.tickets += 1
                number = -count.tickets
            count.imported += 1
            threads.note(mail, number)
            tell(1)


def _take(
    app: App, box: "Mailbox", mails: Sequence["Skimmed"], threads: "Threads", department: str,
    count: Count, tell: Tell,
) -> None:  # fmt: skip
    """A batch is committed while the next one is read, in a process with limits, as at the doors."""
    from ticketd.core.archive import in_batches
    from ticketd.desk.importing import bring_in_all

    reader = _Reader(app, box, department)
    with reader, ThreadPoolExecutor(1, "reader") as pool:
        batches = in_batches(mails)
        ahead = pool.submit(reader.read, next(batches, []))
        while items := ahead.result():
            ahead = pool.submit(reader.read, next(batches, []))
            now = app.now()
            told = [item for item in items if not isinstance(item, str)]
            for item, went in zip(
                told, bring_in_all(app.desk, told, threads, department, now), strict=True
            ):
                if went.ticket is None:
                    count.left_out.append(
                        f"mail {item.skimmed.place + 1}: of ours to nobody outside"
                    )
                else:
                    count.imported += 1
                    count.tickets += went.is_new
            count.left_out += [item for item in items if isinstance(item, str)]
            tell(len(items))


class _Reader:
    """Reads the mails of one batch after the other; one without a date is as old as the one before it."""

    def __init__(self, app: App, box: "Mailbox", department: str) -> None:
        from ticketd.mail.worker import ParserProcess

        self._box = box
        self._parser = ParserProcess()
        self._hint = app.settings.hint((department,))
        self._now = app.now()
        self._last: datetime = self._now

    def __enter__(self) -> None:
        """The process starts with the first mail."""

    def __exit__(self, *_: object) -> None:
        self._parser.stop()

    def read(self, batch: Sequence["Skimmed"]) -> list["Archived | str"]:
        """Each mail, or why it is left out."""
        return list(map(self._one, batch))

    def _one(self, skimmed: "Skimmed") -> "Archived | str":
        from ticketd.desk.importing import Archived
        from ticketd.mail.worker import ParserCrashed

        raw = self._box.raw(skimmed.place)
        self._last = min(skimmed.date or self._last, self._now)
        try:
            return Archived(self._parser.parse(raw, self._hint), raw, skimmed, self._last)
        except ParserCrashed as error:
            return f"mail {skimmed.place + 1}: {error}"


def close_old(app: App, age: timedelta) -> int:
    """Close what nobody has written on for so long; how many tickets."""
    from ticketd.core.archive import BATCH_MAILS
    from ticketd.desk import importing
    from ticketd.store import imports

    now = app.now()
    with app.database.reading() as session:
        numbers = imports.open_ones(session, now - age)
    with progress("close", len(numbers)) as tell:
        for some in _some(numbers, BATCH_MAILS):
            importing.close_old(app.desk, some, now)
            tell(len(some))
    return len(numbers)


def _some(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (numbers[at : at + size] for at in range(0, len(numbers), size))
