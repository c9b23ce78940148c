"""The parts that the views of both kinds of runs share: keys with their values, statistics, histograms, facets."""

from typing import Annotated, Any

import pyarrow as pa
import strawberry

from resolvers.views.best import Slack
from resolvers.views.facets import Facets, FacetValues
from resolvers.views.groups import KeyValues
from resolvers.views.histogram import Histogram
from resolvers.views.statistics import Statistics
from tables.catalogue import graph_name


def spelled(part: strawberry.Parent[KeyValues | Facets | Slack]) -> Any:
    """Return the columns as the graph spells them."""
    columns = part.columns()
    names = {column: graph_name(column) for column in set(columns)}
    return pa.array([names[column] for column in columns], pa.string())


def text_value(part: strawberry.Parent[KeyValues | FacetValues]) -> Any:
    """Return the values as text."""
    return pa.array([value if type(value) is str else _as_text(value) for value in part.values()], pa.string())


def number_value(part: strawberry.Parent[KeyValues | FacetValues]) -> Any:
    """Return the values that are numbers."""
    numbers = [
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        for value in part.values()
    ]
    return pa.array(numbers, pa.float64())


def value_count(values: strawberry.Parent[FacetValues]) -> Any:
    """Count the runs of each value."""
    return values.counts()


def facet_values(part: strawberry.Parent[Facets]) -> Any:
    """Return the values of each facet."""
    return part.values()


def percentiles(
    statistics: strawberry.Parent[Statistics],
    p: Annotated[list[float], strawberry.argument(description="Which ones, each from 0 to 100.")],
) -> Any:
    """Return percentiles."""
    return statistics.percentiles(p)


@strawberry.type(description="What the runs of a group have in one of the columns that they are grouped by.")
class GroupKeyValue:
    """One key of a group."""

    field = strawberry.field(resolver=spelled, graphql_type=str, description="The column, as the graph spells it.")
    value = strawberry.field(
        resolver=text_value, graphql_type=str | None, description="The value as text; null where it is missing."
    )
    number = strawberry.field(
        resolver=number_value, graphql_type=float | None, description="The value, where it is a number."
    )


@strawberry.type(description="A value of a column, and how many of the selected runs have it.")
class RunFacetValue:
    """A value and its count."""

    value = strawberry.field(
        resolver=text_value, graphql_type=str | None, description="The value as text; null where it is missing."
    )
    number = strawberry.field(
        resolver=number_value, graphql_type=float | None, description="The value, where it is a number."
    )
    count = strawberry.field(resolver=value_count, graphql_type=int, description="How many runs have it.")


@strawberry.type(description="The values of a column with their counts: what a filter control shows.")
class RunFacet:
    """The values of a column."""

    field = strawberry.field(resolver=spelled, graphql_type=str, description="The column, as the graph spells it.")
    values = strawberry.field(
        resolver=facet_values, graphql_type=list[RunFacetValue], description="Ascending, the missing value last."
    )


def _statistic(method: str, graphql_type: Any, description: str) -> Any:
    def resolver(statistics: strawberry.Parent[Statistics]) -> Any:
        return getattr(statistics, method)()

    return strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)


@strawberry.type(
    description="Statistics of one column, in the column's unit. Where there are no values, the count and the sum are "
    "0 and all others null. A figure whose computation overflows float64 is null."
)
class RunStatistics:
    """Statistics of one column."""

    count = _statistic("count", int, "How many values there are.")
    null_count = _statistic("null_count", int, "How many values are missing; they are in nothing else here.")
    min = _statistic("minimum", float | None, "The least value.")
    max = _statistic("maximum", float | None, "The greatest value.")
    mean = _statistic("mean", float | None, "The arithmetic mean.")
    median = _statistic("median", float | None, "The median.")
    stddev = _statistic("stddev", float | None, "The sample standard deviation (divisor n - 1); null for one value.")
    sum = _statistic("total", float | None, "The sum; 0 where there are no values, null where it overflows.")
    percentiles = strawberry.field(
        resolver=percentiles,
        graphql_type=list[float | None],
        description="The percentiles `p`, 0 to 100, linear between ranks (numpy's default); nulls where there is no "
        "value, and where the distance between two neighbouring values overflows float64.",
    )


def _of_histogram(method: str, graphql_type: Any, description: str) -> Any:
    def resolver(histogram: strawberry.Parent[Histogram]) -> Any:
        return getattr(histogram, method)()

    return strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)


@strawberry.type(description="How many values lie in each of several bins; each is open above, the last one closed.")
class RunHistogram:
    """A histogram."""

    edges = _of_histogram("edges", list[float], "The bounds of the bins, one more than bins; empty without values.")
    counts = _of_histogram("counts", list[int], "How many values each bin holds.")
    outside = _of_histogram("outside", int, "How many values lie in none of the bins.")
    null_count = _of_histogram("null_count", int, "How many values are missing.")


def _of_slack(method: str, description: str, graphql_type: Any = float) -> Any:
    def resolver(slack: strawberry.Parent[Slack]) -> Any:
        return getattr(slack, method)()

    return strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)


@strawberry.type(description="How far a run is from a bound that the filter sets.")
class ConstraintSlack:
    """How far a run is from a bound."""

    field = strawberry.field(resolver=spelled, graphql_type=str, description="The column, as the graph spells it.")
    limit = _of_slack("limit", "The bound.")
    value = _of_slack("value", "What the run has.")
    margin = _of_slack(
        "margin",
        "How much worse the value could be before the bound binds; null where that overflows float64.",
        float | None,
    )


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
