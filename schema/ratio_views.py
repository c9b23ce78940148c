"""Ratios as views, of runs to their group and of one group to another: the types, made for each kind of runs."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.group_comparisons import GroupComparisons, compare_groups
from resolvers.views.ratios import Ratios, RatiosOfGroups, RatiosOfRuns, References, ratios
from resolvers.views.sides import check_sides, unknown_sides
from schema.arguments import AGGREGATE, BASELINE, CANDIDATE, COMPARE, PER, RATIOS_OF, REFERENCE, SIDES_OF
from schema.context import Context
from schema.enums import Aggregate
from schema.orders import column_of
from schema.view_types import GroupKeyValue


def ratios_field(prefix: str, node: type, *, metric: type[Enum], key: type[Enum]) -> StrawberryField:
    """Return the field that gives each run's values over a figure of its group.

    Args:
        prefix: What the names of the types begin with: `LLMRun`, `DiffusionRun`.
        node: The type of a run.
        metric: The enum of its numeric columns.
        key: The enum of its configuration columns.
    """
    group = _group_type(prefix, node, metric)

    def of_page(
        page: strawberry.Parent[Connection],
        of: Annotated[list[metric], RATIOS_OF],  # type: ignore[valid-type]
        to: Annotated[Aggregate, REFERENCE] = Aggregate.MAX,
        per: Annotated[list[key] | None, PER] = UNSET,  # type: ignore[valid-type]
    ) -> Any:
        columns, keys = ([column_of(each) for each in given] for given in (of, per or ()))
        return ratios(page.selected, columns, to, per=keys)

    field: StrawberryField = strawberry.field(
        resolver=of_page,
        graphql_type=list[group],  # type: ignore[valid-type]
        description="Each run's values as ratios to a figure of all of them, or of its group where `per` is given: a "
        "batch sweep as shares of its maximum. Runs come in the order of this selection.",
    )
    return field


def compare_groups_field(prefix: str, *, metric: type[Enum], key: type[Enum]) -> StrawberryField:
    """Return the field that puts two groups beside each other.

    Args:
        prefix: What the names of the types begin with: `LLMRun`, `DiffusionRun`.
        metric: The enum of the runs' numeric columns.
        key: The enum of their configuration columns.
    """
    comparison = _comparison_type(prefix, metric)

    def of_page(
        page: strawberry.Parent[Connection],
        context: Context,
        by: Annotated[key, SIDES_OF],  # type: ignore[valid-type]
        baseline: Annotated[str, BASELINE],
        candidate: Annotated[str, CANDIDATE],
        of: Annotated[list[metric], COMPARE],  # type: ignore[valid-type]
        aggregate: Annotated[Aggregate, AGGREGATE] = Aggregate.MEAN,
    ) -> Any:
        column, sides = column_of(by), (baseline, candidate)
        check_sides(column, sides, context.dataset.vocabularies)
        context.warnings.add(unknown_sides(column, sides, context.dataset.names))
        columns = [column_of(each) for each in of]
        return compare_groups(page.selected, by=column, sides=sides, columns=columns, aggregate=aggregate)

    field: StrawberryField = strawberry.field(
        resolver=of_page,
        graphql_type=list[comparison],  # type: ignore[valid-type]
        description="Two groups beside each other, such as two tasks: a figure of all runs of each, per column. For "
        "one run of each side in matched groups, see `pairs`.",
    )
    return field


def _group_type(prefix: str, node: type, metric: type[Enum]) -> type:
    shared = _shared(prefix)
    reference = _type(
        f"{shared}RunReference",
        "What a group's values of one column are divided by.",
        {
            "metric": _field(References.metric, metric, "The column."),
            "value": _field(
                References.value,
                float | None,
                "The figure. Where the group has no values (`count` is 0), SUM is 0 and all others are null.",
            ),
            "count": _field(References.count, int, "How many values of the group the figure was computed from."),
        },
    )
    ratio = _type(
        f"{shared}RunRatio",
        "A run's value beside that of its group.",
        {
            "metric": _field(Ratios.metric, metric, "The column."),
            "value": _field(Ratios.value, float | None, "The run's own value; null where it is missing."),
            "ratio": _field(
                Ratios.ratio,
                float | None,
                "Value over reference; null where either is missing, the reference is 0, or the ratio is beyond "
                "float64.",
            ),
        },
    )
    of_run = _type(
        f"{prefix}WithRatios",
        "A run with its ratios.",
        {
            "run": _field(lambda runs: runs.runs, node, "The run, whole."),
            "ratios": _field(RatiosOfRuns.ratios, list[ratio], "Its ratios, one per column."),  # type: ignore[valid-type]
        },
    )
    return _type(
        f"{prefix}Ratios",
        "The runs of a group, each with its ratios.",
        {
            "key": _field(lambda part: part.groups.key(), list[GroupKeyValue], "What its runs share."),
            "references": _field(
                RatiosOfGroups.references_of_each,
                list[reference],  # type: ignore[valid-type]
                "What values are divided by, one per column.",
            ),
            "runs": _field(RatiosOfGroups.runs, list[of_run], "Its runs, in the order of the selection."),  # type: ignore[valid-type]
        },
    )


def _comparison_type(prefix: str, metric: type[Enum]) -> type:
    null = "null where a side has no figure, the baseline is 0, or it is beyond float64."
    none = "Where the side has no values (its count is 0), SUM is 0 and all others are null."
    return _type(
        f"{_shared(prefix)}RunGroupComparison",
        "What one column comes to in two groups.",
        {
            "metric": _field(GroupComparisons.metric, metric, "The column."),
            "baseline": _field(lambda both: both.side(0), float | None, f"The baseline's figure. {none}"),
            "candidate": _field(lambda both: both.side(1), float | None, f"The candidate's figure. {none}"),
            "baseline_count": _field(lambda both: both.count(0), int, "How many values the baseline's runs have."),
            "candidate_count": _field(lambda both: both.count(1), int, "How many values the candidate's runs have."),
            "ratio": _field(GroupComparisons.ratio, float | None, f"candidate / baseline; {null}"),
            "relative_change": _field(
                GroupComparisons.relative_change, float | None, f"(candidate - baseline) / baseline; {null}"
            ),
        },
    )


def _type(name: str, description: str, fields: dict[str, StrawberryField]) -> type:
    return strawberry.type(type(name, (), fields), name=name, description=description)


def _field(values: Callable[[Any], Any], graphql_type: Any, description: str) -> StrawberryField:
    def resolver(batch: strawberry.Parent[Any]) -> Any:
        return values(batch)

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


def _shared(prefix: str) -> str:
    """Return what tells the types over diffusion columns from those over LLM columns, which came first."""
    return "" if prefix == "LLMRun" else "Diffusion"
