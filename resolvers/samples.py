"""The many measured values of a run, such as the latencies of its tokens, and their statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.views.histogram import check_bins, counted
from resolvers.views.statistics import check_percentiles
from tables.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Values of a run.

    Args:
        values: Finite positive numbers, at least one, shape `(n,)`.
        skipped_count: Number of unreadable values in the raw file.
    """

    values: NDArray[Any]
    skipped_count: int = 0

    def count(self) -> int:
        """Return the number of values."""
        return self.values.size

    def minimum(self) -> float:
        """Return the minimum."""
        return float(self.values.min())

    def maximum(self) -> float:
        """Return the maximum."""
        return float(self.values.max())

    def mean(self) -> float:
        """Return the arithmetic mean; finite, although the sum may overflow."""
        with np.errstate(over="ignore"):
            mean = float(self.values.mean())
        # Fractions of the maximum do not overflow.
        return mean if np.isfinite(mean) else float((self.values / self.maximum()).mean()) * self.maximum()

    def percentiles(self, p: Sequence[float]) -> pa.Array[Any]:
        """Return percentiles as a column of one row, linear between ranks (numpy's default).

        Raises:
            BadUserInput: A percentile is out of range, or there are too many.
        """
        check_percentiles(p)
        return pa.array([np.percentile(self.values, p)], pa.list_(pa.float64()))

    def histogram(self, bins: int) -> SampleHistogram:
        """Count the values in bins of equal width.

        Raises:
            BadUserInput: There are too few or too many bins, or they cannot be told apart.
        """
        check_bins(bins)
        return SampleHistogram(*counted(self.values, bins))


@dataclass(slots=True, eq=False)
class SampleHistogram(Batch):
    """The histogram of one run's values, as `resolvers.views.histogram.Histogram` has it for groups of runs.

    Args:
        bounds: The edges of the bins.
        numbers: How many values each holds.
    """

    bounds: NDArray[np.float64]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return 1

    def take(self, positions: NDArray[np.int64]) -> SampleHistogram:  # noqa: ARG002 - there is one to take
        """Return the histogram."""
        return self

    def edges(self) -> pa.Array[Any]:
        """Return the bounds of the bins."""
        return pa.array([self.bounds], pa.list_(pa.float64()))

    def counts(self) -> pa.Array[Any]:
        """Return how many values each bin holds."""
        return pa.array([self.numbers], pa.list_(pa.int64()))

    def outside(self) -> pa.Array[Any]:
        """Return how many values lie in no bin: none, since the bins reach from the least to the greatest."""
        return pa.array([0], pa.int64())

    def null_count(self) -> pa.Array[Any]:
        """Return how many values are missing: none."""
        return pa.array([0], pa.int64())
