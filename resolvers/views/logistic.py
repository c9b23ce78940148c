"""Logistic fits over batch size: per group, a column's median at each batch against log2(batch)."""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.fit_quality import all_warnings, greatest, r_squared, relative_residuals, root_mean_squares
from resolvers.views.fitter import Curve, Logistic
from resolvers.views.groups import Groups, split
from resolvers.views.statistics import Statistics
from tables.batch import Batch, ListColumn
from tables.relations import offsets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from tables.relations import Grouped

_MAX_VALUES = 1_000


@dataclass(slots=True)
class Points(Batch):
    """What curves are fitted to: per group and batch, the median over the runs that have a value.

    Args:
        batch: The batch size of each, int64.
        runs: How many runs the median is of, int64.
        value: The median, float64.
        fitted: What the fit says at this batch, float64.
    """

    batch: NDArray[np.int64]
    runs: NDArray[np.int64]
    value: NDArray[np.float64]
    fitted: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.batch)

    def take(self, positions: NDArray[np.int64]) -> Points:
        """Return the points at these positions."""
        return Points(self.batch[positions], self.runs[positions], self.value[positions], self.fitted[positions])

    def residual(self) -> NDArray[np.float64]:
        """Return value - fitted of each point, infinite where it overflows."""
        with np.errstate(over="ignore", invalid="ignore"):
            found: NDArray[np.float64] = self.value - self.fitted
            return found

    def relative_residual(self) -> NDArray[np.float64]:
        """Return |value - fitted| / |value| of each point, NaN where the value is 0."""
        return relative_residuals(self.value, self.fitted)


@dataclass(slots=True)
class LogisticFits(Batch):
    """One fit per group.

    Args:
        groups: The groups.
        fits: The fit of each.
        offsets: The bounds of each one's points.
        points: The points of all, by ascending batch within a group.
        missing: How many runs of each group lack a value; those of excluded batches do not count.
    """

    groups: Groups
    fits: tuple[Logistic, ...]
    offsets: NDArray[np.int64]
    points: Points
    missing: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.fits)

    def take(self, positions: NDArray[np.int64]) -> LogisticFits:
        """Return the fits at these positions."""
        counts = np.diff(self.offsets)[positions]
        offsets = offsets_of(counts)
        kept = np.arange(offsets[-1]) + (self.offsets[positions] - offsets[:-1]).repeat(counts)
        fits = tuple(self.fits[position] for position in positions.tolist())
        return LogisticFits(self.groups.take(positions), fits, offsets, self.points.take(kept), self.missing[positions])

    def parameter(self, name: str) -> pa.Array[Any]:
        """Return one parameter of each fit."""
        return pa.array([getattr(fit, name) for fit in self.fits], pa.float64())

    def warnings(self) -> pa.Array[Any]:
        """Return for each fit what speaks against it."""
        points = self.points
        found = all_warnings(self.fits, self.offsets, points.batch, points.value, points.fitted)
        return pa.array(found, pa.list_(pa.string()))

    def rmse(self) -> pa.Array[Any]:
        """Return the root of the mean squared residual of each fit."""
        return pa.array(root_mean_squares(self.points.residual(), self.offsets))

    def r_squared(self) -> pa.Array[Any]:
        """Return the coefficient of determination of each fit, NaN where its points are all equal."""
        return pa.array(r_squared(self.points.value, self.points.fitted, self.offsets))

    def max_relative_residual(self) -> pa.Array[Any]:
        """Return the greatest relative residual of each fit, NaN where all its values are 0."""
        return pa.array(greatest(self.points.relative_residual(), self.offsets))

    def null_count(self) -> pa.Array[Any]:
        """Count the runs of each group that lack a value."""
        return pa.array(self.missing)

    def lists(self) -> ListColumn:
        """Return the points of each fit."""
        return ListColumn(self.offsets, self.points)

    def values(self, batches: Sequence[int]) -> pa.Array[Any]:
        """Return for each fit what it says at these batches.

        Raises:
            BadUserInput: A batch is below 1, or there are too many.
        """
        if len(batches) > _MAX_VALUES:
            raise BadUserInput(
                f"at: {len(batches)} batches were given; allowed are up to {_MAX_VALUES}.", argument="at"
            )
        for batch in batches:
            if batch < 1:
                raise BadUserInput(f"at: {batch} is no batch size; allowed are 1 and more.", argument="at", value=batch)
        x = np.log2(np.array(batches, np.float64))
        return pa.array([evaluated(fit, x) for fit in self.fits], pa.list_(pa.float64()))


async def logistic_fits(
    context: RequestContext,
    runs: Grouped,
    column: str,
    *,
    batch_column: str,
    per: Sequence[str],
    exclude: Sequence[int],
) -> ListColumn:
    """Return for each group of rows the fit of each of its groups by key that has a value.

    Args:
        context: Of the request.
        runs: The groups of rows.
        column: What is fitted.
        batch_column: The batch size.
        per: The columns to group by.
        exclude: Batches that are left out.

    Raises:
        BadUserInput: No logistic can be fitted within float64.
        QueryTooComplex: The request asks for more fits than it may.
        Overloaded: Too many fits are waiting.
    """
    offsets, groups = split(runs, tuple(dict.fromkeys(per)))
    batches = runs.child.values(batch_column).array
    included = groups.runs.where(~np.isin(batches, np.array(exclude, np.int64))) if exclude else groups.runs
    bounds, parts = split(included, (batch_column,))
    statistics = Statistics(parts.runs, column)
    counts = statistics.values.counts
    there = counts > 0
    bounds = offsets_of(there)[bounds]
    medians = statistics.median().fill_null(0).to_numpy(zero_copy_only=False)[there]
    batch = batches[parts.runs.indices[parts.runs.offsets[:-1]]].astype(np.int64)[there]
    valid = runs.child.values(column).valid
    missing = included.counts - (included if valid is None else included.where(valid)).counts

    x = _log2(batch)
    filled = np.flatnonzero(np.diff(bounds))
    curves = [Curve(x[start:stop], medians[start:stop]) for start, stop in _pairs(bounds, filled)]
    context.count_fits(curve.key for curve in curves if not context.fitter.remembers(curve))
    fits = tuple(await gather(*(context.fitter.fit(curve) for curve in curves)))
    fitted = np.concatenate([np.empty(0), *(evaluated(fit, curve.x) for fit, curve in zip(fits, curves, strict=True))])
    points = Points(batch, counts[there], medians, fitted)
    found = LogisticFits(groups.take(filled), fits, offsets_of(np.diff(bounds)[filled]), points, missing[filled])
    return ListColumn(offsets_of(np.diff(bounds) > 0)[offsets], found)


def evaluated(fit: Logistic, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a fit says at these places, infinite where the sum overflows; the exponential never does."""
    steps = fit.k * (x - fit.x0)
    small = np.exp(-np.abs(steps))
    share = np.where(steps >= 0, 1.0, small) / (1.0 + small)
    with np.errstate(over="ignore"):
        return fit.b0 + fit.L * share


def _log2(batch: NDArray[np.int64]) -> NDArray[np.float64]:
    # As the toolkit, which counts a batch of 0 as one of 1.
    found: NDArray[np.float64] = np.log2(np.maximum(batch, 1))
    return found


def _pairs(bounds: NDArray[np.int64], chosen: NDArray[np.int64]) -> list[tuple[int, int]]:
    return list(zip(bounds[chosen].tolist(), bounds[chosen + 1].tolist(), strict=True))
