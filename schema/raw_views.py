"""Views that read the raw files of a selection: output lengths in common bins, timelines on a common grid."""

from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection
from resolvers.views.common_timelines import common_timelines
from resolvers.views.output_lengths import length_distributions
from schema.arguments import PER, Bins, Metric
from schema.batch_fields import batch_field, batch_type
from schema.context import Context
from schema.enums import TimelineMetric, TimelineWindow
from schema.view_types import GroupKeyValue
from schema.viewed_runs import columns_of

STEP = strawberry.argument(description="Distance between the points of the grid, above 0. Unit: s.")
WINDOW = strawberry.argument(description="The part of the runs that the timelines cover.")


def _column_field(name: str, graphql_type: Any, description: str) -> StrawberryField:
    return batch_field(lambda batch: batch.column(name), graphql_type, description)


@strawberry.type(
    description="The timelines of several runs combined: the median over the runs at each point of a grid from 0 to "
    "their median duration, interpolated linearly between the samples of a run. After the end of a shorter run, its "
    "last value is carried forward."
)
class CommonTimeline:
    """The timelines of several runs combined."""

    key = batch_field("groups.key", list[GroupKeyValue], "The columns that the group shares.")
    run_count = _column_field("run_count", int, "Number of runs in the timeline: those with two samples or more.")
    runs_without_file = _column_field("without_file", int, "Number of runs without a raw file in the source.")
    skipped_count = _column_field(
        "skipped_count",
        int,
        "Number of unreadable samples in all raw files, which are skipped; an unreadable series of a GPU counts once.",
    )
    unit = batch_field("unit", str, "W or °C.")
    duration_s = _column_field(
        "duration", float | None, "Median duration of the runs; null if there is no run. Unit: s."
    )
    relative_time_s = _column_field("times", list[float], "Seconds since the start of each run's window.")
    value = _column_field("medians", list[float], "Median over the runs of the sum over their GPUs.")
    value_per_gpu = _column_field(
        "medians_per_gpu",
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
        columns = columns_of("per", per)
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
        "run": batch_field("run", node, "The run."),
        "count": batch_field("totals", int, "Number of its requests that succeeded."),
        "counts": batch_field("counts", list[int], "Number of its requests in each bin."),
        "energy_edges_joules": batch_field(
            "energy_edges",
            list[float] | None,
            "The bounds of the bins as energy per request: tokens times the run's energy per token; null if that is "
            "missing or a bound overflows float64. Unit: J.",
        ),
    }
    run_type: Any = batch_type(f"{prefix}OutputLengths", "Distribution of the output lengths of one run.", of_run)
    fields = {
        "edges": _column_field(
            "edges",
            list[float],
            "The bounds of the bins, one more than there are bins; empty if no request succeeded. Unit: tokens.",
        ),
        "count": _column_field("total", int, "Number of requests that succeeded, of all runs."),
        "counts": _column_field("counts", list[int], "Number of requests in each bin, of all runs."),
        "runs_without_file": _column_field(
            "without_file",
            int,
            "Number of selected runs without a raw file in the source; they are not included in the other fields.",
        ),
        "skipped_count": _column_field(
            "skipped_count",
            int,
            "Number of requests that were skipped because their length is unreadable, of all runs.",
        ),
        "runs": batch_field("runs", list[run_type], "The distribution of each run, in the order of the selection."),
    }
    return batch_type(
        "OutputLengthDistribution", "Distribution of the output lengths of several runs, in common bins.", fields
    )
