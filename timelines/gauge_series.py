"""A gauge of the inference server over a window, downsampled, and the file's own steady-state value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from errors import RawDataUnavailable
from timelines.downsample import downsampled_indices
from timelines.metrics import TimelineWindow
from timelines.timeline import check_max_points

if TYPE_CHECKING:
    from timelines.arrays import Floats
    from timelines.prometheus import DecodedServer, ServerGauge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GaugeSeries:
    """A gauge over a window.

    Args:
        steady_state: The file's own value for the steady state; None if it states none.
        start_time: Unix seconds of `relative_time_s` = 0: the start of the steady state, or the first snapshot; None
            without either.
        relative_time_s: Seconds since `start_time`, ascending; one per point.
        value: One per point.
        sample_count: Number of snapshots in the window that have the gauge, before downsampling.
        min: Minimum of all of them; None without any; likewise `max`.
        mean: Arithmetic mean of all of them; None without any, and if their sum overflows.
    """

    gauge: ServerGauge
    steady_state: float | None
    start_time: float | None
    relative_time_s: Floats
    value: Floats
    sample_count: int
    min: float | None
    max: float | None
    mean: float | None


def gauge_series(
    decoded: DecodedServer, gauge: ServerGauge, *, window: TimelineWindow, max_points: int | None
) -> GaugeSeries:
    """Window, summarize and downsample a gauge.

    Raises:
        BadUserInput: `max_points` is below 2.
        RawDataUnavailable: The window is the steady state, and the file does not state its bounds.
    """
    check_max_points(max_points)
    times, values = decoded.timestamps, decoded.gauges[gauge]
    start_time = float(times[0]) if times.size else None
    present = np.isfinite(values)
    if window is TimelineWindow.STEADY_STATE:
        if decoded.steady_state is None:
            raise RawDataUnavailable(
                f"{decoded.path}: does not state the bounds of the steady state; allowed: window FULL",
                path=decoded.path,
            )
        start_time, end = decoded.steady_state
        present &= (times >= start_time) & (times <= end)
    times, values = times[present], values[present]
    points = downsampled_indices(values, max_points=max_points)
    relative = times - (start_time or 0.0)  # finite: the decoder skips snapshots beyond 1e12 s
    with np.errstate(over="ignore"):
        mean = float(values.mean()) if values.size else None
    return GaugeSeries(
        gauge=gauge,
        steady_state=decoded.steady_state_of(gauge),
        start_time=start_time,
        relative_time_s=relative[points],
        value=values[points],
        sample_count=values.size,
        min=float(values.min()) if values.size else None,
        max=float(values.max()) if values.size else None,
        mean=mean if mean is None or np.isfinite(mean) else None,
    )
