"""A mail without what must not stay: in its header fields, its texts, its files, and in mails inside it."""

import email
import email.header
import email.message
import email.policy
from collections.abc import Iterator

from ticketd.core.redaction import GONE, Redactor
from ticketd.mail.charsets import decode

_POLICY = email.policy.compat32.clone(max_line_length=None, linesep="\r\n")
_KEPT = ("From", "To", "Date", "Message-ID", "In-Reply-To", "References")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def redacted(raw: bytes, redactor: Redactor) -> bytes | None:
    """The mail without it; None where it does not hold it. What cannot be rewritten keeps its basic fields alone."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    if not _holds(raw, mail, redactor):
        return None
    for part in _parts(mail):
        _header(part, redactor)
        _body(part, redactor)
    new = mail.as_bytes(policy=_POLICY)
    again = email.message_from_bytes(new, policy=email.policy.compat32)
    return _bare(mail, redactor) if _holds(new, again, redactor) else new


def redacted_file(name: str, content: bytes, redactor: Redactor) -> bytes | None:
    """A file without it; None where it is not seen in it. One that is no text goes as a whole."""
    if redactor.is_file(name):
        return GONE.encode()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return GONE.encode() if _seen_in(content, redactor) else None
    return redactor.text(text).encode() if redactor.finds(text) else None


def _parts(mail: email.message.Message) -> Iterator[email.message.Message]:
    yield from mail.walk()


def _seen_in(content: bytes, redactor: Redactor) -> bool:
    return any(redactor.finds(content.decode(e, "replace")) for e in _ENCODINGS)


def _holds(raw: bytes, mail: email.message.Message, redactor: Redactor) -> bool:
    """As it is written, and as it is meant."""
    if not redactor.wanted.file and redactor.finds(raw.decode("utf-8", "replace")):
        return True
    for part in _parts(mail):
        if any(redactor.finds(_meant(str(value))) for value in part.values()):
            return True
        content = part.get_payload(decode=True)
        if (
            isinstance(content, bytes)
            and not _is_gone(content)
            and _leaf_holds(part, content, redactor)
        ):
            return True
    return False


def _is_gone(content: bytes) -> bool:
    return content.strip() == GONE.encode()


def _leaf_holds(part: email.message.Message, content: bytes, redactor: Redactor) -> bool:
    if redactor.is_file(_name(part)):
        return True
    if part.get_content_maintype() == "text" and redactor.finds(_text(part, content)):
        return True
    return not redactor.wanted.file and _seen_in(content, redactor)


def _header(part: email.message.Message, redactor: Redactor) -> None:
    for at, (name, value) in enumerate(list(part.items())):
        meant = _meant(str(value))
        if redactor.finds(meant) or redactor.finds(str(value)):
            new = redactor.text(meant)
            shown = new if new.isascii() else email.header.Header(new, "utf-8").encode()
            part._headers[at] = (name, " ".join(shown.split()))  # type: ignore[attr-defined] # noqa: SLF001 - in its place


def _body(part: email.message.Message, redactor: Redactor) -> None:
    for attribute in ("preamble", "epilogue"):
        text = getattr(part, attribute)
        if isinstance(text, str):
            setattr(part, attribute, redactor.text(text))
    content = part.get_payload(decode=True)
    if part.is_multipart() or not isinstance(content, bytes):
        return
    if redactor.is_file(_name(part)) or not _leaf_holds(part, content, redactor):
        if redactor.is_file(_name(part)):
            _put(part, GONE)
        return
    text = redactor.text(_text(part, content)) if part.get_content_maintype() == "text" else GONE
    _put(part, text)


def _put(part: email.message.Message, text: str) -> None:
    """Another content, in UTF-8; where it was no text its type stays, and its size tells the rest."""
    del part["Content-Transfer-Encoding"]
    if part.get_content_maintype() == "text":
        part.set_payload(text, "utf-8")
    else:
        part.set_payload(text)
        part["Content-Transfer-Encoding"] = "7bit"


def _text(part: email.message.Message, content: bytes) -> str:
    return decode(content, part.get_content_charset("") or "")[0]


def _name(part: email.message.Message) -> str:
    return _meant(part.get_filename("") or "")


def _meant(value: str) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (ValueError, LookupError, email.errors.HeaderParseError):
        return value


def _bare(mail: email.message.Message, redactor: Redactor) -> bytes:
    """What is left of a mail whose parts did not let themselves be rewritten."""
    new = email.message.Message(policy=_POLICY)
    for name in _KEPT:
        value = " ".join(str(mail.get(name, "")).split())
        if value and not redactor.finds(value) and not redactor.finds(_meant(value)):
            new[name] = value
    new["Subject"] = GONE
    new.set_payload(f"{GONE}\r\n", "utf-8")
    return new.as_bytes(policy=_POLICY)
