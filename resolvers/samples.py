"""Many measured values of one run, such as the latencies of its tokens, and what is asked of them."""

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

    def histogram(self, bins: int) -> Histogram:
        """Count the values in bins of equal width.

        Raises:
            BadUserInput: There are too few or too many bins, or they cannot be told apart.
        """
        check_bins(bins)
        edges, counts = counted(self.values, bins)
        return Histogram([edges], [counts], [0], [0])
