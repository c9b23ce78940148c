"""The energy of a window: integrated from its power samples, and as the run itself reported it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from timelines.metrics import TimelineWindow

if TYPE_CHECKING:
    import numpy.typing as npt

    from timelines.energies import ReportedEnergies
    from timelines.metrics import TimelineMetric

_COVERED = 0.02  # samples are 0.1 s apart, so that a window of 10 s may lack as much at its two ends


def integrated_energy(
    relative_time_s: npt.NDArray[np.float64],
    power_watts: npt.NDArray[np.float64],
) -> float | None:
    """Integrate power over time by the trapezoidal rule, from the first to the last sample in the window.

    All samples count, also those that downsampling leaves out. What lies between an edge of the window and the sample
    nearest to it is not extrapolated, so that the result misses up to one sampling interval at each edge.

    Args:
        relative_time_s: Ascending seconds, shape `(n,)`.
        power_watts: The power of all GPUs together, shape `(n,)`.

    Returns:
        Joules, or None if there is only one sample: no time passes.
    """
    if power_watts.size == 1:
        return None
    return float(np.trapezoid(power_watts, relative_time_s))


def reported_energy(
    energies: ReportedEnergies,
    *,
    metric: TimelineMetric,
    window: TimelineWindow,
    seconds: float,
) -> float | None:
    """Find what the run itself measured over the same window, by the GPUs' energy counters.

    - Steady state: `steady_state_energy`.
    - Full: the measurement of the entire benchmark, whose start and end are also the timeline's. Where a file has only
      the energies of single iterations, their sum counts if the iterations together last as long as the samples do
      (within 2%): else the timeline covers work between them, such as saving images, that their sum does not.

    The counters measure whole GPUs; beside the power of the memory alone, or a temperature, there is no such figure.

    Args:
        energies: What the file reports.
        metric: What the timeline shows.
        window: The part of the run that it covers.
        seconds: The time from its first to its last sample.

    Returns:
        Joules over all GPUs, or None where the file reports nothing for that window.
    """
    if not metric.is_device_power:
        return None
    if window is TimelineWindow.STEADY_STATE:
        return energies.steady_state_joules
    if energies.entire_joules is not None:
        return energies.entire_joules
    if energies.iterations is None:
        return None
    joules, lasted = energies.iterations
    return joules if abs(lasted - seconds) <= _COVERED * seconds else None
