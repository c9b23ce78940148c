"""The timeline of a raw `results.json` → its samples as compact arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from errors import RawDataUnavailable
from timelines.device_samples import SeriesProblem, device_samples
from timelines.energies import ReportedEnergies, decode_energies
from timelines.results_text import top_level
from timelines.timeline_members import timeline_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tables.file_bytes import FileBytes
    from timelines.device_samples import DeviceSamples
    from timelines.metrics import TimelineMetric
    from timelines.results_text import TopLevel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedTimeline:
    """The part of one raw file that timelines need; immutable, small enough to keep.

    Args:
        path: The file, relative to the dataset's root.
        steady_state: Unix seconds of its start and end; None for a run without one (diffusion); or why it has none.
        energies: The totals that the run reports.
        samples: By metric and GPU id, read-only arrays of shape `(n, 2)`: unix seconds and value, in the file's order.
            The value is NaN where the file has a time and no number for it.
        skipped: By metric, how many samples, or whole series of a GPU, cannot be read.
        problems: By metric, why the file has no usable samples of it.
    """

    path: str
    steady_state: tuple[float, float] | str | None
    energies: ReportedEnergies
    samples: Mapping[TimelineMetric, DeviceSamples]
    skipped: Mapping[TimelineMetric, int]
    problems: Mapping[TimelineMetric, str]

    @property
    def nbytes(self) -> int:
        """The memory that the samples take."""
        return sum(array.nbytes for devices in self.samples.values() for array in devices.values())

    def bounds(self) -> tuple[float, float] | None:
        """Return unix seconds of the steady state's start and end; None for a run without one (diffusion).

        Raises:
            RawDataUnavailable: The file states bounds that cannot be read.
        """
        if isinstance(self.steady_state, str):
            raise RawDataUnavailable(f"{self.path}: {self.steady_state}", path=self.path)
        return self.steady_state

    def devices_of(self, metric: TimelineMetric) -> DeviceSamples:
        """Return a metric's samples by GPU id.

        Raises:
            RawDataUnavailable: The file lacks the metric, or holds it in another form.
        """
        if metric in self.problems:
            raise RawDataUnavailable(f"{self.path}: {self.problems[metric]}", path=self.path)
        return self.samples[metric]


def decode_timeline(raw: FileBytes, *, path: str) -> DecodedTimeline:
    """Decode only the timeline and the totals of a `results.json`.

    Args:
        raw: The whole file.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file is no JSON object, or its timeline as `timeline_of` says.
    """
    return timeline_of(top_level(raw, path=path), path=path)


def timeline_of(file: TopLevel, *, path: str) -> DecodedTimeline:
    """Decode the timeline and the totals of a file whose top level is read.

    A metric without a readable sample, and a steady state that cannot be read, are errors for whoever needs them; the
    others stand.

    Args:
        file: The top level.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file has no timeline, or one that is no JSON object.
    """
    if "timeline" not in file:
        raise RawDataUnavailable(f"{path}: Object missing required field timeline", path=path)
    members = timeline_members(file["timeline"], path=path)
    samples: dict[TimelineMetric, DeviceSamples] = {}
    skipped: dict[TimelineMetric, int] = {}
    problems: dict[TimelineMetric, str] = {}
    for metric, texts in members.devices.items():
        if isinstance(texts, str):
            problems[metric] = texts
            continue
        try:
            samples[metric], skipped[metric] = device_samples(texts, place=f"timeline.{metric.value}")
        except SeriesProblem as problem:
            problems[metric] = str(problem)
    return DecodedTimeline(
        path=path,
        steady_state=members.steady_state,
        energies=decode_energies(file),
        samples=samples,
        skipped=skipped,
        problems=problems,
    )
