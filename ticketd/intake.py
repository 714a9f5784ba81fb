"""The way of a mail through the desk, from inbox to outbox. Read this first."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from ticketd import maillog
from ticketd.core.classify import Kind, Verdict, classify
from ticketd.core.clock import Clock
from ticketd.core.decide import AddMessage, FileOnly, OpenTicket, Step, TakeBounce, decide, name_of
from ticketd.core.errors import Temporary
from ticketd.core.inbound import InboundMail, Mailbox
from ticketd.core.route import route
from ticketd.core.threads import Found, place
from ticketd.core.trust import trust_of
from ticketd.desk.act import act
from ticketd.desk.arrive import Arrival, Read
from ticketd.desk.bounces import take_bounce
from ticketd.desk.find import find_ticket, same_mail, soft_key, text_hash
from ticketd.desk.last_resort import open_last_resort
from ticketd.desk.work import Desk, Work
from ticketd.mail.worker import ParserCrashed
from ticketd.store import Session, blobs, inbox
from ticketd.store.tables import Inbox

log = logging.getLogger(__name__)
Parse = Callable[[bytes, str], InboundMail]
EXCEPTIONS, CRASHES = 3, 2
BACK_OFF = (timedelta(seconds=10), timedelta(seconds=60))
REPEATED_WITHIN = timedelta(hours=24)
THIS_MACHINE = frozenset({"unix", "127.0.0.1", "::1"})


class Intake:
    """Works the inbox off: one mail, one transaction."""

    def __init__(
        self,
        desk: Desk,
        parse: Parse,
        clock: Clock,
        let_pass: Callable[[], None] = lambda: None,
    ) -> None:
        self.desk = desk
        self.database = desk.database
        self.settings = desk.settings
        self._parse = parse
        self._clock = clock
        self._let_pass = let_pass
        """Called before each mail: whoever is at the doors goes first."""

    def step(self) -> bool:
        """Work a few mails off; whether there was work. Temporary where the database is away."""
        ids = self._claim()
        for at, item_id in enumerate(ids):
            try:
                self._work(item_id)
            except Temporary:
                self._give_back(ids[at:])
                raise
        return bool(ids)

    def _claim(self) -> list[int]:
        """Attempts are counted before the work: a mail that takes us down is known afterwards."""
        with self.database.transaction() as session:
            due = inbox.next_waiting(session, self._clock())
            # A mail that has failed before comes alone, so that it spoils nobody else's attempt.
            chosen = [item for item in due if not item.attempts] or due[:1]
            for item in chosen:
                item.attempts += 1
            return [item.id for item in chosen]

    def _give_back(self, ids: list[int]) -> None:
        """The database was away: that is no attempt at the mail."""
        try:
            with self.database.transaction() as session:
                inbox.give_back(session, ids)
        except Temporary:
            log.info("attempts of %d mails could not be taken back", len(ids))

    def _work(self, item_id: int) -> None:
        try:
            read = self._read(item_id)
            if read is None:
                return
            self._let_pass()
            with act(self.desk, self._clock()) as work:
                item = inbox.claim(work.session, item_id)
                if item is not None:
                    self.work_in(work, item, read)
        except Temporary:
            raise
        except Exception as error:
            log.exception("inbox=%d could not be worked in", item_id)
            self._failed(item_id, error)

    def _read(self, item_id: int) -> Read | None:
        """Fetch and parse a mail outside any transaction that writes."""
        with self.database.reading() as session:
            item = inbox.by_id(session, item_id)
            if item is None or item.state != "waiting":
                return None
            if item.attempts > EXCEPTIONS:
                raise RuntimeError("this mail stopped the desk several times")
            envelope = inbox.envelope_of(item)
            raw = blobs.get(session, self.database.blobs, item.sha256)
        target = route(envelope.rcpt_to, self.settings.own)
        home = next(iter(target.departments), "")
        mail = self._parse(raw, self.settings.department(home).language if home else "")
        if not mail.author.address and envelope.mail_from:
            mail = replace(
                mail, author=Mailbox(mail.author.name, envelope.mail_from), author_is_ambiguous=True
            )
        trust = trust_of(mail, self.settings.trust, submitted_locally=envelope.peer in THIS_MACHINE)
        return Read(mail, target, trust, soft_key(mail, raw), text_hash(mail))

    def work_in(self, work: Work, item: Inbox, read: Read) -> None:
        """Everything that a mail causes, in the caller's transaction."""
        session = work.session
        arrival = Arrival(work, item, read)
        again = same_mail(session, read.key, work.now)
        if again is not None:
            self._done_before(item, read, arrival.same_mail(again).number)
            return
        verdict = self._classify(session, item, read)
        found = find_ticket(session, self.settings, read.mail, read.target, work.now)
        where = place(found, read.trust, configured=self.settings.trust.configured)
        is_agent = self.settings.agent_by_address(read.mail.author.address) is not None
        step = decide(
            read.mail, verdict.kind, self._departments(read), found, where, is_agent=is_agent
        )
        self._done(item, read, verdict, step, found, self._take(arrival, step))

    def _classify(self, session: Session, item: Inbox, read: Read) -> Verdict:
        since = item.received_at - REPEATED_WITHIN
        repeated = bool(read.mail.text.strip()) and inbox.is_repeated_text(
            session, read.mail.author.address, read.text, since, but=item.id
        )
        own, keys = self.settings.own, self.settings.keys
        return classify(read.mail, inbox.envelope_of(item), own, keys, repeated=repeated)

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

    def _done_before(self, item: Inbox, read: Read, number: int) -> None:
        item.state, item.step, item.ticket = "done", "same-mail", number
        item.message_id = read.mail.message_id
        maillog.repeated(item.id, number, read.mail.message_id)

    def _done(
        self,
        item: Inbox,
        read: Read,
        verdict: Verdict,
        step: Step,
        found: Found | None,
        number: int | None,
    ) -> None:
        """Every decision is stored with the mail, with its reasons."""
        reasons = [*verdict.reasons]
        if found is not None:
            reasons.append(f"claims #{found.number} by {found.by}")
        if isinstance(step, FileOnly):
            reasons.append(step.why)
        item.state = "done"
        item.kind, item.trust, item.step = verdict.kind, read.trust.word, name_of(step)
        item.reasons, item.ticket = reasons, number
        item.message_id, item.author = read.mail.message_id, read.mail.author.address
        item.text_hash = read.text if verdict.kind in {Kind.HUMAN, Kind.SUSPECT} else ""
        item.error = ""
        maillog.decided(item.id, read.mail, verdict.kind, item.step, number)

    def _failed(self, item_id: int, error: Exception) -> None:
        """Try again later; after the last time a person gets it, as a ticket of last resort."""
        with act(self.desk, self._clock()) as work:
            item = inbox.claim(work.session, item_id)
            if item is None:
                return
            item.crashes += isinstance(error, ParserCrashed)
            item.error = f"{type(error).__name__}: {error}"[:500]
            if item.crashes < CRASHES and item.attempts < EXCEPTIONS:
                item.next_at = work.now + BACK_OFF[min(item.attempts, len(BACK_OFF)) - 1]
                maillog.failed(item.id, item.attempts, item.error)
                return
            ticket = open_last_resort(work, item)
            item.state, item.ticket, item.step = "quarantined", ticket.number, "last-resort"
            maillog.quarantined(item.id, ticket.number, item.error)
