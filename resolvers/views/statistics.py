"""Statistics of one column over each group of rows, in float64, without nulls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from tables.relations import offsets_of
from tables.struct_batch import StructBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.relations import Grouped


_MAX_PERCENTILES = 101


@dataclass
class Statistics(StructBatch):
    """Statistics of one numeric column, one per group; NaN stands for null.

    Args:
        runs: The groups.
        column: The column.
    """

    runs: Grouped
    column: str

    @cached_property
    def values(self) -> Values:
        """The values without nulls, ascending within each group."""
        return sorted_values(self.runs, self.column)

    @property
    def count(self) -> NDArray[np.int64]:
        """The number of values, nulls excluded."""
        return self.values.counts

    @property
    def null_count(self) -> NDArray[np.int64]:
        """The number of nulls."""
        return self.runs.counts - self.values.counts

    @property
    def minimum(self) -> NDArray[np.float64]:
        """The least value; null without values."""
        return self._at(self.values.offsets[:-1])

    @property
    def maximum(self) -> NDArray[np.float64]:
        """The greatest value; null without values."""
        return self._at(self.values.offsets[1:] - 1)

    @property
    def total(self) -> NDArray[np.float64]:
        """The sum; 0 without values, null where it overflows float64."""
        return _with_nulls(self._totals, np.zeros(len(self), np.bool_))

    @property
    def mean(self) -> NDArray[np.float64]:
        """The arithmetic mean; null without values, and where the sum overflows."""
        return _with_nulls(self._means, self.values.counts < 1)

    @property
    def stddev(self) -> NDArray[np.float64]:
        """The sample standard deviation (divisor n - 1); null below two values, and where the squares overflow."""
        values = self.values
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            squares = (values.array - self._means.repeat(values.counts)) ** 2
            deviation = np.sqrt(self._sums(squares) / (values.counts - 1))
        return _with_nulls(deviation, values.counts < 2)  # noqa: PLR2004 - the divisor would be 0

    @property
    def median(self) -> NDArray[np.float64]:
        """The median, which is the mean of the two middle values of an even number, as in pandas; null without values.

        The 50th percentile is interpolated, which can differ in the last digit. Two middle values whose sum overflows
        are halved first, so that a median is always finite.
        """
        values = self.values
        if not len(values.array):
            return np.full(len(self), np.nan)
        # An empty group receives any value, which `_with_nulls` removes; at the end its offset is out of bounds.
        first = np.minimum(values.offsets[:-1], len(values.array) - 1)
        last = np.maximum(values.counts - 1, 0)
        with np.errstate(over="ignore"):
            low, high = values.array[first + last // 2], values.array[first + (last + 1) // 2]
            middle = (low + high) / 2
        if not np.isfinite(middle).all():
            middle = np.where(np.isfinite(middle), middle, low / 2 + high / 2)
        return _with_nulls(middle, values.counts < 1)

    def percentiles(self, wanted: Sequence[float]) -> pa.Array[Any]:
        """Return a list of percentiles per group, linear between ranks as in numpy.

        Null without values, and where the distance between the two neighbours of a rank overflows.

        Raises:
            BadUserInput: A percentile, or the number of percentiles, is out of range.
        """
        check_percentiles(wanted)
        empty = self.values.counts < 1
        columns = self._quantiles([percent / 100 for percent in wanted])
        flat = pa.array(_with_nulls(columns.reshape(-1), empty.repeat(len(wanted))), from_pandas=True)
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
        """Return each group's quantiles, one row per group; those of an empty group are undefined."""
        values = self.values
        if not len(values.array):
            return np.zeros((len(self), len(fractions)))
        last = np.maximum(values.counts - 1, 0)[:, None]
        place = last * np.array(fractions)
        below = place.astype(np.int64)
        # The offset of an empty group at the end is out of bounds.
        first = np.minimum(values.offsets[:-1], len(values.array) - 1)[:, None]
        low = values.array[first + below]
        high = values.array[first + np.minimum(below + 1, last)]
        share = place - below
        # Interpolated from the nearer end as in numpy, so that equal neighbours give their value exactly.
        with np.errstate(over="ignore", invalid="ignore"):
            step = np.where(share > 0, high - low, 0.0)  # at an exact rank the distance does not matter
            quantiles: NDArray[np.float64] = np.where(
                share < 0.5,  # noqa: PLR2004 - the nearer end
                low + step * share,
                high - step * (1 - share),
            )
        return quantiles

    def _at(self, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        values = self.values
        if not len(values.array):
            return np.full(len(self), np.nan)
        return _with_nulls(values.array[np.clip(positions, 0, len(values.array) - 1)], values.counts < 1)


def check_percentiles(wanted: Sequence[float]) -> None:
    """Check the percentiles of a request.

    Raises:
        BadUserInput: A percentile, or the number of percentiles, is out of range.
    """
    if len(wanted) > _MAX_PERCENTILES:
        raise BadUserInput(f"p: received {len(wanted)} percentiles; allowed: up to {_MAX_PERCENTILES}.", argument="p")
    for percent in wanted:
        if not 0 <= percent <= 100:  # noqa: PLR2004 - percent
            raise BadUserInput(f"p: {percent} is out of range; allowed values: 0 to 100.", argument="p", value=percent)


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a column without nulls, group after group.

    Args:
        array: The values, float64.
        offsets: n + 1 bounds of the groups, int64.
    """

    array: NDArray[np.float64]
    offsets: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of values in each group."""
        return self.offsets[1:] - self.offsets[:-1]  # a third of the time of numpy.diff


def present_values(runs: Grouped, column: str) -> Values:
    """Return the values without nulls, in the order of the rows."""
    values = runs.child.values(column)
    array = values.array.take(runs.indices).astype(np.float64, copy=False)
    if values.valid is None:
        return Values(array, runs.offsets)
    present = values.valid.take(runs.indices)
    return Values(array.compress(present), offsets_of(present)[runs.offsets])


def sorted_values(runs: Grouped, column: str, *, few: int = 4_096, long: int = 16) -> Values:
    """Return the values without nulls, ascending within each group.

    Measured, in ms:

    | Values in groups  | all at once | one by one | by length |
    |---|---|---|---|
    | 838 in 186 | 0.022 | 0.055 | 0.044 |
    | a million in 10,582 | 240 | 5.9 | 7.1 |
    | a million in 65,854 | 260 | 22 | 11 |

    Args:
        runs: The groups.
        column: The column.
        few: Number of values up to which short groups are sorted all at once.
        long: Number of values per group above which groups are sorted one by one; four times it if there are many
            values.
    """
    values = present_values(runs, column)
    has_few = len(values.array) <= few
    if len(values.array) > (long if has_few else 4 * long) * len(runs):
        for start, stop in pairwise(values.offsets.tolist()):
            values.array[start:stop].sort()
    elif has_few:
        group = np.arange(len(runs)).repeat(values.counts)
        return Values(values.array[np.lexsort((values.array, group))], values.offsets)
    else:
        _sort_by_length(values)
    return values


def _sort_by_length(values: Values) -> None:
    """Sort the values of each group in place: those of groups of equal length as the rows of a matrix."""
    by_length = np.argsort(values.counts, kind="stable")
    lengths, first = np.unique(values.counts.take(by_length), return_index=True)
    for length, (start, stop) in zip(lengths.tolist(), pairwise([*first.tolist(), len(by_length)]), strict=True):
        groups = by_length[start:stop]
        positions = values.offsets[groups][:, None] + np.arange(length)
        rows = values.array[positions]
        rows.sort(axis=1)
        values.array[positions] = rows


def _with_nulls(array: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return figures with NaN where they are missing or not finite."""
    return np.where(missing | ~np.isfinite(array), np.nan, array)
