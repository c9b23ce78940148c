"""A small SVG plot: one panel with linear or logarithmic axes, lines, steps and marks, in light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from typing import Literal

_WIDTH, _HEIGHT = 720, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 700, 84, 324
# The colours of the Explorer; the ground is drawn, because a page may have another scheme than the system.
_STYLE = """
  svg { background: #fff }
  .ground { fill: #fff }
  text { font: 12px system-ui, sans-serif; fill: #1d2733 }
  .title { font-weight: 600; font-size: 14px }
  .grid { stroke: #e9edf2 }
  .line { fill: none; stroke-width: 2 }
  .a { stroke: #0b66a8; --mark: #0b66a8 }
  .b { stroke: #b84a00; --mark: #b84a00 }
  .c { stroke: #5b5f66; --mark: #5b5f66 }
  .mark { fill: var(--mark) }
  @media (prefers-color-scheme: dark) {
    svg { background: #161d29 }
    .ground { fill: #161d29 }
    text { fill: #e6ebf1 }
    .grid { stroke: #28344a }
    .a { stroke: #6cb6f0; --mark: #6cb6f0 }
    .b { stroke: #ff9f4a; --mark: #ff9f4a }
    .c { stroke: #d5d9df; --mark: #d5d9df }
  }
"""
Colour = Literal["a", "b", "c"]
COLOURS: tuple[Colour, ...] = ("a", "b", "c")
_DASHES = {"a": "", "b": ' stroke-dasharray="6 4"', "c": ' stroke-dasharray="2 3"'}


@dataclass(frozen=True)
class Axis:
    """An axis.

    Args:
        title: Name and unit.
        scale: `log2` has ticks at powers of two, `log` at 1, 2 and 5 times powers of ten.
        zero: Whether a linear axis begins at 0.
    """

    title: str
    scale: Literal["linear", "log", "log2"] = "linear"
    zero: bool = False

    def ticks(self, low: float, high: float) -> list[float]:
        """Return the ticks that enclose a range, in order."""
        if self.scale == "linear":
            low = min(low, 0) if self.zero else low
            step = _step((high - low) or abs(high) or 1)
            return [step * number for number in range(floor(low / step), ceil(high / step) + 1)]
        if self.scale == "log2":
            steps = [2.0**power for power in range(24)]
        else:
            steps = [digit * 10.0**power for power in range(-6, 7) for digit in (1, 2, 5)]
        first = max(place for place, tick in enumerate(steps) if tick <= low)
        last = min(place for place, tick in enumerate(steps) if tick >= high)
        return steps[first : last + 1]

    def fraction(self, value: float, ticks: list[float]) -> float:
        """Return the place of a value between the first and the last tick, from 0 to 1."""
        if self.scale == "linear":
            return (value - ticks[0]) / (ticks[-1] - ticks[0])
        return log10(value / ticks[0]) / log10(ticks[-1] / ticks[0])


@dataclass(frozen=True)
class Series:
    """Points with one name.

    Args:
        name: Name in the legend.
        points: (x, y) in order.
        colour: Class of the colour and the dashes.
        shape: `line` with marks, `steps` that run horizontally to the next point, `curve` without marks, or `marks`.
    """

    name: str
    points: list[tuple[float, float]]
    colour: Colour
    shape: Literal["line", "steps", "curve", "marks"] = "line"


def plot(title: str, x: Axis, y: Axis, series: list[Series]) -> str:
    """Return the SVG."""
    points = [point for each in series for point in each.points]
    across = x.ticks(min(point[0] for point in points), max(point[0] for point in points))
    up = y.ticks(min(point[1] for point in points), max(point[1] for point in points))

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return (
            round(_LEFT + x.fraction(point[0], across) * (_RIGHT - _LEFT), 1),
            round(_BOTTOM - y.fraction(point[1], up) * (_BOTTOM - _TOP), 1),
        )

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>',
        f'<text class="title" x="14" y="24">{escape(title)}</text>',
        f'<text x="14" y="{_TOP - 14}">{escape(y.title)}</text>',
        f'<text x="{_RIGHT}" y="{_BOTTOM + 42}" text-anchor="end">{escape(x.title)}</text>',
    ]
    for tick in across:
        at = place((tick, up[0]))[0]
        lines.append(f'<line class="grid" x1="{at}" x2="{at}" y1="{_TOP}" y2="{_BOTTOM}"/>')
        lines.append(f'<text x="{at}" y="{_BOTTOM + 20}" text-anchor="middle">{tick:,.6g}</text>')
    for tick in up:
        at = place((across[0], tick))[1]
        lines.append(f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{at}" y2="{at}"/>')
        lines.append(f'<text x="{_LEFT - 8}" y="{round(at + 4, 1)}" text-anchor="end">{tick:,.6g}</text>')
    for each in series:
        lines += _drawn(each, [place(point) for point in each.points])
    return "\n".join([*lines, *_legend(series), "</svg>", ""])


def _drawn(series: Series, places: list[tuple[float, float]]) -> list[str]:
    lines = []
    if series.shape != "marks":
        path = places[:1]
        for before, after in pairwise(places):
            path += [(after[0], before[1]), after] if series.shape == "steps" else [after]
        text = " ".join(f"{across},{up}" for across, up in path)
        lines.append(f'<polyline class="line {series.colour}" points="{text}"{_DASHES[series.colour]}/>')
    if series.shape != "curve":
        lines += [_mark(series.colour, across, up) for across, up in places]
    return lines


def _mark(colour: str, across: float, up: float) -> str:
    """Return a circle, a triangle or a square, so that series differ without colour too."""
    if colour == "a":
        return f'<circle class="mark {colour}" cx="{across}" cy="{up}" r="4"/>'
    if colour == "b":
        return f'<path class="mark {colour}" d="M{across} {up}m0 -5l4.5 8h-9z"/>'
    return f'<path class="mark {colour}" d="M{across} {up}m-3.5 -3.5h7v7h-7z"/>'


def _legend(series: list[Series]) -> list[str]:
    """Return the names, at the right of the line below the title, in order."""
    lines = []
    at = float(_RIGHT)
    for each in reversed(series):
        at -= 7.2 * len(each.name)
        lines.append(f'<text x="{at:.1f}" y="50">{escape(each.name)}</text>')
        at -= 22
        middle = 46
        if each.shape != "marks":
            lines.append(
                f'<polyline class="line {each.colour}" points="{at - 6:.1f},{middle} {at + 16:.1f},{middle}"'
                f"{_DASHES[each.colour]}/>"
            )
        if each.shape != "curve":
            lines.append(_mark(each.colour, round(at + 5, 1), middle))
        at -= 20
    return lines


def _step(span: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten with four to eight steps in a span."""
    power: float = 10.0 ** floor(log10(span / 4))
    return next(power * digit for digit in (5, 2, 1) if span / (power * digit) >= 4)
