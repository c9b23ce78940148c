"""Many measured values of one run, such as the latencies of its tokens, and what is asked of them."""

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
    """Values of one run, at least one of them.

    Args:
        values: Finite numbers of one dimension.
        skipped_count: How many others the raw file has that cannot be read.
    """

    values: NDArray[Any]
    skipped_count: int = 0

    def mean(self) -> float:
        """Return the arithmetic mean: finite, as the values are positive."""
        with np.errstate(over="ignore"):
            mean = float(self.values.mean())
        greatest = float(self.values.max())
        # Where the sum overflows, the shares of the greatest value sum to no more than their number.
        return mean if np.isfinite(mean) else float((self.values / greatest).mean()) * greatest

    def percentiles(self, wanted: Sequence[float]) -> pa.Array[Any]:
        """Return percentiles as a column of one row, linear between ranks as numpy's.

        Raises:
            BadUserInput: A percentile is not between 0 and 100, or there are too many.
        """
        check_percentiles(wanted)
        return pa.array([np.percentile(self.values, wanted)], pa.list_(pa.float64()))

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
