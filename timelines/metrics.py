"""The metrics and windows of a timeline."""

from __future__ import annotations

from enum import Enum


class TimelineMetric(Enum):
    """A quantity that the benchmark samples on every GPU; the value is its path below `timeline` in `results.json`."""

    POWER_DEVICE_INSTANT = "power.device_instant"
    POWER_DEVICE_AVERAGE = "power.device_average"
    POWER_MEMORY_AVERAGE = "power.memory_average"
    TEMPERATURE = "temperature"

    @property
    def unit(self) -> str:
        """The unit of a sample: `W` or `°C`."""
        return "°C" if self is TimelineMetric.TEMPERATURE else "W"

    @property
    def is_power(self) -> bool:
        """Whether the integral over time is an energy."""
        return self is not TimelineMetric.TEMPERATURE

    @property
    def is_device_power(self) -> bool:
        """Whether the integral over time is the energy of the whole GPU, which the benchmark also reports."""
        return self in {TimelineMetric.POWER_DEVICE_INSTANT, TimelineMetric.POWER_DEVICE_AVERAGE}


class TimelineWindow(Enum):
    """The part of a run that a timeline covers."""

    STEADY_STATE = "steady_state"
    FULL = "full"
