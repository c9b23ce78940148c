"""Quality of a logistic fit: R², relative residuals, and warnings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.views.fitter import Logistic

# Above this share of the measured value, a fit does not substitute the measurement.
MAX_RELATIVE_RESIDUAL = 0.15

_ZERO = 1e-9  # a fit below this share of the greatest value counts as 0
_WHOLE_PERCENTS = (999.5, 1e6)  # in percent: three significant digits would need an exponent
_PARAMETERS = 4
_STEEPNESS = (0.3, 3.0)


def relative_residuals(values: NDArray[np.float64], fitted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return |value - fitted| / |value| of each point.

    NaN where the value is 0; infinite where the quotient overflows.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found: NDArray[np.float64] = np.abs(values - fitted) / np.abs(values)
    return np.where(values == 0, np.nan, found)


def greatest(residuals: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each group's greatest residual, NaN where all its residuals are NaN; no group is empty."""
    return np.fmax.reduceat(residuals, offsets[:-1]) if len(offsets) > 1 else np.empty(0)


def r_squared(
    values: NDArray[np.float64], fitted: NDArray[np.float64], offsets: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return each group's coefficient of determination, 1 - Σ(value - fitted)² / Σ(value - mean)².

    NaN where all values of a group are equal; not finite where a sum overflows. No group is empty.
    """
    if len(offsets) == 1:
        return np.empty(0)
    starts, counts = offsets[:-1], np.diff(offsets)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        means = np.add.reduceat(values, starts) / counts
        variation = np.add.reduceat((values - means.repeat(counts)) ** 2, starts)
        found: NDArray[np.float64] = 1 - np.add.reduceat((values - fitted) ** 2, starts) / variation
    equal = np.maximum.reduceat(values, starts) == np.minimum.reduceat(values, starts)
    return np.where(equal, np.nan, found)


def root_mean_squares(residuals: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the root of each group's mean squared residual, infinite where it overflows; no group is empty."""
    if len(offsets) == 1:
        return np.empty(0)
    with np.errstate(over="ignore", invalid="ignore"):
        found: NDArray[np.float64] = np.sqrt(np.add.reduceat(residuals**2, offsets[:-1]) / np.diff(offsets))
    return found


def percent_text(share: float) -> str:
    """Return a share as a percentage of three significant digits, such as 150% for 1.5."""
    percent = 100 * share
    if not np.isfinite(percent):
        return "more than 1e308%"
    whole = _WHOLE_PERCENTS[0] <= percent < _WHOLE_PERCENTS[1]
    return f"{percent:,.0f}%" if whole else f"{percent:.3g}%"


def all_warnings(
    fits: Sequence[Logistic],
    offsets: NDArray[np.int64],
    batch: NDArray[np.int64],
    values: NDArray[np.float64],
    fitted: NDArray[np.float64],
) -> list[list[str]]:
    """Return for each fit the reasons against it, with their figures.

    Args:
        fits: The fits, one per group of points.
        offsets: The bounds of the groups among the points.
        batch: The batch size of each point.
        values: The measured value of each point.
        fitted: The fitted value of each point.
    """
    residuals = relative_residuals(values, fitted)
    found = []
    for fit, (start, stop) in zip(fits, pairwise(offsets.tolist()), strict=True):
        group = slice(start, stop)
        residual_warnings = _residual_warnings(batch[group], values[group], fitted[group], residuals[group])
        found.append(_shape_warnings(fit, stop - start) + residual_warnings)
    return found


def _shape_warnings(fit: Logistic, points: int) -> list[str]:
    least, most = _STEEPNESS
    warnings = {
        f"made from {points} points; a logistic has {_PARAMETERS} parameters": points < _PARAMETERS,
        f"k = {fit.k:g} is under {least:g}: nearly flat over the batches measured": fit.k < least,
        f"k = {fit.k:g} is over {most:g}: a step between two batches": fit.k > most,
        f"L = {fit.L:g} is negative: it falls with the batch size": fit.L < 0,
        f"b0 = {fit.b0:g} is negative: below what can be measured": fit.b0 < 0,
    }
    return [text for text, holds in warnings.items() if holds]


def _residual_warnings(
    batch: NDArray[np.int64],
    values: NDArray[np.float64],
    fitted: NDArray[np.float64],
    residuals: NDArray[np.float64],
) -> list[str]:
    found = []
    undefined = np.isnan(residuals)
    if not undefined.all():
        worst = int(np.nanargmax(residuals))
        if residuals[worst] > MAX_RELATIVE_RESIDUAL:
            off = percent_text(float(residuals[worst]))
            found.append(
                f"the fit is {off} off at batch {batch[worst]}: measured {values[worst]:g}, fitted {fitted[worst]:g}; "
                f"above {MAX_RELATIVE_RESIDUAL:.0%}, interpolate between the measured points instead"
            )
    missed = undefined & (np.abs(fitted) > _ZERO * np.abs(values).max())
    if missed.any():
        worst = int(np.argmax(np.where(missed, np.abs(fitted), -1)))
        found.append(
            f"the measured value is 0 at batch {batch[worst]}, where the fit is {fitted[worst]:g}; it has no relative "
            "residual"
        )
    return found
