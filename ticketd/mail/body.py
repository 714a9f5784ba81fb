"""The parts of a mail: which of them are its text, and which are attachments."""

import binascii
import contextlib
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value

from ticketd.core.inbound import Attachment
from ticketd.core.text import file_name, header_text
from ticketd.mail import limits
from ticketd.mail.charsets import decode
from ticketd.mail.fields import field_text
from ticketd.mail.html import read_html

_ENDINGS = {
    "message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt",
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt",
}  # fmt: skip


@dataclass(slots=True)
class Body:
    """What the walk over the parts found."""

    hint: str
    texts: list[str] = field(default_factory=list)
    html: str = ""
    kinds: str = ""
    """What the lines of the text are, where it is a single HTML one (`html.Page.kinds`)."""
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Message] = field(default_factory=list)
    returned: list[Message] = field(default_factory=list)
    charset_guessed: bool = False
    truncated: bool = False
    parts: int = 0

    @property
    def text(self) -> str:
        """All text parts, one below the other."""
        return "\n\n".join(text.strip("\n") for text in self.texts if text.strip())


def read_body(message: Message, hint: str = "") -> Body:
    """Walk over the parts, outermost first, without recursion."""
    body = Body(hint)
    todo: list[tuple[Message, int, bool]] = [(message, 0, False)]
    while todo:
        part, depth, inside_related = todo.pop()
        body.parts += 1
        if body.parts > limits.PARTS or depth > limits.DEPTH:
            body.truncated = True
            break
        _mend_fields(part, hint)
        children = _children(part)
        if part.get_content_type() == "multipart/alternative" and children:
            todo += [(c, depth + 1, inside_related) for c in reversed(_alternative(children))]
        elif children:
            related = part.get_content_type() == "multipart/related"
            todo += [
                (c, depth + 1, related and at > 0) for at, c in reversed(list(enumerate(children)))
            ]
        else:
            _leaf(part, body, attached=inside_related)
    return body


def _mend_fields(part: Message, hint: str) -> None:
    """Raw 8-bit file names: the library would show each byte as U+FFFD."""
    for name, value in list(part.raw_items()):
        if name.lower().startswith("content-") and not str(value).isascii():
            text = decode(str(value).encode("utf-8", "surrogateescape"), "", hint)[0]
            part.replace_header(name, text)


def _children(part: Message) -> list[Message]:
    """The parts of a multipart. An enclosed mail is a leaf: its parts are not ours."""
    payload = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(payload, list):
        return []
    return [child for child in payload if isinstance(child, Message)]


def _alternative(children: list[Message]) -> list[Message]:
    """Of several forms of one text the plain one, unless it says nothing; what is no text stays."""
    plain = [c for c in children if c.get_content_type() == "text/plain" and not _is_file(c)]
    rich = [c for c in children if c not in plain and _holds_text(c)]
    others = [c for c in children if c not in plain and c not in rich]
    if plain and rich and not any(_bytes(c).strip() for c in plain):
        plain = []
    return [*plain, *rich, *others]


def _holds_text(part: Message) -> bool:
    return part.get_content_type() in {"text/html", "multipart/related", "multipart/alternative"}


def _is_file(part: Message) -> bool:
    disposition = str(part.get("content-disposition", "")).strip().lower()
    if disposition.startswith("attachment"):
        return True
    # A type without a subtype is read as text/plain; with a file's name it is a file.
    declared = str(part.get("content-type", "")).partition(";")[0].strip()
    return bool(declared) and "/" not in declared and bool(_name(part))


def _leaf(part: Message, body: Body, *, attached: bool) -> None:
    kind = part.get_content_type()
    if kind in {"message/delivery-status", "message/global-delivery-status"}:
        body.reports.append(part)
    if kind in {
        "text/rfc822-headers",
        "message/rfc822",
        "message/global",
        "message/global-headers",
    }:
        body.returned.append(part)
    is_text = kind in {"text/plain", "text/html"} or kind == "text/enriched"
    if is_text and not attached and not _is_file(part) and not _has_name_after_text(part, body):
        _take_text(part, kind, body)
    elif len(body.attachments) >= limits.ATTACHMENTS:
        body.truncated = True
    else:
        body.attachments.append(_attachment(part, kind))


