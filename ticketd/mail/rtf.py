"""Rich text as Outlook packs it: the compression (MS-OXRTFCP), the HTML inside (MS-OXRTFEX), else its plain words."""

import re

from ticketd.mail.charsets import decode

MOST = 256 * 1024
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # fmt: skip
_PACKED, _UNPACKED = b"LZFu", b"MELA"
_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?[0-9]{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_NO_TEXT = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable")
)
_SIGNS = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "bullet": "•",
    "emdash": "—", "endash": "–", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d",
}  # fmt: skip


def unpacked(data: bytes) -> bytes:
    """The rich text in a PR_RTF_COMPRESSED value, at most MOST bytes; what cannot be read is empty."""
    if data[8:12] == _UNPACKED:
        return data[16 : 16 + MOST]
    if data[8:12] != _PACKED:
        return b""
    out, at, start = bytearray(_BEGINNING), 16, len(_BEGINNING)
    while at < len(data) and len(out) < MOST:
        flags, at = data[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            pair, at = int.from_bytes(data[at : at + 2], "big"), at + 2
            # A place in a ring of 4096 bytes, of which the text so far is the last turn; its own place is the end.
            distance = (len(out) - (pair >> 4)) & 4095
            if not distance:
                return bytes(out[start:])
            _repeat(out, distance, (pair & 15) + 2)
    return bytes(out[start:])


def _repeat(out: bytearray, distance: int, size: int) -> None:
    """Append what stands so far back; it may run into what is being appended."""
    for _ in range(size):
        out.append(out[-distance] if distance <= len(out) else 0)


class _Group:
    """What holds inside one pair of braces."""

    __slots__ = ("hidden", "replaced")

    def __init__(self, hidden: bool = False, replaced: int = 1) -> None:
        self.hidden = hidden
        self.replaced = replaced


def rtf_text(data: bytes, hint: str = "") -> tuple[str, bool]:
    """What a rich text says, and whether that is HTML: a mail that was HTML has its tags in it."""
    text = data[:MOST].decode("latin-1")
    reader = _Reader(hint, is_html="\\fromhtml" in text[:2000])
    for token in _TOKEN.finditer(text):
        reader.take(token)
    reader.flush()
    return "".join(reader.out).strip("\n"), reader.is_html


class _Reader:
    def __init__(self, hint: str, *, is_html: bool) -> None:
        self.out: list[str] = []
        self.is_html = is_html
        self._hint = hint
        self._charset = "cp1252"
        self._bytes = bytearray()
        self._groups = [_Group()]
        self._skip = 0
        self._twice = False
        """Between htmlrtf and htmlrtf0 stands what the HTML says too."""

    def take(self, token: re.Match[str]) -> None:
        word, number, code, sign, brace, plain = token.groups()
        if brace:
            self._brace(brace)
        elif word:
            self._word(word, number)
        elif code:
            self._say(bytes.fromhex(code))
        elif sign == "*":
            # A destination that may be ignored; the next word can take it back.
            self._groups[-1].hidden = True
        elif sign:
            self._say({"~": b" ", "_": b"-"}.get(sign, sign.encode("latin-1")))
        elif plain:
            self._say(plain.encode("latin-1"))

    def _brace(self, brace: str) -> None:
        if brace == "{":
            if len(self._groups) < 200:
                outer = self._groups[-1]
                self._groups.append(_Group(outer.hidden, outer.replaced))
        elif len(self._groups) > 1:
            self._groups.pop()

    def _word(self, word: str, number: str | None) -> None:
        group = self._groups[-1]
        if word == "htmltag":
            group.hidden = not self.is_html
        elif word == "htmlrtf":
            self._twice = number != "0"
        elif word in _NO_TEXT:
            group.hidden = True
        elif word == "ansicpg" and number:
            self._charset = f"cp{number}"
        elif word == "uc" and number:
            group.replaced = int(number)
        elif word == "u" and number:
            self.flush()
            if not self._is_silent():
                self.out.append(chr(int(number) % 65536))
            self._skip = max(group.replaced, 0)
        elif word in _SIGNS:
            self._say(b"")
            if not self._is_silent():
                self.flush()
                self.out.append(_SIGNS[word])

    def _is_silent(self) -> bool:
        return self._groups[-1].hidden or (self.is_html and self._twice)

    def _say(self, data: bytes) -> None:
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        if not self._is_silent():
            self._bytes += data[skipped:]

    def flush(self) -> None:
        """Bytes become signs together: one sign may be two of them."""
        if self._bytes:
            self.out.append(decode(bytes(self._bytes), self._charset, self._hint)[0])
            self._bytes.clear()
