"""Logistic fits over batch size: the types and the field."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from errors import check_length
from execution.field_metadata import CACHE_SCOPE, CacheScope
from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.logistic import LogisticFits, logistic_fits
from schema.arguments import COLUMN, EXCLUDE, PER
from schema.batch_fields import batch_field, resolver_field
from schema.context import Context
from schema.orders import column_of
from schema.view_types import GroupKeyValue
from schema.viewed_runs import ViewedRuns, columns_of

_MAX_EXCLUDED = 1_000
_OVERFLOWS = "Null where it overflows float64."


@strawberry.type(description="Point of a fitted curve: the median over the runs at one batch size.")
class LogisticFitPoint:
    """Point of a fitted curve."""

    batch = batch_field("batch", int, "Batch size.")
    run_count = batch_field("run_count", int, "Number of runs behind the median.")
    value = batch_field("value", float, "Median over the runs, in the column's unit.")
    fitted = batch_field("fitted", float | None, f"Value of the fit, in the column's unit. {_OVERFLOWS}")
    residual = batch_field("residual", float | None, f"value - fitted, in the column's unit. {_OVERFLOWS}")
    relative_residual = batch_field(
        "relative_residual",
        float | None,
        "|value - fitted| / |value|. Null where the value is 0 or the quotient overflows float64.",
    )


def fit_values(
    fits: strawberry.Parent[LogisticFits],
    at: Annotated[list[int], strawberry.argument(description="Batch sizes, each at least 1; at most 1,000 of them.")],
) -> Any:
    """Evaluate each fit at some batch sizes."""
    return fits.values(at)


@strawberry.type(
    description="Four-parameter logistic of the benchmark's toolkit over batch size: b0 + L / (1 + exp(-k (x - x0))), "
    "where x is log2(batch size)."
)
class LogisticFit:
    """Four-parameter logistic over batch size."""

    key = batch_field("groups.key", list[GroupKeyValue], "Values that the runs of the group share.")
    amplitude = batch_field(
        lambda fits: [fit.L for fit in fits.fits],
        float,
        "Amplitude: upper asymptote minus lower asymptote, in the column's unit.",
        name="L",
    )
    x0 = batch_field(lambda fits: [fit.x0 for fit in fits.fits], float, "Midpoint, as log2 of a batch size.")
    k = batch_field(lambda fits: [fit.k for fit in fits.fits], float, "Steepness, per doubling of the batch size.")
    b0 = batch_field(lambda fits: [fit.b0 for fit in fits.fits], float, "Lower asymptote, in the column's unit.")
    warnings = batch_field(
        "warnings",
        list[str],
        "Reasons against the fit: k below 0.3 or above 3, a negative L or b0, fewer points than parameters, a relative "
        "residual above 15%, a measured value of 0 that the fit misses. After a warning about a residual, interpolate "
        "between the points instead.",
    )
    points = batch_field("points", list[LogisticFitPoint], "The fitted points, by ascending batch size.")
    rmse = batch_field(
        "rmse", float | None, f"Root of the mean squared residual of the points, in the column's unit. {_OVERFLOWS}"
    )
    r_squared = batch_field(
        "r_squared",
        float | None,
        "1 - sum of (value - fitted)² / sum of (value - mean value)² over the points, each with the same weight. A "
        "high value does not exclude a large relative residual at small values. Null where all values are equal, or a "
        "sum overflows float64.",
    )
    max_relative_residual = batch_field(
        "max_relative_residual",
        float | None,
        "Greatest `relativeResidual` of the points. Null where all values are 0, or it overflows float64.",
    )
    null_count = batch_field(
        "null_count", int, "Number of runs in the group without a value, excluded batch sizes aside."
    )
    values = resolver_field(
        fit_values, list[float | None], f"Values of the fit at the batch sizes `at`, in the column's unit. {_OVERFLOWS}"
    )


def logistic_fits_field(types: ViewedRuns) -> StrawberryField:
    """Return the field that fits curves over batch size."""

    async def of_page(
        page: strawberry.Parent[Connection],
        context: Context,
        of: Annotated[types.metric, COLUMN],  # type: ignore[name-defined]
        per: Annotated[list[types.key], PER],  # type: ignore[name-defined]
        exclude: Annotated[list[int] | None, EXCLUDE] = UNSET,
    ) -> Any:
        return await logistic_fits(
            context,
            page.selected,
            column_of(of),
            batch_column=types.kind.batch_column,
            per=columns_of("per", per),
            exclude=_checked(exclude),
        )

    return resolver_field(
        of_page,
        list[LogisticFit],
        "Fits of a column, such as power, latency or throughput, over batch size: per group, the toolkit's "
        "logistic through the median at each batch size. Groups without a value are left out.",
        metadata={CACHE_SCOPE: CacheScope.RELEASE},  # another version of the toolkit may fit differently
    )


def _checked(exclude: Sequence[int] | None) -> Sequence[int]:
    check_length("exclude", exclude or (), _MAX_EXCLUDED)
    return exclude or ()
