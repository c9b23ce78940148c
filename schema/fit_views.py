"""Logistic fits as a view: the types, and the field that is made for each kind of runs over its own columns."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import pyarrow as pa
import strawberry
from strawberry import UNSET

from execution.field_metadata import CACHE_SCOPE, CacheScope
from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.logistic import LogisticFits, Points, logistic_fits
from schema.arguments import COLUMN, EXCLUDE, PER
from schema.context import Context
from schema.orders import column_of
from schema.view_types import GroupKeyValue

_OVERFLOWS = "null where that overflows float64."


def fit_values(
    fits: strawberry.Parent[LogisticFits],
    at: Annotated[list[int], strawberry.argument(description="Batch sizes, 1 and more; up to 1,000 of them.")],
) -> Any:
    """Return what each fit says at some batches."""
    return fits.values(at)


def _of_points(values: Callable[[Points], Any], graphql_type: Any, description: str) -> StrawberryField:
    def resolver(points: strawberry.Parent[Points]) -> Any:
        return pa.array(values(points))

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


@strawberry.type(description="What a curve is fitted to at one batch size.")
class LogisticFitPoint:
    """What a curve is fitted to at one batch size."""

    batch = _of_points(lambda points: points.batch, int, "The batch size.")
    run_count = _of_points(lambda points: points.runs, int, "How many runs the median is taken of.")
    value = _of_points(lambda points: points.value, float, "The median over the runs, in the column's unit.")
    fitted = _of_points(
        lambda points: points.fitted, float | None, f"What the fit says, in the column's unit; {_OVERFLOWS}"
    )
    residual = _of_points(Points.residual, float | None, f"value - fitted, in the column's unit; {_OVERFLOWS}")
    relative_residual = _of_points(
        Points.relative_residual,
        float | None,
        "|value - fitted| / |value|; null where the value is 0, and where that overflows float64.",
    )


def _of_fits(
    values: Callable[[LogisticFits], Any], graphql_type: Any, description: str, name: str | None = None
) -> Any:
    def resolver(fits: strawberry.Parent[LogisticFits]) -> Any:
        return values(fits)

    return strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description, name=name)


@strawberry.type(
    description="The toolkit's four-parameter logistic over batch size: b0 + L / (1 + exp(-k (x - x0))), where x is "
    "log2(batch)."
)
class LogisticFit:
    """The toolkit's four-parameter logistic over batch size."""

    key = _of_fits(lambda fits: fits.groups.key(), list[GroupKeyValue], "What its group shares.")
    amplitude = _of_fits(
        lambda fits: fits.parameter("L"),
        float,
        "The upper asymptote less the lower one, in the column's unit.",
        "L",
    )
    x0 = _of_fits(lambda fits: fits.parameter("x0"), float, "The midpoint, as log2 of a batch size.")
    k = _of_fits(lambda fits: fits.parameter("k"), float, "The steepness, per doubling of the batch size.")
    b0 = _of_fits(lambda fits: fits.parameter("b0"), float, "The lower asymptote, in the column's unit.")
    warnings = _of_fits(
        LogisticFits.warnings,
        list[str],
        "What speaks against it: k under 0.3 or over 3, a negative L or b0, fewer points than parameters, a relative "
        "residual over 15%, a value of 0 that the fit misses. Where it is a residual, interpolate between the points.",
    )
    points = _of_fits(LogisticFits.lists, list[LogisticFitPoint], "What it was made from, by batch size.")
    rmse = _of_fits(
        LogisticFits.rmse,
        float | None,
        f"The root of the points' mean squared residual, in the column's unit; {_OVERFLOWS}",
    )
    r_squared = _of_fits(
        LogisticFits.r_squared,
        float | None,
        "1 - sum of (value - fitted)² / sum of (value - mean value)² over the points, each of which counts once, "
        "however many runs it is of. A high one does not exclude a large relative residual at small values. Null where "
        "all values are equal, and where a sum overflows float64.",
    )
    max_relative_residual = _of_fits(
        LogisticFits.max_relative_residual,
        float | None,
        "The greatest relativeResidual of the points whose value is not 0; null where there is none, and where it "
        "overflows float64.",
    )
    null_count = _of_fits(
        LogisticFits.null_count, int, "How many runs of the group lack a value; excluded batches do not count."
    )
    values = strawberry.field(
        resolver=fit_values,
        graphql_type=list[float | None],
        description=f"What it says at the batch sizes `at`, in the column's unit; {_OVERFLOWS}",
    )


def logistic_fits_field(*, batch_column: str, metric: type[Enum], key: type[Enum]) -> StrawberryField:
    """Return the field that fits curves over batch size.

    Args:
        batch_column: The batch size.
        metric: The enum of the runs' numeric columns.
        key: The enum of their configuration columns.
    """

    async def of_page(
        page: strawberry.Parent[Connection],
        context: Context,
        of: Annotated[metric, COLUMN],  # type: ignore[valid-type]
        per: Annotated[list[key], PER],  # type: ignore[valid-type]
        exclude: Annotated[list[int] | None, EXCLUDE] = UNSET,
    ) -> Any:
        keys = [column_of(each) for each in per]
        return await logistic_fits(
            context,
            page.selected,
            column_of(of),
            batch_column=batch_column,
            per=keys,
            exclude=exclude or (),
        )

    field: StrawberryField = strawberry.field(
        resolver=of_page,
        graphql_type=list[LogisticFit],
        description="Power, latency or throughput against batch size: per group, the toolkit's logistic through the "
        "medians at each batch. A group without a value has none.",
        metadata={CACHE_SCOPE: CacheScope.RELEASE},  # the toolkit's, and it may change how it fits
    )
    return field
