"""Delivery notices: whom a mail of ours did not reach, whoever says so and however."""

import re
from email.message import Message

from ticketd.core.classify import is_daemon
from ticketd.core.delivery_words import tells_of_failure
from ticketd.core.inbound import BounceReport, Mailbox
from ticketd.mail import bounce_texts, delivery_status
from ticketd.mail.fields import mailboxes, message_ids

_QUOTED_ID = re.compile(
    r"^[ >]{0,80}(?:x-original-)?message-id:(?:[ \t]*\r?\n)?([^\n]{1,500})", re.IGNORECASE | re.MULTILINE
)  # fmt: skip


def read(
    parts: list[Message], returned: list[Message], author: Mailbox, first: dict[str, str], text: str
) -> tuple[BounceReport, ...]:
    """What a notice says of each recipient: its report, else its words, else whom the returned mail was for."""
    found = delivery_status.reports(parts)
    if any(one.recipient for one in found):
        return tuple(one for one in found if one.recipient)
    if not found and not _may_be_notice(author, first):
        return ()
    own = (author.address, *(box.address for box in mailboxes(first.get("to", ""))))
    failed, subject = first.get("x-failed-recipients", ""), first.get("subject", "")
    told = bounce_texts.read(text, failed, own, subject) or _returned_to(returned)
    if not found:
        return tuple(told)
    # A report whose addresses nobody can read (X.400, a local name) still says what happened.
    known = found[0]
    return tuple(
        BounceReport(one.recipient, known.action, known.status or one.status, known.diagnostic)
        for one in told
    ) or tuple(found)


def _may_be_notice(author: Mailbox, first: dict[str, str]) -> bool:
    """Whether reading a mail's words for recipients is worth the time: most mails are written by people."""
    return (
        is_daemon(author)
        or "x-failed-recipients" in first
        or first.get("return-path", "").strip() == "<>"
        or tells_of_failure(first.get("subject", ""))
    )


def _returned_to(returned: list[Message]) -> list[BounceReport]:
    """Some systems name nobody but in the mail that they give back."""
    for part in returned:
        boxes = [box.address for box in mailboxes(_field(part, "to")) if box.address]
        if boxes:
            return [BounceReport(address, "failed") for address in boxes[:20]]
    return []


def _enclosed(part: Message) -> Message | None:
    payload = part.get_payload()
    enclosed = payload[0] if isinstance(payload, list) and payload else None
    return enclosed if isinstance(enclosed, Message) else None


def _field(part: Message, name: str) -> str:
    """A field of the returned mail, or of the bare header of one (text/rfc822-headers)."""
    enclosed = _enclosed(part)
    if enclosed is not None:
        return str(enclosed.get(name, ""))
    match = re.search(rf"(?im)^{name}:([^\n]{{0,2000}})", delivery_status.body_of(part)[:100_000])
    return match[1] if match else ""


def returned_ids(parts: list[Message], text: str) -> tuple[str, ...]:
    """Message-IDs of the mails that came back, from the enclosed mail or its quoted header."""
    found: list[str] = []
    for part in parts:
        enclosed = _enclosed(part)
        if enclosed is not None:
            for name in ("message-id", "x-original-message-id", "original-message-id"):
                found += message_ids(str(enclosed.get(name, "")))
        else:
            found += _quoted_ids(delivery_status.body_of(part))
    return tuple(dict.fromkeys([*found, *_quoted_ids(text)]))[:20]


def _quoted_ids(text: str) -> list[str]:
    lines = _QUOTED_ID.findall(text[:200_000])
    return [message_id for line in lines for message_id in message_ids(line)]
