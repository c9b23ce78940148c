"""Statistics of one column over each group of rows, in float64; missing values are counted apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from tables.batch import Batch
from tables.relations import offsets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.relations import Grouped


_MAX_PERCENTILES = 101


@dataclass
class Statistics(Batch):
    """Statistics of one numeric column, one per group.

    Args:
        runs: The groups.
        column: The column.
    """

    runs: Grouped
    column: str

    def __len__(self) -> int:
        return len(self.runs)

    def take(self, positions: NDArray[np.int64]) -> Statistics:
        """Return the statistics of the groups at these positions."""
        return Statistics(self.runs.of(positions), self.column)

    @cached_property
    def values(self) -> Values:
        """The values that are there, ascending within each group."""
        return sorted_values(self.runs, self.column)

    def count(self) -> pa.Array[Any]:
        """Count the values that are there."""
        return pa.array(self.values.counts)

    def null_count(self) -> pa.Array[Any]:
        """Count the missing values."""
        return pa.array(self.runs.counts - self.values.counts)

    def minimum(self) -> pa.Array[Any]:
        """Return the least value, null where there is none."""
        return self._at(self.values.offsets[:-1])

    def maximum(self) -> pa.Array[Any]:
        """Return the greatest value, null where there is none."""
        return self._at(self.values.offsets[1:] - 1)

    def total(self) -> pa.Array[Any]:
        """Return the sum, null where it overflows float64; of no values it is 0."""
        return _without(self._totals, np.zeros(len(self), np.bool_))

    def mean(self) -> pa.Array[Any]:
        """Return the arithmetic mean, null where there is no value or the sum overflows."""
        return _without(self._means, self.values.counts < 1)

    def stddev(self) -> pa.Array[Any]:
        """Return the sample standard deviation (divisor n - 1).

        Null where there are fewer than two values, or the sum of the squares overflows.
        """
        values = self.values
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            squares = (values.array - self._means.repeat(values.counts)) ** 2
            deviation = np.sqrt(self._sums(squares) / (values.counts - 1))
        few = values.counts < 2  # noqa: PLR2004 - one value does not deviate
        return _without(deviation, few)

    def median(self) -> pa.Array[Any]:
        """Return the median, null where there is no value: of two in the middle the mean, as pandas has it.

        The 50th percentile is interpolated, which can be another number in its last digit. Two values in the middle
        whose sum overflows are halved first, so that a median is always finite.
        """
        values = self.values
        if not len(values.array):
            return pa.nulls(len(self), pa.float64())
        # What an empty group gets means nothing; at the end, it would begin behind the last value.
        first = np.minimum(values.offsets[:-1], len(values.array) - 1)
        last = np.maximum(values.counts - 1, 0)
        with np.errstate(over="ignore"):
            low, high = values.array[first + last // 2], values.array[first + (last + 1) // 2]
            middle = (low + high) / 2
        if not np.isfinite(middle).all():
            middle = np.where(np.isfinite(middle), middle, low / 2 + high / 2)
        return _without(middle, values.counts < 1)

    def percentiles(self, wanted: Sequence[float]) -> pa.Array[Any]:
        """Return for each group a list of percentiles, linear between ranks as numpy's.

        Nulls where there is no value, or the distance between the two neighbours of a rank overflows.

        Raises:
            BadUserInput: A percentile is not between 0 and 100, or there are too many.
        """
        check_percentiles(wanted)
        empty = self.values.counts < 1
        columns = self._quantiles([percent / 100 for percent in wanted])
        flat = _without(columns.reshape(-1), empty.repeat(len(wanted)))
        offsets = np.arange(len(self) + 1) * len(wanted)
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat)

    @cached_property
    def _totals(self) -> NDArray[np.float64]:
        return self._sums(self.values.array)

    @cached_property
    def _means(self) -> NDArray[np.float64]:
        return self._totals / np.maximum(self.values.counts, 1)

    def _sums(self, array: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum each group's part of an array."""
        values = self.values
        sums = np.zeros(len(self))
        filled = values.counts > 0
        if filled.any():
            with np.errstate(over="ignore", invalid="ignore"):
                sums[filled] = np.add.reduceat(array, values.offsets[:-1][filled])
        return sums

    def _quantiles(self, fractions: Sequence[float]) -> NDArray[np.float64]:
        """Return each group's quantiles, one row per group; what an empty group gets means nothing."""
        values = self.values
        if not len(values.array):
            return np.zeros((len(self), len(fractions)))
        last = np.maximum(values.counts - 1, 0)[:, None]
        place = last * np.array(fractions)
        below = place.astype(np.int64)
        # An empty group at the end would begin behind the last value.
        first = np.minimum(values.offsets[:-1], len(values.array) - 1)[:, None]
        low = values.array[first + below]
        high = values.array[first + np.minimum(below + 1, last)]
        share = place - below
        # From the nearer end, as numpy interpolates, so that equal neighbours give themselves.
        with np.errstate(over="ignore", invalid="ignore"):
            step = np.where(share > 0, high - low, 0.0)  # a rank that is met exactly needs no distance
            quantiles: NDArray[np.float64] = np.where(
                share < 0.5,  # noqa: PLR2004 - the nearer end
                low + step * share,
                high - step * (1 - share),
            )
        return quantiles

    def _at(self, positions: NDArray[np.int64]) -> pa.Array[Any]:
        values = self.values
        if not len(values.array):
            return pa.nulls(len(self), pa.float64())
        return _without(values.array[np.clip(positions, 0, len(values.array) - 1)], values.counts < 1)


def check_percentiles(wanted: Sequence[float]) -> None:
    """Refuse what is no percentile.

    Raises:
        BadUserInput: A percentile is not between 0 and 100, or there are too many.
    """
    if len(wanted) > _MAX_PERCENTILES:
        raise BadUserInput(
            f"p: {len(wanted)} percentiles were asked for; allowed are up to {_MAX_PERCENTILES}.", argument="p"
        )
    for percent in wanted:
        if not 0 <= percent <= 100:  # noqa: PLR2004 - what a percentile is
            raise BadUserInput(f"p: {percent} is no percentile; allowed are 0 to 100.", argument="p", value=percent)


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a column that are there, group after group.

    Args:
        array: The values, float64.
        offsets: n + 1 bounds of the groups, int64.
    """

    array: NDArray[np.float64]
    offsets: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many values each group has."""
        return self.offsets[1:] - self.offsets[:-1]  # a third of the time of numpy.diff


def present_values(runs: Grouped, column: str) -> Values:
    """Return the values that are there, in the order of the rows."""
    values = runs.child.values(column)
    array = values.array.take(runs.indices).astype(np.float64, copy=False)
    if values.valid is None:
        return Values(array, runs.offsets)
    there = values.valid.take(runs.indices)
    return Values(array.compress(there), offsets_of(there)[runs.offsets])


def sorted_values(runs: Grouped, column: str, *, long: int = 16) -> Values:
    """Return the values that are there, ascending within each group.

    Groups that have more than `long` values on average are sorted one by one, which is many times faster; shorter ones
    are so many that all are sorted at once.
    """
    values = present_values(runs, column)
    if len(values.array) > long * len(runs):
        for start, stop in pairwise(values.offsets.tolist()):
            values.array[start:stop].sort()
        return values
    group = np.arange(len(runs)).repeat(values.counts)
    return Values(values.array[np.lexsort((values.array, group))], values.offsets)


def _without(array: NDArray[np.float64], missing: NDArray[np.bool_]) -> pa.Array[Any]:
    """Return figures with nulls where they are missing or not finite."""
    return pa.array(array, mask=missing | ~np.isfinite(array))
