"""History -> the promises of a ticket: what a customer waits for, since when, and when the clock stood.

Everything is read from the rows that reports and `log` read, so that they cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ticketd.core.events import CUSTOMER
from ticketd.core.figures import Happened
from ticketd.core.lifecycle import Status
from ticketd.core.sla import Run, Target

EVENTS = (
    "customer_wrote", "released", "agent_replied", "status_changed", "undone", "sla_warned", "sla_breached", "due_came",
)  # fmt: skip
"""What is looked at; the rest of a history says nothing about promises."""
_STANDS = frozenset({Status.PENDING.value, Status.CLOSED.value})


@dataclass(slots=True)
class _Going:
    """A clock while the history is read."""

    since: datetime
    spans: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    done_at: datetime | None = None

    def go(self, at: datetime) -> None:
        if not self.spans or self.spans[-1][1] is not None:
            self.spans.append((at, None))

    def stand(self, at: datetime) -> None:
        if self.spans and self.spans[-1][1] is None:
            # A clock of the machine that went back: then no time has passed.
            self.spans[-1] = (self.spans[-1][0], max(at, self.spans[-1][0]))


@dataclass(slots=True)
class _Reader:
    """What is known of a ticket at one point of its history."""

    status: str = Status.NEW.value
    is_answered: bool = False
    words_at: datetime | None = None
    """When the customer last said something that wants an answer."""
    runs: list[tuple[Target, _Going]] = field(default_factory=list)

    def begin(self, target: Target, at: datetime) -> None:
        going = _Going(at)
        if self.status not in _STANDS:
            going.go(at)
        self.runs.append((target, going))

    def active(self, *targets: Target) -> list[_Going]:
        return [going for target, going in self.runs if target in targets and going.done_at is None]

    def finish(self, at: datetime, *targets: Target) -> None:
        for going in self.active(*targets):
            going.stand(at)
            going.done_at = at

    def customer_wants_an_answer(self, at: datetime) -> None:
        self.words_at = at
        if self.status not in _STANDS and self.is_answered and not self.active(Target.NEXT_REPLY):
            self.begin(Target.NEXT_REPLY, at)

    def answered(self, at: datetime) -> None:
        self.is_answered = True
        self.finish(at, Target.FIRST_REPLY, Target.NEXT_REPLY)

    def moved(self, new: str, at: datetime, by: str) -> None:
        before, self.status = self.status, new
        if new == Status.CLOSED:
            # Whoever closes has said what there was to say.
            self.answered(at)
            self.finish(at, Target.RESOLUTION)
        elif before == Status.CLOSED:
            # The same promise goes on: closing and opening again wins no time.
            for target, going in self.runs:
                if target is Target.RESOLUTION:
                    going.done_at = None
        for going in self.active(*Target):
            if new in _STANDS:
                going.stand(at)
            else:
                going.go(at)
        is_theirs = by == CUSTOMER or self.words_at == at
        if before in _STANDS and new not in _STANDS and is_theirs:
            # What moved it were the customer's words, perhaps such as an agent released.
            self.customer_wants_an_answer(at)


def runs(history: Sequence[Happened], opened_at: datetime) -> list[Run]:
    """The promises of a ticket, the oldest first; acts that were taken back never were."""
    gone = {act for row in history if row.event == "undone" for act in (row.data["act"], row.act)}
    reader = _Reader()
    reader.begin(Target.FIRST_REPLY, opened_at)
    reader.begin(Target.RESOLUTION, opened_at)
    for at, event, data, act, by in history:
        if act and act in gone:
            continue
        match event:
            case "customer_wrote" if data["kind"] == "customer" and data.get("asks", True):
                reader.customer_wants_an_answer(at)
            case "released":
                reader.customer_wants_an_answer(at)
            case "agent_replied":
                reader.answered(at)
            case "status_changed":
                reader.moved(data["new"], at, by)
            case _:
                pass
    return [Run(target, g.since, tuple(g.spans), g.done_at) for target, g in reader.runs]


def told(history: Sequence[Happened]) -> set[tuple[str, str, str]]:
    """(event, target, since) of the warnings and breaches that agents were told of, and of what was due by theirs."""
    return {
        (row.event, row.data.get("target", ""), row.data.get("since") or row.data["due"])
        for row in history
        if row.event in {"sla_warned", "sla_breached", "due_came"}
    }
