"""The timelines of several runs combined: the median over the runs at each point of a common grid."""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from errors import BadUserInput
from resolvers.views.groups import Groups, split
from tables.batch import ListColumn
from tables.struct_batch import StructBatch
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resolvers.context import RequestContext
    from tables.relations import Grouped
    from timelines.arrays import Floats
    from timelines.metrics import TimelineMetric, TimelineWindow
    from timelines.timeline import Timeline

MAX_GRID_POINTS = 100_000
_MIN_SAMPLES = 2  # of a line
_ROUNDING = 1e-12  # s, so that a duration of whole steps includes its end


@dataclass(frozen=True, slots=True, eq=False)
class CommonTimeline:
    """The timeline of one group.

    Args:
        times: Seconds from 0 in equal steps, up to the median duration of the runs.
        medians: Median of the runs' values at each of these times.
        medians_per_gpu: Median of the runs' values divided by their number of GPUs.
        duration: Median duration, s; None without runs.
        run_count: Number of runs in the timeline.
        without_file: Number of runs without a raw file.
        skipped_count: Number of unreadable samples in all files, each unreadable series of a GPU counting once.
    """

    times: Floats
    medians: Floats
    medians_per_gpu: Floats
    duration: float | None
    run_count: int
    without_file: int
    skipped_count: int


@dataclass(slots=True)
class CommonTimelines(StructBatch):
    """A timeline per group, and the metric and window of all."""

    groups: Groups
    timelines: list[CommonTimeline]
    request: TimelineRequest

    def column(self, name: str) -> list[Any]:
        """Return an attribute of each timeline."""
        return [getattr(timeline, name) for timeline in self.timelines]

    @property
    def unit(self) -> list[str]:
        """The unit of the values."""
        return [self.request.metric.unit] * len(self)


async def common_timelines(
    context: RequestContext,
    runs: Grouped,
    *,
    metric: TimelineMetric,
    window: TimelineWindow,
    step_s: float,
    per: Sequence[str],
) -> ListColumn:
    """Return the common timelines of each group of rows, one per subgroup by key.

    Runs are interpolated linearly between all their samples; the last value is carried forward. Runs with fewer than
    two samples are left out, as are runs without a raw file.

    Args:
        context: The request's context.
        runs: The groups of rows.
        metric: The metric.
        window: The part of the runs.
        step_s: Distance between the points of the grid, s.
        per: The columns to group by.

    Raises:
        BadUserInput: The step is not positive or gives too many points, or the window is the steady state and a run has
            none.
        QueryTooComplex: The request opens more raw files than allowed.
        RawDataUnavailable: A raw file is missing, unreadable or damaged: a median without it would be wrong.
        Overloaded: Too many results from raw files are in progress.
    """
    if not 0 < step_s < np.inf:
        raise BadUserInput(f"stepS is {step_s}; allowed: a number of seconds above 0", argument="stepS", value=step_s)
    request = TimelineRequest(metric=metric, window=window, max_points=None)
    offsets, groups = split(runs, tuple(dict.fromkeys(per)))
    rows = groups.runs.items
    paths = rows.column("results_path").array().to_pylist()
    gpus = rows.column("num_gpus").array().to_pylist()
    context.open_raw_files(path for path in paths if path)
    found = iter(await gather(*(context.raw.timeline(path, request) for path in paths if path)))
    timelines = [next(found) if path else None for path in paths]

    def build() -> list[CommonTimeline]:
        bounds = pairwise(groups.runs.offsets.tolist())
        return [_common(timelines[start:stop], gpus[start:stop], step_s) for start, stop in bounds]

    return ListColumn(offsets, CommonTimelines(groups, await context.raw.compute_in_thread(build), request))


def _common(timelines: Sequence[Timeline | None], gpus: Sequence[int], step_s: float) -> CommonTimeline:
    usable = [
        (timeline, count)
        for timeline, count in zip(timelines, gpus, strict=True)
        if timeline is not None and timeline.sample_count >= _MIN_SAMPLES
    ]
    without_file = sum(timeline is None for timeline in timelines)
    skipped = sum(timeline.skipped_count for timeline in timelines if timeline is not None)
    if not usable:
        nothing = np.empty(0)
        return CommonTimeline(nothing, nothing, nothing, None, 0, without_file, skipped)
    duration = float(np.median([timeline.relative_time_s[-1] for timeline, _ in usable]))
    if duration / step_s >= MAX_GRID_POINTS:
        raise BadUserInput(
            f"stepS is {step_s}, which gives more than {MAX_GRID_POINTS} points in {duration:g} s; "
            f"allowed: more than {duration / MAX_GRID_POINTS:g}",
            argument="stepS",
            value=step_s,
        )
    times = np.arange(0.0, duration + _ROUNDING, step_s)
    values = np.array([np.interp(times, timeline.relative_time_s, timeline.value) for timeline, _ in usable])
    share = np.array([count for _, count in usable], np.float64)[:, None]
    medians, medians_per_gpu = np.median(values, axis=0), np.median(values / share, axis=0)
    return CommonTimeline(times, medians, medians_per_gpu, duration, len(usable), without_file, skipped)
