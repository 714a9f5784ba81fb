"""What one part of a mail holds: its bytes, its charset, its name, and the part as a file."""

import binascii
import contextlib
import re
from email.errors import MessageError
from email.message import Message
from email.policy import Compat32

from ticketd.core.inbound import Attachment
from ticketd.core.text import file_name, header_text
from ticketd.mail.charsets import decode
from ticketd.mail.fields import field_text

MAILS = frozenset({"message/rfc822", "message/global"})
_NAMES = {
    "message/rfc822": "attachment.eml", "text/calendar": "attachment.ics", "text/html": "attachment.html",
    "text/plain": "attachment.txt", "image/jpeg": "attachment.jpg", "image/png": "attachment.png",
    "image/gif": "attachment.gif", "application/pdf": "attachment.pdf", "text/vcard": "attachment.vcf",
    "message/delivery-status": "attachment.txt", "text/rfc822-headers": "attachment.txt",
    "application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s", "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc", "application/pgp-encrypted": "version.asc",
    "application/ms-tnef": "winmail.dat",
}  # fmt: skip
"""For files without a name of their own."""
_BASE64 = frozenset({"base64", "base-64", "b"})
_QUOTED = frozenset({"quoted-printable", "quoted_printable", "quotedprintable", "q"})
_UU = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class _Unchanged(Compat32):
    """The library folds each field anew, and refuses those that it would not have written."""

    def fold_binary(self, name: str, value: str) -> bytes:
        lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", self.linesep)
        return f"{name}: {lines}{self.linesep}".encode("utf-8", "surrogateescape")


_AS_IT_CAME = {end: _Unchanged(linesep=end) for end in ("\n", "\r\n")}


def source(part: Message) -> bytes:
    """A leaf as it stands in the mail; `get_payload` would decode it in the charset that it claims."""
    payload = part._payload  # type: ignore[attr-defined]  # noqa: SLF001
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def child(part: Message) -> Message | None:
    """The first part below, or the enclosed mail."""
    payload = part.get_payload() if part.is_multipart() else None
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else None


def encoding(part: Message) -> str:
    """Content-Transfer-Encoding (RFC 2045, 6), without what some programs write behind it."""
    words = str(part.get("content-transfer-encoding", "")).replace(";", " ").split()
    return words[0].strip("\"'").lower() if words else ""


def content(part: Message, line_end: str = "\n") -> bytes:
    """The decoded content of a part; a broken encoding gives what can be read of it.

    `line_end`: that of the mail, which an enclosed one has too; the library forgets it.
    """
    enclosed = child(part)
    if enclosed is not None:
        return _enclosed(part, enclosed, line_end)
    data, how = source(part), encoding(part)
    if how in _BASE64:
        return _from_base64(data)
    if how in _QUOTED:
        return binascii.a2b_qp(data)
    if how in _UU:
        with contextlib.suppress(binascii.Error, ValueError, LookupError):
            decoded = part.get_payload(decode=True)
            return decoded if isinstance(decoded, bytes) else data
    return data


def _from_base64(data: bytes) -> bytes:
    """What was lost on the way is lost; the rest stays. Signs behind the padding are a footer's."""
    with contextlib.suppress(binascii.Error):
        return binascii.a2b_base64(data)
    body, _, _ = data.partition(b"=")
    signs = _NO_BASE64.sub(b"", body)
    # Of a group that was cut, one sign alone holds no byte.
    signs = signs[: len(signs) - (len(signs) % 4 == 1)]
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))


def _enclosed(part: Message, enclosed: Message, line_end: str) -> bytes:
    if part.get_content_type() == "message/delivery-status":
        blocks = part.get_payload()
        told = [_as_it_came(block, line_end) for block in blocks if isinstance(block, Message)]
        return line_end.encode().join(told)
    if encoding(part) in _BASE64:
        # RFC 2046, 5.2.1 forbids it; some programs do it, and then the "mail" is one base64 text.
        return _from_base64(source(enclosed))
    return _as_it_came(enclosed, line_end)


def _as_it_came(message: Message, line_end: str) -> bytes:
    try:
        return message.as_bytes(policy=_AS_IT_CAME[line_end])
    except (MessageError, UnicodeError, LookupError, ValueError, AttributeError, TypeError):
        return source(message)


def charset(part: Message) -> str:
    """The declared charset, or an empty text."""
    value = part.get_param("charset", "")
    return str(value[2] if isinstance(value, tuple) else value or "")


def name(part: Message, hint: str = "") -> str:
    """The sender's name for a file: RFC 2231, or the encoded words that many put there instead."""
    for field_name, param in (("content-disposition", "filename"), ("content-type", "name")):
        value = part.get_param(param, None, header=field_name)
        if isinstance(value, tuple):
            # The library has each byte as a sign; what is beyond was decoded before.
            with contextlib.suppress(UnicodeEncodeError):
                raw = str(value[2]).encode("latin-1")
                value = (None, None, decode(raw, value[0] or "", hint)[0])
            value = value[2]
        if value:
            return field_text(str(value).encode("utf-8", "surrogateescape"))
    return ""


def is_file(part: Message) -> bool:
    """Whether it is an attachment by its own word."""
    disposition = str(part.get("content-disposition", "")).strip().lower()
    if disposition.startswith("attachment"):
        return True
    # A type without a subtype is read as text/plain; with a file's name it is a file.
    declared = str(part.get("content-type", "")).partition(";")[0].strip()
    return bool(declared) and "/" not in declared and bool(name(part))


def attachment(part: Message, hint: str = "", line_end: str = "\n") -> Attachment:
    """A part as a file. An enclosed mail is named by its subject."""
    kind, own = part.get_content_type(), name(part, hint)
    if not own and kind in MAILS:
        enclosed = child(part)
        subject = str(enclosed.get("subject", "")) if enclosed is not None else ""
        own = field_text(subject.encode("utf-8", "surrogateescape"))[:100]
        own = f"{own or 'message'}.eml"
    content_id = header_text(str(part.get("content-id", ""))).strip("<>")
    return Attachment(
        name=file_name(own, _NAMES.get(kind, "attachment")),
        type=header_text(kind),
        content=content(part, line_end),
        content_id=content_id,
        inline=bool(content_id) and not is_file(part),
    )
