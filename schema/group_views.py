"""Groups of runs: the order input, the type and the field."""

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from errors import BadUserInput
from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.best import best_of_each
from resolvers.views.groups import GroupOrder, Groups, group_runs
from schema.arguments import BEST_BY, GOAL, GROUP_BY, GROUP_LIMIT, GROUP_ORDER
from schema.batch_fields import batch_field, batch_type, resolver_field
from schema.column_views import statistics_field
from schema.enums import Aggregate, Goal, SortDirection
from schema.orders import ORDER_DIRECTION, column_of
from schema.run_columns import RunMetric, metric_columns
from schema.view_types import GroupKeyValue
from schema.viewed_runs import ViewedRuns, columns_of
from tables.run_kinds import RunKind


@strawberry.input(
    description="Order of groups. Groups whose aggregate is null come last; equal ones are ordered by their keys. The "
    "SUM of no values is 0."
)
class RunGroupOrder:
    """Order of groups."""

    aggregate: Aggregate = strawberry.field(
        default=Aggregate.COUNT, description="The aggregate of each group to order by."
    )
    of: RunMetric | None = strawberry.field(  # type: ignore[valid-type] # made from the catalogue
        default=UNSET, description="The aggregated column; not used with COUNT, required with any other aggregate."
    )
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description=ORDER_DIRECTION)


def groups_field(types: ViewedRuns, runs: StrawberryField) -> StrawberryField:
    """Return the field of groups.

    Args:
        types: The types of the runs.
        runs: The field that selects among the runs of a group.
    """

    def groups(
        page: strawberry.Parent[Connection],
        by: Annotated[list[types.key], GROUP_BY],  # type: ignore[name-defined]
        order_by: Annotated[RunGroupOrder | None, GROUP_ORDER] = UNSET,
        limit: Annotated[int | None, GROUP_LIMIT] = UNSET,
    ) -> Any:
        return group_runs(
            page.selected,
            columns_of("by", by),
            order=_group_order(order_by, types.kind) if order_by else None,
            limit=None if limit is UNSET else limit,
            where=page.where,
        )

    return resolver_field(
        groups,
        list[_group_type(types, runs)],  # type: ignore[misc]
        "Groups of selected runs with equal values in some columns, in the order of these values unless "
        "`orderBy` is given.",
    )


def _group_type(types: ViewedRuns, runs: StrawberryField) -> type:
    def best(
        part: strawberry.Parent[Groups],
        by: Annotated[types.metric, BEST_BY],  # type: ignore[name-defined]
        goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
    ) -> Any:
        return best_of_each(part.runs, column_of(by), goal)

    return batch_type(
        f"{types.prefix}Group",
        "Group of runs with equal values in some columns.",
        {
            "key": batch_field("key", list[GroupKeyValue], "Values that the runs of the group share."),
            "count": batch_field("runs.counts", int, "Number of runs in the group."),
            "statistics": statistics_field(types, "runs", "Statistics of one column over the runs of the group."),
            "best": resolver_field(
                best,
                types.node | None,
                "Run with the least (or greatest) value in a column; null if none has a value. Considers "
                "the runs of the group.",
            ),
            "runs": runs,
        },
    )


def _group_order(order: RunGroupOrder, kind: RunKind) -> GroupOrder:
    of: Any = order.of
    column = column_of(of) if of else None
    if order.aggregate is not Aggregate.COUNT and column is None:
        raise BadUserInput(
            f"orderBy: {order.aggregate.name} aggregates a column; pass the column as `of`.", argument="orderBy"
        )
    allowed = [metric.name for metric in metric_columns(kind.name)]
    if column is not None and column not in allowed:
        raise BadUserInput(
            f"orderBy: {column.upper()} is not a numeric column of these runs; allowed: {', '.join(allowed).upper()}.",
            argument="orderBy",
            value=column,
        )
    return GroupOrder(order.aggregate, column, order.direction is SortDirection.DESC)
