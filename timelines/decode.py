"""The timeline of a raw `results.json` → its samples as compact arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from timelines.device_samples import device_samples
from timelines.measurements import decode_energies
from timelines.timeline_members import timeline_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timelines.device_samples import DeviceSamples
    from timelines.measurements import Iterations, ReportedEnergies
    from timelines.metrics import TimelineMetric
    from timelines.results_text import TopLevel
    from timelines.timeline_members import SteadyState


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedTimeline:
    """The part of a raw file that timelines need; immutable. A text in place of a part says why it is unavailable.

    Args:
        path: The file's path relative to the dataset's root.
        steady_state: Unix seconds of its start and end; None for a run without a steady state.
        energies: The energies that the run reports.
        samples: By metric and GPU id, read-only arrays of shape `(n, 2)`: unix seconds and value, in the file's order.
            The value is NaN where the file has a time without a number.
        skipped: By metric, the number of unreadable samples, each unreadable series of a GPU counting once.
    """

    path: str
    steady_state: SteadyState
    energies: ReportedEnergies
    samples: Mapping[TimelineMetric, DeviceSamples | str]
    skipped: Mapping[TimelineMetric, int]

    @property
    def nbytes(self) -> int:
        """Bytes of the samples in memory."""
        return sum(array.nbytes for devices in self.available_samples().values() for array in devices.values())

    def available_samples(self) -> Mapping[TimelineMetric, DeviceSamples]:
        """Return the samples of the metrics that have any."""
        return {metric: devices for metric, devices in self.samples.items() if not isinstance(devices, str)}


def decode_timeline(file: TopLevel, iterations: Iterations | str | None, *, path: str) -> DecodedTimeline | str:
    """Return the timeline of the file at `path`; the reason if it has none, or one that is not a JSON object."""
    if "timeline" not in file:
        return "timeline is missing"
    members = timeline_members(file["timeline"])
    if isinstance(members, str):
        return members
    steady_state, devices = members
    samples: dict[TimelineMetric, DeviceSamples | str] = {}
    skipped: dict[TimelineMetric, int] = {}
    for metric, texts in devices.items():
        if isinstance(texts, str):
            samples[metric] = texts
        else:
            samples[metric], skipped[metric] = device_samples(texts, place=f"timeline.{metric.value}")
    return DecodedTimeline(
        path=path,
        steady_state=steady_state,
        energies=decode_energies(file, iterations),
        samples=samples,
        skipped=skipped,
    )
