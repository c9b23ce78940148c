"""Views that read the raw files of a selection: output lengths in common bins, timelines on a common grid."""

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
from schema.raw_fields import value_field
from schema.view_types import GroupKeyValue

STEP = strawberry.argument(description="Distance between the points of the grid, above 0. Unit: s.")
WINDOW = strawberry.argument(description="The part of the runs that the timelines cover.")


@strawberry.type(
    description="The timelines of several runs combined: the median over the runs at each point of a grid from 0 to "
    "their median duration, interpolated linearly between the samples of a run. After the end of a shorter run, its "
    "last value is carried forward."
)
class CommonTimeline:
    """The timelines of several runs combined."""

    key = value_field(lambda batch: batch.groups.key, list[GroupKeyValue], "The columns that the group shares.")
    run_count = value_field(
        lambda batch: batch.numbers("runs"), int, "Number of runs in the timeline: those with two samples or more."
    )
    runs_without_file = value_field(
        lambda batch: batch.numbers("without_file"), int, "Number of runs without a raw file in the source."
    )
    skipped_count = value_field(
        lambda batch: batch.numbers("skipped"),
        int,
        "Number of unreadable samples in all raw files, which are skipped; an unreadable series of a GPU counts once.",
    )
    unit = value_field(CommonTimelines.unit, str, "W or °C.")
    duration_s = value_field(
        CommonTimelines.durations, float | None, "Median duration of the runs; null if there is no run. Unit: s."
    )
    relative_time_s = value_field(
        lambda batch: batch.series("time"), list[float], "Seconds since the start of each run's window."
    )
    value = value_field(
        lambda batch: batch.series("median"), list[float], "Median over the runs of the sum over their GPUs."
    )
    value_per_gpu = value_field(
        lambda batch: batch.series("median_per_gpu"),
        list[float],
        "Median over the runs of the sum over their GPUs, divided by the run's number of GPUs.",
    )


def common_timelines_field(*, key: type[Enum], window: TimelineWindow) -> StrawberryField:
    """Return the field with the timelines of a selection on a common grid.

    Args:
        key: The enum of the runs' configuration columns.
        window: The default window.
    """

    async def of_page(
        page: strawberry.Parent[Connection],
        context: Context,
        metric: Metric = TimelineMetric.POWER_DEVICE_INSTANT,
        window: Annotated[TimelineWindow, WINDOW] = window,
        step_s: Annotated[float, STEP] = 0.1,
        per: Annotated[list[key] | None, PER] = UNSET,  # type: ignore[valid-type]
    ) -> Any:
        columns = [column_of(each) for each in per or ()]
        return await common_timelines(context, page.selected, metric=metric, window=window, step_s=step_s, per=columns)

    field: StrawberryField = strawberry.field(
        resolver=of_page,
        graphql_type=list[CommonTimeline],
        description="Power traces for a simulation: the timelines of all selected runs combined on a common grid, one "
        "per group if `per` is given. Reads the raw file of every run.",
    )
    return field


def output_length_distribution_field(prefix: str, node: type) -> StrawberryField:
    """Return the field with the distribution of the output lengths of a selection.

    Args:
        prefix: Prefix of the names of the types.
        node: The type of a run.
    """
    distribution = _distribution_type(prefix, node)

    async def of_page(page: strawberry.Parent[Connection], context: Context, bins: Bins = 50) -> Any:
        return await length_distributions(context, page.selected, bins=50 if bins is None else bins)

    field: StrawberryField = strawberry.field(
        resolver=of_page,
        graphql_type=distribution,
        description="Distribution of the output lengths of all selected runs, in common `bins` of equal width. Reads "
        "the raw file of every run.",
    )
    return field


def _distribution_type(prefix: str, node: type) -> type:
    of_run = {
        "run": value_field(lambda lengths: lengths.run, node, "The run."),
        "count": value_field(RunLengths.count, int, "Number of its requests that succeeded."),
        "counts": value_field(RunLengths.counts, list[int], "Number of its requests in each bin."),
        "energy_edges_joules": value_field(
            RunLengths.energy_edges,
            list[float] | None,
            "The bounds of the bins as energy per request: tokens times the run's energy per token; null if that is "
            "missing or a bound overflows float64. Unit: J.",
        ),
    }
    name = f"{prefix}OutputLengths"
    run_type: Any = strawberry.type(
        type(name, (), of_run), name=name, description="Distribution of the output lengths of one run."
    )
    fields = {
        "edges": value_field(
            LengthDistributions.edges,
            list[float],
            "The bounds of the bins, one more than there are bins; empty if no request succeeded. Unit: tokens.",
        ),
        "count": value_field(LengthDistributions.count, int, "Number of requests that succeeded, of all runs."),
        "counts": value_field(LengthDistributions.counts, list[int], "Number of requests in each bin, of all runs."),
        "runs_without_file": value_field(
            LengthDistributions.without_file,
            int,
            "Number of selected runs without a raw file in the source; they are not included in the other fields.",
        ),
        "skipped_count": value_field(
            LengthDistributions.skipped_count,
            int,
            "Number of requests that were skipped because their length is unreadable, of all runs.",
        ),
        "runs": value_field(
            LengthDistributions.runs, list[run_type], "The distribution of each run, in the order of the selection."
        ),
    }
    return strawberry.type(
        type("OutputLengthDistribution", (), fields),
        name="OutputLengthDistribution",
        description="Distribution of the output lengths of several runs, in common bins.",
    )
