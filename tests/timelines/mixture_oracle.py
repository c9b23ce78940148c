"""A naive Kolmogorov-Smirnov distance between samples and a mixture."""

from __future__ import annotations

from math import log
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlenergy.data.modeling import ITLMixtureModel


def kolmogorov_smirnov(samples: Sequence[float], model: ITLMixtureModel) -> float:
    """Return sup |F_n - F|, computed at every sample."""
    ordered, count = sorted(samples), len(samples)
    steady, stall = (
        NormalDist(log(model.scale_steady), model.sigma_steady),
        NormalDist(log(model.scale_stall), model.sigma_stall),
    )
    greatest = 0.0
    for below, value in enumerate(ordered):
        z = log(value - model.loc) if value > model.loc else None
        share = 0.0 if z is None else model.pi_steady * steady.cdf(z) + model.pi_stall * stall.cdf(z)
        greatest = max(greatest, (below + 1) / count - share, share - below / count)
    return greatest
