"""Many measured values of one run, such as the latencies of its tokens, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.histogram import check_bins, counted
from resolvers.views.statistics import check_percentiles
from tables.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_MIXTURE_SAMPLES = 65_536
_MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Values of one run, at least one of them.

    Args:
        values: Numbers of one dimension.
        skipped_count: How many others the raw file has that cannot be read.
    """

    values: NDArray[Any]
    skipped_count: int = 0

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


@dataclass(frozen=True, slots=True, eq=False)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyMixture:
    """Two lognormal distributions, each shifted by `loc`, s: steady tokens, and those that stalled.

    Args:
        loc: The shift.
        pi_steady: The share of steady tokens.
        sigma_steady: Their standard deviation, of the logarithm.
        scale_steady: Their median, less the shift.
        pi_stall: The share of the others.
        sigma_stall: Their standard deviation, of the logarithm.
        scale_stall: Their median, less the shift.
        mean: Of the mixture.
        variance: Of the mixture, s².
        sample_count: How many values it was fitted to.
    """

    loc: float
    pi_steady: float
    sigma_steady: float
    scale_steady: float
    pi_stall: float
    sigma_stall: float
    scale_stall: float
    mean: float
    variance: float
    sample_count: int


def fit_mixture(samples: Samples, *, max_samples: int, seed: int) -> LatencyMixture:
    """Return the toolkit's mixture of the latencies, s, or of as many of them, drawn with a seed.

    Raises:
        BadUserInput: The number of samples or the seed is not allowed.
    """
    if not 1 <= max_samples <= MAX_MIXTURE_SAMPLES:
        raise BadUserInput(
            f"maxSamples is {max_samples}; allowed: 1 to {MAX_MIXTURE_SAMPLES}",
            argument="maxSamples",
            value=max_samples,
        )
    if seed < 0:
        raise BadUserInput(f"seed is {seed}; allowed: 0 to {_MAX_SEED}", argument="seed", value=seed)
    from mlenergy.data.modeling import ITLMixtureModel  # noqa: PLC0415 - a second, and pandas, for those who fit

    model = ITLMixtureModel.fit(samples.values, max_samples=max_samples, seed=seed)
    mean, variance = model.mean_var()
    return LatencyMixture(
        **model.to_dict(), mean=mean, variance=variance, sample_count=min(samples.values.size, max_samples)
    )
