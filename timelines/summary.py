"""The energy of a window: integrated from its power samples, and as the run reports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from timelines.metrics import TimelineWindow

if TYPE_CHECKING:
    from timelines.arrays import Floats
    from timelines.measurements import ReportedEnergies
    from timelines.metrics import TimelineMetric

_TOLERANCE = 0.02  # samples are 0.1 s apart, so a window of 10 s may lack as much at its two ends


def integrated_energy(relative_time_s: Floats, power_watts: Floats) -> float | None:
    """Integrate power over time by the trapezoidal rule, from the first to the last sample in the window.

    Samples that downsampling leaves out count, too. The time between an edge of the window and the nearest sample is
    not extrapolated, so the result misses up to one sampling interval at each edge.

    Args:
        relative_time_s: Ascending seconds, shape `(n,)`.
        power_watts: The power of all GPUs together, shape `(n,)`.

    Returns:
        Joules; None for a single sample, which has no duration.
    """
    return None if power_watts.size == 1 else float(np.trapezoid(power_watts, relative_time_s))


def reported_energy(
    energies: ReportedEnergies, *, metric: TimelineMetric, window: TimelineWindow, seconds: float
) -> float | None:
    """Return the energy that the run reports for the same window, from the GPUs' energy counters.

    - Steady state: the energy over the steady state.
    - Full: the measurement of the entire benchmark, whose start and end are also the timeline's. If a file has only the
      energies of iterations, their sum counts if the iterations together last as long as the samples do (within 2%):
      otherwise the timeline covers work between them, such as saving images, that their sum does not include.

    The counters measure whole GPUs: there is no such figure for the power of the memory, or a temperature.

    Args:
        energies: The energies that the file reports.
        metric: The timeline's metric.
        window: The timeline's window.
        seconds: The time from its first to its last sample.

    Returns:
        Joules over all GPUs; None if the file has no such figure.
    """
    if not metric.is_device_power:
        return None
    if window is TimelineWindow.STEADY_STATE:
        return energies.steady_state_joules
    if energies.entire_joules is not None:
        return energies.entire_joules
    if energies.iterations is None:
        return None
    joules, duration = energies.iterations
    return joules if abs(duration - seconds) <= _TOLERANCE * seconds else None
