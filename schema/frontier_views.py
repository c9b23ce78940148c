"""Pareto frontiers: the type and the field, built for each kind of runs."""

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.frontier import pareto_frontiers
from schema.arguments import AGAINST, MAXIMIZE, MINIMIZE, PER
from schema.batch_fields import batch_field, batch_type, resolver_field
from schema.view_types import GroupKeyValue
from schema.viewed_runs import ViewedRuns, columns_of


def frontier_field(types: ViewedRuns) -> StrawberryField:
    """Return the field of Pareto frontiers."""

    def of_page(
        page: strawberry.Parent[Connection],
        minimize: Annotated[list[types.metric] | None, MINIMIZE] = UNSET,  # type: ignore[name-defined]
        maximize: Annotated[list[types.metric] | None, MAXIMIZE] = UNSET,  # type: ignore[name-defined]
        per: Annotated[list[types.key] | None, PER] = UNSET,  # type: ignore[name-defined]
        against: Annotated[list[types.metric] | None, AGAINST] = UNSET,  # type: ignore[name-defined]
    ) -> Any:
        return pareto_frontiers(
            page.selected,
            minimize=columns_of("minimize", minimize),
            maximize=columns_of("maximize", maximize),
            per=columns_of("per", per),
            against=columns_of("against", against),
        )

    frontier = batch_type(
        f"{types.short_prefix}ParetoFrontier",
        "Pareto frontier of a group.",
        {
            "key": batch_field("groups.key", list[GroupKeyValue], "Values that the runs of the group share."),
            "runs": batch_field(
                "runs",
                list[types.node],  # type: ignore[name-defined]
                "Runs on the frontier, by ascending value of the first objective.",
            ),
            "against": batch_field(
                "against",
                types.metric | None,
                "Column of the argument `against` that this frontier minimizes; null where the argument is not given.",
            ),
            "null_count": batch_field(
                "null_count", int, "Number of runs in the group that are not compared because an objective is null."
            ),
        },
    )
    return resolver_field(
        of_page,
        list[frontier],  # type: ignore[valid-type]
        "Runs that no other run dominates. A run is dominated if another run is at least as good in all "
        "objectives and better in one.",
    )
