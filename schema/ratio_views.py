"""Ratios of runs to their group, and comparisons of two groups: the types and the fields, for each kind of runs."""

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.group_comparisons import compare_groups
from resolvers.views.ratios import ratios
from resolvers.views.sides import checked_sides
from schema.arguments import AGGREGATE, BASELINE, CANDIDATE, COMPARE, PER, RATIOS_OF, REFERENCE, SIDES_OF
from schema.batch_fields import batch_field, batch_type, resolver_field
from schema.context import Context
from schema.enums import Aggregate
from schema.orders import column_of
from schema.view_types import GroupKeyValue
from schema.viewed_runs import ViewedRuns, columns_of

_NO_VALUES = "Without values, SUM is 0 and every other aggregate is null."


def ratios_field(types: ViewedRuns) -> StrawberryField:
    """Return the field of ratios to an aggregate of the group."""

    def of_page(
        page: strawberry.Parent[Connection],
        of: Annotated[list[types.metric], RATIOS_OF],  # type: ignore[name-defined]
        to: Annotated[Aggregate, REFERENCE] = Aggregate.MAX,
        per: Annotated[list[types.key] | None, PER] = UNSET,  # type: ignore[name-defined]
    ) -> Any:
        return ratios(page.selected, columns_of("of", of), to, per=columns_of("per", per))

    return resolver_field(
        of_page,
        list[_ratios_type(types)],  # type: ignore[misc]
        "Ratios of each run's values to an aggregate over all selected runs, or over the run's group where "
        "`per` is given: for example, a batch sweep as shares of its maximum. Runs are in the order of the selection.",
    )


def compare_groups_field(types: ViewedRuns) -> StrawberryField:
    """Return the field that compares two groups."""

    def of_page(
        page: strawberry.Parent[Connection],
        context: Context,
        by: Annotated[types.key, SIDES_OF],  # type: ignore[name-defined]
        baseline: Annotated[str, BASELINE],
        candidate: Annotated[str, CANDIDATE],
        of: Annotated[list[types.metric], COMPARE],  # type: ignore[name-defined]
        aggregate: Annotated[Aggregate, AGGREGATE] = Aggregate.MEAN,
    ) -> Any:
        column, columns = column_of(by), columns_of("of", of)
        sides = checked_sides(context, column, baseline, candidate)
        return compare_groups(page.selected, by=column, sides=sides, columns=columns, aggregate=aggregate)

    return resolver_field(
        of_page,
        list[_comparison_type(types)],  # type: ignore[misc]
        "Comparison of two groups, such as two tasks: an aggregate over all runs of each, per column. To "
        "compare single runs in matched groups, use `pairs`.",
    )


def _ratios_type(types: ViewedRuns) -> type:
    reference = batch_type(
        f"{types.column_prefix}RunReference",
        "Divisor of a group's values in one column.",
        {
            "metric": batch_field("metric", types.metric, "The column."),
            "value": batch_field("value", float | None, f"Aggregate of the group's values. {_NO_VALUES}"),
            "count": batch_field("count", int, "Number of values that the aggregate is computed from."),
        },
    )
    ratio = batch_type(
        f"{types.column_prefix}RunRatio",
        "Ratio of a run's value to the reference of its group.",
        {
            "metric": batch_field("metric", types.metric, "The column."),
            "value": batch_field("value", float | None, "The run's value; null where it is missing."),
            "ratio": batch_field(
                "ratio",
                float | None,
                "value / reference; null where either is null, the reference is 0, or the quotient overflows float64.",
            ),
        },
    )
    run = batch_type(
        f"{types.prefix}WithRatios",
        "Run with its ratios.",
        {
            "run": batch_field("run", types.node, "The run."),
            "ratios": batch_field("ratios", list[ratio], "Ratios of the run, one per column."),  # type: ignore[valid-type]
        },
    )
    return batch_type(
        f"{types.prefix}Ratios",
        "Group of runs with their ratios.",
        {
            "key": batch_field("groups.key", list[GroupKeyValue], "Values that the runs of the group share."),
            "references": batch_field("references", list[reference], "Divisors of the values, one per column."),  # type: ignore[valid-type]
            "runs": batch_field("runs", list[run], "Runs of the group, in the order of the selection."),  # type: ignore[valid-type]
        },
    )


def _comparison_type(types: ViewedRuns) -> type:
    nulls = "null where either is null, the baseline is 0, or the result overflows float64."
    return batch_type(
        f"{types.column_prefix}RunGroupComparison",
        "Comparison of one column between two groups.",
        {
            "metric": batch_field("metric", types.metric, "The column."),
            "baseline": batch_field("baseline", float | None, f"Aggregate of the baseline. {_NO_VALUES}"),
            "candidate": batch_field("candidate", float | None, f"Aggregate of the candidate. {_NO_VALUES}"),
            "baseline_count": batch_field("baseline_count", int, "Number of values of the baseline's runs."),
            "candidate_count": batch_field("candidate_count", int, "Number of values of the candidate's runs."),
            "ratio": batch_field("ratio", float | None, f"candidate / baseline; {nulls}"),
            "relative_change": batch_field(
                "relative_change", float | None, f"(candidate - baseline) / baseline; {nulls}"
            ),
        },
    )
