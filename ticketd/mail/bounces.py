"""Delivery reports: whom a mail of ours did not reach (RFC 3464), and the texts of systems without reports."""

import re
from email.message import Message

from ticketd.core.addresses import is_address, normalise
from ticketd.core.inbound import BounceReport
from ticketd.core.text import header_text
from ticketd.mail.fields import message_ids

_ADDRESS = re.compile(
    r"[A-Za-z0-9._%+=/#&'*!?^{}|~$-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_STATUS = re.compile(r"\b([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
_RETURNED = re.compile(
    r"^[ \t]{0,80}(?:-{2,80}.{0,60}(?:original|unsent|returned|copy of|below|undelivered"
    r"|message (?:header|follows)).{0,80}|(?:---|===) .{0,60}\bcopy\b.{0,60}"
    r"|received: |return-path: ?<|message-id: ?<|content-type: message/rfc822)",
    re.IGNORECASE | re.MULTILINE,
)
_NEAR = 4000
_LATE = re.compile(
    r"delayed|will (?:be|keep|continue to be) (?:re)?tr|will continue|still (?:being )?try|not yet been delivered"
    r"|temporar(?:y|ily)|warning message only",
    re.IGNORECASE,
)
"""Words of a warning: the mail system has not given up."""


def reports(parts: list[Message]) -> list[BounceReport]:
    """One value for each recipient of each message/delivery-status part."""
    found = []
    for part in parts:
        blocks = part.get_payload()
        if not isinstance(blocks, list):
            continue
        for block in blocks[:200]:
            recipient = _recipient(block) if isinstance(block, Message) else ""
            if recipient and isinstance(block, Message):
                found.append(
                    BounceReport(
                        recipient,
                        _word(block, "action") or "failed",
                        _status(block),
                        header_text(str(block.get("diagnostic-code", "")), 300),
                    )
                )
    return found


def _recipient(block: Message) -> str:
    """Final-Recipient, which RFC 3464 (2.3.2) asks for; Original-Recipient where it is missing."""
    for name in ("final-recipient", "original-recipient"):
        value = str(block.get(name, ""))
        address = normalise(value.rpartition(";")[2].strip())
        if is_address(address):
            return address
    return ""


def _word(block: Message, name: str) -> str:
    words = header_text(str(block.get(name, ""))).lower().split()
    return words[0] if words else ""


def _status(block: Message) -> str:
    match = _STATUS.search(str(block.get("status", "")))
    return match[1] if match else ""


def from_text(text: str, failed_recipients: str, own: tuple[str, ...]) -> list[BounceReport]:
    """The recipients that a report in words names: the addresses above the returned mail."""
    listed = [normalise(a) for a in _ADDRESS.findall(failed_recipients)]
    if not listed:
        cut = _RETURNED.search(text[: _NEAR + 200])
        told = text[: cut.start() if cut else _NEAR][:_NEAR]
        listed = [normalise(a.strip(".'")) for a in _ADDRESS.findall(told)]
    status = _STATUS.search(text[:_NEAR])
    code = status[1] if status else ""
    late = code.startswith("4") or (not code and _LATE.search(text[:_NEAR]) is not None)
    unique = [
        a for a in dict.fromkeys(listed) if a not in own and not a.startswith("mailer-daemon@")
    ]
    return [BounceReport(a, "delayed" if late else "failed", code) for a in unique[:20]]


def returned_ids(parts: list[Message], text: str) -> tuple[str, ...]:
    """Message-IDs of the mails that came back, from the enclosed mail or its quoted header."""
    found: list[str] = []
    for part in parts:
        payload = part.get_payload()
        enclosed = payload[0] if isinstance(payload, list) and payload else None
        if isinstance(enclosed, Message):
            found += message_ids(str(enclosed.get("message-id", "")))
        elif isinstance(payload, str):
            found += _quoted_ids(payload)
    return tuple(dict.fromkeys([*found, *_quoted_ids(text)]))[:20]


def _quoted_ids(text: str) -> list[str]:
    return [
        message_id
        for line in re.findall(
            r"(?im)^[ >]*message-id:(?:[ \t]*\r?\n)?([^\n]{1,500})", text[:200_000]
        )
        for message_id in message_ids(line)
    ]
