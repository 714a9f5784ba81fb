"""The way of a mail through the desk, from inbox to outbox. Read this first."""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from datetime import timedelta
from functools import partial
from typing import Any, assert_never

from ticketd import maillog
from ticketd.core.classify import Kind
from ticketd.core.clock import Clock
from ticketd.core.decide import (
    AddMessage,
    FileOnly,
    OpenTicket,
    Step,
    TakeBounce,
    decide,
    name_of,
    why_of,
)
from ticketd.core.errors import NotOurs, Temporary
from ticketd.core.inbound import InboundMail
from ticketd.core.plan import BadCommand
from ticketd.core.route import route
from ticketd.core.threads import place
from ticketd.desk.act import act
from ticketd.desk.arrive import Arrival, Read, understood
from ticketd.desk.bounces import take_bounce
from ticketd.desk.find import find_ticket, same_mail
from ticketd.desk.first_words import take_first
from ticketd.desk.kinds import verdict_of
from ticketd.desk.last_resort import open_last_resort
from ticketd.desk.lookup import Asker
from ticketd.desk.monitoring import note_alert, watched
from ticketd.desk.screening import screened
from ticketd.desk.work import Desk, Work
from ticketd.mail.worker import ParserCrashed
from ticketd.store import Session, blobs, inbox
from ticketd.store.inbox import Claimed

log = logging.getLogger(__name__)
Parse = Callable[[bytes, str], InboundMail]
EXCEPTIONS, CRASHES = 3, 2
BACK_OFF = (timedelta(seconds=10), timedelta(seconds=60))
READ_AHEAD = 256 * 1024
"""Bytes of mail that are read while another one is worked in: big ones are read alone."""


