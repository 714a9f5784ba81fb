"""message/delivery-status: what a report says of each recipient (RFC 3464; in any language: RFC 6533)."""

import binascii
import quopri
import re
from email.message import Message

from ticketd.core.addresses import is_address, normalise
from ticketd.core.inbound import BounceReport
from ticketd.core.smtp_status import is_vague, status_of
from ticketd.core.text import header_text
from ticketd.mail.charsets import decode

Fields = dict[str, str]
_BLOCKS, _FIELD = 200, 2000
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_BY_CLASS = {"2": "delivered", "4": "delayed", "5": "failed"}
_HEX = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_COMMENT = re.compile(r"\([^()]{0,300}\)")


def reports(parts: list[Message]) -> list[BounceReport]:
    """One value for each recipient of each part; without an address where none can be read."""
    blocks = [block for part in parts[:20] for block in _blocks(part) if _is_recipient(block)]
    return [_report(block) for block in blocks[:_BLOCKS]]


def _blocks(part: Message) -> list[Fields]:
    """The groups of fields of a part, which blank lines divide (RFC 3464, 2.1)."""
    payload = part.get_payload()
    children = [c for c in payload if isinstance(c, Message)] if isinstance(payload, list) else []
    if not children:
        return _blocks_of(body_of(part))
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding in {"base64", "quoted-printable"}:
        # RFC 3464 forbids it; the parser took the encoded lines for a mail.
        text = "\n".join(map(body_of, children))
        return _blocks_of(_decoded(text, encoding))
    found = [{n.lower(): _text(str(v)) for n, v in c.raw_items()} for c in children[:_BLOCKS]]
    # message/global-delivery-status is read as one mail: its other groups stand in the body.
    rest = "\n\n".join(body_of(c) for c in children[:_BLOCKS])
    return [*found, *_blocks_of(rest)][:_BLOCKS]


def body_of(part: Message) -> str:
    """The body as it stands there. Asked for text, the library would show each 8-bit sign as U+FFFD."""
    payload = part.get_payload(decode=True) if not part.is_multipart() else b""
    return decode(payload, "utf-8")[0] if isinstance(payload, bytes) else ""


def _text(raw: str) -> str:
    return decode(raw.encode("utf-8", "surrogateescape"), "utf-8")[0]


def _decoded(text: str, encoding: str) -> str:
    raw = text.encode("ascii", "ignore")
    try:
        raw = binascii.a2b_base64(raw) if encoding == "base64" else quopri.decodestring(raw)
    except (binascii.Error, ValueError):
        return text
    return decode(raw, "utf-8")[0]


def _blocks_of(text: str) -> list[Fields]:
    blocks: list[Fields] = [{}]
    name = ""
    for line in text[:200_000].splitlines():
        head, colon, body = line.partition(":")
        if not line.strip():
            blocks.append({})
        elif line[0] in " \t" and name in blocks[-1]:
            blocks[-1][name] = f"{blocks[-1][name][:_FIELD]} {line.strip()[:_FIELD]}"
        elif colon:
            name = head.strip().lower()
            blocks[-1].setdefault(name, body.strip())
        if len(blocks) > 2 * _BLOCKS:
            break
    return [block for block in blocks if block][:_BLOCKS]


def _is_recipient(block: Fields) -> bool:
    """The first group is about the mail, the others about one recipient each; some systems write only one."""
    return bool(block.keys() & {"final-recipient", "original-recipient", "action"})


def _report(block: Fields) -> BounceReport:
    final, original = (
        _address(block.get(f"{name}-recipient", "")) for name in ("final", "original")
    )
    actual = _address(block.get("x-actual-recipient", ""))
    diagnostic = header_text(block.get("diagnostic-code", ""), 300)
    status = status_of(block.get("status", ""))
    if is_vague(status) and not status.startswith("2"):
        status = status_of(diagnostic, failed=not status.startswith("4")) or status
    action = _action(block.get("action", ""), status)
    return BounceReport(
        final or original or actual, action, status, _without_type(diagnostic), original or actual
    )


def _action(word: str, status: str) -> str:
    """The action in the words of RFC 3464, 2.3.3, whatever a system made of them."""
    word = word.strip().lower()
    told = next((action for action in _ACTIONS if word.startswith(action[:5])), "")
    return told or _BY_CLASS.get(status[:1], "failed")


def _address(value: str) -> str:
    """The address of `rfc822; anna@example.org`, in all the forms it is found in; empty where it is none."""
    kind, semicolon, rest = value.partition(";")
    told = rest if semicolon else kind
    if kind.strip().lower() == "utf-8":
        # RFC 6533, 3: signs outside ASCII may be written as \x{HEX}.
        told = _HEX.sub(lambda sign: _sign(int(sign[1], 16)), told)
    for form in (told, _COMMENT.sub(" ", told), told.rpartition("<")[2].partition(">")[0]):
        address = normalise(form.strip().strip("\"'"))
        if is_address(address):
            return address
    return ""


def _sign(code: int) -> str:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _without_type(diagnostic: str) -> str:
    """`smtp; 550 no` without its type."""
    kind, semicolon, rest = diagnostic.partition(";")
    return rest.strip() if semicolon and len(kind) < 20 and " " not in kind.strip() else diagnostic
