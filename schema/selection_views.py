"""Views that give a selection again: its best runs, to be ordered, paged and viewed as any; and which runs it holds."""

from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection, connect
from resolvers.views.best import only_the_best
from resolvers.views.digest import digests
from schema.arguments import BEST_BY, GOAL, ORDER, PER, After, Before, First, Last, Offset
from schema.context import Context
from schema.enums import Goal
from schema.orders import TableOrder, column_of, order_keys
from schema.paging import page_arguments
from tables.order import order_by as ordered_by


def best_runs_field(
    connection: Any, *, order: type[TableOrder], metric: type[Enum], key: type[Enum]
) -> StrawberryField:
    """Return the field that narrows a selection to its best runs.

    Args:
        connection: The type of a selection of these runs.
        order: The input that orders them.
        metric: The enum of their numeric columns.
        key: The enum of their configuration columns.
    """

    def best_runs(  # noqa: PLR0913, PLR0917 - the arguments of the field
        page: strawberry.Parent[Connection],
        context: Context,
        by: Annotated[metric, BEST_BY],  # type: ignore[valid-type]
        goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
        per: Annotated[list[key] | None, PER] = UNSET,  # type: ignore[valid-type]
        order_by: Annotated[list[order] | None, ORDER] = UNSET,  # type: ignore[valid-type]
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        offset: Offset = UNSET,
    ) -> Any:
        best = only_the_best(page.selected, column_of(by), goal, per=[column_of(each) for each in per or ()])
        return connect(
            context,
            best,
            ordered_by(best.child, order_keys(order_by)),
            page_arguments(first, after, last, before, offset),
            where=page.where,
            narrowing=page.narrowing.with_value(column_of(by)) if page.narrowing else None,
        )

    field: StrawberryField = strawberry.field(
        resolver=best_runs,
        graphql_type=connection,
        description="The run that is least (or greatest) in a column, per group where `per` is given, as a selection "
        "of its own: to order, to page, and to take every view of. Equal ones by id; a group without a value has none. "
        "Considers all runs that the filter selects, whatever the page.",
    )
    return field


def digest_field() -> StrawberryField:
    """Return the field that says which runs a selection holds."""

    def digest(page: strawberry.Parent[Connection]) -> Any:
        return digests(page)

    field: StrawberryField = strawberry.field(
        resolver=digest,
        graphql_type=str,
        description="Which runs these are: the SHA-256, in hexadecimal, of the dataset's revision and the ids of all "
        "selected runs in ascending order, each followed by a newline. Order and page do not change it.",
    )
    return field
