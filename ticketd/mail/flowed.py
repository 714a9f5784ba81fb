"""Long lines of ours for programs that show plain text: folded so that each window folds them anew (RFC 3676)."""

import textwrap

_LONGEST, _FOLDED = 78, 72
_SIGNATURE = "-- "


def flowed(text: str, said: str = "") -> tuple[str, bool]:
    """The text, and whether it has to be read as `format=flowed`. `said`: a person's words, which keep their lines."""
    before, found, after = text.partition(said) if said else (text, "", "")
    ours = [*before.split("\n"), *after.split("\n")]
    if not any(_folds(line) for line in ours):
        return text, False
    return _fold(before) + "\n".join(map(_stuffed, found.split("\n"))) + _fold(after), True


def _folds(line: str) -> bool:
    """Quotes are somebody's words, too."""
    return len(line) > _LONGEST and " " in line.strip() and not line.startswith(">")


def _fold(text: str) -> str:
    out = []
    for line in text.split("\n"):
        parts = (
            textwrap.wrap(line, _FOLDED, break_long_words=False, break_on_hyphens=False)
            if _folds(line)
            else [line]
        )
        # The blank at the end of a line is what joins it to the next one (4.2).
        out.append(" \n".join(map(_stuffed, parts)))
    return "\n".join(out)


def _stuffed(line: str) -> str:
    """A blank in front of what would be read as something else (4.4), and none behind it (4.2)."""
    if line == _SIGNATURE:
        return line
    bare = line.rstrip(" ")
    return f" {bare}" if bare.startswith((" ", "From ")) else bare
