"""Views that read the raw files of a selection: output lengths on shared bins, timelines on a common grid."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.common_timelines import CommonTimelines, common_timelines
from resolvers.views.output_lengths import LengthDistributions, RunLengths, length_distributions
from schema.arguments import PER, Bins, Metric
from schema.context import Context
from schema.enums import TimelineMetric, TimelineWindow
from schema.orders import column_of
from schema.view_types import GroupKeyValue

STEP = strawberry.argument(description="The distance of the grid's points. Unit: s.")
WINDOW = strawberry.argument(description="Which part of the runs is shown.")


def _of_common(value: Callable[[CommonTimelines], Any], graphql_type: Any, description: str) -> StrawberryField:
    def resolver(timelines: strawberry.Parent[CommonTimelines]) -> Any:
        return value(timelines)

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


@strawberry.type(
    description="The timelines of several runs as one: linear between each run's samples, the median over the runs at "
    "each point of a grid from 0 to the median duration. Behind a shorter run's end its last value stays."
)
class CommonTimeline:
    """The timelines of several runs as one."""

    key = _of_common(lambda timelines: timelines.groups.key, list[GroupKeyValue], "What its group shares.")
    run_count = _of_common(
        lambda timelines: timelines.numbers("runs"), int, "How many runs it is of: those with two samples or more."
    )
    runs_without_file = _of_common(
        lambda timelines: timelines.numbers("without_file"), int, "How many runs have no raw file in the source."
    )
    skipped_count = _of_common(
        lambda timelines: timelines.numbers("skipped"),
        int,
        "How many samples, and whole series of a GPU, of all raw files were skipped because they cannot be read.",
    )
    unit = _of_common(CommonTimelines.unit, str, "W or °C.")
    duration_s = _of_common(
        CommonTimelines.durations, float | None, "The median duration of the runs; null where there is none. Unit: s."
    )
    relative_time_s = _of_common(
        lambda timelines: timelines.series("time"), list[float], "Seconds since the start of each run's window."
    )
    value = _of_common(
        lambda timelines: timelines.series("median"), list[float], "The median of the runs' sums over their GPUs."
    )
    value_per_gpu = _of_common(
        lambda timelines: timelines.series("median_per_gpu"),
        list[float],
        "The median of the runs' sums over their GPUs, each divided by how many GPUs that run used.",
    )


def common_timelines_field(*, key: type[Enum], window: TimelineWindow) -> StrawberryField:
    """Return the field that puts the timelines of a selection on a common grid.

    Args:
        key: The enum of the runs' configuration columns.
        window: What is shown unless asked otherwise.
    """

    async def of_page(
        page: strawberry.Parent[Connection],
        context: Context,
        metric: Metric = TimelineMetric.POWER_DEVICE_INSTANT,
        window: Annotated[TimelineWindow, WINDOW] = window,
        step_s: Annotated[float, STEP] = 0.1,
        per: Annotated[list[key] | None, PER] = UNSET,  # type: ignore[valid-type]
    ) -> Any:
        return await common_timelines(
            context,
            page.selected,
            metric=metric,
            window=window,
            step_s=step_s,
            per=[column_of(each) for each in per or ()],
        )

    field: StrawberryField = strawberry.field(
        resolver=of_page,
        graphql_type=list[CommonTimeline],
        description="Power traces for a simulation: the timelines of all selected runs, per group where `per` is "
        "given, as one on a common grid. Reads the raw file of every run.",
    )
    return field


def output_length_distribution_field(prefix: str, node: type) -> StrawberryField:
    """Return the field that counts the output lengths of a selection.

    Args:
        prefix: What the names of the types begin with.
        node: The type of a run.
    """
    distribution = _distribution_type(prefix, node)

    async def of_page(page: strawberry.Parent[Connection], context: Context, bins: Bins = 50) -> Any:
        return await length_distributions(context, page.selected, bins=50 if bins is None else bins)

    field: StrawberryField = strawberry.field(
        resolver=of_page,
        graphql_type=distribution,
        description="How long the answers of all selected runs were, on `bins` of equal width that they share. Reads "
        "the raw file of every run.",
    )
    return field


def _distribution_type(prefix: str, node: type) -> type:
    def run(lengths: strawberry.Parent[RunLengths]) -> Any:
        return lengths.run

    of_run = {
        "run": strawberry.field(resolver=run, graphql_type=node, description="The run."),
        "count": _of(RunLengths, RunLengths.count, int, "How many of its requests succeeded."),
        "counts": _of(RunLengths, RunLengths.counts, list[int], "How many of its answers lie in each bin."),
        "energy_edges_joules": _of(
            RunLengths,
            RunLengths.energy_edges,
            list[float] | None,
            "The bounds of the bins as energy of an answer: times the run's energy per token; null where that is "
            "missing or a bound overflows float64. Unit: J.",
        ),
    }
    name = f"{prefix}OutputLengths"
    run_type = strawberry.type(type(name, (), of_run), name=name, description="How long the answers of one run were.")
    fields = {
        "edges": _of(
            LengthDistributions,
            LengthDistributions.edges,
            list[float],
            "The bounds of the bins, one more than bins; empty where no request succeeded. Unit: tokens.",
        ),
        "count": _of(LengthDistributions, LengthDistributions.count, int, "How many requests of all runs succeeded."),
        "counts": _of(
            LengthDistributions, LengthDistributions.counts, list[int], "How many answers of all runs lie in each bin."
        ),
        "runs_without_file": _of(
            LengthDistributions,
            LengthDistributions.without_file,
            int,
            "How many of the selected runs have no raw file in the source, and are in nothing here.",
        ),
        "skipped_count": _of(
            LengthDistributions,
            LengthDistributions.skipped_count,
            int,
            "How many requests of all runs were skipped because their length cannot be read.",
        ),
        "runs": _of(
            LengthDistributions,
            LengthDistributions.runs,
            list[run_type],  # type: ignore[valid-type]
            "Each run by itself, in the order of the selection.",
        ),
    }
    return strawberry.type(
        type("OutputLengthDistribution", (), fields),
        name="OutputLengthDistribution",
        description="How long the answers of several runs were, on bins that they share.",
    )


def _of(parent: type, value: Callable[[Any], Any], graphql_type: Any, description: str) -> StrawberryField:
    def resolver(part: Any) -> Any:
        return value(part)

    resolver.__annotations__["part"] = strawberry.Parent[parent]  # type: ignore[misc, valid-type] # a type at run time
    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field
