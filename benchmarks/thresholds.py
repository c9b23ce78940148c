"""Thresholds of filters: values that never repeat, between quantiles of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tables.table import Table

# Multiples of the golden ratio, modulo 1, cover the unit interval evenly after any number of steps.
_GOLDEN = 0.6180339887498949
_DIGITS = 15
_NODES = 65
_GREATEST_QUANTILE = 0.95


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A different threshold for each number, by linear interpolation between ascending nodes.

    The default is below every measured value: filters select all rows.
    """

    nodes: tuple[float, ...] = (-1.0, 0.0)

    def text(self, number: int) -> str:
        """Return the threshold of a positive number as a decimal literal."""
        place = number * _GOLDEN % 1 * (len(self.nodes) - 1)
        node = int(place)
        low, high = self.nodes[node : node + 2]
        return f"{low + (high - low) * (place - node):.{_DIGITS}f}"

    def lua(self) -> str:
        """Return Lua code that defines `threshold(number)`, which gives the same texts."""
        return (
            f"local nodes = {{{', '.join(map(repr, self.nodes))}}}\n"
            "local function threshold(number)\n"
            f"  local place = number * {_GOLDEN} % 1 * (#nodes - 1)\n"
            "  local node = math.floor(place)\n"
            "  local low, high = nodes[node + 1], nodes[node + 2]\n"
            f'  return string.format("%.{_DIGITS}f", low + (high - low) * (place - node))\n'
            "end\n"
        )


def selecting(table: Table, column: str, equal: Mapping[str, str | int]) -> Thresholds:
    """Return thresholds that 5 to 100% of some rows of a table exceed.

    Args:
        table: The table.
        column: A column of numbers.
        equal: Values of other columns; rows with other values do not count.
    """
    values = table.columns[column].to_numpy(zero_copy_only=False)
    chosen = ~np.isnan(values)
    for name, value in equal.items():
        chosen &= table.columns[name].to_numpy(zero_copy_only=False) == value
    nodes = np.unique(np.quantile(values[chosen], np.linspace(0, _GREATEST_QUANTILE, _NODES)))
    return Thresholds(tuple(nodes.tolist()))
