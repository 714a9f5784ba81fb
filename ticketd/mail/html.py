"""HTML -> text: one tree walked without recursion; hidden text is dropped, quotes become `>`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ticketd.mail.tags import flat_text, is_sound

MAX_HTML = 2 * 1024 * 1024
MAX_TEXT = 2 * 1024 * 1024
_MAX_QUOTE = 20
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "tr", "ul",
))  # fmt: skip
_PARAGRAPHS = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table",
))  # fmt: skip
_ENDING = _BLOCKS | {"a"}
_DROPPED = frozenset((
    "script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg",
))  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    # Yahoo, Zoho, our own mails: all of it is the quoted mail.
    r"(?P<quote>yahoo_quoted|zmail_extra|ticketd-quote|messagereplysection|ntes-mailmaster-quote)"
    # Gmail, Thunderbird, Roundcube, Airmail, Proton, Tuta, Missive, Freshdesk: the line above, and then a blockquote.
    r"|(?P<intro>gmail_quote|gmail_attr|moz-cite-prefix|reply-intro|airmail_ext_on|protonmail_quote|tutanota_quote"
    r"|missive_quote|freshdesk_quote)"
    r"|(?P<signature>gmail_signature|moz-signature|protonmail_signature_block|ms-outlook-mobile-signature"
    r"|composer_signature|messagesignaturesection|bloop_sign|(?<!\S)(?:signature|_rc_sig)(?!\S)|ydp\w{1,20}signature)"
    # Outlook on the web, for phones, for macOS, Hotmail: what begins here goes to the end.
    r"|(?P<rest>divrplyfwdmsg|(?<!\S)divrpf\d+|stopspelling|olk_src_body_section|outlookmessageheader"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message)"
)
# Outlook for Windows and Windows Mail draw this line, in this colour, above the header of the quoted mail.
_OUTLOOK_LINE = re.compile(
    r"border-top:\s*(?:solid #(?:e1e1e1|b5c4df) 1"
    r"|1(?:\.0)?pt solid (?:#(?:e1e1e1|b5c4df)|rgb\((?:225, 225, 225|181, 196, 223)))",
    re.IGNORECASE,
)
# Gmail, and what is built on WebKit, indent by a blockquote without a line at its side.
_INDENTED = re.compile(r"margin:\s*0(?:px)? 0(?:px)? 0(?:px)? 40px;\s*border:\s*none")


@dataclass(frozen=True, slots=True)
class Page:
    """What a person reads."""

    text: str
    kinds: str = ""
    """A letter for each line: `q` announces a quote (or is one that has no marks), `r` follows the place where the
    program says that the quoted mail begins, `s` is a signature, a blank anything else."""
    is_truncated: bool = False


class _Text:
    """Collects words and lines; knows how deep in quotes, links and the like it is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.kinds: list[str] = []
        self._line: list[str] = []
        self._after_blank = True
        self.size = 0
        self.quote = 0
        self.links = 0
        self.pre = 0
        self.is_intro = False
        self.signature = 0
        self.is_rest = False

    @property
    def _mark(self) -> str:
        return "> " * min(self.quote, _MAX_QUOTE) if self.quote else ""

    @property
    def _kind(self) -> str:
        if self.is_rest:
            return "r"
        return "s" if self.signature else "q" if self.is_intro else " "

    def words(self, text: str) -> None:
        text = _BLANKS.sub(" ", text)
        if self._after_blank:
            text = text.lstrip(" ")
        self._add(text)

    def raw(self, text: str) -> None:
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._add(first)
        for other in others:
            self.end(force=True)
            self._add(other)

    def _add(self, text: str) -> None:
        if text:
            self._line.append(text)
            self._after_blank = text.endswith(" ")
            self.size += len(text)

    def mark(self) -> tuple[int, int]:
        """A place, for `since`."""
        return len(self.lines), len(self._line)

    def since(self, mark: tuple[int, int]) -> str | None:
        """The words since a place on the line that has begun; None where it is another line, or many words."""
        lines, words = mark
        if lines != len(self.lines) or len(self._line) - words > 50:
            return None
        return "".join(self._line[words:])

    def end(self, *, force: bool = False) -> None:
        """End the line, if one has begun."""
        if not self._line and not force:
            return
        line = "".join(self._line)
        if force or line.strip():
            self._take((self._mark + line.replace("\xa0", " ")).rstrip())
        self._line.clear()
        self._after_blank = True

    def blank(self) -> None:
        """One empty line, never two."""
        self.end()
        if self.lines and self.lines[-1].strip("> "):
            self._take(self._mark.rstrip())

    def _take(self, line: str) -> None:
        # Many empty lines are as good as one.
        if line or (self.lines and self.lines[-1]):
            self.lines.append(line)
            self.kinds.append(self._kind)
            self.size += len(line) + 1

    def page(self, *, is_truncated: bool) -> Page:
        self.end()
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        text = "\n".join(self.lines)
        cut = text[:MAX_TEXT]
        kinds = "".join(self.kinds[: cut.count("\n") + 1])
        return Page(cut, kinds, is_truncated or len(text) > MAX_TEXT)


