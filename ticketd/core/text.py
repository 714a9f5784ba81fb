"""Text that is safe to store, to show and to put into a header field."""

import re
import unicodedata
from collections import deque
from collections.abc import Sequence
from typing import Literal

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " ")
_INVISIBLE = dict.fromkeys(
    (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0x00AD)
)
_MARKS = 30
_JOINER = "\u034f"


def _marks() -> str:
    """Every sign that can stand in a run of marks, once it is decomposed (Unicode UAX 15, 13)."""
    ranges = (
        range(0x300, 0x3100),
        range(0xA000, 0xAC00),
        range(0xFB1E, 0x10000),
        range(0x10100, 0x1F000),
    )
    return "".join(
        chr(code)
        for codes in ranges
        for code in codes
        if unicodedata.combining(unicodedata.normalize("NFD", chr(code))[0])
    )


_MARK_SIGNS = frozenset(_marks())
_MARK = f"[{''.join(sorted(_MARK_SIGNS))}]"
# One set in front: the scanner looks for it ten times as fast as for a repetition.
_LONG_RUN = re.compile(f"({_MARK}{_MARK}{{{_MARKS - 1}}})(?={_MARK})")
_PATH_SIGNS = str.maketrans(dict.fromkeys("/\\:", "_"))


def clean_text(text: str) -> str:
    """NFC, LF line ends, and no NUL or lone surrogate, which no database takes."""
    text = text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _SURROGATES.sub("\ufffd", text)
    return _normal("NFC", text)


def _normal(form: Literal["NFC", "NFD"], text: str) -> str:
    """Normalised; putting n marks in order takes n² steps, so that runs are parted (UAX 15, 13)."""
    if text.isascii():
        return text
    if _has_long_run(text):
        text = _LONG_RUN.sub(rf"\1{_JOINER}", text)
    return unicodedata.normalize(form, text)


def _has_long_run(text: str) -> bool:
    """Whether too many marks follow each other; a run that long stands at one of every thirty places."""
    if _MARK_SIGNS.isdisjoint(text[::_MARKS]):
        return False
    return any(
        text[at] in _MARK_SIGNS and _LONG_RUN.search(text, max(0, at - _MARKS - 1), at + _MARKS + 2)
        for at in range(0, len(text), _MARKS)
    )


def cut_of(full: str, kept: str) -> str:
    """The lines of a text that are not in what was kept of it, in their order."""
    left = deque(line.strip() for line in kept.split("\n") if line.strip())
    out: list[str] = []
    for line in full.split("\n"):
        if left and line.strip() == left[0]:
            left.popleft()
        elif line.strip():
            out.append(line.rstrip())
    return "\n".join(out)


def header_text(text: str, limit: int = 250) -> str:
    """One line for a header field: controls and line separators become spaces (RFC 5322, 2.2)."""
    return " ".join(clean_text(text).translate(_CONTROLS).split())[:limit]


def log_text(text: str, limit: int = 256) -> str:
    """One value of a log line: controls and directional marks cannot forge another line."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text[:limit]  # nearly all of them, and each mail logs ten
    return header_text(text.translate(_INVISIBLE), limit)


def file_name(name: str, fallback: str = "attachment") -> str:
    """A sender's file name as data: NFC, no control, bidi or path signs, at most 120 characters."""
    name = header_text(name.translate(_INVISIBLE), 20_000).translate(_PATH_SIGNS).lstrip(". ")
    if len(name) > 120:
        stem, dot, ending = name.rpartition(".")
        keep = 120 - len(ending) - 1 if dot and len(ending) <= 16 else 120
        name = f"{stem[:keep]}.{ending}" if keep < 120 else name[:120]
    return name or fallback


def fold(text: str) -> str:
    """The form that is searched: case, Latin accents and đ folded, Thai vowels and tones kept."""
    bare = re.sub("[\u0300-\u036f]", "", _normal("NFD", text.casefold()))
    return _normal("NFC", bare.replace("đ", "d"))


def file_size(size: int) -> str:
    """A number of bytes as people say it: `412 kB`."""
    for unit, base in (("MB", 1_000_000), ("kB", 1000)):
        if size >= base:
            return f"{size / base:.1f} {unit}" if size < 10 * base else f"{size // base} {unit}"
    return f"{size} B"


def find_folded(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a text, case and Latin marks aside: from and to, in the text as it is."""
    folded: list[str] = []
    origin: list[int] = []
    for at, sign in enumerate(text):
        bare = sign.lower() if sign.isascii() else fold(sign)
        folded.append(bare)
        origin += [at] * len(bare)
    wanted = fold(words.strip())
    start = "".join(folded).find(wanted) if wanted else -1
    if start < 0:
        return None
    return origin[start], origin[start + len(wanted) - 1] + 1


def snippet(text: str, words: Sequence[str], around: int = 40) -> str:
    """The first place where one of the words stands, with what stands around it; the word between « and »."""
    flat = " ".join(text.split())
    for word in words:
        place = find_folded(flat, word)
        if place is None:
            continue
        start, end = place
        before, after = flat[max(0, start - around) : start], flat[end : end + around]
        first = "…" if start > around else ""
        last = "…" if end + around < len(flat) else ""
        return f"{first}{before}«{flat[start:end]}»{after}{last}"
    return flat[: 2 * around]
