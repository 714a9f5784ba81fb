"""Charts made of letters: bars, sparklines and heat maps for terminals and plain mails."""

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
_SHADES = "·░▒▓█"


def bar(value: float, most: float, width: int) -> str:
    """A bar of at most so many columns; what is there at all shows at least a line."""
    if most <= 0 or value <= 0:
        return ""
    eighths = max(1, round(value / most * width * 8))
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def sparkline(values: Sequence[float | None], width: int) -> str:
    """One sign for each value; neighbours are added up where there are more values than room."""
    numbers = _fitted([value or 0 for value in values], width)
    most = max(numbers, default=0)
    return "".join(
        _LEVELS[0] if most <= 0 else _LEVELS[min(7, int(number / most * 8))] for number in numbers
    )


def _fitted(values: Sequence[float], width: int) -> list[float]:
    if len(values) <= width:
        return list(values)
    each = -(-len(values) // width)
    return [sum(values[at : at + each]) for at in range(0, len(values), each)]


def shade(value: float, most: float) -> str:
    """How dark a cell of a heat map is: a dot for nothing, full for the most."""
    return _SHADES[shade_level(value, most)]


def shade_level(value: float, most: float) -> int:
    """0 for nothing, 1 to 4 by quarters of the most."""
    return 0 if value <= 0 or most <= 0 else min(4, 1 + int(value / most * 4 - 1e-9))
