"""The views of a connection, made once for each kind of runs: the same questions over its own columns."""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from errors import BadUserInput
from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.best import BestRuns, best_of_each, best_runs
from resolvers.views.facets import facets
from resolvers.views.groups import GroupOrder, Groups, group_runs
from resolvers.views.histogram import histogram
from resolvers.views.statistics import Statistics
from schema.arguments import (
    BEST_BY,
    BINS,
    COLUMN,
    COLUMNS_OF_VALUES,
    EDGES,
    GOAL,
    GROUP_BY,
    GROUP_LIMIT,
    GROUP_ORDER,
    PER,
    RUNNERS_UP,
)
from schema.emptiness import empty_because_field
from schema.enums import Aggregate, Goal, SortDirection, TimelineWindow
from schema.fit_views import logistic_fits_field
from schema.frontier_views import frontier_field
from schema.orders import ORDER_DIRECTION, TableOrder, column_of
from schema.pair_views import pairs_field
from schema.ratio_views import compare_groups_field, ratios_field
from schema.raw_views import common_timelines_field, output_length_distribution_field
from schema.run_columns import RunMetric, metric_columns
from schema.selection_views import best_runs_field, digest_field
from schema.view_types import ConstraintSlack, GroupKeyValue, RunFacet, RunHistogram, RunStatistics

_WINDOW: dict[str, TimelineWindow] = {"llm": TimelineWindow.STEADY_STATE, "diffusion": TimelineWindow.FULL}
_BATCH: dict[str, str] = {"llm": "max_num_seqs", "diffusion": "batch_size"}


@strawberry.input(
    description="An order of groups; those whose aggregate is null come last, equal ones by their keys. A SUM of no "
    "values is 0, and ordered as 0."
)
class RunGroupOrder:
    """An order of groups."""

    aggregate: Aggregate = strawberry.field(
        default=Aggregate.COUNT, description="The figure of each group that they are ordered by."
    )
    of: RunMetric | None = strawberry.field(  # type: ignore[valid-type] # made from the catalogue
        default=UNSET, description="The column that is aggregated; none for COUNT."
    )
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description=ORDER_DIRECTION)


def run_views(
    prefix: str,
    table: str,
    node: type,
    runs: StrawberryField,
    *,
    connection: Any,
    order: type[TableOrder],
    metric: type[Enum],
    key: type[Enum],
) -> dict[str, StrawberryField]:
    """Return the view fields of one kind of runs, with the types that they need.

    Args:
        prefix: What the names of the types begin with: `LLMRun`, `DiffusionRun`.
        table: The run table.
        node: The type of a run.
        runs: The field that selects among the runs of a group.
        connection: The type of a selection of these runs.
        order: The input that orders them.
        metric: The enum of their numeric columns.
        key: The enum of their configuration columns.
    """
    group = _group_type(prefix, node, runs, metric)
    best = _best_type(prefix, node)

    def statistics(page: strawberry.Parent[Connection], of: Annotated[metric, COLUMN]) -> Any:  # type: ignore[valid-type]
        return Statistics(page.selected, column_of(of))

    def facets_of(page: strawberry.Parent[Connection], of: Annotated[list[key], COLUMNS_OF_VALUES]) -> Any:  # type: ignore[valid-type]
        return facets(page.selected, _names(of))

    def histogram_of(
        page: strawberry.Parent[Connection],
        of: Annotated[metric, COLUMN],  # type: ignore[valid-type]
        bins: Annotated[int | None, BINS] = 50,
        edges: Annotated[list[float] | None, EDGES] = UNSET,
    ) -> Any:
        return histogram(
            page.selected, column_of(of), bins=50 if bins is None else bins, edges=None if edges is UNSET else edges
        )

    def groups(
        page: strawberry.Parent[Connection],
        by: Annotated[list[key], GROUP_BY],  # type: ignore[valid-type]
        order_by: Annotated[RunGroupOrder | None, GROUP_ORDER] = UNSET,
        limit: Annotated[int | None, GROUP_LIMIT] = UNSET,
    ) -> Any:
        return group_runs(
            page.selected,
            _names(by),
            order=_group_order(order_by, table) if order_by else None,
            limit=None if limit is UNSET else limit,
            where=page.where,
        )

    def best_of(
        page: strawberry.Parent[Connection],
        by: Annotated[metric, BEST_BY],  # type: ignore[valid-type]
        goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
        per: Annotated[list[key] | None, PER] = UNSET,  # type: ignore[valid-type]
        runners_up: Annotated[int | None, RUNNERS_UP] = 0,
    ) -> Any:
        return best_runs(
            page.selected, column_of(by), goal, per=_names(per or ()), runners_up=runners_up or 0, where=page.where
        )

    raw_views = {"common_timelines": common_timelines_field(key=key, window=_WINDOW[table])}
    if table == "llm":
        raw_views["output_length_distribution"] = output_length_distribution_field(prefix, node)
    return raw_views | {
        "digest": digest_field(),
        "empty_because": empty_because_field(),
        "best_runs": best_runs_field(connection, order=order, metric=metric, key=key),
        "pairs": pairs_field(prefix, node, metric=metric, key=key),
        "statistics": strawberry.field(
            resolver=statistics, graphql_type=RunStatistics, description="Statistics of one column."
        ),
        "facets": strawberry.field(
            resolver=facets_of, graphql_type=list[RunFacet], description="Values of columns with their counts."
        ),
        "histogram": strawberry.field(
            resolver=histogram_of,
            graphql_type=RunHistogram,
            description="`bins` of equal width from the least to the greatest value, or bins between `edges`.",
        ),
        "groups": strawberry.field(
            resolver=groups,
            graphql_type=list[group],  # type: ignore[valid-type]
            description="Groups of runs that are equal in some columns, by key unless `orderBy` is given.",
        ),
        "best": strawberry.field(
            resolver=best_of,
            graphql_type=list[best],  # type: ignore[valid-type]
            description="The run that is least (or greatest) in a column, whole, per group where `per` is given; equal "
            "ones by id. A group without a value has none. Considers all runs that the filter selects, whatever the "
            "page.",
        ),
        "pareto_frontier": frontier_field(prefix, node, metric=metric, key=key),
        "ratios": ratios_field(prefix, node, metric=metric, key=key),
        "logistic_fits": logistic_fits_field(batch_column=_BATCH[table], metric=metric, key=key),
        "compare_groups": compare_groups_field(prefix, metric=metric, key=key),
    }


