"""SVG charts: plain shapes in the colours of the page, each with words for what it shows (WAI-ARIA, role img)."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _LEFT, _FOOT = 720, 190, 44, 22


def bar(value: float, most: float) -> str:
    """A bar in a table's cell: the number stands beside it, so readers aloud are spared it."""
    width = 100 * value / most if most > 0 else 0
    return (
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="10"/><rect width="{max(0.0, width):.1f}" height="10"/></svg>'
    )


def columns(values: Sequence[float], label: str) -> str:
    """A small chart of 24 hours in a table's cell."""
    most = max(values, default=0) or 1
    bars = "".join(
        f'<rect x="{at * 4}" y="{20 - 20 * value / most:.1f}" width="3" height="{20 * value / most:.1f}"/>'
        for at, value in enumerate(values)
    )
    return f'<svg class="hours" viewBox="0 0 {4 * len(values)} 20" role="img" aria-label="{escape(label)}">{bars}</svg>'


def over_time(
    labels: Sequence[str], series: Mapping[str, Sequence[float | None]], title: str
) -> str:
    """Lines over time with their least and most; the first and last day below."""
    numbers = [v for values in series.values() for v in values if v is not None]
    most = max([*numbers, 1])
    lines = "".join(
        f'<polyline class="line{at}" points="{_points(values, most)}"><title>{escape(name)}</title></polyline>'
        for at, (name, values) in enumerate(series.items())
    )
    ends = "; ".join(f"{name}: {_told(values)}" for name, values in series.items())
    bottom = _HEIGHT - _FOOT
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(f"{title}. {ends}")}">'
        f"{_grid(most)}{lines}"
        f'<text x="{_LEFT}" y="{bottom + 16}">{escape(labels[0])}</text>'
        f'<text x="{_WIDTH - 4}" y="{bottom + 16}" class="end">{escape(labels[-1])}</text></svg>'
    )


def _grid(most: float) -> str:
    """Nothing, half and the most, as lines with their numbers."""
    parts = []
    for value in (0, most / 2, most):
        y = _y(value, most)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - 4}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" class="end">{value:g}</text>')
    return "".join(parts)


def _points(values: Sequence[float | None], most: float) -> str:
    step = (_WIDTH - _LEFT - 4) / max(1, len(values) - 1)
    return " ".join(
        f"{_LEFT + at * step:.1f},{_y(value, most):.1f}"
        for at, value in enumerate(values)
        if value is not None
    )


def _y(value: float, most: float) -> float:
    top, bottom = 10, _HEIGHT - _FOOT
    return bottom - (bottom - top) * value / most


def _told(values: Sequence[float | None]) -> str:
    """What a line shows, in words for those who do not see it."""
    numbers = [v for v in values if v is not None]
    return f"{min(numbers):g} – {max(numbers):g}" if numbers else "–"
