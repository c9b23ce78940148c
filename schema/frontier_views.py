"""Pareto frontiers as a view: its types, made once for each kind of runs over its own columns."""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.frontier import Frontiers, pareto_frontiers
from schema.arguments import AGAINST, MAXIMIZE, MINIMIZE, PER
from schema.orders import column_of
from schema.view_types import GroupKeyValue


def frontier_field(prefix: str, node: type, *, metric: type[Enum], key: type[Enum]) -> StrawberryField:
    """Return the field that finds the runs that no other run beats.

    Args:
        prefix: What the names of the types begin with: `LLMRun`, `DiffusionRun`.
        node: The type of a run.
        metric: The enum of its numeric columns.
        key: The enum of its configuration columns.
    """
    frontier = _frontier_type(prefix, node, metric)

    def pareto_frontier(
        page: strawberry.Parent[Connection],
        minimize: Annotated[list[metric] | None, MINIMIZE] = UNSET,  # type: ignore[valid-type]
        maximize: Annotated[list[metric] | None, MAXIMIZE] = UNSET,  # type: ignore[valid-type]
        per: Annotated[list[key] | None, PER] = UNSET,  # type: ignore[valid-type]
        against: Annotated[list[metric] | None, AGAINST] = UNSET,  # type: ignore[valid-type]
    ) -> Any:
        return pareto_frontiers(
            page.selected,
            minimize=_names(minimize or ()),
            maximize=_names(maximize or ()),
            per=_names(per or ()),
            against=_names(against or ()),
        )

    field: StrawberryField = strawberry.field(
        resolver=pareto_frontier,
        graphql_type=list[frontier],  # type: ignore[valid-type]
        description="The runs that no other run beats: a run is out when another is at least as good in all "
        "objectives and better in one.",
    )
    return field


def _frontier_type(prefix: str, node: type, metric: type[Enum]) -> type:
    def key_of(frontiers: strawberry.Parent[Frontiers]) -> Any:
        return frontiers.groups.key()

    def runs(frontiers: strawberry.Parent[Frontiers]) -> Any:
        return frontiers.frontier

    def against(frontiers: strawberry.Parent[Frontiers]) -> Any:
        return frontiers.metric()

    def null_count(frontiers: strawberry.Parent[Frontiers]) -> Any:
        return frontiers.null_count()

    name = f"{prefix.replace('Run', '')}ParetoFrontier"
    fields = {
        "key": strawberry.field(
            resolver=key_of, graphql_type=list[GroupKeyValue], description="What its group shares."
        ),
        "runs": strawberry.field(
            resolver=runs,
            graphql_type=list[node],  # type: ignore[valid-type]
            description="The runs on the frontier, by ascending first objective.",
        ),
        "against": strawberry.field(
            resolver=against,
            graphql_type=metric | None,
            description="The column of the argument `against` that this frontier is for; null where it is not given.",
        ),
        "null_count": strawberry.field(
            resolver=null_count,
            graphql_type=int,
            description="How many runs of the group lack an objective, and so were not compared.",
        ),
    }
    return strawberry.type(type(name, (), fields), name=name, description="The Pareto frontier of a group.")


def _names(columns: Sequence[Any]) -> list[str]:
    return [column_of(column) for column in columns]
