"""Best runs of a selection, as a list with runners-up and slack, and as a selection of its own."""

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection, connect
from resolvers.views.best import best_runs, only_the_best
from schema.arguments import BEST_BY, GOAL, ORDER, PER, RUNNERS_UP, After, Before, First, Last, Offset
from schema.batch_fields import batch_field, batch_type, resolver_field
from schema.context import Context
from schema.enums import Goal
from schema.orders import column_of, order_keys
from schema.paging import page_arguments
from schema.view_types import ConstraintSlack, GroupKeyValue
from schema.viewed_runs import ViewedRuns, columns_of
from tables.order import order_by as ordered_by

_RULES = (
    "Equal runs are ordered by id; a group without a value has no best run. Considers all selected runs, independent "
    "of the page."
)


def best_field(types: ViewedRuns) -> StrawberryField:
    """Return the field that lists the best run of each group."""

    def best(
        page: strawberry.Parent[Connection],
        by: Annotated[types.metric, BEST_BY],  # type: ignore[name-defined]
        goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
        per: Annotated[list[types.key] | None, PER] = UNSET,  # type: ignore[name-defined]
        runners_up: Annotated[int | None, RUNNERS_UP] = 0,
    ) -> Any:
        return best_runs(
            page.selected, column_of(by), goal, per=columns_of("per", per), runners_up=runners_up or 0, where=page.where
        )

    best_type = batch_type(
        f"{types.short_prefix}BestRun",
        "Best run of a group.",
        {
            "key": batch_field("groups.key", list[GroupKeyValue], "Values that the runs of the group share."),
            "run": batch_field("run", types.node, "The best run."),
            "runners_up": batch_field(
                "runners_up",
                list[types.node],  # type: ignore[name-defined]
                "The next-best runs, best first: at most as many as the argument `runnersUp`.",
            ),
            "slack": batch_field(
                "slack",
                list[ConstraintSlack],
                "Distance of the run from each bound of the filter: `lt`, `lte`, `gt` and `gte` outside of `or` and "
                "`not`.",
            ),
        },
    )
    return resolver_field(
        best,
        list[best_type],  # type: ignore[valid-type]
        "Run with the least (or greatest) value in a column, per group where `per` is given: one measured "
        f"configuration, as in a cell of the leaderboard. {_RULES}",
    )


def best_runs_field(types: ViewedRuns) -> StrawberryField:
    """Return the field that narrows a selection to its best runs."""

    def of_page(  # noqa: PLR0913, PLR0917 - the arguments of the field
        page: strawberry.Parent[Connection],
        context: Context,
        by: Annotated[types.metric, BEST_BY],  # type: ignore[name-defined]
        goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
        per: Annotated[list[types.key] | None, PER] = UNSET,  # type: ignore[name-defined]
        order_by: Annotated[list[types.order] | None, ORDER] = UNSET,  # type: ignore[name-defined]
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        offset: Offset = UNSET,
    ) -> Any:
        best = only_the_best(page.selected, column_of(by), goal, per=columns_of("per", per))
        return connect(
            context,
            best,
            ordered_by(best.child, order_keys(order_by)),
            page_arguments(first, after, last, before, offset),
            where=page.where,
            narrowing=page.narrowing.with_value(column_of(by)) if page.narrowing else None,
        )

    return resolver_field(
        of_page,
        types.connection,
        "Selection of the run with the least (or greatest) value in a column, per group where `per` is "
        f"given. It can be ordered, paged and viewed like any selection. {_RULES}",
    )
