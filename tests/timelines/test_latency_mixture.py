"""The mixture of inter-token latencies: its distance from the samples and its warnings."""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from mlenergy.data.modeling import ITLMixtureModel

from resolvers.latency_mixture import fit_mixture, ks_distance, mixture_cdf
from resolvers.samples import Samples
from tests.timelines.mixture_oracle import kolmogorov_smirnov


@pytest.mark.parametrize("count", [1, 2, 50, 20_000])
@pytest.mark.parametrize("ties", [False, True])
def test_the_kolmogorov_smirnov_distance_is_exact(count: int, *, ties: bool) -> None:
    """It equals the naive distance for any number of coarse points, and for samples below the mixture's shift."""
    random = np.random.default_rng(count)
    steady, stalled = random.lognormal(-3.5, 0.2, count), random.lognormal(-1, 0.8, count // 20)
    samples = np.concatenate([steady, stalled]).round(3 if ties else 12)
    model = ITLMixtureModel.fit(samples, max_samples=500, seed=0)
    exact = pytest.approx(kolmogorov_smirnov(samples.tolist(), model), abs=1e-12)
    for coarse in (2, 10, 4_096):
        assert ks_distance(np.sort(samples), lambda x: mixture_cdf(model, x), coarse=coarse) == exact


def lognormal(count: int, *, median: float, sigma: float) -> list[float]:
    """Return values at evenly spaced quantiles of a lognormal distribution."""
    normal = NormalDist(log(median), sigma)
    return [exp(normal.inv_cdf((place + 0.5) / count)) for place in range(count)]


STEADY = lognormal(400, median=0.04, sigma=0.2)


@pytest.mark.parametrize(
    ("samples", "starts"),
    [
        (STEADY, []),
        (
            STEADY + lognormal(8, median=1, sigma=0.8),
            ["the mixture's mean is 0.6", "the mixture's standard deviation is 1"],
        ),
        ([0.04 + step / 1000 for step in range(20)], ["the mixture's standard deviation is "]),
        ([0.04] * 10, ["the mixture's standard deviation is 1.008e-07 s, that of the samples 0 s; above 15%, draw"]),
        ([1e-300, 1e300] * 5, ["the mixture's mean overflows float64; that of the samples is 5e+299 s"]),
        ([1.7e308], []),
    ],
    ids=["steady", "with stalls", "evenly spread", "equal", "beyond float64", "one value"],
)
def test_a_mixture_that_differs_from_its_samples_has_warnings(samples: list[float], starts: list[str]) -> None:
    """One sentence with both figures for a mean or standard deviation that differs by more than 15% or overflows."""
    mixture = fit_mixture(Samples(np.array(samples)), max_samples=2048, seed=0)
    assert mixture is not None
    assert len(mixture.warnings) == len(starts), mixture.warnings
    for text, start in zip(mixture.warnings, starts, strict=True):
        assert text.startswith(start)
    measured = [mixture.sample_mean, mixture.sample_stddev]
    modelled = [mixture.mean, None if mixture.variance is None else sqrt(mixture.variance)]
    pairs = [(x, y) for x, y in zip(modelled, measured, strict=True) if x is not None and y is not None]
    if len(pairs) == len(measured):
        assert len(starts) == sum(abs(x - y) > 0.15 * y for x, y in pairs)
