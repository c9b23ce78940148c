"""Numbers on screen: three significant digits, never a deadline that the run it was made for does not meet."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from tests.explorer.typescript import evaluate

if TYPE_CHECKING:
    from pathlib import Path

MODULES = {"format": "data/format.ts", "deadline": "data/deadline.ts", "axes": "charts/axes.ts"}


def test_measured_values_have_three_digits(tmp_path: Path) -> None:
    """Below 1,000; whole numbers from there. A missing value is a dash, a negative one has a minus sign."""
    texts = {
        0.0318234: "0.0318",
        0.1: "0.100",
        44.5499: "44.5",
        999.4: "999",
        999.5: "1,000",
        18376.4: "18,376",
        0: "0",
        -1.5: "−1.50",
        1.23e-8: "1.23e−8",
    }
    values = [*texts, None]
    assert evaluate(tmp_path, MODULES, "return given.map(format.measured);", values) == [*texts.values(), "–"]


def test_other_texts(tmp_path: Path) -> None:
    """Counts, ratios, changes, and names that differ at their ends."""
    body = """return [
      format.counted(1024), format.plural(1, 'run'), format.plural(2000, 'run'),
      format.ratio(1), format.ratio(74.83), format.ratio(119.6),
      format.changeInWords(-0.321, 'B200'), format.changeInWords(0.53, 'B200'), format.changeInWords(0.001, 'B200'),
      format.percentage(-0.321), format.percentage(0.5), format.percentage(0),
      format.middleEllipsis('Qwen 3 235B A22B Instruct 2507 FP8'), format.middleEllipsis('Qwen 3 8B'),
      axes.tickText(0.05), axes.tickText(20000),
    ];"""
    assert evaluate(tmp_path, MODULES, body, None) == [
        *("1,024", "1 run", "2,000 runs"),
        *("1.0×", "74.8×", "120×"),
        *("32% less on B200", "53% more on B200", "the same on B200, within 0.5%"),
        *("−32%", "+50%", "0%"),
        *("Qwen 3 235B A2…truct 2507 FP8", "Qwen 3 8B"),
        *("0.05", "20,000"),
    ]


def test_positions_are_rounded_up(tmp_path: Path) -> None:
    """The first position holds the fastest run and the last every run, for any range of latencies."""
    chance = random.Random(19)  # noqa: S311 - not a secret
    ranges = [sorted(10 ** chance.uniform(-4, 6) for _ in range(2)) for _ in range(400)] + [[50.0, 50.0], [0.29, 0.3]]
    body = """return given.map((latencies) => deadline.positionsOf(
      latencies.map((value) => ({ medianItlMs: value })), { field: 'medianItlMs', factor: 1 },
    ));"""
    for (least, greatest), positions in zip(ranges, evaluate(tmp_path, MODULES, body, ranges), strict=True):
        assert least <= positions[0] < least * 1.01 + 1e-12
        assert greatest <= positions[-1] < greatest * 1.01 + 1e-12
        assert positions == sorted(positions)
        assert all(float(f"{position:.3g}") == position for position in positions)


def test_ticks_are_one_two_and_five(tmp_path: Path) -> None:
    """Within the domain; only powers of ten over more than four decades; a domain holds its values."""
    body = "return given.map((domain) => axes.logTicks(domain));"
    domains = [[0.03, 12], [3, 250], [1e-3, 1e4]]
    assert evaluate(tmp_path, MODULES, body, domains) == [
        [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
        [5, 10, 20, 50, 100, 200],
        [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000],
    ]
    values = [[3.8, 247.0, math.pi], [1.0], []]
    body = "return given.map((values) => axes.logDomain(values));"
    for given, (low, high) in zip(values, evaluate(tmp_path, MODULES, body, values), strict=True):
        assert all(low < value < high for value in given)
