"""Matched pairs: the types and the field, built for each kind of runs."""

from functools import partial
from typing import Annotated, Any

import numpy as np
import strawberry

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.pairs import Summaries, compare_pairs
from resolvers.views.sides import checked_sides
from schema.arguments import BASELINE, CANDIDATE, COMPARE, DIFFER, MATCH, PICK
from schema.batch_fields import batch_field, batch_type, resolver_field
from schema.context import Context
from schema.enums import Goal
from schema.orders import column_of
from schema.view_types import GroupKeyValue
from schema.viewed_runs import ViewedRuns, columns_of

_STATISTICS = {"min": "Least", "median": "Median", "mean": "Mean", "max": "Greatest"}


def pairs_field(types: ViewedRuns) -> StrawberryField:
    """Return the field that compares matched pairs."""
    pick_fields = {
        "__annotations__": {"by": types.metric, "goal": Goal},
        "by": strawberry.field(description="The column to compare the runs of a side by."),
        "goal": strawberry.field(default=Goal.MINIMIZE, description="Whether to pick the least or the greatest value."),
    }
    pick_type = strawberry.input(
        type(f"{types.prefix}Pick", (), pick_fields),
        name=f"{types.prefix}Pick",
        description="Rule that picks one run per side: the least (or greatest) value in a column, equal ones by id.",
    )

    def pairs(
        page: strawberry.Parent[Connection],
        context: Context,
        match: Annotated[list[types.key], MATCH],  # type: ignore[name-defined]
        differ: Annotated[types.key, DIFFER],  # type: ignore[name-defined]
        baseline: Annotated[str, BASELINE],
        candidate: Annotated[str, CANDIDATE],
        pick: Annotated[pick_type, PICK],  # type: ignore[valid-type]
        compare: Annotated[list[types.metric], COMPARE],  # type: ignore[name-defined]
    ) -> Any:
        column = column_of(differ)
        picked: Any = pick  # of the input above
        return compare_pairs(
            page.selected,
            match=columns_of("match", match),
            compare=columns_of("compare", compare),
            differ=column,
            sides=checked_sides(context, column, baseline, candidate),
            by=column_of(picked.by),
            goal=picked.goal,
        )

    return resolver_field(
        pairs,
        _comparison_type(types),
        "Matched comparison: groups runs by the columns `match`, picks one run of each side per group, and "
        "compares the two.",
    )


def _comparison_type(types: ViewedRuns) -> type:
    change = batch_type(
        f"{types.column_prefix}RunChange",
        "Change of one column between two runs.",
        {
            "metric": batch_field("metric", types.metric, "The column."),
            "baseline": batch_field("baseline", float, "Value of the baseline's run."),
            "candidate": batch_field("candidate", float, "Value of the candidate's run."),
            "relative_change": batch_field(
                "relative_change", float | None, "(candidate - baseline) / baseline; null where it overflows float64."
            ),
        },
    )
    pair = batch_type(
        f"{types.prefix}Pair",
        "Two runs with equal values in all matched columns.",
        {
            "key": batch_field("key", list[GroupKeyValue], "Values that the two runs share."),
            "baseline": batch_field("baseline", types.node, "The run of the baseline."),
            "candidate": batch_field("candidate", types.node, "The run of the candidate."),
            "changes": batch_field(
                "changes",
                list[change],  # type: ignore[valid-type]
                "Changes per compared column. A column is left out if either value is null or the baseline is 0.",
            ),
        },
    )
    statistics = {
        name: batch_field(
            partial(Summaries.statistic, compute=getattr(np, name)),
            float | None,
            f"{adjective} relative change; null if no pair has one, or where it overflows float64.",
        )
        for name, adjective in _STATISTICS.items()
    }
    summary = batch_type(
        f"{types.column_prefix}RunPairSummary",
        "Changes of one column over all pairs.",
        {
            "metric": batch_field("metric", types.metric, "The column."),
            "decreased": batch_field("decreased", int, "Number of pairs whose candidate has a lesser value."),
            "unchanged": batch_field("unchanged", int, "Number of pairs with equal values."),
            "increased": batch_field("increased", int, "Number of pairs whose candidate has a greater value."),
            **statistics,
        },
    )
    return batch_type(
        f"{types.prefix}Pairs",
        "Comparison of matched pairs of runs.",
        {
            "count": batch_field("count", int, "Number of pairs."),
            "unmatched": batch_field("unmatched", int, "Number of groups with runs of one side only."),
            "pairs": batch_field("pairs", list[pair], "The pairs, in the order of their keys."),  # type: ignore[valid-type]
            "summary": batch_field(
                "summary",
                list[summary],  # type: ignore[valid-type]
                "Changes over all pairs, per compared column.",
            ),
        },
    )
