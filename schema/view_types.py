"""Types that the views of all kinds of runs share: key values, facets, statistics, histograms, constraint slack."""

from typing import Annotated, Any

import strawberry

from execution.strawberry_internals import StrawberryField
from resolvers.views.statistics import Statistics
from schema.batch_fields import batch_field, resolver_field


def _column() -> StrawberryField:
    return batch_field("field", str, "The column, spelled as a field of the run.")


def _text() -> StrawberryField:
    return batch_field("text", str | None, "The value as text; null where it is missing.")


def _number() -> StrawberryField:
    return batch_field("number", float | None, "The value as a number; null where it is missing or not a number.")


def percentiles(
    statistics: strawberry.Parent[Statistics],
    p: Annotated[list[float], strawberry.argument(description="Percentiles, each from 0 to 100.")],
) -> Any:
    """Compute percentiles."""
    return statistics.percentiles(p)


@strawberry.type(description="Value that all runs of a group have in one of the grouping columns.")
class GroupKeyValue:
    """Value of a group in one of its key columns."""

    field = _column()
    value = _text()
    number = _number()


@strawberry.type(description="Distinct value of a column, with the number of selected runs that have it.")
class RunFacetValue:
    """Distinct value with its count."""

    value = _text()
    number = _number()
    count = batch_field("count", int, "Number of selected runs with this value.")


@strawberry.type(description="Distinct values of a column with their counts, for filter controls.")
class RunFacet:
    """Distinct values of a column."""

    field = _column()
    values = batch_field("values", list[RunFacetValue], "The values in ascending order; a missing value comes last.")


@strawberry.type(
    description="Statistics of one column, in the column's unit. Without values, `count` and `sum` are 0 and all other "
    "statistics are null. A statistic that overflows float64 is null."
)
class RunStatistics:
    """Statistics of one column."""

    count = batch_field("count", int, "Number of values, nulls excluded.")
    null_count = batch_field("null_count", int, "Number of nulls; no other statistic includes them.")
    min = batch_field("minimum", float | None, "Least value.")
    max = batch_field("maximum", float | None, "Greatest value.")
    mean = batch_field(
        "mean",
        float | None,
        "Arithmetic mean over runs of different configurations; a figure of the leaderboard is a single run (`best`).",
    )
    median = batch_field("median", float | None, "Median.")
    stddev = batch_field(
        "stddev", float | None, "Sample standard deviation (divisor n - 1); null for fewer than two values."
    )
    sum = batch_field("total", float | None, "Sum; 0 without values, null where it overflows.")
    percentiles = resolver_field(
        percentiles,
        list[float | None],
        "Percentiles `p`, linear between ranks (numpy's default). Null without values, and where the "
        "distance between two neighbouring values overflows float64.",
    )


@strawberry.type(
    description="Number of values per bin. Each bin includes its lower edge but not its upper one; the last bin "
    "includes both."
)
class RunHistogram:
    """Histogram of one column."""

    edges = batch_field("edges", list[float], "Edges of the bins, one more than there are bins; empty without values.")
    counts = batch_field("counts", list[int], "Number of values in each bin.")
    outside = batch_field("outside", int, "Number of values in none of the bins.")
    null_count = batch_field("null_count", int, "Number of nulls.")


@strawberry.type(description="Distance of a run's value from a bound of the filter.")
class ConstraintSlack:
    """Distance of a run's value from a bound of the filter."""

    field = _column()
    limit = batch_field("limit", float, "The bound.")
    value = batch_field("value", float, "The run's value.")
    margin = batch_field(
        "margin",
        float | None,
        "Difference between value and bound: the change for the worse that the filter still allows. Null where it "
        "overflows float64.",
    )
