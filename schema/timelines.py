"""Timelines: power and temperature of a run's GPUs over time, from the raw files."""

from typing import Any

import numpy as np
import pyarrow as pa
import strawberry

from schema.enums import TimelineMetric, TimelineWindow
from timelines.timeline import DeviceTimeline as DeviceSeries
from timelines.timeline import Timeline as RunTimeline


def series_of(values: np.ndarray[Any, Any]) -> Any:
    """Return a series as a column of one row: a list of numbers; NaN, where there is no sample yet, is null."""
    array = pa.array(values, pa.float64(), from_pandas=True)
    return pa.ListArray.from_arrays(pa.array([0, len(array)], pa.int32()), array)


def relative_time_s(timeline: strawberry.Parent[RunTimeline]) -> Any:
    """Return the points in time."""
    return series_of(timeline.relative_time_s)


def value(timeline: strawberry.Parent[RunTimeline | DeviceSeries]) -> Any:
    """Return the values."""
    return series_of(timeline.value)


def unit(timeline: strawberry.Parent[RunTimeline]) -> str:
    """Return the unit of the values."""
    return timeline.metric.unit


@strawberry.type(description="A span of time, in seconds relative to the timeline's start.")
class TimelineSpan:
    """A span of time."""

    start: float = strawberry.field(description="Its first moment. Unit: s.")
    end: float = strawberry.field(description="Its last moment. Unit: s.")


@strawberry.type(description="One GPU's series, on the same points in time as the whole.")
class DeviceTimeline:
    """One GPU's series."""

    index: int = strawberry.field(description="The GPU's number in the raw file.")
    value = strawberry.field(
        resolver=value,
        graphql_type=list[float | None],
        description="The last sample at each point in time; null before the GPU's first one in the window.",
    )


@strawberry.type(
    description="A quantity over time. The numbers are the toolkit's: the grid is the first GPU's, the other GPUs' "
    "samples are carried forward on it, the value is the sum over the GPUs."
)
class Timeline:
    """A quantity over time."""

    metric: TimelineMetric = strawberry.field(description="What is shown.")
    unit = strawberry.field(resolver=unit, graphql_type=str, description="W or °C.")
    window: TimelineWindow = strawberry.field(description="Which part of the run is shown.")
    start_time: float = strawberry.field(description="Unix seconds of relativeTimeS = 0.")
    steady_state: TimelineSpan | None = strawberry.field(
        description="Where the steady state lies, in relative seconds; null for diffusion, and where the raw file's "
        "bounds cannot be read."
    )
    sample_count: int = strawberry.field(description="Samples in the window, before downsampling.")
    skipped_count: int = strawberry.field(
        description="Samples of this metric, and whole series of a GPU, that were skipped because they cannot be read; "
        "counted in the whole file, whatever the window. A sample without a number keeps its point in time, at which "
        "the value before it is carried forward."
    )
    relative_time_s = strawberry.field(
        resolver=relative_time_s, graphql_type=list[float], description="Seconds since startTime."
    )
    value = strawberry.field(
        resolver=value,
        graphql_type=list[float],
        description="The sum over the GPUs (of temperatures too, as the toolkit gives it; see devices for each).",
    )
    devices: list[DeviceTimeline] = strawberry.field(description="One series per GPU.")
    min: float = strawberry.field(description="Over all samples in the window.")
    max: float = strawberry.field(description="Over all samples in the window.")
    mean: float = strawberry.field(description="Arithmetic mean of all samples in the window.")
    energy_joules: float | None = strawberry.field(
        description="The integral of power over the window's samples, by the trapezoidal rule; null for temperature."
    )
    reported_energy_joules: float | None = strawberry.field(
        description="What the run's own measurement says for the same window; null where it says nothing."
    )