def _group_type(prefix: str, node: type, runs: StrawberryField, metric: type[Enum]) -> type:
    def key_of(part: strawberry.Parent[Groups]) -> Any:
        return part.key()

    def count(part: strawberry.Parent[Groups]) -> Any:
        return part.count()

    def statistics(part: strawberry.Parent[Groups], of: Annotated[metric, COLUMN]) -> Any:  # type: ignore[valid-type]
        return Statistics(part.runs, column_of(of))

    def best(
        part: strawberry.Parent[Groups],
        by: Annotated[metric, BEST_BY],  # type: ignore[valid-type]
        goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
    ) -> Any:
        return best_of_each(part.runs, column_of(by), goal)

    fields = {
        "key": strawberry.field(resolver=key_of, graphql_type=list[GroupKeyValue], description="What its runs share."),
        "count": strawberry.field(resolver=count, graphql_type=int, description="How many runs it has."),
        "statistics": strawberry.field(
            resolver=statistics, graphql_type=RunStatistics, description="Statistics of one column over its runs."
        ),
        "best": strawberry.field(
            resolver=best,
            graphql_type=node | None,
            description="The run that is least (or greatest) in a column; null where none has a value. Considers the "
            "runs of this group.",
        ),
        "runs": runs,
    }
    return strawberry.type(type(f"{prefix}Group", (), fields), name=f"{prefix}Group", description="A group of runs.")


def _best_type(prefix: str, node: type) -> type:
    def key_of(best: strawberry.Parent[BestRuns]) -> Any:
        return best.groups.key()

    def run(best: strawberry.Parent[BestRuns]) -> Any:
        return best.run()

    def runners_up(best: strawberry.Parent[BestRuns]) -> Any:
        return best.next_runs()

    def slack(best: strawberry.Parent[BestRuns]) -> Any:
        return best.slack()

    name = f"{prefix.replace('Run', '')}BestRun"
    fields = {
        "key": strawberry.field(
            resolver=key_of, graphql_type=list[GroupKeyValue], description="What its group shares."
        ),
        "run": strawberry.field(resolver=run, graphql_type=node, description="The best run, whole."),
        "runners_up": strawberry.field(
            resolver=runners_up,
            graphql_type=list[node],  # type: ignore[valid-type]
            description="The next ones, best first, as many as were asked for.",
        ),
        "slack": strawberry.field(
            resolver=slack,
            graphql_type=list[ConstraintSlack],
            description="How far it is from each bound (lt, lte, gt, gte) that every selected run keeps.",
        ),
    }
    return strawberry.type(type(name, (), fields), name=name, description="The best run of a group.")


def _names(columns: Sequence[Any]) -> list[str]:
    return [column_of(column) for column in columns]


def _group_order(order: RunGroupOrder, table: str) -> GroupOrder:
    of: Any = order.of
    column = column_of(of) if of else None
    if order.aggregate is not Aggregate.COUNT and column is None:
        raise BadUserInput(f"orderBy: {order.aggregate.name} aggregates a column; name it in `of`.", argument="orderBy")
    allowed = [metric.name for metric in metric_columns(table)]
    if column is not None and column not in allowed:
        raise BadUserInput(
            f"orderBy: {column.upper()} is no column of these runs; allowed are {', '.join(allowed).upper()}.",
            argument="orderBy",
            value=column,
        )
    return GroupOrder(order.aggregate, column, order.direction is SortDirection.DESC)
