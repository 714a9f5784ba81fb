"""HTML -> text: one tree walked without recursion; hidden text is dropped, quotes become `>`."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 2 * 1024 * 1024
MAX_DEPTH = 2000
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
    """Collects words and lines; knows how deep in quotes it is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line = ""
        self.quote = 0

    def words(self, text: str) -> None:
        text = re.sub(r"[ \t\r\n\f\v]+", " ", text)
        if not self._line:
            text = text.lstrip(" ")
        self._line += text if not self._line.endswith(" ") else text.lstrip(" ")

    def raw(self, text: str) -> None:
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._line += first
        for other in others:
            self.end(force=True)
            self._line = other

    def end(self, *, force: bool = False) -> None:
        """End the line, if one has begun."""
        if self._line.strip() or force:
            self.lines.append("> " * self.quote + self._line.replace("\xa0", " ").rstrip())
        self._line = ""

    def blank(self) -> None:
        """One empty line, never two."""
        self.end()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.quote).rstrip())


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
    r"<(/?)(?!(?:br|img|hr|meta|link|input|p|li|td|th|tr|dt|dd|option|col|area|wbr|!)\b)[a-z]",
    re.IGNORECASE,
)


def _shallow(html: str) -> str:
    """What stands before nesting that no person wrote: a tree costs its depth for every element."""
    depth = 0
    for match in _TAG.finditer(html):
        depth += -1 if match[1] and depth else 1
        if depth > MAX_DEPTH:
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
        target = node.attributes.get("href") or ""
        shown = node.text(strip=True)
        if (
            target.startswith(("http://", "https://"))
            and target.rstrip("/") != shown.rstrip("/")
            and shown
        ):
            out.words(f" <{target}>")