def html_text(html: str) -> str:
    """The text of an HTML body as a person reads it."""
    return read_html(html).text


def read_html(html: str) -> Page:
    """The text of an HTML body, and what its lines are."""
    is_cut = len(html) > MAX_HTML
    html = html[:MAX_HTML]
    if not is_sound(html):
        text = flat_text(html)
        return Page(text[:MAX_TEXT], "", is_cut or len(text) > MAX_TEXT)
    out = _Text()
    body = LexborHTMLParser(html).body
    if body is None:
        return Page("", "", is_cut)
    # Each entry is a node to enter, or one to leave with what is known of it.
    todo: list[tuple[LexborNode, _Open | None]] = [(body, None)]
    while todo and out.size < MAX_TEXT:
        node, opened = todo.pop()
        if opened:
            _leave(node, opened, out)
            continue
        opened = _enter(node, out)
        if opened:
            if opened is not _INLINE:
                todo.append((node, opened))
            children = [(child, None) for child in node.iter(include_text=True)]
            todo += reversed(children)
    return out.page(is_truncated=is_cut or bool(todo))


@dataclass(slots=True)
class _Open:
    """An element that has begun: its tag, what it means for quoting, where its text began."""

    tag: str
    role: str
    began: tuple[int, int]


_INLINE = _Open("", "", (0, 0))
"""An element whose end changes nothing."""


def _role(tag: str, attributes: Mapping[str, str | None]) -> str:
    """What an element says about quoting: quote, intro, signature, rest, or nothing."""
    style = attributes.get("style") or ""
    if tag == "blockquote":
        return "" if _INDENTED.search(style.lower()) else "quote"
    if _OUTLOOK_LINE.search(style):
        return "rest"
    get = attributes.get
    names = f"{get('class') or ''} {get('id') or ''} {get('name') or ''}"
    match = _ROLE.search(names[:1000].lower()) if len(names) > 2 else None
    return (match.lastgroup or "") if match else ""


def _enter(node: LexborNode, out: _Text) -> _Open | None:
    """Begin a node; None where nothing of it is read."""
    tag = node.tag or ""
    if tag == "-text":
        text = node.text(deep=False) or ""
        (out.raw if out.pre else out.words)(text)
        return None
    if tag in _DROPPED or tag.startswith(("-", "!")):
        return None
    attributes = node.attributes
    if attributes and ("hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")):
        return None
    role = _role(tag, attributes) if attributes or tag == "blockquote" else ""
    if tag in {"br", "img"}:
        out.end(force=True) if tag == "br" else out.words(_image(attributes))
        return None
    _begin(tag, role, out)
    return _Open(tag, role, out.mark()) if role or tag in _ENDING else _INLINE


def _begin(tag: str, role: str, out: _Text) -> None:
    if tag in {"td", "th"}:
        out.words(" ")
    if tag in _PARAGRAPHS:
        out.blank()
    elif role or tag in _BLOCKS:
        out.end()
    if role:
        out.quote += role == "quote"
        out.signature += role == "signature"
        out.is_rest |= role == "rest"
        out.is_intro |= role == "intro"
    if tag == "a":
        out.links += 1
    elif tag == "pre":
        out.pre += 1
    elif tag == "li":
        out.words("- ")


def _image(attributes: Mapping[str, str | None]) -> str:
    """An inline picture keeps its place in the text; a remote one is only ever a counter or a logo."""
    alt = attributes.get("alt") or ""
    if not (attributes.get("src") or "").startswith("cid:"):
        return ""
    return f"[image: {alt}]" if alt else "[image]"


def _leave(node: LexborNode, opened: _Open, out: _Text) -> None:
    tag, role = opened.tag, opened.role
    if tag == "a":
        out.links -= 1
        _link(node, opened, out)
    if tag in _BLOCKS or role:
        out.end()
    if tag == "pre":
        out.pre -= 1
    if role:
        out.quote -= role == "quote"
        out.signature -= role == "signature"
        # What follows the quoted words is an answer to them, even within the same box.
        out.is_intro &= role not in {"quote", "intro"}
    if tag in _PARAGRAPHS:
        out.blank()


def _link(node: LexborNode, opened: _Open, out: _Text) -> None:
    """Where a link leads, unless its words say so or there are none; of links within links only the outer one."""
    target = node.attributes.get("href") or ""
    if out.links or not target.startswith(("http://", "https://")):
        return
    words = out.since(opened.began)
    if words is None or words.strip().rstrip("/") not in {"", target.rstrip("/")}:
        out.words(f" <{target}>")
