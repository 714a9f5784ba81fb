"""HTML -> text: one tree walked without recursion; hidden text is dropped, quotes become `>`."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 2 * 1024 * 1024
MAX_DEPTH = 2000
_MAX_QUOTE = 20
_MAX_REPEATED = 500_000
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_PARAGRAPHS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table"]
)
_DROPPED = frozenset(
    ["script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg"]
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)",
    re.IGNORECASE,
)
_QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "zmail_extra", "ticketd-quote")


class _Text:
    """Collects words and lines; knows how deep in quotes and links it is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self.quote = 0
        self.links = 0

    @property
    def _mark(self) -> str:
        return "> " * min(self.quote, _MAX_QUOTE)

    def words(self, text: str) -> None:
        text = re.sub(r"[ \t\r\n\f\v]+", " ", text)
        if not self._line or self._line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._line.append(text)

    def raw(self, text: str) -> None:
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._line.append(first)
        for other in others:
            self.end(force=True)
            self._line = [other] if other else []

    def end(self, *, force: bool = False) -> None:
        """End the line, if one has begun."""
        line = "".join(self._line)
        if line.strip() or force:
            self.lines.append(self._mark + line.replace("\xa0", " ").rstrip())
        self._line = []

    def blank(self) -> None:
        """One empty line, never two."""
        self.end()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._mark.rstrip())


def html_text(html: str) -> str:
    """The text of an HTML body as a person reads it."""
    out = _Text()
    body = LexborHTMLParser(_shallow(html[:MAX_HTML])).body
    if body is None:
        return ""
    # Each entry is a node to enter, or one to leave.
    todo: list[tuple[LexborNode, bool]] = [(body, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            _leave(node, out)
        elif _enter(node, out):
            todo.append((node, True))
            children = list(node.iter(include_text=True))
            todo.extend((child, False) for child in reversed(children))
    out.end()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out.lines)).strip("\n")


# Tags that have no end, or whose end people leave out, tell nothing of the depth.
_TAG = re.compile(
    r"<(/?)(?:(br|img|hr|meta|link|input|p|li|td|th|tr|dt|dd|option|col|area|wbr)|"
    r"(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)|[a-z][a-z0-9]*)\b",
    re.IGNORECASE,
)


def _shallow(html: str) -> str:
    """What stands before nesting that no person wrote: a tree costs its depth for every element.

    A style that is not closed is opened again in each block that follows (HTML, 13.2.4.3).
    """
    depth = styles = repeated = 0
    for match in _TAG.finditer(html):
        step = -1 if match[1] else 1
        if match[3]:
            styles = max(styles + step, 0)
        if not match[2]:
            depth = max(depth + step, 0)
        repeated += max(styles - 5, 0)
        if depth > MAX_DEPTH or repeated > _MAX_REPEATED:
            return html[: match.start()]
    return html


def _is_quote(node: LexborNode) -> bool:
    if node.tag == "blockquote":
        return True
    classes = (node.attributes.get("class") or "").lower()
    return node.tag == "div" and any(name in classes for name in _QUOTES[1:])


def _enter(node: LexborNode, out: _Text) -> bool:
    """Begin a node; False where nothing of it is read."""
    tag = node.tag or ""
    if tag == "-text":
        text = node.text(deep=False) or ""
        parent = node.parent
        (out.raw if parent is not None and parent.tag == "pre" else out.words)(text)
        return False
    if (
        tag in _DROPPED
        or tag.startswith(("-", "!"))
        or _HIDDEN.search(node.attributes.get("style") or "")
    ):
        return False
    if tag == "br":
        out.end(force=True)
        return False
    if tag == "img":
        out.words(_image(node))
        return False
    if tag in {"td", "th"}:
        out.words(" ")
    if tag in _PARAGRAPHS:
        out.blank()
    elif tag in _BLOCKS:
        out.end()
    if _is_quote(node):
        out.end()
        out.quote += 1
    out.links += tag == "a"
    if tag == "li":
        out.words("- ")
    return True


def _image(node: LexborNode) -> str:
    """An inline picture keeps its place in the text; a remote one is only ever a counter or a logo."""
    alt = node.attributes.get("alt") or ""
    if not (node.attributes.get("src") or "").startswith("cid:"):
        return ""
    return f"[image: {alt}]" if alt else "[image]"


def _leave(node: LexborNode, out: _Text) -> None:
    tag = node.tag or ""
    if tag in _BLOCKS:
        out.end()
    if _is_quote(node):
        out.quote -= 1
    if tag in _PARAGRAPHS:
        out.blank()
    if tag == "a":
        out.links -= 1
        _target(node, out)


def _target(node: LexborNode, out: _Text) -> None:
    """Where a link leads, unless it says so; of links within links only the outer one."""
    target = node.attributes.get("href") or ""
    if out.links or not target.startswith(("http://", "https://")):
        return
    shown = node.text(strip=True)
    if shown and target.rstrip("/") != shown.rstrip("/"):
        out.words(f" <{target}>")
