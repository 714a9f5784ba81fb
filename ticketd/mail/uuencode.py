"""Files that stand uuencoded in a text (`begin 644 name` … `end`), as mail programs before MIME sent them."""

import binascii
import re

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S[^\r\n]{0,250})")
_EMPTY = ("`", "")
"""A line of no bytes; its blank may have been lost."""


def take_files(text: str, most: int) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without them, and the first `most` files by name. A line is looked at twice at most."""
    if "\nbegin" not in f"\n{text}":
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    at = 0
    while at < len(lines):
        begin = _BEGIN.fullmatch(lines[at].rstrip()) if len(files) < most else None
        end, content = _block(lines, at + 1) if begin else (0, b"")
        if begin and end:
            files.append((begin[1], content))
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join(kept), files


def _block(lines: list[str], at: int) -> tuple[int, bytes]:
    """The line behind `end`, and the content before it; (0, b"") where this is no such block."""
    pieces: list[bytes] = []
    while at < len(lines):
        line = lines[at].rstrip("\r")
        if line.rstrip() == "end" and pieces:
            return at + 1, b"".join(pieces)
        if line.rstrip() in _EMPTY and (pieces or line.startswith("`")):
            pieces.append(b"")
        elif line and (piece := _decoded(line)) is not None:
            pieces.append(piece)
        else:
            break
        at += 1
    return 0, b""


def _decoded(line: str) -> bytes | None:
    """One line: its first sign is the number of bytes; blanks at the end may have been lost on the way."""
    size = (ord(line[0]) - 32) & 63
    signs = (size + 2) // 3 * 4
    # Some programs put a check sign behind; anything longer is prose.
    if not line.isascii() or len(line) > signs + 3:
        return None
    try:
        return binascii.a2b_uu(line[: signs + 1].ljust(signs + 1))
    except binascii.Error:
        return None
