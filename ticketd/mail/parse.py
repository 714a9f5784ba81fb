"""Bytes -> InboundMail. Never raises: what cannot be read is a defect of the value."""

import email
import logging
from datetime import UTC, datetime
from email.message import Message
from typing import cast

import mailparser

from ticketd.core.addresses import normalise
from ticketd.core.inbound import Forwarded, InboundMail, Mailbox
from ticketd.core.subjects import is_forward
from ticketd.core.text import clean_text, header_text
from ticketd.mail import bounces, forwarded, limits
from ticketd.mail.body import Body, read_body
from ticketd.mail.charsets import decode
from ticketd.mail.fields import field_text, is_ambiguous, mailboxes, message_ids
from ticketd.mail.quotes import new_text

_LONGEST_DATE = 200
_SHOWN = frozenset({"from", "to", "cc", "reply-to", "subject"})

# It warns about each odd mail; the defects are part of our value.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


def parse(raw: bytes, hint: str = "") -> InboundMail:
    """Read a mail. `hint` is the language of the department: it breaks ties between charsets."""
    try:
        return _parse(raw, hint)
    except (Exception, RecursionError) as error:  # noqa: BLE001 - any mail has to become a value
        return _last_resort(raw, hint, error)


def _parse(raw: bytes, hint: str) -> InboundMail:
    part = limits.bounded(raw)
    message, date, defects = _read(part)
    body = read_body(message, hint, "\r\n" if b"\r\n" in raw[:2000] else "\n")
    body.truncated |= part.truncated
    body.defects |= defects
    return _mail(message, body, hint, date, header_cut=part.header_cut)


def _read(part: limits.Bounded) -> tuple[Message, datetime | None, set[str]]:
    """The message tree, its date and what is wrong with it."""
    message = email.message_from_bytes(part.raw)
    defects = {type(defect).__name__ for defect in _defects(message)}
    # mail-parser mends dates; whole mails it would decode at once, and wrongly where several addresses, marks or
    # encoded words are odd.
    dated = Message()
    dated["Date"] = str(message.get("date", ""))[:_LONGEST_DATE]
    try:
        date = mailparser.MailParser(dated).date
    except (Exception, RecursionError) as error:  # noqa: BLE001 - it raises on odd ones
        date = None
        defects.add(f"mail-parser: {type(error).__name__}")
    return message, _sane(date), defects


def _defects(message: Message) -> list[object]:
    """What the library found wrong with any part."""
    found: list[object] = []
    parts = [message]
    while parts:
        part = parts.pop()
        found += part.defects
        if part.is_multipart():
            parts += cast("list[Message]", part.get_payload())
    return found


def _sane(date: datetime | None) -> datetime | None:
    """Date is what the sender claims: informative only."""
    try:
        return date.astimezone(UTC) if date and 1970 < date.year < 2200 else None
    except (OverflowError, ValueError):
        return None


def _mail(
    message: Message, body: Body, hint: str, date: datetime | None, *, header_cut: bool
) -> InboundMail:
    items = _raw_fields(message)
    header_cut |= len(message) > limits.FIELDS
    charset = _header_charset(message)
    decoded = [(name, *decode(value, charset, hint)) for name, value in items]
    fields = tuple((name, text) for name, text, _ in decoded)
    first: dict[str, str] = {}
    for name, text in fields:
        first.setdefault(name, text)
    froms = [text for name, text in fields if name == "from"]
    author = next((box for text in froms for box in mailboxes(text)), Mailbox("", ""))
    author = author if author.address else _fallback_author(first, author)
    subject = next((value for name, value in items if name == "subject"), b"")
    subject_text = field_text(decode(subject, charset, hint)[0])
    full_text = body.text
    report_type = _report_type(message)
    return InboundMail(
        message_id=next(iter(message_ids(first.get("message-id", ""))), ""),
        author=author,
        # What was left out may have been another From.
        author_is_ambiguous=header_cut or is_ambiguous(froms),
        reply_to=tuple(mailboxes(first.get("reply-to", ""))),
        to=_all_boxes(fields, "to"),
        cc=_all_boxes(fields, "cc"),
        subject=subject_text,
        date=date,
        text=new_text(full_text, body.kinds, forwards=is_forward(first.get("subject", ""))),
        full_text=full_text,
        has_html=bool(body.html),
        html=body.html,
        attachments=tuple(body.attachments),
        in_reply_to=message_ids(first.get("in-reply-to", "")),
        references=message_ids(first.get("references", "")),
        fields=fields,
        content_type=header_text(message.get_content_type()),
        report_type=report_type,
        bounces=bounces.read(
            body.reports, body.returned, author, first | {"subject": subject_text}, full_text
        ),
        returned_ids=bounces.returned_ids(body.returned, full_text),
        forwarded=_forwarded(body, first, full_text, hint),
        charset_guessed=body.charset_guessed
        or any(guessed for name, _, guessed in decoded if name in _SHOWN),
        truncated=body.truncated or header_cut,
        defects=tuple(sorted(body.defects)),
    )


