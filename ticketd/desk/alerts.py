"""The desk tells a person by mail that it is in trouble: at most once in a while for each kind of trouble."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ticketd import maillog
from ticketd.core import health
from ticketd.core.errors import Temporary
from ticketd.core.health import LoopSeen, Trouble
from ticketd.core.inbound import Mailbox
from ticketd.desk import post
from ticketd.desk.act import act
from ticketd.desk.work import Desk, Work
from ticketd.mail.markup import text_html
from ticketd.mail.render import Rendered
from ticketd.store import Session, gauges, hook_calls, inbox_counts, outbox, spent, workers

_EVERY = timedelta(minutes=1)
_RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is trouble on this desk."""

    min_free: int
    """Bytes of the disk that the doors leave alone."""
    silence_after: timedelta | None = None


def troubles(session: Session, now: datetime, limits: Limits, free: int) -> list[Trouble]:
    """Everything that a person should look at; `free` bytes are left on the disk."""
    coming, going = inbox_counts.totals(session), outbox.totals(session)
    seen = [LoopSeen(w.name, w.step_at, w.error) for w in workers.all_workers(session)]
    newest = max(gauges.last_received(session).values(), default=None)
    return [
        *health.queues(coming.oldest, going.oldest, now),
        # Who asks is a loop itself: before the first beats there is nothing to say.
        *(health.loops(seen, now) if seen else ()),
        *health.hooks(hook_calls.totals(session, now - _RECENT).failed),
        *health.quarantine(coming.quarantined),
        *health.disk(free, limits.min_free),
        *health.silence(newest, limits.silence_after, now),
    ]


@dataclass(slots=True)
class Alerts:
    """Looks each minute. Several daemons share the budget, so that one of them tells."""

    desk: Desk
    to: str
    every: timedelta
    limits: Limits
    free: Callable[[], int]
    _next: datetime | None = field(default=None, init=False)

    def step(self, now: datetime) -> bool:
        """Look, if a minute has passed; whether anybody was told."""
        due = self._next
        if due is None or now >= due or due - now > _EVERY:
            self._next = now + _EVERY
        if due is None or now < due:
            # The loops have just begun, and give their first signs.
            return False
        with self.desk.database.reading() as session:
            found = troubles(session, now, self.limits, self.free())
        return self._tell(found, now) if found else False

    def _tell(self, found: list[Trouble], now: datetime) -> bool:
        with act(self.desk, now, cause="alert") as work:
            fresh = [one for one in found if not self._was_told(work, one)]
            for one in fresh:
                spent.spend(work.session, "trouble", one.kind, now)
                maillog.trouble(one.kind, one.what)
            if fresh:
                self._mail(work, fresh)
        return bool(fresh)

    def _was_told(self, work: Work, one: Trouble) -> bool:
        return spent.is_spent(work.session, "trouble", one.kind, work.now - self.every, 1)

    def _mail(self, work: Work, found: list[Trouble]) -> None:
        name = work.settings.name or work.settings.domain
        told = "\n\n".join(f"{one.what}.\nWhat to do: {one.remedy}" for one in found)
        text = (
            f"The support desk {name} needs somebody to look:\n\n{told}\n\n"
            "`ticketd doctor` says more. A trouble of one kind is told once in "
            f"{round(self.every.total_seconds() / 60)} minutes.\n"
        )
        mail = post.Mail(
            kind="notice",
            subject=f"{name}: {found[0].what}" + (f" (and {len(found) - 1} more)" if found[1:] else ""),
            body=Rendered(text, text_html(text)),
            author=Mailbox(name, f"desk@{work.settings.domain}"),
            fields=(("X-Ticketd-Event", "alert"),),
            reply_to=self.to,
        )  # fmt: skip
        post.put_bare(work, mail, post.Reader(Mailbox("", self.to), "agent"))


def free_bytes(folder: str) -> int:
    """What is left on the disk of a folder. Temporary where it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise Temporary(f"{folder}: {error.strerror}") from error
