"""A small internet with one clock: desks, other people's programs, and mail that takes its time between them."""

import email
import email.policy
import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from sqlalchemy import select

from tests.desk import Desk, Mail
from ticketd.store.tables import Activity, Inbox, Ticket

START = datetime.fromisoformat("2026-11-02T09:00:00+00:00")
TICK = timedelta(hours=1)


@dataclass(frozen=True)
class Letter:
    """A mail on its way."""

    raw: bytes
    mail_from: str
    to: str

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, _class=EmailMessage, policy=email.policy.default)

    @property
    def author(self) -> str:
        return parseaddr(str(self.message["from"]))[1]


def letter(
    author: str, to: str, subject: str, text: str, serial: int, at: datetime, *, name: str = ""
) -> Letter:
    """A mail without any mark of a machine; its reverse-path is its author."""
    message = EmailMessage()
    message["From"] = f"{name} <{author}>" if name else author
    message["To"], message["Subject"], message["Date"] = to, subject, format_datetime(at)
    message["Message-ID"] = f"<{serial}.{at:%H%M%S}@{author.partition('@')[2]}>"
    message.set_content(text)
    return Letter(message.as_bytes(), author, to)


Route = Callable[[Letter, "World"], Letter | None]
"""What the network makes of a mail of a desk: as it is, stripped, led elsewhere, lost."""
Host = Callable[[Letter, "World"], list[Letter]]
"""A program behind an address or a domain: what it sends because of a mail."""


@dataclass
class World:
    """Delivers every mail after `latency`, and lets every desk look at its clock each hour."""

    latency: timedelta = timedelta(seconds=20)
    route: Route = lambda sent, _world: sent
    now: datetime = START
    desks: dict[str, Desk] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    """By address or `@domain`."""
    sent: list[tuple[datetime, str, Mail]] = field(default_factory=list)
    """Everything that left a desk: when, which desk, what."""
    delivered: dict[str, int] = field(default_factory=dict)
    """How many mails came to each desk."""
    _under_way: list[tuple[datetime, int, Letter]] = field(default_factory=list)
    _serial: int = 0
    _seen: set[int] = field(default_factory=set)

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    def posts(self, mail: Letter, *, at: datetime | None = None) -> None:
        """A mail leaves; it arrives after the latency, or at this moment."""
        due = at or self.now + self.latency
        heapq.heappush(self._under_way, (due, self.serial(), mail))

    def every(self, span: timedelta, hours: float, make: Callable[[datetime, int], Letter]) -> None:
        """Somebody writes again and again."""
        for number in range(int(timedelta(hours=hours) / span)):
            at = START + span * number
            self.posts(make(at, number), at=at)

    def runs(self, hours: float = 24) -> None:
        """Let this time pass."""
        end, tick = self.now + timedelta(hours=hours), self.now + TICK
        while min(tick, self._next()) <= end:
            if self._next() <= tick:
                self.now, _, mail = heapq.heappop(self._under_way)
                self._arrives(mail)
            else:
                self.now, tick = tick, tick + TICK
                for name in self.desks:
                    self._works(name)
        self.now = end

    def _next(self) -> datetime:
        return (
            self._under_way[0][0] if self._under_way else datetime.max.replace(tzinfo=START.tzinfo)
        )

    def _arrives(self, mail: Letter) -> None:
        domain = mail.to.rpartition("@")[2]
        if domain in self.desks:
            desk = self.desks[domain]
            desk.clock.now = self.now
            self.delivered[domain] = self.delivered.get(domain, 0) + 1
            desk.takes(mail.raw, mail.mail_from, mail.to, rest=False)
            self._works(domain)
            return
        host = self.hosts.get(mail.to) or self.hosts.get(f"@{domain}")
        for answer in host(mail, self) if host else ():
            self.posts(answer)

    def _works(self, name: str) -> None:
        desk = self.desks[name]
        desk.clock.now = self.now
        desk.rests()
        for mail in desk.all_captured():
            if id(mail) in self._seen:
                continue
            self._seen.add(id(mail))
            self.sent.append((self.now, name, mail))
            del mail.message["delivered-to"], mail.message["return-path"]
            led = self.route(Letter(mail.message.as_bytes(), mail.mail_from, mail.rcpt_to), self)
            if led is not None:
                self.posts(led)

    # -- what the tests ask --------------------------------------------------------------------

    def automatic(self, name: str, to: str = "") -> list[datetime]:
        """When this desk sent automatic mail to an address (or to all whose address ends so)."""
        return [
            at for who, times in self._by_address(name).items() if who.endswith(to) for at in times
        ]

    def _by_address(self, name: str) -> dict[str, list[datetime]]:
        found: dict[str, list[datetime]] = {}
        for at, desk, mail in self.sent:
            if desk == name and mail.is_automatic:
                found.setdefault(mail.rcpt_to, []).append(at)
        return found

    def keeps_budgets(self, name: str) -> None:
        """To nobody more than 5 automatic mails in any 60 minutes, and 20 in any 24 hours."""
        per_program: dict[str, list[datetime]] = {}
        for who, times in self._by_address(name).items():
            # A program that numbers its addresses is one program.
            per_program.setdefault(re.sub(r"-[0-9]+@", "@", who), []).extend(times)
        for who, times in per_program.items():
            for span, most in ((timedelta(hours=1), 5), (timedelta(hours=24), 20)):
                used = max(sum(a <= b < a + span for b in times) for a in times)
                assert used <= most, (who, span, used)


def stripped(sent: Letter, world: World, *, subject: str | None = None) -> Letter:
    """The worst gateway: nothing is left but author, recipient, subject and text; the reverse-path is the author."""
    old = sent.message
    body = old.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    kept = str(old["subject"]) if subject is None else subject
    return letter(sent.author, sent.to, kept, text, world.serial(), world.now)


def with_new_subject(sent: Letter, world: World) -> Letter:
    """The same, by a gateway that is helpful: it gives each mail a subject of its own."""
    return stripped(sent, world, subject=f"Incoming request {world.serial()}")


def without_tag(subject: str) -> str:
    """What is left of a subject where a program drops our tag."""
    return re.sub(r"\[[^\[\]]*#[0-9]+\]\s*", "", subject)


def facts(desk: Desk) -> Iterator[tuple[str, int, str, bool]]:
    """Of every mail that came: its kind, its ticket, what was decided, and whether it says why no ack left."""
    with desk.database.reading() as session:
        withheld = select(Activity.ticket, Activity.data).where(Activity.event == "ack_withheld")
        reasons = {row[0]: row[1] for row in session.execute(withheld)}
        for row in session.execute(select(Inbox).order_by(Inbox.id)).scalars():
            assert row.state == "done", row.error
            yield (
                row.kind,
                row.ticket or 0,
                row.step,
                bool(reasons.get(row.ticket or 0, {}).get("why")),
            )


def tickets_of(desk: Desk, address: str) -> list[int]:
    """The tickets of one customer."""
    with desk.database.reading() as session:
        found = select(Ticket.number).where(Ticket.customer_address == address)
        return list(session.execute(found).scalars())


def events(desk: Desk, name: str) -> list[Activity]:
    """Everything of this name that happened at a desk."""
    with desk.database.reading() as session:
        found = list(session.execute(select(Activity).where(Activity.event == name)).scalars())
        session.expunge_all()
        return found
