"""The tags of an HTML text by one linear scan: whether a tree of it stays small, and its text without a tree.

A tree costs its depth for every element, an element its number of attributes squared, and an open `<b>` is made
again in every block: a hostile text of 100 kB can cost a minute. Such a text is read without a tree.
"""

import html as entities
import re
from collections import Counter
from collections.abc import Iterator

DEPTH = 500
_FORMATTING = 30
_REPEATED = 100_000
"""How many elements at most are made again because a `<b>` or a `<font>` is still open."""
_ATTRIBUTES = 200
_SMALL, _FEW = 16 * 1024, 300
"""Characters and tags of a text that costs a few ms whatever it is."""
_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>)|\Z)"""
_ATTRIBUTE = rf"(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+{_VALUE})?+)"
# As the tokenizer of HTML reads them; each way goes on to the end of the text where nothing ends it.
_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/[^a-z])[^>]*+(?:>|\Z)"
    rf"|<(/?)([a-z][^\s/>]*+)({_ATTRIBUTE}{{0,{2 * _ATTRIBUTES}}}+)(>|\Z)?",
    re.IGNORECASE | re.DOTALL,
)
_RAW = frozenset(["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"])
# What has no end, or an end that people leave out, tells nothing of the depth.
_ENDLESS = frozenset((
    "br", "img", "hr", "meta", "link", "input", "p", "li", "td", "th", "tr", "dt", "dd", "option",
    "col", "area", "wbr", "base", "tbody", "thead", "tfoot", "html", "body", "head",
))  # fmt: skip
_FORMATS = frozenset((
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
))  # fmt: skip
_LINES = frozenset((
    "br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6",
    "blockquote", "pre", "hr", "dt", "dd",
))  # fmt: skip


class _Unsound(Exception):
    """A tag that no person's program wrote."""


def _tags(html: str, *, strict: bool) -> Iterator[tuple[int, int, str, bool]]:
    """From, to, lower-case name and whether it is an end; what is raw text belongs to its tag."""
    at = 0
    while match := _TAG.search(html, at):
        at = match.end()
        name = (match[2] or "").lower()
        if name and match[4] is None:
            if strict:
                raise _Unsound(name)
            # Too many attributes: the next mark that can end a tag ends this one.
            at = html.find(">", at) + 1 or len(html)
        if name in _RAW and not match[1]:
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, at)
            at = end.start() if end else len(html)
        yield match.start(), at, name, bool(match[1])


def is_sound(html: str) -> bool:
    """Whether a tree of this text is no deeper, and no wider, than what people's programs write."""
    if len(html) < _SMALL and html.count("<") < _FEW:
        return True
    open_tags: Counter[str] = Counter()
    depth, formats, repeated = 0, 0, 0
    try:
        for start, end, name, is_end in _tags(html, strict=True):
            repeated += formats
            if not name or name in _ENDLESS:
                continue
            step = 1
            if is_end:
                step = -1 if open_tags[name] else 0
            elif name in _RAW:
                # In a picture this is no raw text: then every tag in it opens something.
                step = html.count("<", start, end) - html.count("</", start, end) - 1
            open_tags[name] += step
            depth += step
            formats += step if name in _FORMATS else 0
            if depth > DEPTH or formats > _FORMATTING:
                return False
    except _Unsound:
        return False
    return repeated <= _REPEATED


def flat_text(html: str) -> str:
    """The text between the tags, with a line for each block."""
    pieces: list[str] = []
    at = 0
    for start, end, name, _ in _tags(html, strict=False):
        pieces.append(re.sub(r"\s+", " ", html[at:start]))
        if name in _LINES:
            pieces.append("\n")
        at = end
    pieces.append(re.sub(r"\s+", " ", html[at:]))
    lines = (line.strip() for line in entities.unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
