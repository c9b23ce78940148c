"""Plot of the scaling measurements: an SVG with two log-log panels, times and memory."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_WIDTH, _HEIGHT = 720, 330
_PANELS = {"ms": (70, 330), "MB": (500, 160)}  # the left edge and the width of each
_TOP, _TALL = 50, 220
# Of medium lightness: visible on white and on black pages.
_COLOURS = {"page": "#2f81f7", "group-by": "#d97706", "start": "#2da44e", "memory": "#a371f7"}
_STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .grid { stroke: #1f2328; stroke-opacity: .15 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #e6edf3 } }
"""


def scaling_plot(runs: Sequence[int], values: Mapping[tuple[str, str], Sequence[float]], file: Path) -> None:
    """Write the plot.

    Args:
        runs: Numbers of runs.
        values: Measured values by name and unit, one per number of runs.
        file: The SVG file.
    """
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        "<title>Time and memory over the number of runs</title>",
        f"<style>{_STYLE}</style>",
    ]
    for unit, (left, width) in _PANELS.items():
        named = {name: figures for (name, measured), figures in values.items() if measured == unit}
        lines += _panel(runs, named, unit, left, width)
    file.write_text("\n".join([*lines, "</svg>", ""]), encoding="utf-8")


def _panel(runs: Sequence[int], named: Mapping[str, Sequence[float]], unit: str, left: int, width: int) -> list[str]:
    figures = [figure for line in named.values() for figure in line]
    across, up = (log10(min(runs)), log10(max(runs))), (floor(log10(min(figures))), ceil(log10(max(figures))))

    def x(number: float) -> float:
        return round(left + (log10(number) - across[0]) / (across[1] - across[0]) * width, 1)

    def y(number: float) -> float:
        return round(_TOP + _TALL - (log10(number) - up[0]) / max(up[1] - up[0], 1) * _TALL, 1)

    lines = [f'<text x="{left}" y="{_TOP - 26}">{unit}</text>']
    for power in range(up[0], up[1] + 1):
        at = y(10.0**power)
        lines.append(f'<line class="grid" x1="{left}" x2="{left + width}" y1="{at}" y2="{at}"/>')
        lines.append(f'<text x="{left - 8}" y="{at + 4}" text-anchor="end">{10.0**power:,g}</text>')
    for number in runs:
        at = x(number)
        lines.append(f'<line class="grid" x1="{at}" x2="{at}" y1="{_TOP}" y2="{_TOP + _TALL}"/>')
        lines.append(
            f'<text x="{at}" y="{_TOP + _TALL + 18}" text-anchor="middle">10'
            f'<tspan dy="-5" font-size="9">{log10(number):.0f}</tspan></text>'
        )
    lines.append(f'<text x="{left + width / 2}" y="{_TOP + _TALL + 40}" text-anchor="middle">runs</text>')
    for place, (name, line) in enumerate(named.items()):
        colour = _COLOURS[name]
        path = " ".join(f"{x(number)},{y(figure)}" for number, figure in zip(runs, line, strict=True))
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [
            f'<circle cx="{x(number)}" cy="{y(figure)}" r="3.5" fill="{colour}">'
            f"<title>{name}, {number:,} runs: {figure:,.4g} {unit}</title></circle>"
            for number, figure in zip(runs, line, strict=True)
        ]
        lines.append(f'<circle cx="{left + 30 + place * 90}" cy="{_TOP - 30}" r="4" fill="{colour}"/>')
        lines.append(f'<text x="{left + 38 + place * 90}" y="{_TOP - 26}">{name}</text>')
    return lines
