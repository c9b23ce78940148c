"""What is asked of a run's raw file and what is answered, and the steps from the one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from errors import BadUserInput, RawDataUnavailable
from timelines.downsample import downsampled_indices
from timelines.metrics import TimelineWindow
from timelines.series import aligned_series
from timelines.summary import integrated_energy, reported_energy

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from timelines.decode import DecodedTimeline
    from timelines.metrics import TimelineMetric

MIN_POINTS = 2  # a line has two ends


def check_max_points(max_points: int | None) -> None:
    """Refuse too few points for a line.

    Raises:
        BadUserInput: `max_points` is below 2.
    """
    if max_points is not None and max_points < MIN_POINTS:
        raise BadUserInput(
            f"maxPoints is {max_points}; allowed: {MIN_POINTS} or more, or null for every sample",
            maxPoints=max_points,
            minimum=MIN_POINTS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRequest:
    """One timeline of one run.

    Args:
        metric: What to show.
        window: Over which part of the run.
        max_points: At most so many points, 2 or more; None for every sample.

    Raises:
        BadUserInput: `max_points` is below 2.
    """

    metric: TimelineMetric
    window: TimelineWindow
    max_points: int | None

    def __post_init__(self) -> None:
        check_max_points(self.max_points)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeviceTimeline:
    """One GPU's series on the grid of the timeline.

    Args:
        index: The GPU's id in the file.
        value: Its samples in the metric's unit, each kept until the next; NaN before its first one in the window.
    """

    index: int
    value: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineSpan:
    """A span of time, in seconds relative to the timeline's start."""

    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """A run's metric over a window. The arrays are shared between readers and read-only.

    Args:
        metric: What is shown.
        window: The part of the run.
        start_time: Unix seconds of `relative_time_s` = 0: the start of the steady state, or in the full window the
            sample that stands first in the grid GPU's series.
        steady_state: Where the steady state lies; None for a run without one (diffusion), and where the file's bounds
            cannot be read.
        sample_count: How many samples the window holds, before downsampling.
        skipped_count: How many samples, and whole series of a GPU, of this metric in the whole file cannot be read.
        relative_time_s: Seconds since `start_time`, ascending; one per point.
        value: The sum over the GPUs, in the metric's unit; one per point.
        devices: The GPUs' own series at the same points, by ascending id.
        min: The smallest `value` of all samples in the window, kept or not.
        max: The greatest.
        mean: The arithmetic mean.
        energy_joules: The integral of power over the window's samples (`summary.integrated_energy`); None for a
            temperature and where there is only one sample.
        reported_energy_joules: What the run itself measured over the same window (`summary.reported_energy`); None
            where it measured no such thing.
    """

    metric: TimelineMetric
    window: TimelineWindow
    start_time: float
    steady_state: TimelineSpan | None
    sample_count: int
    skipped_count: int
    relative_time_s: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]
    devices: tuple[DeviceTimeline, ...]
    min: float
    max: float
    mean: float
    energy_joules: float | None
    reported_energy_joules: float | None


def build_timeline(decoded: DecodedTimeline, request: TimelineRequest) -> Timeline:
    """Window, align, summarise and downsample one metric of a decoded file.

    Raises:
        BadUserInput: The steady state of a run that has none.
        RawDataUnavailable: The file lacks the metric, holds no readable sample of it or none in the window, or states
            a steady state that cannot be read and is asked for.
    """
    within = decoded.bounds() if request.window is TimelineWindow.STEADY_STATE else None
    if request.window is TimelineWindow.STEADY_STATE and within is None:
        raise BadUserInput(
            f"window is {request.window.name}, but this run has no steady state (diffusion runs have none); "
            f"allowed: {TimelineWindow.FULL.name}",
            window=request.window.name,
        )
    aligned = aligned_series(decoded.devices_of(request.metric), within=within)
    if aligned is None:
        raise RawDataUnavailable(
            f"{decoded.path}: timeline.{request.metric.value} has no sample in the window {request.window.name}",
            path=decoded.path,
        )
    time, total = aligned.relative_time_s, aligned.total
    points = downsampled_indices(total, max_points=request.max_points)
    return Timeline(
        metric=request.metric,
        window=request.window,
        start_time=aligned.start_time,
        steady_state=_span(decoded.steady_state, start_time=aligned.start_time),
        sample_count=len(time),
        skipped_count=decoded.skipped[request.metric],
        relative_time_s=_read_only(time[points]),
        value=_read_only(total[points]),
        devices=tuple(
            DeviceTimeline(index=gpu, value=_read_only(series[points]))
            for gpu, series in zip(aligned.gpus, aligned.devices, strict=True)
        ),
        min=float(total.min()),
        max=float(total.max()),
        mean=float(total.mean()),
        energy_joules=integrated_energy(time, total) if request.metric.is_power else None,
        reported_energy_joules=reported_energy(
            decoded.energies,
            metric=request.metric,
            window=request.window,
            seconds=float(time[-1] - time[0]),
        ),
    )


def _span(bounds: tuple[float, float] | str | None, *, start_time: float) -> TimelineSpan | None:
    if bounds is None or isinstance(bounds, str):
        return None
    start, end = bounds
    return TimelineSpan(start=start - start_time, end=end - start_time)


def _read_only(series: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    series.setflags(write=False)
    return series