def _forwarded(body: Body, first: dict[str, str], text: str, hint: str) -> Forwarded | None:
    """Looked for only where something is sent on: a mail enclosed, or a subject that says so."""
    found = None
    if body.returned and not body.reports:
        found = forwarded.enclosed(body.returned, text, lambda mail: read_body(mail, hint).text)
    if found is None and is_forward(first.get("subject", "")):
        found = forwarded.inline(text)
    return found


def _raw_fields(message: Message) -> list[tuple[str, bytes]]:
    """The header section in its order, each body as the bytes that came, unfolded."""
    found = []
    for name, value in list(message.raw_items())[: limits.FIELDS]:
        word = str(name).lower()
        body = limits.short_field(word, str(value).encode("utf-8", "surrogateescape"))
        body = b" ".join(line.strip(b"\r\n \t") for line in body.splitlines()).strip()
        found.append((word, body))
    return found


def _header_charset(message: Message) -> str:
    """Raw 8-bit header fields are mostly in the charset of the first text part."""
    for part in (message, *_first_parts(message)):
        charset = part.get_content_charset("")
        if charset:
            return str(charset)
    return ""


def _first_parts(message: Message) -> list[Message]:
    found: list[Message] = []
    part = message
    while isinstance(payload := part.get_payload(), list) and payload and len(found) < 20:
        if not isinstance(payload[0], Message):
            break
        part = payload[0]
        found.append(part)
    return found


def _all_boxes(fields: tuple[tuple[str, str], ...], name: str) -> tuple[Mailbox, ...]:
    boxes = [box for field_name, text in fields if field_name == name for box in mailboxes(text)]
    return tuple(boxes[:200])


def _fallback_author(first: dict[str, str], author: Mailbox) -> Mailbox:
    """Without a readable From the Sender field, then the reverse-path of a delivered file."""
    for name in ("sender", "return-path"):
        for box in mailboxes(first.get(name, "")):
            if box.address:
                return Mailbox(author.name, box.address)
    return author


def _report_type(message: Message) -> str:
    """What a multipart/report reports (RFC 6522), by its parts, as some systems leave the parameter out."""
    if message.get_content_type() != "multipart/report":
        return ""
    children = message.get_payload()
    for part in children if isinstance(children, list) else ():
        kind = part.get_content_type().partition("/")[2] if isinstance(part, Message) else ""
        if kind in {"feedback-report", "disposition-notification"}:
            return kind
    return header_text(str(message.get_param("report-type", ""))).lower() or "delivery-status"


def _last_resort(raw: bytes, hint: str, error: BaseException) -> InboundMail:
    """The header by the plainest means, the rest as text: still a mail that a person can read."""
    head, _, rest = raw[: limits.HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")
    text = clean_text(decode(rest[:20_000], "", hint)[0])
    fields: list[tuple[str, str]] = []
    for line in decode(head, "", hint)[0].split("\n")[: limits.FIELDS]:
        name, colon, body = line.partition(":")
        if line[:1] in " \t" and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif colon and name.strip():
            fields.append((name.strip().lower(), body.strip()))
    first = dict(reversed(fields))
    author = next(iter(mailboxes(first.get("from", ""))), Mailbox("", ""))
    return InboundMail(
        message_id=next(iter(message_ids(first.get("message-id", ""))), ""),
        author=Mailbox(author.name, normalise(author.address)),
        author_is_ambiguous=True,
        subject=field_text(first.get("subject", "")),
        text=new_text(text),
        full_text=text,
        fields=tuple(fields),
        truncated=True,
        defects=(f"could not be read: {type(error).__name__}",),
    )
