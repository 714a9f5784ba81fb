"""Values -> the finished bytes of one mail, parsed back before anybody relies on them."""

import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, formataddr

from ticketd.core.addresses import is_address
from ticketd.core.inbound import Attachment, Mailbox
from ticketd.core.text import file_name, header_text
from ticketd.mail.fields import field_text, mailboxes
from ticketd.mail.flowed import flowed
from ticketd.mail.pictures import with_pictures
from ticketd.mail.render import Rendered

# The modern policy parses each field again at every look, and its generator takes five times as long as joining
# the parts; the library writes what is hard (long fields, encoded words, file names), the rest is plain.
_POLICY = compat32.clone(linesep="\r\n")
_REFERENCES = 1000
_LONGEST_LINE = 990
_LONGEST_FIELD = 76
_LONGEST_NAME = 240
# Nothing behind its first bracket belongs to it: a customer's subject may have a number in brackets of its own.
_TAG = re.compile(r"\[[ -Z^-~]{0,50}#[0-9]+\](?= |$)")
_TYPE = re.compile(
    r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}", re.IGNORECASE
)


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
    thread_index: str = ""
    attachments: tuple[Attachment, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """Further fields, for the filters of agents' mail programs."""


class Unbuildable(Exception):
    """A mail whose header section would not say what was meant."""


def compose(draft: Draft) -> bytes:
    """The bytes of a mail with CRLF line ends. Unbuildable where a field would not come back."""
    fields = b"".join(_line(name, value) for name, value in _fields(draft))
    head, body = _body(draft)
    _check(fields, draft)
    return b"MIME-Version: 1.0\r\n" + fields + head + b"\r\n" + body


def _line(name: str, value: str | Header) -> bytes:
    """One field, folded where it is long (RFC 5322, 2.2.3)."""
    if isinstance(value, str) and not value.isascii():
        # Bytes that stand as surrogates are written as they are.
        return f"{name}: {value}\r\n".encode("ascii", "surrogateescape")
    if isinstance(value, str) and len(name) + len(value) <= _LONGEST_FIELD:
        return f"{name}: {value}\r\n".encode("ascii")
    header = value if isinstance(value, Header) else Header(value, header_name=name)
    folded = header.encode(maxlinelen=_LONGEST_FIELD, linesep="\r\n")
    return f"{name}: {folded}\r\n".encode("ascii")


def _fields(draft: Draft) -> list[tuple[str, str | Header]]:
    """The header section in the order in which people read it."""
    fields: list[tuple[str, str | Header]] = [
        ("From", _address(draft.author)),
        ("To", ", ".join(_address(box) for box in draft.to)),
    ]
    if draft.cc:
        fields.append(("Cc", ", ".join(_address(box) for box in draft.cc)))
    fields += [
        ("Subject", _text(draft.subject)),
        ("Date", format_datetime(draft.date)),
        ("Message-ID", draft.message_id),
    ]
    if draft.reply_to:
        fields.append(("Reply-To", _address(Mailbox(draft.author.name, draft.reply_to))))
    if draft.in_reply_to and _is_plain(draft.in_reply_to):
        fields.append(("In-Reply-To", draft.in_reply_to))
    references = _short_enough(tuple(filter(_is_plain, draft.references)))
    if references:
        fields.append(("References", " ".join(references)))
    if draft.thread_topic:
        fields.append(("Thread-Topic", _text(draft.thread_topic)))
    if draft.thread_index:
        fields.append(("Thread-Index", draft.thread_index))
    if draft.auto_submitted:
        fields += [
            ("Auto-Submitted", draft.auto_submitted),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Ticketd-Loop", draft.loop_mark),
        ]
    fields += [(name, _text(value)) for name, value in draft.fields]
    return fields


def _text(value: str) -> str | Header:
    """An unstructured field body; encoded words where it is not ASCII (RFC 2047)."""
    clean = header_text(value)
    if clean.isascii() and "=?" not in clean:
        return clean
    # The subject tag stays readable for every filter on the way.
    tag = _TAG.match(clean)
    header = Header(tag[0] if tag else "", "us-ascii")
    header.append(clean[tag.end() if tag else 0 :].lstrip(), "utf-8")
    return header


def _address(box: Mailbox) -> str:
    if not is_address(box.address):
        raise Unbuildable(f"not an address: {box.address!r}")
    return (
        formataddr((header_text(box.name, 100), box.address))
        if box.address.isascii()
        else _international(box)
    )


def _international(box: Mailbox) -> str:
    """An address that only SMTPUTF8 carries (RFC 6532): its name is encoded as always."""
    name = formataddr((header_text(box.name, 100), "x@x")).rpartition(" <")[0]
    # The generator writes bytes that stand as surrogates as they are.
    return f"{name} <{box.address}>".strip().encode().decode("ascii", "surrogateescape")


def _body(draft: Draft) -> tuple[bytes, bytes]:
    """The Content fields of the whole mail, and what follows its header section."""
    text, is_flowed = flowed(draft.body.text, draft.body.said)
    page, pictures = with_pictures(draft.body.html, draft.attachments, draft.message_id)
    forms = [_part(text, "plain", '; format="flowed"' if is_flowed else ""), _part(page, "html")]
    head, body = _multipart("alternative", forms)
    if pictures:
        shown = [_file(picture) for picture in pictures.values()]
        head, body = _multipart("related", [head + b"\r\n" + body, *shown])
    files = [
        _file(replace(f, content_id=""))
        for at, f in enumerate(draft.attachments)
        if at not in pictures
    ]
    return _multipart("mixed", [head + b"\r\n" + body, *files]) if files else (head, body)


def _multipart(subtype: str, parts: Sequence[bytes]) -> tuple[bytes, bytes]:
    # `=_` stands in no quoted-printable and no base64 (RFC 2045, 6.7); random, as a plain part may quote our mails.
    edge = f"=_{secrets.token_hex(12)}"
    lines = b"".join(f"--{edge}\r\n".encode() + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{edge}"\r\n'
    return head.encode(), lines + f"--{edge}--\r\n".encode()


def _part(text: str, subtype: str, parameters: str = "") -> bytes:
    """One form of the text; no server on the way has to convert it."""
    content = text.encode("utf-8", "replace")
    short = max(map(len, text.split("\n"))) <= _LONGEST_LINE
    charset = "us-ascii" if text.isascii() else "utf-8"
    if text.isascii() and short and "\r" not in text:
        encoding, coded = "7bit", content
    elif len(content) * 5 < len(text) * 6:
        # It can be read by eye where most of it is ASCII; Thai would be three times as long.
        encoding, coded = "quoted-printable", b2a_qp(content)
    else:
        # Canonical line ends go into the encoding (RFC 2045, 6.8).
        encoding, coded = "base64", encodebytes(content.replace(b"\n", b"\r\n"))
    head = f'Content-Type: text/{subtype}; charset="{charset}"{parameters}\nContent-Transfer-Encoding: {encoding}\n\n'
    return (head.encode() + coded).replace(b"\n", b"\r\n")


def _file(attachment: Attachment) -> bytes:
    maintype, _, subtype = attachment.type.partition("/")
    if maintype.lower() in {"message", "multipart"} or not _TYPE.fullmatch(attachment.type):
        maintype, subtype = "application", "octet-stream"
    part = MIMEBase(maintype, subtype)
    part.set_payload(attachment.content)
    encode_base64(part)
    name = _short_name(file_name(attachment.name))
    part.add_header(
        "Content-Disposition",
        "inline" if attachment.content_id else "attachment",
        filename=name if name.isascii() else ("utf-8", "", name),
    )
    if attachment.content_id:
        part.add_header("Content-ID", f"<{attachment.content_id}>")
    return part.as_bytes(policy=_POLICY)


def _is_plain(message_id: str) -> bool:
    """Whether a stranger's Message-ID can stand in a field; others are left out, as too long ones."""
    return message_id.isascii() and message_id.isprintable()


def _short_name(name: str) -> str:
    """A name that fits into one line when each of its bytes is written as three (RFC 2231; RFC 5322, 2.1.1)."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 20:
        stem, dot, ending = name, "", ""
    room = _LONGEST_NAME - len(ending.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + ending


def _short_enough(references: tuple[str, ...]) -> list[str]:
    """The first one, which is the root of the thread, and as many of the last as fit."""
    first, rest = references[:1], list(references[1:])
    while rest and len(" ".join([*first, *rest])) > _REFERENCES:
        rest.pop(0)
    return [*first, *rest]


def _check(section: bytes, draft: Draft) -> None:
    """Read it back: header fields seen are the header fields meant (no injection, no loss)."""
    fields = [
        (name.lower(), _raw(value))
        for name, value in BytesHeaderParser().parsebytes(section).raw_items()
    ]
    seen = dict(fields)
    found = [box.address for name in ("to", "cc") for box in mailboxes(seen.get(name, ""))]
    meant = [box.address for box in (*draft.to, *draft.cc)]
    same = (
        found == meant
        and seen["message-id"].strip() == draft.message_id
        and field_text(seen["subject"]) == header_text(draft.subject)
        and len(fields) == len(seen)
    )
    if not same:
        raise Unbuildable("its header section does not come back as it was meant")


def _raw(value: object) -> str:
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
