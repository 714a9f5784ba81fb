"""The bytes of DATA: where they end, dots taken off, smuggling seen. A pure scanner over blocks."""

import re

_END = b"\r\n.\r\n"


class DataScanner:
    """Takes blocks as they come; only CRLF.CRLF ends a mail (RFC 5321, 4.1.1.4 and 4.5.2).

    Memory is bounded by one block, whatever the lines look like.
    """

    def __init__(self) -> None:
        # DATA begins at the start of a line: as if a line had ended just before.
        self._carry = b"\r\n"
        self._skip = 2
        self.ended = False
        self.rest = b""
        """What followed the end: the next commands of a client that pipelines (RFC 2920)."""
        self.bare_line_end = False
        """A CR or LF that stands alone: somebody may read another end of this mail than we do."""

    def feed(self, block: bytes) -> bytes:
        """The mail's own bytes of the next block."""
        data = self._carry + block
        at = data.find(_END)
        if at >= 0:
            self.ended = True
            self.rest = data[at + len(_END) :]
            return self._clean(data[: at + 2])
        cut = _safe_cut(data, len(data) - (len(_END) - 1))
        self._carry = data[cut:]
        return self._clean(data[:cut])

    def _clean(self, part: bytes) -> bytes:
        pairs = part.count(b"\r\n")
        if part.count(b"\n") != pairs or part.count(b"\r") != pairs:
            self.bare_line_end = True
        clean = part.replace(b"\r\n.", b"\r\n")
        skipped = clean[self._skip :]
        self._skip = max(0, self._skip - len(clean))
        return skipped


def _safe_cut(data: bytes, cut: int) -> int:
    """Never between CR and LF, nor between a line end and the dot that follows it."""
    cut = max(cut, 0)
    if data[cut - 2 : cut] == b"\r\n" and data[cut : cut + 1] == b".":
        cut -= 2
    # One step back at most: a CR before that one stands alone in any case.
    return cut - 1 if cut > 0 and data[cut - 1 : cut] == b"\r" else cut


def normalised(raw: bytes) -> bytes:
    """CRLF line ends, whatever they were: files and pipes come with LF."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


_ID = re.compile(rb"\bid\s+<?([A-Za-z0-9._-]{4,64})")
_MESSAGE_ID = re.compile(rb"(?:^|\n)message-id:\s*(<[^\r\n]{1,250}>)", re.IGNORECASE)


def ids_of(head: bytes) -> tuple[str, str]:
    """What the mail server in front calls this mail (RFC 5321, 4.4: `id` in its Received field), and its Message-ID."""
    section = head.partition(b"\r\n\r\n")[0]
    at = section.lower().find(b"received:")
    top = section[at : at + 2000] if at >= 0 else b""
    # Up to the next field: what follows without a blank in front.
    top = re.split(rb"\n(?![ \t])", top, maxsplit=1)[0]
    found, message_id = _ID.search(top), _MESSAGE_ID.search(section)
    return (
        found[1].decode("ascii") if found else "",
        message_id[1].decode("utf-8", "replace") if message_id else "",
    )


def hops(head: bytes) -> int:
    """How many Received fields the header section has (RFC 5321, 6.3)."""
    section = head.partition(b"\r\n\r\n")[0].lower()
    return section.count(b"\r\nreceived:") + section.startswith(b"received:")
