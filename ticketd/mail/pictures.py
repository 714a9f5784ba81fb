"""Pictures inside a text: where a mail shows them, and how ours shows them again."""

import html
from collections.abc import Sequence
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from ticketd.core.inbound import Attachment, InboundMail


def mark(name: str) -> str:
    """What stands for a picture in a text."""
    return f"[image: {name}]"


def passed_on(mail: InboundMail, text: str) -> tuple[str, tuple[Attachment, ...]]:
    """A text with the files that go with it; its pictures are named in it as the files are.

    Pictures that only the signature or a quote shows stay behind: their mark stands in the mail, not in the text.
    """
    marks = _marks(mail.html) if any(file.inline for file in mail.attachments) else {}
    files = []
    for file in mail.attachments:
        known = (mark(file.name), marks.get(file.content_id, ""), f"[cid:{file.content_id}]")
        names = [name for name in known if name and name in mail.full_text] if file.inline else []
        here = next((name for name in names if name in text), "")
        if names and not here:
            continue
        text = text.replace(here, mark(file.name), 1) if here else text
        files.append(file)
    return text, tuple(files)


def _marks(page: str) -> dict[str, str]:
    """Content-ID -> what `mail.html` writes for that picture."""
    found = {}
    for node in LexborHTMLParser(page).css("img") if page else ():
        source, alt = node.attributes.get("src") or "", node.attributes.get("alt") or ""
        if source.startswith("cid:"):
            found[source.removeprefix("cid:")] = mark(alt) if alt else "[image]"
    return found


def with_pictures(
    page: str, files: Sequence[Attachment], message_id: str
) -> tuple[str, dict[int, Attachment]]:
    """The page with its pictures in their places (RFC 2392), and those files by their index.

    Their Content-IDs are new: an agent's own one may name a machine of theirs.
    """
    shown: dict[int, Attachment] = {}
    for at, file in enumerate(files):
        stands = html.escape(mark(file.name))
        if file.inline and file.type.startswith("image/") and stands in page:
            new_id = f"{at + 1}.{message_id.strip('<>')}"
            image = f'<img src="cid:{new_id}" alt="{html.escape(file.name)}">'
            page = page.replace(stands, image, 1)
            shown[at] = replace(file, content_id=new_id)
    return page, shown
