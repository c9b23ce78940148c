"""One gauge of the inference server over a window, downsampled, beside the value that the file itself states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from errors import RawDataUnavailable
from timelines.downsample import downsampled_indices
from timelines.metrics import TimelineWindow
from timelines.timeline import check_max_points

if TYPE_CHECKING:
    import numpy.typing as npt

    from timelines.prometheus import DecodedServer, ServerGauge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GaugeSeries:
    """A gauge over a window.

    Args:
        gauge: Which.
        steady_state: What the file states for the steady state; None where it states nothing.
        start_time: Unix seconds of `relative_time_s` = 0: the start of the steady state, or the first snapshot; None
            where there is neither.
        relative_time_s: Seconds since then, ascending; one per point.
        value: One per point.
        sample_count: How many snapshots in the window have the gauge, before downsampling.
        min: Of all of them; None where there is none.
        max: Likewise.
        mean: Likewise, arithmetic; None where their sum overflows.
    """

    gauge: ServerGauge
    steady_state: float | None
    start_time: float | None
    relative_time_s: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]
    sample_count: int
    min: float | None
    max: float | None
    mean: float | None


def gauge_series(
    decoded: DecodedServer, gauge: ServerGauge, *, window: TimelineWindow, max_points: int | None
) -> GaugeSeries:
    """Window, summarise and downsample one gauge.

    Raises:
        BadUserInput: `max_points` is below 2.
        RawDataUnavailable: The steady state of a file that does not say when it was.
    """
    check_max_points(max_points)
    times, values = decoded.timestamps, decoded.gauges[gauge]
    start_time = float(times[0]) if times.size else None
    there = np.isfinite(values)
    if window is TimelineWindow.STEADY_STATE:
        if decoded.steady_state is None:
            raise RawDataUnavailable(
                f"{decoded.path}: does not say when the steady state was; allowed: window {TimelineWindow.FULL.name}",
                path=decoded.path,
            )
        start_time, end = decoded.steady_state
        there &= (times >= start_time) & (times <= end)
    times, values = times[there], values[there]
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
