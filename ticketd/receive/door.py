"""What the door answers: who may come in, which address is ours, and 250 only for what is durable."""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ticketd import maillog, meters
from ticketd.core.addresses import Own, domain_of
from ticketd.core.clock import Clock
from ticketd.core.inbound import Envelope, Recipient
from ticketd.receive.data import hops, ids_of
from ticketd.receive.writer import Told, Writer
from ticketd.store.blobs import Spool
from ticketd.store.database import DiskFull

if TYPE_CHECKING:
    from ticketd.store.inbox import Stored

log = logging.getLogger(__name__)
MAX_HOPS = 50
COMMIT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a whole mail."""

    text: str
    closes: bool = False


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """What a client may ask of the doors; sizes in bytes."""

    max_size: int = 64 * 1024**2
    recipients: int = 100
    connections: int = 200
    min_free: int = 200 * 1024**2
    in_flight: int = 256 * 1024**2


class Client(Protocol):
    """What the door needs to know of a session."""

    via: str
    peer: str
    mail_from: str | None
    recipients: list[Recipient]

    @property
    def in_data(self) -> bool: ...

    def say_goodbye(self) -> None: ...

    def decided(self, spool: Spool, reply: "Reply") -> None: ...


@dataclass(slots=True)
class Crowd:
    """Who is here and how much mail is under way: one count for all doors together."""

    sessions: set[Client] = field(default_factory=set)
    bytes: dict[Spool, int] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop | None = None
    news: deque[Callable[[], None]] = field(default_factory=deque)

    def tell(self, news: Callable[[], None]) -> None:
        """From the writer's thread into the event loop: one call for all mails of a commit."""
        was_empty = not self.news
        self.news.append(news)
        if was_empty and self.loop is not None:
            self.loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        while self.news:
            try:
                self.news.popleft()()
            except Exception:
                # One client's trouble is not the others': without their answers all doors would be mute.
                log.exception("a client could not be told")


class Door:
    """Shared by all sessions of one listener's kind (`via`: smtp or lmtp)."""

    def __init__(
        self, *, via: str, own: Own, limits: DoorLimits, writer: Writer, spool: Path | None,
        state_dir: Path, clock: Clock, crowd: Crowd,
    ) -> None:  # fmt: skip
        self.via = via
        self.own = own
        self.limits = limits
        self.hostname = own.domain
        self.is_stopping = False
        self._writer = writer
        self._spool = spool
        self._state_dir = state_dir
        self._clock = clock
        self._crowd = crowd
        self._sessions: set[Client] = set()

    # -- connections -------------------------------------------------------------------------

    def arrived(self, session: Client) -> str:
        """Let a client in; a refusal where that cannot be."""
        if self.is_stopping:
            return "421 4.3.2 Shutting down, try again soon"
        if len(self._crowd.sessions) >= self.limits.connections:
            return "421 4.7.0 Too many connections, try again later"
        self._sessions.add(session)
        meters.measure("smtp_connections", len(self._sessions), channel=self.via)
        self._crowd.sessions.add(session)
        return ""

    def left(self, session: Client) -> None:
        """A client has gone."""
        self._sessions.discard(session)
        meters.measure("smtp_connections", len(self._sessions), channel=self.via)
        self._crowd.sessions.discard(session)

    async def drain(self, seconds: float) -> None:
        """Tell idle clients to go and let mails that are coming in finish."""
        self.is_stopping = True
        for session in list(self._sessions):
            if not session.in_data:
                session.say_goodbye()
        deadline = asyncio.get_running_loop().time() + seconds
        while self._sessions and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)

    # -- one mail ----------------------------------------------------------------------------

    def may_begin(self, size: int) -> str:
        """At MAIL: a refusal where a mail of this size cannot be taken."""
        if size > self.limits.max_size:
            return f"552 5.3.4 Larger than {self.limits.max_size} bytes"
        if self.is_disk_low(size):
            return "452 4.3.1 Not enough room just now, try again later"
        return ""

    def is_disk_low(self, size: int = 0) -> bool:
        """Whether a mail of this size would leave less than `min_free`."""
        try:
            stat = os.statvfs(self._state_dir)
        except OSError:
            return True
        return stat.f_bavail * stat.f_frsize < self.limits.min_free + size

    def may_send(self, declared_size: int) -> str:
        """Before 354: a refusal where too many bytes are under way."""
        if sum(self._crowd.bytes.values()) + declared_size > self.limits.in_flight:
            return "452 4.3.1 Too much mail at once, try again later"
        return ""

    def reserve(self, spool: Spool, size: int) -> bool:
        """Count the bytes of a mail that is coming in; False where they are too many together."""
        others = sum(n for other, n in self._crowd.bytes.items() if other is not spool)
        if others + size > self.limits.in_flight:
            return False
        self._crowd.bytes[spool] = size
        return True

    def release(self, spool: Spool) -> None:
        """These bytes are stored, or thrown away."""
        self._crowd.bytes.pop(spool, None)

    def new_spool(self) -> Spool:
        """Where the bytes of one mail go."""
        return Spool(self._spool)

    def why_not_ours(self, recipient: Recipient) -> str:
        """The refusal of a recipient; answered from memory, the same way and time for everybody."""
        if self.own.is_ours(recipient.address) or (
            recipient.original and self.own.is_ours(recipient.original)
        ):
            return ""
        if domain_of(recipient.address) in self.own.domains:
            return "550 5.1.1 No such address here"
        return "550 5.7.1 We do not take mail for that domain"

    def now(self) -> datetime:
        """The moment that counts for a mail: when it came, not what it says."""
        return self._clock()

    def store(self, envelope: Envelope, spool: Spool, told: Told) -> None:
        """Hand a mail to the writer."""
        self._writer.put(envelope, spool, told)

    def take(self, client: Client, spool: Spool) -> None:
        """Make a complete mail durable; only then it is answered 250, by `client.decided`.

        A client that hangs up does not cancel the commit; its repeat is recognised.
        """
        if hops(spool.head) > MAX_HOPS:
            spool.discard()
            self.release(spool)
            client.decided(spool, Reply("554 5.4.6 Too many hops, this mail goes round in circles"))
            return
        recipients = tuple(client.recipients)
        envelope = Envelope(
            client.mail_from or "", recipients, client.via, self._clock(), client.peer
        )
        self.store(
            envelope,
            spool,
            lambda became: self._crowd.tell(partial(self._took, client, envelope, spool, became)),
        )

    def _took(
        self, client: Client, envelope: Envelope, spool: Spool, became: "Stored | Exception"
    ) -> None:
        """In the event loop again: the writer has committed, or could not."""
        self.release(spool)
        if isinstance(became, DiskFull):
            client.decided(spool, Reply("452 4.3.1 Not enough room just now, try again later"))
        elif not isinstance(became, Exception):
            ids = ids_of(spool.head)
            maillog.received(became.id, envelope, spool.size, ids, is_repeat=became.is_repeat)
            client.decided(spool, Reply(f"250 2.0.0 Ok inbox={became.id}"))
        else:
            log.warning("a mail was deferred: %s", became)
            client.decided(spool, Reply("451 4.3.0 Cannot take mail just now, try again later"))
