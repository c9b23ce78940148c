"""Views of single columns: statistics, facets and histograms."""

from operator import attrgetter
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.facets import facets
from resolvers.views.histogram import histogram
from resolvers.views.statistics import Statistics
from schema.arguments import BINS, COLUMN, COLUMNS_OF_VALUES, EDGES
from schema.batch_fields import resolver_field
from schema.orders import column_of
from schema.view_types import RunFacet, RunHistogram, RunStatistics
from schema.viewed_runs import ViewedRuns, columns_of


def statistics_field(types: ViewedRuns, runs: str, description: str) -> StrawberryField:
    """Return the field of statistics.

    Args:
        types: The types of the runs.
        runs: The attribute of the parent with the runs of each.
        description: The description of the field.
    """
    runs_of = attrgetter(runs)

    def statistics(parent: strawberry.Parent[Any], of: Annotated[types.metric, COLUMN]) -> Any:  # type: ignore[name-defined]
        return Statistics(runs_of(parent), column_of(of))

    return resolver_field(statistics, RunStatistics, description)


def facets_field(types: ViewedRuns) -> StrawberryField:
    """Return the field of facets."""

    def of_page(
        page: strawberry.Parent[Connection],
        of: Annotated[list[types.key], COLUMNS_OF_VALUES],  # type: ignore[name-defined]
    ) -> Any:
        return facets(page.selected, columns_of("of", of))

    return resolver_field(
        of_page, list[RunFacet], "Distinct values of columns over all selected runs, with their counts."
    )


def histogram_field(types: ViewedRuns) -> StrawberryField:
    """Return the field of a histogram."""

    def of_page(
        page: strawberry.Parent[Connection],
        of: Annotated[types.metric, COLUMN],  # type: ignore[name-defined]
        bins: Annotated[int | None, BINS] = 50,
        edges: Annotated[list[float] | None, EDGES] = UNSET,
    ) -> Any:
        return histogram(
            page.selected, column_of(of), bins=50 if bins is None else bins, edges=None if edges is UNSET else edges
        )

    return resolver_field(
        of_page,
        RunHistogram,
        "Histogram of one column over all selected runs: `bins` of equal width from the least to the "
        "greatest value, or bins between `edges`.",
    )
