"""winmail.dat: Outlook's text and files in one attachment (MS-OXTNEF), read in one pass and never believed."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ticketd.core.inbound import Attachment
from ticketd.core.text import file_name, header_text
from ticketd.mail.charsets import decode
from ticketd.mail.rtf import rtf_text, unpacked

_SIGNATURE = 0x223E9F78
_BODY, _MAPI, _CODEPAGE = 0x0002800C, 0x00069003, 0x00069007
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_MAPI = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_PR_BODY, _PR_RTF, _PR_HTML, _PR_CPID = 0x1000, 0x1009, 0x1013, 0x3FDE
_PR_NAME, _PR_FILE_DATA, _PR_SHORT_NAME, _PR_LONG_NAME = 0x3001, 0x3701, 0x3704, 0x3707
_PR_TYPE, _PR_CONTENT_ID = 0x370E, 0x3712
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
"""Bytes of a property's value by its type; 2-byte ones are padded."""
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MOST_PROPERTIES = 5000


@dataclass(slots=True)
class Opened:
    """What was inside. `html` or `text` is the mail's text, whichever is richer."""

    text: str = ""
    html: str = ""
    files: list[Attachment] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    title: bytes = b""
    content: bytes = b""
    properties: dict[int, tuple[int, bytes]] = field(default_factory=dict)


def read_tnef(data: bytes, hint: str = "", most: int = 200) -> Opened | None:
    """The text and the first `most` files; None where this is no TNEF or says nothing."""
    if len(data) < 6 or int.from_bytes(data[:4], "little") != _SIGNATURE:
        return None
    charset, body, own = "cp1252", b"", dict[int, tuple[int, bytes]]()
    files: list[_File] = []
    for name, value in _attributes(data):
        if name == _CODEPAGE and len(value) >= 4:
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif name == _BODY:
            body = value
        elif name == _MAPI:
            own = _properties(value)
        elif name == _NEW_FILE and len(files) < most:
            files.append(_File())
        elif files:
            _add(files[-1], name, value)
    opened = _said(body, own, charset, hint)
    opened.files = [_attachment(file, charset, hint) for file in files]
    return opened if opened.text or opened.html or opened.files else None


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(data):
        _, name, size = struct.unpack_from("<BII", data, at)
        at += 9
        # Cut on the way: what came of the last one is better than nothing.
        size = min(size, len(data) - at)
        yield name, data[at : at + size]
        at += size + 2


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties: id -> (type, first value). Ends at the first thing that cannot be."""
    found: dict[int, tuple[int, bytes]] = {}
    at = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), _MOST_PROPERTIES)):
        if at + 4 > len(data):
            break
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= 0x8000:
            at = _behind_name(data, at)
        many, kind = kind & 0x1000, kind & 0xEFFF
        count = 1
        if many or kind in {_STRING, _UNICODE, _OBJECT, _BINARY}:
            count, at = int.from_bytes(data[at : at + 4], "little"), at + 4
        for _ in range(min(count, _MOST_PROPERTIES)):
            size = _SIZES.get(kind)
            if size is None:
                size, at = int.from_bytes(data[at : at + 4], "little"), at + 4
            if size > len(data) - at:
                return found
            found.setdefault(name, (kind, data[at : at + size]))
            at += size + -size % 4
    return found


def _behind_name(data: bytes, at: int) -> int:
    """A named property: a GUID, then a number or a name in UTF-16."""
    kind, size = int.from_bytes(data[at + 16 : at + 20], "little"), data[at + 20 : at + 24]
    length = int.from_bytes(size, "little") if kind else 0
    return at + 24 + length + -length % 4


def _add(file: _File, name: int, value: bytes) -> None:
    if name == _FILE_TITLE:
        file.title = value
    elif name == _FILE_DATA:
        file.content = value
    elif name == _FILE_MAPI:
        file.properties = _properties(value)


def _text(value: tuple[int, bytes] | None, charset: str, hint: str) -> str:
    if value is None:
        return ""
    kind, data = value
    if kind == _UNICODE:
        return decode(data, "utf-16-le", hint)[0].rstrip("\0\ufffd")
    return decode(data.rstrip(b"\0"), charset, hint)[0]


def _said(body: bytes, own: dict[int, tuple[int, bytes]], charset: str, hint: str) -> Opened:
    """HTML says most, then the plain text; rich text is read where there is neither."""
    cpid = own.get(_PR_CPID)
    page = f"cp{int.from_bytes(cpid[1], 'little')}" if cpid else charset
    page = "utf-8" if page == "cp65001" else page
    html = _text(own.get(_PR_HTML), page, hint)
    text = _text(own.get(_PR_BODY), charset, hint) or _text((_STRING, body), charset, hint)
    if not html and not text.strip() and _PR_RTF in own:
        said, is_html = rtf_text(unpacked(own[_PR_RTF][1]), hint)
        html, text = (said, "") if is_html else ("", said)
    return Opened(text, html)


def _attachment(file: _File, charset: str, hint: str) -> Attachment:
    own = file.properties
    names = (_text(own.get(name), charset, hint) for name in (_PR_LONG_NAME, _PR_SHORT_NAME, _PR_NAME))  # fmt: skip
    name = next(filter(str.strip, names), "") or _text((_STRING, file.title), charset, hint)
    kind = header_text(_text(own.get(_PR_TYPE), charset, hint), 100).lower()
    content, (held, data) = file.content, own.get(_PR_FILE_DATA, (0, b""))
    if not content and data:
        # An enclosed item begins with the GUID of its interface, and is a TNEF of its own.
        content = data[16:] if held == _OBJECT else data
    if held == _OBJECT and not kind:
        kind = "application/ms-tnef"
    content_id = header_text(_text(own.get(_PR_CONTENT_ID), charset, hint)).strip("<>")
    return Attachment(
        file_name(name), kind if "/" in kind else "application/octet-stream", content, content_id
    )
