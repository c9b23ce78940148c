"""The timeline of a run for one request: windowed, aligned, summarized and downsampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from errors import BadUserInput, RawDataUnavailable
from tables.run_kinds import RUN_KINDS
from timelines.arrays import read_only
from timelines.available import available
from timelines.downsample import downsampled_indices
from timelines.formats import RESULTS_FORMATS
from timelines.metrics import TimelineWindow
from timelines.series import aligned_series
from timelines.summary import integrated_energy, reported_energy

if TYPE_CHECKING:
    from timelines.arrays import Floats
    from timelines.decode import DecodedTimeline
    from timelines.metrics import TimelineMetric
    from timelines.timeline_members import SteadyState

MIN_POINTS = 2  # a line has two ends


def check_max_points(max_points: int | None) -> None:
    """Raise `BadUserInput` if the number of points is below 2."""
    if max_points is not None and max_points < MIN_POINTS:
        raise BadUserInput(
            f"maxPoints is {max_points}; allowed: {MIN_POINTS} or more, or null for every sample",
            maxPoints=max_points,
            minimum=MIN_POINTS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRequest:
    """The metric and window of a timeline, and its maximum number of points, 2 or more; None for every sample.

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
    """A GPU's id in the file, and its samples on the grid, carried forward; NaN before the first in the window."""

    index: int
    value: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineSpan:
    """A span of time, in seconds relative to the timeline's start."""

    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """A run's metric over a window. The arrays are shared between readers and read-only.

    Args:
        start_time: Unix seconds of `relative_time_s` = 0: the start of the steady state, or in the full window the
            first sample in the grid GPU's series.
        steady_state: The steady state; None for a run without one, and if the file's bounds are unreadable.
        sample_count: Number of samples in the window, before downsampling.
        skipped_count: Number of unreadable samples of this metric in the whole file, each unreadable series of a GPU
            counting once.
        relative_time_s: Seconds since `start_time`, ascending; one per point.
        value: The sum over the GPUs, in the metric's unit; one per point.
        devices: The GPUs' own series at the same points, by ascending id.
        min: Minimum of `value` over all samples in the window, before downsampling; likewise `max` and `mean`.
        energy_joules: `integrated_energy`; None for a temperature.
        reported_energy_joules: `reported_energy`.
    """

    metric: TimelineMetric
    window: TimelineWindow
    start_time: float
    steady_state: TimelineSpan | None
    sample_count: int
    skipped_count: int
    relative_time_s: Floats
    value: Floats
    devices: tuple[DeviceTimeline, ...]
    min: float
    max: float
    mean: float
    energy_joules: float | None
    reported_energy_joules: float | None


def build_timeline(decoded: DecodedTimeline, request: TimelineRequest) -> Timeline:
    """Window, align, summarize and downsample one metric of a decoded file.

    Raises:
        BadUserInput: The request is for the steady state of a run that has none.
        RawDataUnavailable: The file has no readable sample of the metric or none in the window, or the request is for
            the steady state and its bounds are unreadable.
    """
    metric, window = request.metric, request.window
    within = _steady_state(decoded) if window is TimelineWindow.STEADY_STATE else None
    aligned = aligned_series(available(decoded.samples[metric], path=decoded.path), within=within)
    if aligned is None:
        raise RawDataUnavailable(
            f"{decoded.path}: timeline.{metric.value} has no sample in the window {window.name}", path=decoded.path
        )
    time, total = aligned.relative_time_s, aligned.total
    points = downsampled_indices(total, max_points=request.max_points)
    return Timeline(
        metric=metric,
        window=window,
        start_time=aligned.start_time,
        steady_state=_relative(decoded.steady_state, aligned.start_time),
        sample_count=len(time),
        skipped_count=decoded.skipped[metric],
        relative_time_s=read_only(time[points]),
        value=read_only(total[points]),
        devices=tuple(
            DeviceTimeline(index=gpu, value=read_only(series[points]))
            for gpu, series in zip(aligned.gpus, aligned.devices, strict=True)
        ),
        min=float(total.min()),
        max=float(total.max()),
        mean=float(total.mean()),
        energy_joules=integrated_energy(time, total) if metric.is_power else None,
        reported_energy_joules=reported_energy(
            decoded.energies, metric=metric, window=window, seconds=float(time[-1] - time[0])
        ),
    )


def _steady_state(decoded: DecodedTimeline) -> tuple[float, float]:
    bounds = available(decoded.steady_state, path=decoded.path)
    if bounds is not None:
        return bounds
    kinds = [RUN_KINDS[name].label for name, each in RESULTS_FORMATS.items() if each.steady_state is None]
    raise BadUserInput(
        f"window is STEADY_STATE, but this run has no steady state ({' and '.join(kinds)} runs have none); "
        "allowed: FULL",
        window=TimelineWindow.STEADY_STATE.name,
    )


def _relative(bounds: SteadyState, start_time: float) -> TimelineSpan | None:
    if not isinstance(bounds, tuple):
        return None
    return TimelineSpan(start=bounds[0] - start_time, end=bounds[1] - start_time)
