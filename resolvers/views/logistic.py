"""Logistic fits over batch size: per group, a column's median at each batch size against log2(batch size)."""

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
from tables.batch import ListColumn
from tables.relations import offsets_of
from tables.struct_batch import StructBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from tables.relations import Grouped

_MAX_VALUES = 1_000


@dataclass(slots=True)
class Points(StructBatch):
    """Points of fitted curves: per group and batch size, the median over the runs with a value.

    Args:
        batch: The batch size of each point, int64.
        run_count: The number of runs behind the median, int64.
        value: The median, float64.
        fitted: The fit at this batch size, float64; infinite where it overflows.
    """

    batch: NDArray[np.int64]
    run_count: NDArray[np.int64]
    value: NDArray[np.float64]
    fitted: NDArray[np.float64]

    @property
    def residual(self) -> NDArray[np.float64]:
        """Value - fitted, infinite where it overflows."""
        with np.errstate(over="ignore", invalid="ignore"):
            found: NDArray[np.float64] = self.value - self.fitted
            return found

    @property
    def relative_residual(self) -> NDArray[np.float64]:
        """|value - fitted| / |value|, NaN where the value is 0."""
        return relative_residuals(self.value, self.fitted)


@dataclass(slots=True)
class LogisticFits(StructBatch):
    """One fit per group.

    Args:
        groups: The groups.
        fits: The fit of each group.
        points: The points of each fit, by ascending batch size.
        null_count: The number of runs in each group without a value, those of excluded batch sizes aside, int64.
    """

    groups: Groups
    fits: list[Logistic]
    points: ListColumn
    null_count: NDArray[np.int64]

    @property
    def warnings(self) -> list[list[str]]:
        """The reasons against each fit."""
        points = self._points
        return all_warnings(self.fits, self.points.offsets, points.batch, points.value, points.fitted)

    @property
    def rmse(self) -> NDArray[np.float64]:
        """The root of the mean squared residual."""
        return root_mean_squares(self._points.residual, self.points.offsets)

    @property
    def r_squared(self) -> NDArray[np.float64]:
        """The coefficient of determination, NaN where all points are equal."""
        return r_squared(self._points.value, self._points.fitted, self.points.offsets)

    @property
    def max_relative_residual(self) -> NDArray[np.float64]:
        """The greatest relative residual, NaN where all values are 0."""
        return greatest(self._points.relative_residual, self.points.offsets)

    def values(self, batches: Sequence[int]) -> pa.Array[Any]:
        """Return a list per fit with its values at these batch sizes.

        Raises:
            BadUserInput: A batch size, or the number of batch sizes, is out of range.
        """
        if len(batches) > _MAX_VALUES:
            raise BadUserInput(f"at: received {len(batches)} batch sizes; allowed: up to {_MAX_VALUES}.", argument="at")
        for batch in batches:
            if batch < 1:
                raise BadUserInput(f"at: {batch} is out of range; allowed: 1 or more.", argument="at", value=batch)
        x = np.log2(np.array(batches, np.float64))
        return pa.array([evaluated(fit, x) for fit in self.fits], pa.list_(pa.float64()))

    @property
    def _points(self) -> Points:
        points: Points = self.points.items  # type: ignore[assignment]
        return points


async def logistic_fits(
    context: RequestContext,
    runs: Grouped,
    column: str,
    *,
    batch_column: str,
    per: Sequence[str],
    exclude: Sequence[int],
) -> ListColumn:
    """Return for each group of rows the fit of each of its groups by the columns `per` that has a value.

    `batch_column` has the batch sizes; runs with one of the batch sizes `exclude` are left out.

    Raises:
        BadUserInput: No logistic fits within float64.
        QueryTooComplex: The request needs more new fits than allowed.
        Overloaded: Too many fits are waiting.
    """
    offsets, groups = split(runs, per)
    batches = runs.child.values(batch_column).array
    included = groups.runs.where(~np.isin(batches, np.array(exclude, np.int64))) if exclude else groups.runs
    bounds, parts = split(included, (batch_column,))
    statistics = Statistics(parts.runs, column)
    counts = statistics.count
    present = counts > 0
    bounds = offsets_of(present)[bounds]
    medians = statistics.median[present]
    batch = batches[parts.runs.indices[parts.runs.offsets[:-1]]].astype(np.int64)[present]
    valid = runs.child.values(column).valid
    null_count = included.counts - (included if valid is None else included.where(valid)).counts

    x = np.log2(np.maximum(batch, 1))  # the toolkit counts a batch size of 0 as 1
    point_counts = np.diff(bounds)
    filled = np.flatnonzero(point_counts)
    of_curves = [slice(start, stop) for start, stop in zip(bounds[filled], bounds[filled + 1], strict=True)]
    curves = [Curve(x[part], medians[part]) for part in of_curves]
    context.count_fits(curve.key for curve in curves if not context.fitter.remembers(curve))
    fits = await gather(*(context.fitter.fit(curve) for curve in curves))
    fitted = np.concatenate([np.empty(0), *(evaluated(fit, curve.x) for fit, curve in zip(fits, curves, strict=True))])
    points = ListColumn(offsets_of(point_counts[filled]), Points(batch, counts[present], medians, fitted))
    found = LogisticFits(groups.take(filled), fits, points, null_count[filled])
    return ListColumn(offsets_of(point_counts > 0)[offsets], found)


def evaluated(fit: Logistic, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a fit at these places, infinite where the sum overflows; the exponential cannot overflow."""
    steps = fit.k * (x - fit.x0)
    small = np.exp(-np.abs(steps))
    share = np.where(steps >= 0, 1.0, small) / (1.0 + small)
    with np.errstate(over="ignore"):
        return fit.b0 + fit.L * share
