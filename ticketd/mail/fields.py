"""Header fields: unfolded, decoded, and addresses read strictly (RFC 5322, 3.4)."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from itertools import islice

from ticketd.core.addresses import is_address, normalise
from ticketd.core.inbound import Mailbox
from ticketd.core.text import header_text
from ticketd.mail.charsets import decode

_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_WHOLE_WORD = re.compile(r"=\?[^?\s\"<>]{1,80}\?[bBqQ]\?[^?\s\"<>@]*\?=")
_FOLD = re.compile(r"\r?\n[ \t]*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+("?)', re.DOTALL)
_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f-\x9f]{1,500}>")
_LONGEST_FROM = 2000


def field_text(body: str | bytes, charset: str = "") -> str:
    """An unstructured field body as text: unfolded, encoded words decoded (RFC 2047, 6.2)."""
    if isinstance(body, bytes):
        body = decode(body, charset)[0]
    return header_text(decode_words(_FOLD.sub(" ", body)), 2000)


def decode_words(text: str) -> str:
    """Encoded words decoded; neighbours of one charset are joined first.

    Many programs split a character between two words, though RFC 2047, 5 (3) forbids it.
    """
    out: list[str] = []
    pending: list[tuple[str, str]] = []
    charset_before, at = "", 0
    for match in _WORD.finditer(text):
        between = text[at : match.start()]
        charset = match[1].partition("*")[0].lower()
        if between.strip() or charset != charset_before or not pending:
            out.append(decode(_words_bytes(pending), charset_before)[0])
            out.append(between if between.strip() or not at else "")
            pending = []
        pending.append((match[2].lower(), match[3]))
        charset_before, at = charset, match.end()
    out.append(decode(_words_bytes(pending), charset_before)[0])
    return "".join(out) + text[at:]


def _words_bytes(words: list[tuple[str, str]]) -> bytes:
    """The bytes of neighbours; base64 may have been cut between them, wherever a line was full."""
    found: list[bytes] = []
    begun = ""
    for encoding, data in words:
        if encoding == "b":
            begun += data
        if begun and (encoding == "q" or data.endswith("=")):
            found.append(_word_bytes("b", begun))
            begun = ""
        if encoding == "q":
            found.append(_word_bytes("q", data))
    return b"".join([*found, _word_bytes("b", begun)])


def _word_bytes(encoding: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    if encoding == "q":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return raw


def message_ids(body: str, limit: int = 100) -> tuple[str, ...]:
    """The Message-IDs of a field: of very many the first 20 and the last 80."""
    found = list(dict.fromkeys(_ID.findall(_FOLD.sub(" ", body[:200_000]))))
    if len(found) > limit:
        found = found[:20] + found[-80:]
    return tuple(found)


def mailboxes(body: str, limit: int = 200) -> list[Mailbox]:
    """The mailboxes of an address field; addresses are split off before words are decoded."""
    found = []
    pieces = (piece for piece in _split(_FOLD.sub(" ", body[:65_536])) if piece.strip())
    for piece in islice(pieces, 5 * limit):
        box = _mailbox(piece)
        if box.address or box.name:
            found.append(box)
        if len(found) >= limit:
            break
    return found


def _units(body: str) -> Iterator[str]:
    """The signs of a field body, an encoded word as one: many programs leave commas in it (RFC 2047, 5 (3))."""
    at = 0
    for word in _WHOLE_WORD.finditer(body) if "=?" in body else ():
        yield from body[at : word.start()]
        yield word[0]
        at = word.end()
    yield from body[at:]


def _split(body: str) -> list[str]:
    """At commas and semicolons outside quotes, brackets and comments; group names are dropped."""
    pieces: list[str] = []
    piece: list[str] = []
    quoted, angle, depth, escaped = False, False, 0, False
    for sign in _units(body):
        if escaped or sign == "\\":
            escaped = not escaped
        elif sign == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")" and depth > 0)
            angle = (angle or sign == "<") and sign != ">"
            if not depth and not angle and sign in ",;:":
                if sign != ":":
                    pieces.append("".join(piece))
                piece = []
                continue
        piece.append(sign)
    return [*pieces, "".join(piece)]


def _mailbox(piece: str) -> Mailbox:
    name, bracket, rest = piece.rpartition("<")
    if bracket:
        address = rest.partition(">")[0]
    else:
        bare = re.sub(r"\([^()]{0,500}\)", " ", piece).strip()
        comment = re.search(r"\(([^()]{1,500})\)", piece)
        name, address = (comment[1] if comment else ""), bare
    address = normalise(decode_words(address))
    # A source route (RFC 5321, C) says nothing about whom the mail is for.
    address = address.rpartition(":")[2] if address.startswith("@") else address
    shown = field_text(name.strip().strip('"').replace('\\"', '"'))
    return Mailbox(shown.strip().strip("'\"").strip(), address if is_address(address) else "")


def is_ambiguous(bodies: list[str]) -> bool:
    """Whether From can be read in more than one way: then nobody's word is taken for it (D2)."""
    if len(bodies) != 1 or len(bodies[0]) > _LONGEST_FROM:
        return True
    body = _FOLD.sub(" ", bodies[0]).strip()
    # A quote that never ends takes the rest, so that each sign is looked at once; it is no name.
    unquoted = _QUOTED.sub(lambda quoted: '""' if quoted[1] else ";", body)
    if any(sign in unquoted for sign in "(),;:\\"):
        return True
    name, bracket, rest = unquoted.partition("<")
    if not bracket:
        return not is_address(body) or "=?" in body
    address, closing, tail = rest.partition(">")
    return (
        not closing
        or bool(tail.strip())
        or "@" in name
        or "=?" in address
        or not is_address(address)
    )
