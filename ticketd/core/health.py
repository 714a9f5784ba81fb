"""Whether something is stuck: limits over plain values, the same for `status`, for alert mails and for monitoring."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

INBOX_STUCK = timedelta(minutes=5)
OUTBOX_STUCK = timedelta(minutes=15)
LOOP_DEAD = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that a person should look at."""

    kind: str
    """inbox, outbox, hooks, loop, outgoing, quarantine, disk or silence: an alert of each kind has its own hour."""
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class LoopSeen:
    """A loop of the daemon as it was last seen."""

    name: str
    step_at: datetime
    error: str


def queues(oldest_in: datetime | None, oldest_out: datetime | None, now: datetime) -> list[Trouble]:
    """Mail that waits for too long."""
    found = []
    if oldest_in is not None and now - oldest_in > INBOX_STUCK:
        what = "mail waits in the inbox for more than 5 minutes"
        found.append(Trouble("inbox", what, "see the log; `ticketd doctor` looks for the cause"))
    if oldest_out is not None and now - oldest_out > OUTBOX_STUCK:
        what = "mail waits in the outbox for more than 15 minutes"
        found.append(Trouble("outbox", what, "`ticketd queue list` shows the last answers"))
    return found


def loops(seen: Iterable[LoopSeen], now: datetime) -> list[Trouble]:
    """Loops that are silent, or say what troubles them."""
    all_seen = list(seen)
    found = [
        Trouble("loop", f"{one.name} has made no step for a minute", "systemctl restart ticketd")
        for one in all_seen
        if now - one.step_at >= LOOP_DEAD
    ]
    found += [
        Trouble("outgoing" if one.name == "sender" else "loop", f"{one.name}: {one.error}", "see the log")
        for one in all_seen
        if one.error
    ]  # fmt: skip
    if not all_seen:
        found.append(Trouble("loop", "the daemon has never run", "systemctl start ticketd"))
    return found


def quarantine(waiting: int) -> list[Trouble]:
    """Mail that nobody could read; it is on tickets of last resort, too."""
    if not waiting:
        return []
    return [
        Trouble("quarantine", f"{waiting} mails are quarantined", "look at them: ticketd quarantine list")
    ]  # fmt: skip


def hooks(failed: int) -> list[Trouble]:
    """Other systems that were to be told of tickets, and were not."""
    if not failed:
        return []
    what = f"calls of hooks that were given up within a day: {failed}"
    remedy = "`ticketd queue list` shows their answers, `ticketd queue retry` makes them again"
    return [Trouble("hooks", what, remedy)]


def disk(free: int, min_free: int) -> list[Trouble]:
    """Bytes that are free beside what the doors leave alone."""
    if free >= 2 * min_free:
        return []
    word = "mail is deferred" if free < min_free else "mail will be deferred"
    what = f"only {free // 1024**2} MiB are free on the disk of the desk; below {min_free // 1024**2} MiB {word}"
    return [Trouble("disk", what, "make room, or lower limits.min_free")]


def silence(last: datetime | None, after: timedelta | None, now: datetime) -> list[Trouble]:
    """No mail came for longer than the operator thinks normal."""
    if after is None or last is None or now - last <= after:
        return []
    hours = round((now - last).total_seconds() / 3600, 1)
    what = f"no mail has come in for {hours:g} hours"
    return [Trouble("silence", what, "ticketd doctor, and look at the mail server's log")]
