"""Types of timelines: power and temperature of a run's GPUs over time, from the raw files."""

import strawberry

from schema.batch_fields import batch_field
from schema.enums import TimelineMetric, TimelineWindow
from schema.raw_fields import series_of


@strawberry.type(description="A span of time, in seconds relative to the timeline's start.")
class TimelineSpan:
    """A span of time."""

    start: float = strawberry.field(description="Start. Unit: s.")
    end: float = strawberry.field(description="End. Unit: s.")


@strawberry.type(description="The series of one GPU, at the same points in time as the timeline.")
class DeviceTimeline:
    """The series of one GPU."""

    index: int = strawberry.field(description="The GPU's id in the raw file.")
    value = batch_field(
        lambda device: series_of(device.value),
        list[float | None],
        "The last sample at each point in time; null before the GPU's first sample in the window.",
    )


@strawberry.type(
    description="A metric over time, with the toolkit's numbers: the grid of times is the first GPU's, the samples of "
    "the other GPUs are carried forward on it, and the value is the sum over the GPUs."
)
class Timeline:
    """A metric over time."""

    metric: TimelineMetric = strawberry.field(description="The metric.")
    unit = batch_field("metric.unit", str, "W or °C.")
    window: TimelineWindow = strawberry.field(description="The part of the run that the timeline covers.")
    start_time: float = strawberry.field(description="Unix seconds of relativeTimeS = 0.")
    steady_state: TimelineSpan | None = strawberry.field(
        description="The steady state; null for diffusion runs, and if the bounds in the raw file are unreadable."
    )
    sample_count: int = strawberry.field(description="Number of samples in the window, before downsampling.")
    skipped_count: int = strawberry.field(
        description="Number of unreadable samples of this metric in the whole file, independent of the window; an "
        "unreadable series of a GPU counts once. They are skipped. A sample with a time and without a number keeps its "
        "point in time, where the value before it is carried forward."
    )
    relative_time_s = batch_field(
        lambda timeline: series_of(timeline.relative_time_s), list[float], "Seconds since startTime."
    )
    value = batch_field(
        lambda timeline: series_of(timeline.value),
        list[float],
        "The sum over the GPUs, of temperatures too, as in the toolkit; see `devices` for each GPU.",
    )
    devices: list[DeviceTimeline] = strawberry.field(description="The series of each GPU.")
    min: float = strawberry.field(description="Minimum of all samples in the window.")
    max: float = strawberry.field(description="Maximum of all samples in the window.")
    mean: float = strawberry.field(description="Arithmetic mean of all samples in the window.")
    energy_joules: float | None = strawberry.field(
        description="Integral of power over the window's samples, by the trapezoidal rule; null for temperature, and "
        "for a single sample. Unit: J."
    )
    reported_energy_joules: float | None = strawberry.field(
        description="Energy that the run itself measured over the same window; null if it did not, and for metrics "
        "other than the power of whole GPUs. Unit: J."
    )
