"""The parts of a mail: which of them are its text, and which are attachments."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message

from ticketd.core.inbound import Attachment
from ticketd.core.text import file_name
from ticketd.mail import content, limits
from ticketd.mail.charsets import decode
from ticketd.mail.content import is_file
from ticketd.mail.html import html_text, read_html
from ticketd.mail.tnef import read_tnef
from ticketd.mail.uuencode import take_files

_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"})
_FORMS = frozenset({"text/html", "multipart/related", "multipart/alternative"})
_EXTRA_FORMS = frozenset({"text/x-amp-html", "text/watch-html"})
"""Forms of the text for one program's eyes; all others have the text too."""
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset({*content.MAILS, "text/rfc822-headers", "message/global-headers"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ENRICHED_TAG = re.compile("</?[A-Za-z][A-Za-z-]{0,59}>")


@dataclass(slots=True)
class Body:
    """What the walk over the parts found."""

    hint: str
    line_end: str = "\n"
    texts: list[str] = field(default_factory=list)
    html: str = ""
    kinds: str = ""
    """What the lines of the text are, where it is a single HTML one (`html.Page.kinds`)."""
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Message] = field(default_factory=list)
    returned: list[Message] = field(default_factory=list)
    charset_guessed: bool = False
    truncated: bool = False
    defects: set[str] = field(default_factory=set)
    parts: int = 0
    winmails: int = 0

    @property
    def text(self) -> str:
        """All text parts, one below the other."""
        return "\n\n".join(text.strip("\n") for text in self.texts if text.strip())

    @property
    def room(self) -> int:
        """How many more files are kept."""
        return limits.ATTACHMENTS - len(self.attachments)

    def attach(self, files: Iterable[Attachment]) -> None:
        """Keep files, as long as there is room."""
        for file in files:
            if self.room > 0:
                self.attachments.append(file)
            else:
                self.truncated = True


def read_body(message: Message, hint: str = "", line_end: str = "\n") -> Body:
    """Walk over the parts, outermost first, without recursion."""
    body = Body(hint, line_end)
    todo: list[tuple[Message, int, bool]] = [(message, 0, False)]
    while todo:
        part, depth, inside_related = todo.pop()
        body.parts += 1
        if body.parts > limits.PARTS:
            body.truncated = True
            break
        if depth > 2 * limits.DEPTH:
            body.truncated = True
            continue
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
    plain = [c for c in children if c.get_content_type() == "text/plain" and not is_file(c)]
    rich = [c for c in children if c not in plain and c.get_content_type() in _FORMS]
    others = [c for c in children if c not in plain and c not in rich]
    if plain or rich:
        others = [c for c in others if c.get_content_type() not in _EXTRA_FORMS]
    if plain and rich and not any(content.content(c).strip() for c in plain):
        plain = []
    return [*plain, *rich, *others]


def _leaf(part: Message, body: Body, *, attached: bool) -> None:
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart":
        # No boundary, or none that comes: what stands there is a text.
        kind = "text/plain"
    if kind in _REPORTS:
        body.reports.append(part)
    if kind in _RETURNED:
        body.returned.append(part)
    named = content.name(part, body.hint)
    # A named text below the mail's own text is a file, even where it is shown inline.
    is_named = bool(body.texts) and bool(named)
    if kind in _TEXTS and not attached and not is_file(part) and not is_named:
        _take_text(part, kind, body)
    elif kind in _TNEF or named.lower() == "winmail.dat":
        _open_winmail(part, body)
    elif body.room > 0:
        body.attachments.append(content.attachment(part, body.hint, body.line_end))
    else:
        body.truncated = True


def _open_winmail(part: Message, body: Body) -> None:
    """Outlook's attachment: its files, and its text where the mail has none of its own."""
    file = content.attachment(part, body.hint, body.line_end)
    body.winmails += 1
    opened = read_tnef(file.content, body.hint, body.room) if body.winmails == 1 else None
    if opened is None:
        body.attach([file])
        body.defects.add("winmail.dat: left closed")
        return
    if not body.text:
        body.html = body.html or opened.html
        body.texts.append(html_text(opened.html) if opened.html else opened.text)
    body.attach(opened.files)


def _take_text(part: Message, kind: str, body: Body) -> None:
    data = content.content(part)
    if len(data) > limits.TEXT:
        # Not in the middle of a line: half a sign would look like another charset.
        data = data[: data.rfind(b"\n", 0, limits.TEXT) + 1 or limits.TEXT]
        body.truncated = True
    text, guessed = decode(data, content.charset(part), body.hint)
    body.charset_guessed |= guessed
    text = text.removeprefix("\ufeff")
    if kind == "text/html":
        # The plain form, where there is one, has been read before this one.
        if body.html or not body.texts:
            page = read_html(text)
            body.kinds = page.kinds if not body.texts else ""
            body.truncated |= page.is_truncated
            body.texts.append(page.text)
        body.html = body.html or text
        return
    if kind in {"text/enriched", "text/richtext"}:
        text = _ENRICHED_TAG.sub("", text).replace("<<", "<")
    text, files = take_files(text, body.room)
    body.attach(
        Attachment(file_name(name), "application/octet-stream", data) for name, data in files
    )
    body.texts.append(_unflowed(part, text))


def _unflowed(part: Message, text: str) -> str:
    """format=flowed (RFC 3676): a blank at the end of a line joins it to the next one."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    delsp = str(part.get_param("delsp", "")).lower() == "yes"
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        is_signature = bare == "-- "
        if open_depth != depth or is_signature:
            paragraphs.append(["> " if depth else "", ">" * max(depth - 1, 0)])
        flows = bare.endswith(" ") and not is_signature
        paragraphs[-1].append(bare[:-1] if flows and delsp else bare)
        open_depth = depth if flows else -1
    return "\n".join(map("".join, paragraphs))
