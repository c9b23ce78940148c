"""Matched pairs as a view: its types, made once for each kind of runs over its own columns."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import pyarrow as pa
import strawberry

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.pairs import Changes, Comparisons, Pairs, Summaries, compare_pairs
from resolvers.views.sides import check_sides, unknown_sides
from schema.arguments import BASELINE, CANDIDATE, COMPARE, DIFFER, MATCH, PICK
from schema.context import Context
from schema.enums import Goal
from schema.orders import column_of
from schema.view_types import GroupKeyValue


def pairs_field(prefix: str, node: type, *, metric: type[Enum], key: type[Enum]) -> StrawberryField:
    """Return the field that compares matched pairs of one kind of runs.

    Args:
        prefix: What the names of the types begin with: `LLMRun`, `DiffusionRun`.
        node: The type of a run.
        metric: The enum of its numeric columns.
        key: The enum of its configuration columns.
    """
    comparison = _comparison_type(prefix, node, metric)
    pick_fields = {
        "__annotations__": {"by": metric, "goal": Goal},
        "by": strawberry.field(description="The column that decides."),
        "goal": strawberry.field(default=Goal.MINIMIZE, description="Whether the least or the greatest is picked."),
    }
    pick_type = strawberry.input(
        type(f"{prefix}Pick", (), pick_fields),
        name=f"{prefix}Pick",
        description="Which run of a side is compared: the least (or greatest) in a column, equal ones by id.",
    )

    def pairs(
        page: strawberry.Parent[Connection],
        context: Context,
        match: Annotated[list[key], MATCH],  # type: ignore[valid-type]
        differ: Annotated[key, DIFFER],  # type: ignore[valid-type]
        baseline: Annotated[str, BASELINE],
        candidate: Annotated[str, CANDIDATE],
        pick: Annotated[pick_type, PICK],  # type: ignore[valid-type]
        compare: Annotated[list[metric], COMPARE],  # type: ignore[valid-type]
    ) -> Any:
        column = column_of(differ)
        check_sides(column, (baseline, candidate), context.dataset.vocabularies)
        context.warnings.add(unknown_sides(column, (baseline, candidate), context.dataset.names))
        picked: Any = pick  # of the input that was made above
        return compare_pairs(
            page.selected,
            match=[column_of(each) for each in match],
            differ=column,
            sides=(baseline, candidate),
            by=column_of(picked.by),
            goal=picked.goal,
            compare=[column_of(each) for each in compare],
        )

    field: StrawberryField = strawberry.field(
        resolver=pairs,
        graphql_type=comparison,
        description="Matched comparison: groups equal in `match`, one run of each side picked in each, and what "
        "changed between them.",
    )
    return field


def _comparison_type(prefix: str, node: type, metric: type[Enum]) -> type:
    pair = _pair_type(prefix, node, metric)
    summary = _summary_type(prefix, metric)

    def count(comparisons: strawberry.Parent[Comparisons]) -> Any:
        return comparisons.counts()

    def unmatched(comparisons: strawberry.Parent[Comparisons]) -> Any:
        return comparisons.unmatched_counts()

    def pairs(comparisons: strawberry.Parent[Comparisons]) -> Any:
        return comparisons.lists()

    def summary_of(comparisons: strawberry.Parent[Comparisons]) -> Any:
        return comparisons.summary()

    fields = {
        "count": strawberry.field(resolver=count, graphql_type=int, description="How many pairs there are."),
        "unmatched": strawberry.field(
            resolver=unmatched, graphql_type=int, description="How many groups have a run of one side only."
        ),
        "pairs": strawberry.field(
            resolver=pairs,
            graphql_type=list[pair],  # type: ignore[valid-type]
            description="The pairs, by key.",
        ),
        "summary": strawberry.field(
            resolver=summary_of,
            graphql_type=list[summary],  # type: ignore[valid-type]
            description="The changes of all pairs, per compared column.",
        ),
    }
    return strawberry.type(type(f"{prefix}Pairs", (), fields), name=f"{prefix}Pairs", description="A comparison.")


def _pair_type(prefix: str, node: type, metric: type[Enum]) -> type:
    change = _change_type(prefix, metric)

    def key(pairs: strawberry.Parent[Pairs]) -> Any:
        return pairs.key()

    def baseline(pairs: strawberry.Parent[Pairs]) -> Any:
        return pairs.baseline

    def candidate(pairs: strawberry.Parent[Pairs]) -> Any:
        return pairs.candidate

    def changes(pairs: strawberry.Parent[Pairs]) -> Any:
        return pairs.changes()

    fields = {
        "key": strawberry.field(resolver=key, graphql_type=list[GroupKeyValue], description="What its runs share."),
        "baseline": strawberry.field(resolver=baseline, graphql_type=node, description="The baseline's run, whole."),
        "candidate": strawberry.field(resolver=candidate, graphql_type=node, description="The candidate's run, whole."),
        "changes": strawberry.field(
            resolver=changes,
            graphql_type=list[change],  # type: ignore[valid-type]
            description="What changed, per compared column, but for one that a side lacks or whose baseline is 0.",
        ),
    }
    return strawberry.type(
        type(f"{prefix}Pair", (), fields),
        name=f"{prefix}Pair",
        description="Two runs, equal in all matched columns.",
    )


def _change_type(prefix: str, metric: type[Enum]) -> type:
    def column(changes: strawberry.Parent[Changes]) -> Any:
        return changes.metric()

    fields = {
        "metric": strawberry.field(resolver=column, graphql_type=metric, description="The column."),
        "baseline": _of_change(lambda changes: changes.baseline, "What it is in the baseline."),
        "candidate": _of_change(lambda changes: changes.candidate, "What it is in the candidate."),
        "relative_change": _of_change(
            Changes.relative, "(candidate - baseline) / baseline; null where that overflows float64.", float | None
        ),
    }
    name = f"{_shared(prefix)}RunChange"
    return strawberry.type(type(name, (), fields), name=name, description="What changed in one column.")


def _summary_type(prefix: str, metric: type[Enum]) -> type:
    def column(summaries: strawberry.Parent[Summaries]) -> Any:
        return summaries.metric()

    fields = {
        "metric": strawberry.field(resolver=column, graphql_type=metric, description="The column."),
        "decreased": _counted(-1, "In how many pairs it is less in the candidate."),
        "unchanged": _counted(0, "In how many pairs it is the same."),
        "increased": _counted(1, "In how many pairs it is greater in the candidate."),
        **{
            name: _summarized(name, f"The {what} relative change; null where no pair has one or it overflows float64.")
            for name, what in (("min", "least"), ("median", "median"), ("mean", "mean"), ("max", "greatest"))
        },
    }
    name = f"{_shared(prefix)}RunPairSummary"
    return strawberry.type(type(name, (), fields), name=name, description="The changes of one column over all pairs.")


def _of_change(values: Callable[[Changes], Any], description: str, graphql_type: Any = float) -> StrawberryField:
    def resolver(changes: strawberry.Parent[Changes]) -> Any:
        return pa.array(values(changes))

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


def _counted(sign: int, description: str) -> StrawberryField:
    def resolver(summaries: strawberry.Parent[Summaries]) -> Any:
        return summaries.counts(sign)

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=int, description=description)
    return field


def _summarized(name: str, description: str) -> StrawberryField:
    def resolver(summaries: strawberry.Parent[Summaries]) -> Any:
        return summaries.statistic(name)

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=float | None, description=description)
    return field


def _shared(prefix: str) -> str:
    """Return what tells the parts of a comparison of diffusion runs from those of LLM runs, which came first."""
    return "" if prefix == "LLMRun" else "Diffusion"
