"""A mail as the desk sees it: the envelope as handed over and the mail as read."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """One forward-path: the address, and what the customer wrote where the MTA rewrote it."""

    address: str
    original: str = ""
    """ORCPT (RFC 3461, 4.2) or X-Original-To; empty where unknown."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """RFC 5321: who handed a mail over, to whom, by which door; `mail_from == ""` is the null path."""

    mail_from: str
    rcpt_to: tuple[Recipient, ...]
    via: str
    received_at: datetime
    peer: str = ""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """RFC 5322, 3.4: a display name and an addr-spec."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Opaque bytes with the name that the sender gave them; the name is data, never a path."""

    name: str
    type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class BounceReport:
    """What a delivery status notification says of one recipient (RFC 3464, 2.3)."""

    recipient: str
    action: str
    """failed, delayed, delivered, relayed or expanded."""
    status: str = ""
    diagnostic: str = ""
    original: str = ""
    """The address before it was forwarded or expanded, where that is told."""

    @property
    def is_failure(self) -> bool:
        """Not delivered, or not yet; the rest are good news."""
        return self.action in {"failed", "delayed"}


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Somebody else's mail inside of this one, as it was sent on (RFC 5322, 3.6.6 knows no mark for it)."""

    author: Mailbox
    subject: str = ""
    text: str = ""
    message_id: str = ""
    """Known of an enclosed mail alone."""
    above: str = ""
    """What whoever sent it on wrote above it."""


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail as read (RFC 5322); made by `mail.parse`, which never raises."""

    message_id: str = ""
    author: Mailbox = Mailbox("", "")
    author_is_ambiguous: bool = False
    """More than one way to read From: shown raw, never trusted."""
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    """What the author wrote now, without quoted mail."""
    full_text: str = ""
    has_html: bool = False
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """The header section in its order: lower-case names and unfolded bodies."""
    content_type: str = "text/plain"
    report_type: str = ""
    bounces: tuple[BounceReport, ...] = ()
    returned_ids: tuple[str, ...] = ()
    """Message-IDs of the mail that a bounce gives back."""
    forwarded: Forwarded | None = None
    """The mail that was sent on with this one; whose it was is what the text says."""
    charset_guessed: bool = False
    truncated: bool = False
    defects: tuple[str, ...] = field(default=())

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a person should know of how it was read."""
        told = (
            (self.charset_guessed, "its charset was guessed"),
            (self.truncated, "it is read in part; the whole mail is attached"),
            (self.author_is_ambiguous, "its From can be read in more than one way"),
        )
        return tuple(words for is_so, words in told if is_so)

    def all(self, name: str) -> list[str]:
        """The bodies of every field of this (lower-case) name, topmost first."""
        return [body for field_name, body in self.fields if field_name == name]

    def first(self, name: str) -> str:
        """The body of the topmost field of this (lower-case) name, or an empty text."""
        return next(iter(self.all(name)), "")
