"""The toolkit's mixture model of inter-token latencies, compared with the measured latencies."""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, isfinite, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from errors import BadUserInput
from resolvers.views.fit_quality import percent_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlenergy.data.modeling import ITLMixtureModel
    from numpy.typing import NDArray

    from resolvers.samples import Samples

    Distribution = Callable[[NDArray[np.float64]], NDArray[np.float64]]

MAX_MIXTURE_SAMPLES = 65_536
MAX_RELATIVE_ERROR = 0.15  # of the mixture's mean and standard deviation; a warning above it
_MAX_SEED = 2**31 - 1
_COARSE_POINTS = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyMixture:
    """Two lognormal distributions, steady and stalled tokens, both shifted by `loc`.

    Args:
        loc: Shift, s.
        pi_steady: Share of steady tokens.
        sigma_steady: Standard deviation of log(latency - loc) of steady tokens.
        scale_steady: Median of latency - loc of steady tokens, s.
        pi_stall: Share of stalled tokens.
        sigma_stall: Standard deviation of log(latency - loc) of stalled tokens.
        scale_stall: Median of latency - loc of stalled tokens, s.
        mean: Mean of the mixture, s; None if it overflows.
        variance: Variance of the mixture, s²; None if it overflows.
        sample_count: Number of values that it was fitted to.
        sample_mean: Mean of all values of the run, including those that were not drawn for the fit, s.
        sample_stddev: Standard deviation (divisor n - 1) of all values, s; None for a single value or if it overflows.
        ks_distance: Kolmogorov-Smirnov distance between the mixture and all values.
        warnings: Reasons not to use the mixture.
    """

    loc: float
    pi_steady: float
    sigma_steady: float
    scale_steady: float
    pi_stall: float
    sigma_stall: float
    scale_stall: float
    mean: float | None
    variance: float | None
    sample_count: int
    sample_mean: float
    sample_stddev: float | None
    ks_distance: float
    warnings: Sequence[str]


def fit_mixture(samples: Samples, *, max_samples: int, seed: int) -> LatencyMixture | None:
    """Fit the toolkit's mixture to the latencies, s, or to `max_samples` of them, drawn with a seed.

    Returns:
        The mixture; None if its parameters overflow float64.

    Raises:
        BadUserInput: The number of samples or the seed is out of range.
    """
    if not 1 <= max_samples <= MAX_MIXTURE_SAMPLES:
        raise BadUserInput(
            f"maxSamples is {max_samples}; allowed: 1 to {MAX_MIXTURE_SAMPLES}",
            argument="maxSamples",
            value=max_samples,
        )
    if seed < 0:
        raise BadUserInput(f"seed is {seed}; allowed: 0 to {_MAX_SEED}", argument="seed", value=seed)
    from mlenergy.data.modeling import ITLMixtureModel  # noqa: PLC0415 - the import takes a second, and loads pandas

    try:
        model = ITLMixtureModel.fit(samples.values, max_samples=max_samples, seed=seed)
    except OverflowError:  # raised by `math.exp`
        return None
    mean, variance = _moments(model)
    sample_mean = samples.mean()
    sample_stddev = _stddev(samples.values)
    return LatencyMixture(
        **model.to_dict(),
        mean=mean,
        variance=variance,
        sample_count=min(samples.values.size, max_samples),
        sample_mean=sample_mean,
        sample_stddev=sample_stddev,
        ks_distance=ks_distance(np.sort(samples.values), lambda x: mixture_cdf(model, x)),
        warnings=(
            *_warnings("mean", mean, sample_mean),
            *_warnings("standard deviation", None if variance is None else sqrt(variance), sample_stddev),
        ),
    )


def mixture_cdf(model: ITLMixtureModel, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cumulative distribution function at each `x`, s; 0 up to `loc`.

    The two shares are normalized to a sum of 1, as the toolkit does for mean and variance.
    """
    above = x > model.loc
    logs = np.log(x[above] - model.loc)
    steady, stall = (
        np.array([0.5 * (1 + erf(z)) for z in ((logs - log(scale)) / (sigma * sqrt(2))).tolist()], np.float64)
        for scale, sigma in ((model.scale_steady, model.sigma_steady), (model.scale_stall, model.sigma_stall))
    )
    shares = np.zeros(len(x))
    shares[above] = (model.pi_steady * steady + model.pi_stall * stall) / (model.pi_steady + model.pi_stall)
    return shares


def ks_distance(ascending: NDArray[np.float64], cdf: Distribution, *, coarse: int = _COARSE_POINTS) -> float:
    """Return the Kolmogorov-Smirnov distance, sup |F_n - F|, of values from a continuous distribution.

    F is computed at `coarse` of the values first. Both functions ascend, which bounds the distance between two of
    these; F is computed at the values between them only if the bound exceeds the greatest distance found. The result is
    exact, with some thousand evaluations of F for a million values.

    Args:
        ascending: The values, at least one, in ascending order.
        cdf: The distribution function F.
        coarse: Number of values to begin with.
    """
    count = len(ascending)
    at = np.unique(np.linspace(0, count - 1, min(count, coarse)).astype(np.int64))
    shares = cdf(ascending[at])
    greatest = _greatest(at, shares, count)
    low, high = at[:-1], at[1:]
    # For a value between them: F_n counts at most `high` values up to it, and at least `low + 1` before it.
    bounds = np.maximum(high / count - shares[:-1], shares[1:] - (low + 1) / count)
    for place in np.flatnonzero((high - low > 1) & (bounds > greatest)).tolist():
        if bounds[place] > greatest:
            between = np.arange(low[place] + 1, high[place])
            greatest = max(greatest, _greatest(between, cdf(ascending[between]), count))
    return greatest


def _greatest(at: NDArray[np.int64], shares: NDArray[np.float64], count: int) -> float:
    return float(np.maximum((at + 1) / count - shares, shares - at / count).max())


def _moments(model: ITLMixtureModel) -> tuple[float | None, float | None]:
    """Return mean and variance of a mixture, None if they overflow."""
    try:
        mean, variance = model.mean_var()
    except OverflowError:
        return None, None
    return mean if isfinite(mean) else None, variance if isfinite(variance) else None


def _stddev(values: NDArray[np.float64]) -> float | None:
    if values.size == 1:
        return None
    if values.min() == values.max():
        return 0.0  # numpy returns its rounding error
    with np.errstate(over="ignore", invalid="ignore"):
        found = float(values.std(ddof=1))
    return found if isfinite(found) else None


def _warnings(figure: str, modelled: float | None, measured: float | None) -> list[str]:
    """Return a warning if a figure of the mixture differs too much, else an empty list."""
    if measured is None:
        return []
    if modelled is None:
        return [f"the mixture's {figure} overflows float64; that of the samples is {measured:.4g} s"]
    if abs(modelled - measured) <= MAX_RELATIVE_ERROR * measured:
        return []
    text = f"the mixture's {figure} is {modelled:.4g} s, that of the samples {measured:.4g} s"
    off = f": {percent_text(abs(modelled - measured) / measured)} off" if measured else ""
    return [f"{text}{off}; above {MAX_RELATIVE_ERROR:.0%}, draw from the measured latencies instead"]
