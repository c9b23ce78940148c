"""The many measured values of a run, such as the latencies of its tokens, and their statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.views.histogram import Histogram, check_bins, counted
from resolvers.views.statistics import check_percentiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Values of a run.

    Args:
        values: Finite numbers, at least one, shape `(n,)`.
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
        """Return the arithmetic mean; finite also where the sum of large positive values overflows."""
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

    def histogram(self, bins: int) -> Histogram:
        """Count the values in bins of equal width.

        Raises:
            BadUserInput: The number of bins is out of range, or float64 cannot represent their edges.
        """
        check_bins(bins)
        edges, counts = counted(self.values, bins)
        return Histogram([edges], [counts], [0], [0])
