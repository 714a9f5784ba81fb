"""A mail that somebody sends on: enclosed as it was, or written into the text with a header block above it."""

import re
from collections.abc import Callable, Sequence
from email.message import Message

from ticketd.core.inbound import Forwarded, Mailbox
from ticketd.core.subjects import without_prefixes
from ticketd.mail.fields import field_text, mailboxes, message_ids
from ticketd.mail.quote_lines import (
    MAX_HEAD,
    field,
    is_forwarded,
    is_header_block,
    is_original,
    is_rule,
)

_MOST_LINES = 5000
_MOST_HEADER_LINES = 16
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"]{1,64}@[^\s<>()\[\]:;,\"]{1,250}")


def enclosed(
    parts: Sequence[Message], above: str, read_text: Callable[[Message], str]
) -> Forwarded | None:
    """The one mail that is enclosed; None where there is none, or several."""
    inner = [p.get_payload(0) for p in parts if p.is_multipart()]
    found = [m for m in inner if isinstance(m, Message) and m.get("from")]
    if len(found) != 1:
        return None
    mail = found[0]
    author = next(iter(mailboxes(_text(mail, "from"))), None)
    if author is None or not author.address:
        return None
    message_id = next(iter(message_ids(_text(mail, "message-id"))), "")
    return Forwarded(author, _text(mail, "subject"), read_text(mail), message_id, above.strip("\n"))


def _text(mail: Message, name: str) -> str:
    return field_text(str(mail.get(name, ""))[:2000].encode("utf-8", "surrogateescape"))


def inline(text: str) -> Forwarded | None:
    """The first mail that is written into a text with its From; None where there is none."""
    lines = [_bare(line) for line in text.split("\n")[:_MOST_LINES]]
    heads = [" ".join(line[:MAX_HEAD].split()) for line in lines]
    for at, head in enumerate(heads):
        if field(head) and is_header_block(heads, at):
            return _read(lines, heads, at)
    return None


def _bare(line: str) -> str:
    """Without the marks of a quote: some programs send on as they answer."""
    return re.sub(r"^(?:> ?){1,20}", "", line)


def _read(lines: Sequence[str], heads: Sequence[str], at: int) -> Forwarded | None:
    values: dict[str, str] = {}
    last, end = "", at
    for end in range(at, min(at + _MOST_HEADER_LINES, len(heads))):
        head = heads[end]
        name = field(head)
        if name:
            last = name
            values.setdefault(name, head.partition(":" if ":" in head else "：")[2].strip(" *_"))
        elif not head:
            break
        elif last:
            values[last] = f"{values[last]} {head}"
    author = _author(values.get("from", ""))
    if author is None:
        return None
    body = "\n".join(lines[end:]).strip("\n")
    return Forwarded(
        author, without_prefixes(values.get("subject", "")), body, "", _above(lines[:at])
    )


def _author(text: str) -> Mailbox | None:
    """`Ann <ann@x>`, `Ann [mailto:ann@x]`, `ann@x`; the name is what stands before the address."""
    found = _ADDRESS.search(text.replace("mailto:", " "))
    if found is None:
        return None
    name = text.replace("mailto:", " ")[: found.start()].strip(" <[(\"'*")
    return Mailbox(name, found[0].rstrip(".'"))


def _above(lines: Sequence[str]) -> str:
    """What stands above the forward, without the line that announces it."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or _announces(kept[-1])):
        kept.pop()
    return "\n".join(kept).strip("\n")


def _announces(line: str) -> bool:
    head = " ".join(line[:MAX_HEAD].split())
    return is_rule(head) or is_forwarded(head) or is_original(head)
