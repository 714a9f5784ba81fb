"""The text of a mail as simple HTML: paragraphs, lists, facts, quotes, buttons; every character escaped."""

import html
import re
import secrets

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
# Nobody outside can write this mark: what people say never becomes a link with other words on it.
_MARK = secrets.token_hex(8)
_MADE = re.compile(rf"\[{_MARK}\|([^|\n]*)\|([^\]\n]*)\]")
_SILENT = "\u2063"
_FACT = re.compile(r"([^\s:>][^:\n]{0,30}):[ \u00a0]{2,}(\S.*)")
# Their room stands at each of them: some mail programs on telephones leave out the styles of a page. 44 points are
# what a thumb hits.
_ROOM = (
    "display:inline-block;padding:10px 14px;margin:0 4px 8px 0;min-width:20px;text-align:center;"
    "text-decoration:none;border:1px solid #8c959f;border-radius:8px"
)


def link(label: str, url: str) -> str:
    """A link of our own in a template's text: the words in the plain form, a real link in the other."""
    return f"[{_MARK}|{label.replace('|', ' ')}|{url.replace(']', '%5D')}]"


def button(label: str, url: str) -> str:
    """A link that only the HTML form has: without its target the words would say nothing."""
    return link(f"{_SILENT}{label}", url)


def plain(text: str) -> str:
    """The plain form: of our links, the words."""
    lines: list[str] = []
    left_out = False
    for line in text.split("\n"):
        said = _MADE.sub(lambda made: "" if made[1].startswith(_SILENT) else made[1], line)
        # A line of buttons leaves only the dots between them, and goes with the blank line behind it.
        is_gone = said != line and not said.strip(" ·")
        if not is_gone and not (left_out and not said and lines[-1:] == [""]):
            lines.append(said)
        left_out = is_gone
    return "\n".join(lines)


def text_html(text: str, *, with_facts: bool = False, lead: str = "") -> str:
    """The blocks of a text.

    `with_facts`: blocks of `Name:  value` lines become a table, and the first paragraph gets the class `lead`.
    """
    body, dashes, signature = text.partition("\n-- \n")
    signature, _, quoted = signature.partition("\n\n")
    blocks = [_block(block, with_facts=with_facts) for block in _paragraphs(body)]
    if lead and any(block.startswith("<table") for block in blocks):
        blocks[0] = blocks[0].replace("<p>", f'<p class="goes {html.escape(lead)}">', 1)
    if dashes:
        blocks.append(f'<p class="signature">{_lines(signature.strip())}</p>')
    blocks += [_block(block, with_facts=False) for block in _paragraphs(quoted)]
    return "\n".join(blocks)


def _block(block: str, *, with_facts: bool) -> str:
    if block.startswith(">"):
        return _quote(block)
    if _MADE.search(block) and not _MADE.sub("", block).strip(" ·\n"):
        return _buttons(block)
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = "\n".join(f"<li>{_linked(line[2:])}</li>" for line in lines)
        return f"<ul>\n{items}\n</ul>"
    facts = [_FACT.fullmatch(line) for line in lines] if with_facts else [None]
    if all(facts):
        rows = "\n".join(
            f"<tr><th>{html.escape(f[1])}</th><td>{_linked(f[2])}</td></tr>" for f in facts if f
        )
        return f'<table class="facts">\n{rows}\n</table>'
    return f"<p>{_lines(block)}</p>"


def _buttons(block: str) -> str:
    """Links of ours that stand alone. A blank between them, for programs that show no styles at all."""
    made = "\n".join(
        f'<a class="button" style="{_ROOM}" href="{html.escape(url)}">{html.escape(_label(label))}</a>'
        for label, url in _MADE.findall(block)
    )
    return f'<p class="buttons">{made}</p>'


def _label(label: str) -> str:
    return label.removeprefix(_SILENT)


def _paragraphs(text: str) -> list[str]:
    return [block for block in re.split(r"\n{2,}", text.strip("\n")) if block.strip()]


def _quote(block: str) -> str:
    inner = "\n".join(line.removeprefix(">").removeprefix(" ") for line in block.split("\n"))
    return f'<blockquote class="ticketd-quote" type="cite">{_lines(inner)}</blockquote>'


def _lines(text: str) -> str:
    return "<br>\n".join(_linked(line) for line in text.split("\n"))


def _linked(line: str) -> str:
    out, at = "", 0
    for made in _MADE.finditer(line):
        before = _with_addresses(line[at : made.start()])
        out += f'{before}<a href="{html.escape(made[2])}">{html.escape(_label(made[1]))}</a>'
        at = made.end()
    return out + _with_addresses(line[at:])


def _with_addresses(line: str) -> str:
    out, at = "", 0
    for match in _LINK.finditer(line):
        link = html.escape(match[0])
        out += f'{html.escape(line[at : match.start()])}<a href="{link}">{link}</a>'
        at = match.end()
    return out + html.escape(line[at:])