class Intake:
    """Works the inbox off: one mail, one transaction."""

    def __init__(
        self,
        desk: Desk,
        parse: Parse,
        owner: str,
        clock: Clock,
        let_pass: Callable[[], None] = lambda: None,
        ahead: Executor | None = None,
    ) -> None:
        self.desk = desk
        self.database = desk.database
        self.settings = desk.settings
        self._parse = parse
        self._owner = owner
        self._clock = clock
        self._let_pass = let_pass
        """Called before each mail: whoever is at the doors goes first."""
        self._ahead = ahead
        self._asker = Asker(self.database, self.settings.lookup)
        self._untouched: list[int] = []
        self._is_unclean = False

    def step(self) -> bool:
        """Work a few mails off; whether there was work. Temporary where the database is away.

        Mails are durable from their 250 on, and the sender makes the acks durable before they leave: in between,
        a power loss takes mails back into the inbox, with everything that they have caused.
        """
        with self.database.transaction(may_be_forgotten=True) as session:
            self._clean_up(session)
            items = inbox.claim(session, self._clock(), self._owner)
            small = [item.sha256 for item in items if item.size <= blobs.IN_DATABASE]
            contents = blobs.small_ones(session, small) if small else {}
        # Only now that it is committed: a disk that is still full takes the cleaning up back, too.
        self._is_unclean = False
        self._untouched = [item.id for item in items]
        for item, reading in self._readings(items, contents):
            try:
                self._work(item, reading)
            except Exception as error:
                self._is_unclean = True
                # Where the database was away, that is no attempt at the mail.
                if not isinstance(error, Temporary):
                    self._untouched.remove(item.id)
                raise
            self._untouched.remove(item.id)
        return bool(items)

    def _clean_up(self, session: Session) -> None:
        """What a step that failed has left of its mails waits again."""
        if self._is_unclean:
            inbox.give_back(session, self._untouched, self._owner)
            inbox.recover(session, [self._owner])

    def _readings(
        self, items: list[Claimed], contents: dict[str, bytes]
    ) -> Iterator[tuple[Claimed, Callable[[], Read]]]:
        """Each mail with what to ask for it; the next few small ones are read meanwhile."""
        rest, begun = deque(items), deque[tuple[Claimed, Callable[[], Read]]]()
        while rest or begun:
            room = READ_AHEAD - sum(item.size for item, _ in begun)
            while rest and (not begun or rest[0].size <= room):
                room -= rest[0].size
                begun.append((rest[0], self._reading(rest.popleft(), contents)))
            yield begun.popleft()

    def _reading(self, item: Claimed, contents: dict[str, bytes]) -> Callable[[], Read]:
        """Begin to read a mail; what to ask for the result."""
        raw = contents.pop(item.sha256, None)
        if self._ahead is None:
            return partial(self._read, item, raw)
        return self._ahead.submit(self._read, item, raw).result

    def _work(self, item: Claimed, reading: Callable[[], Read]) -> None:
        try:
            read = reading()
            self._let_pass()
            try:
                self._in_one_act(item, read)
            except BadCommand as error:
                # All that an agent's mail did is taken back; this one tells the agent so.
                self._in_one_act(item, read, error)
        except Temporary:
            raise
        except NotOurs as error:
            log.warning("%s: all that was done with it is taken back", error)
        except Exception as error:
            log.exception("inbox=%d could not be worked in", item.id)
            self._failed(item, error)

    def _in_one_act(self, item: Claimed, read: Read, failed: BadCommand | None = None) -> None:
        with act(self.desk, self._clock(), may_be_forgotten=True, cause=f"inbox={item.id}") as work:
            self.work_in(work, item, read, failed)

    def _read(self, item: Claimed, raw: bytes | None) -> Read:
        """Fetch and parse a mail outside any transaction that writes."""
        if item.attempts > EXCEPTIONS:
            raise RuntimeError("this mail stopped the desk several times")
        if raw is None:
            with self.database.reading() as session:
                raw = blobs.get(session, self.database.blobs, item.sha256)
        target = route(item.envelope.rcpt_to, self.settings.own)
        mail = self._parse(raw, self.settings.hint(target.departments))
        read = understood(mail, raw, target, item.envelope, self.settings)
        self._asker.ask(read.mail.author.address, read.mail.author.name, self._clock())
        return read

    def work_in(
        self, work: Work, item: Claimed, read: Read, failed: BadCommand | None = None
    ) -> None:
        """Everything that a mail causes, in the caller's transaction. BadCommand where an agent asks for nonsense."""
        session = work.session
        arrival, again = Arrival(work, item, read), same_mail(session, read.key, work.now)
        if again is not None:
            before = arrival.same_mail(again).number
            self._finish(work, item, read, "same-mail", before)
            maillog.repeated(item.id, before, read.mail.message_id)
            maillog.worked_in(item.envelope, "", "same-mail", work.now)
            return None
        verdict = verdict_of(session, self.settings, item, read)
        found = find_ticket(session, self.settings, read.mail, read.target, work.now)
        agent = self.settings.agent_by_address(read.mail.author.address)
        kind, reasons = verdict.kind, [*verdict.reasons, *read.mail.doubts]
        taken = take_first(arrival, kind, agent, found, failed)
        if taken is not None:
            reasons.append(taken.why)
            return self._decided(work, item, read, kind, taken.step, taken.ticket, reasons)
        where = place(found, read.trust, configured=self.settings.trust.configured)
        step = decide(read.mail, kind, self._departments(read), found, where, is_agent=bool(agent))
        step = screened(work, read, watched(work, read, self._departments(read), step))
        number = self._take(arrival, step)
        note_alert(work, read, number)
        reasons += [f"claims #{found.number} by {found.by}"] if found else []
        reasons += why_of(step, number)
        return self._decided(work, item, read, kind, name_of(step), number, reasons)

    def _decided(
        self, work: Work, item: Claimed, read: Read, kind: Kind, step: str, ticket: int | None, reasons: list[str]
    ) -> None:  # fmt: skip
        """Every decision is stored with the mail, with its reasons."""
        text = read.text if kind in {Kind.HUMAN, Kind.SUSPECT} else ""
        self._finish(
            work, item, read, step, ticket,
            kind=kind, trust=read.trust.word, reasons=reasons, author=read.mail.author.address, text_hash=text,
        )  # fmt: skip
        maillog.decided(item.id, read.mail, kind, step, ticket)
        maillog.worked_in(item.envelope, kind, step, work.now)

    def _finish(
        self, work: Work, item: Claimed, read: Read, step: str, ticket: int | None, **found: Any
    ) -> None:
        told = {"step": step, "ticket": ticket, "message_id": read.mail.message_id, "error": ""}
        inbox.finish(work.session, item.id, self._owner, "done", **told, **found)

    def _departments(self, read: Read) -> tuple[str, ...]:
        """Never nobody: a mail for an address that has left the configuration goes to the first one."""
        return read.target.departments or (self.settings.own.departments[0].key,)

    def _take(self, arrival: Arrival, step: Step) -> int | None:
        match step:
            case OpenTicket():
                return arrival.open(step).number
            case AddMessage():
                return arrival.add(step).number
            case TakeBounce():
                return take_bounce(arrival.work, arrival.read.mail, arrival.read.target)
            case FileOnly():
                return None
            case _:
                assert_never(step)

    def _failed(self, item: Claimed, error: Exception) -> None:
        """Try again later; after the last time a person gets it, as a ticket of last resort."""
        crashes = item.crashes + isinstance(error, ParserCrashed)
        said = f"{type(error).__name__}: {error}"[:500]
        with act(self.desk, self._clock()) as work:
            if crashes < CRASHES and item.attempts < EXCEPTIONS:
                again = work.now + BACK_OFF[min(item.attempts, len(BACK_OFF)) - 1]
                found: dict[str, Any] = {"next_at": again}
                state, ticket = "waiting", None
            else:
                ticket = open_last_resort(work, item, said).number
                found = {"ticket": ticket, "step": "last-resort"}
                state = "quarantined"
            inbox.finish(
                work.session, item.id, self._owner, state, crashes=crashes, error=said, **found
            )
        if state == "waiting":
            maillog.failed(item.id, item.attempts, said)
        else:
            maillog.quarantined(item.id, ticket, said)
            maillog.worked_in(item.envelope, "", "quarantined", self._clock())
