"""Values -> the finished bytes of one mail, parsed back before anybody relies on them."""

import email
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ticketd.core.addresses import is_address
from ticketd.core.inbound import Attachment, Mailbox
from ticketd.core.text import file_name, header_text
from ticketd.mail.render import Rendered

# 7bit: base64 or quoted-printable where needed, so that no server on the way has to convert.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
_REFERENCES = 1000


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that one outgoing mail says."""

    author: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    body: Rendered
    message_id: str
    date: datetime
    cc: tuple[Mailbox, ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    auto_submitted: str = ""
    """auto-replied or auto-generated (RFC 3834, 5); empty for what a person wrote."""
    loop_mark: str = ""
    thread_topic: str = ""
    attachments: tuple[Attachment, ...] = ()


class Unbuildable(Exception):
    """A mail whose header section would not say what was meant."""


def compose(draft: Draft) -> bytes:
    """The bytes of a mail with CRLF line ends. Unbuildable where a field would not come back."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(draft.author)
    message["To"] = [_address(box) for box in draft.to]
    if draft.cc:
        message["Cc"] = [_address(box) for box in draft.cc]
    message["Subject"] = header_text(draft.subject)
    message["Date"] = format_datetime(draft.date)
    message["Message-ID"] = draft.message_id
    if draft.reply_to:
        message["Reply-To"] = Address(draft.author.name, addr_spec=draft.reply_to)
    if draft.in_reply_to:
        message["In-Reply-To"] = draft.in_reply_to
    if draft.references:
        message["References"] = " ".join(_short_enough(draft.references))
    if draft.thread_topic:
        message["Thread-Topic"] = header_text(draft.thread_topic)
    if draft.auto_submitted:
        message["Auto-Submitted"] = draft.auto_submitted
        message["X-Auto-Response-Suppress"] = "All"
        message["X-Ticketd-Loop"] = draft.loop_mark
    message.set_content(draft.body.text)
    message.add_alternative(draft.body.html, subtype="html")
    for attachment in draft.attachments:
        _attach(message, attachment)
    content = message.as_bytes()
    _check(content, draft)
    return content


def _address(box: Mailbox) -> Address:
    if not is_address(box.address):
        raise Unbuildable(f"not an address: {box.address!r}")
    return Address(header_text(box.name, 100), addr_spec=box.address)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.type.partition("/")
    if not subtype or maintype in {"message", "multipart"} or not attachment.type.isascii():
        maintype, subtype = "application", "octet-stream"
    message.add_attachment(
        attachment.content, maintype=maintype, subtype=subtype, filename=file_name(attachment.name)
    )


def _short_enough(references: tuple[str, ...]) -> list[str]:
    """The first one, which is the root of the thread, and as many of the last as fit."""
    first, rest = references[:1], list(references[1:])
    while rest and len(" ".join([*first, *rest])) > _REFERENCES:
        rest.pop(0)
    return [*first, *rest]


def _check(content: bytes, draft: Draft) -> None:
    """Read it back: header fields seen are the header fields meant (no injection, no loss)."""
    seen = email.message_from_bytes(content, policy=SMTP)
    found = [str(a.addr_spec) for name in ("to", "cc") if seen[name] for a in seen[name].addresses]
    meant = [box.address for box in (*draft.to, *draft.cc)]
    if found != meant or str(seen["message-id"]).strip() != draft.message_id:
        raise Unbuildable("its header section does not come back as it was meant")
