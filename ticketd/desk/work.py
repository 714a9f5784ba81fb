"""What every act needs: the desk, the transaction of its caller, the moment, and what it has caused so far."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ticketd.core.notices import Cause
from ticketd.core.settings import Settings
from ticketd.mail.render import Renderer
from ticketd.store import Session
from ticketd.store.database import Database
from ticketd.store.tables import Outbox, Ticket


@dataclass(frozen=True, slots=True)
class Desk:
    """A whole desk: where it keeps things, how it is configured, how its mails read."""

    database: Database
    settings: Settings
    renderer: Renderer


@dataclass(slots=True)
class Work:
    """One act, or one mail's worth of acts: one transaction, committed by `desk.act` and nobody else."""

    desk: Desk
    session: Session
    now: datetime
    wait: timedelta = timedelta(0)
    """How long its mails stay: an agent's act can be taken back until then."""
    act: str = field(default_factory=lambda: secrets.token_hex(8))
    """Everything that one act changes and sends can be taken back together."""
    happened: dict[int, list[Cause]] = field(default_factory=dict)
    """By ticket: whom it concerns is asked once, at the end."""
    tickets: dict[int, Ticket] = field(default_factory=dict)
    asked: set[tuple[int, str]] = field(default_factory=set)
    """Which rules have acted on which ticket: each does so once in an act (`desk.rules`)."""
    stopped: set[int] = field(default_factory=set)
    """Tickets for which a rule has ended the list."""
    no_ack: dict[int, str] = field(default_factory=dict)
    """Tickets that get no ack, and why a rule says so."""
    takes_back: bool = False
    """An act that is taken back asks no rules: they would do it again."""
    mails: list[Outbox] = field(default_factory=list)
    """What it has put into the outbox, for the mail log."""
    forgets: bool = False
    """What it has removed shall not be left in the files of the database either."""
    gone_files: list[str] = field(default_factory=list)
    """Blobs that nobody uses any more: their files go when all of it is committed."""
    merges: bool = False
    """One act on many tickets: whom it concerns gets one list, not a mail for each."""

    @property
    def settings(self) -> Settings:
        """The desk as configured."""
        return self.desk.settings