def _has_name_after_text(part: Message, body: Body) -> bool:
    """A named text below the mail's own text is a file, even where it is shown inline."""
    return bool(body.texts) and bool(_name(part))


def _take_text(part: Message, kind: str, body: Body) -> None:
    data = _bytes(part)
    if len(data) > limits.TEXT:
        data, body.truncated = data[: limits.TEXT], True
    text, guessed = decode(data, _charset(part), body.hint)
    body.charset_guessed |= guessed
    if kind == "text/html":
        # The plain form, where there is one, has been read before this one.
        if body.html or not body.texts:
            page = read_html(text)
            body.kinds = page.kinds if not body.texts else ""
            body.truncated |= page.is_truncated
            body.texts.append(page.text)
        body.html = body.html or text
    else:
        body.texts.append(_unflowed(part, text))


def _charset(part: Message) -> str:
    value = part.get_param("charset", "")
    return collapse_rfc2231_value(value) if value else ""


def _unflowed(part: Message, text: str) -> str:
    """format=flowed (RFC 3676): a blank at the end of a line joins it to the next one."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    delsp = str(part.get_param("delsp", "")).lower() == "yes"
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        is_signature = bare == "-- "
        if open_depth == depth and not is_signature:
            out[-1] += bare
        else:
            out.append(("> " if depth else "") + ">" * max(depth - 1, 0) + bare)
        flows = bare.endswith(" ") and not is_signature
        if flows and delsp:
            out[-1] = out[-1][:-1]
        open_depth = depth if flows else -1
    return "\n".join(out)


def _bytes(part: Message) -> bytes:
    """The decoded content of a part; a broken encoding gives what can be read of it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        enclosed = payload[0] if payload else None
        return _enclosed(part, enclosed) if isinstance(enclosed, Message) else b""
    with contextlib.suppress(binascii.Error, ValueError, LookupError, AssertionError):
        decoded = part.get_payload(decode=True)
        if isinstance(decoded, bytes):
            return decoded
    return str(payload).encode("utf-8", "surrogateescape")


def _enclosed(part: Message, enclosed: Message) -> bytes:
    if part.get_content_type() == "message/delivery-status":
        blocks = part.get_payload()
        return b"\n".join(block.as_bytes() for block in blocks if isinstance(block, Message))
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding == "base64":
        # RFC 2046, 5.2.1 forbids it; some programs do it, and then the "mail" is one base64 text.
        with contextlib.suppress(binascii.Error, ValueError):
            return binascii.a2b_base64(str(enclosed.get_payload()).encode("ascii", "ignore"))
    try:
        return enclosed.as_bytes(unixfrom=False)
    except (UnicodeError, LookupError, ValueError, KeyError, AttributeError, TypeError):
        return str(enclosed.get_payload()).encode("utf-8", "replace")


def _name(part: Message) -> str:
    """The sender's name for a file: RFC 2231, or the encoded words that many put there instead."""
    for field_name, param in (("content-disposition", "filename"), ("content-type", "name")):
        value = part.get_param(param, None, header=field_name)
        if value:
            text = collapse_rfc2231_value(value, errors="replace")
            return field_text(text.encode("utf-8", "surrogateescape"))
    return ""


def _attachment(part: Message, kind: str) -> Attachment:
    name = _name(part)
    if not name and kind in {"message/rfc822", "message/global"}:
        payload = part.get_payload()
        enclosed = payload[0] if isinstance(payload, list) and payload else None
        subject = str(enclosed.get("subject", "")) if isinstance(enclosed, Message) else ""
        name = field_text(subject.encode("utf-8", "surrogateescape"))[:100]
        name = f"{name or 'message'}.eml"
    content_id = header_text(str(part.get("content-id", ""))).strip("<>")
    return Attachment(
        name=file_name(name, "attachment" + _ENDINGS.get(kind, "")),
        type=header_text(kind),
        content=_bytes(part),
        content_id=content_id,
        inline=bool(content_id) and not _is_file(part),
    )
