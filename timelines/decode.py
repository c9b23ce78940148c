"""The timeline of a raw `results.json` → its samples as compact arrays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from errors import RawDataUnavailable
from timelines.energies import ReportedEnergies, decode_energies
from timelines.metrics import TimelineMetric
from timelines.results_text import in_short, top_level, unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from tables.file_bytes import FileBytes
    from timelines.results_text import TopLevel

    DeviceSamples = Mapping[int, npt.NDArray[np.float64]]

MAX_CELLS = 20_000_000  # grid times by GPUs, 160 MB: eight GPUs for 69 hours at the benchmark's 10 Hz
MAX_MAGNITUDE = 1e12  # far over any unix second, watt or degree, and no sum or product of these overflows

_GPU_ID = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_PAIRS = msgspec.json.Decoder(list[tuple[float, float]])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedTimeline:
    """The part of one raw file that timelines need; immutable, small enough to keep.

    Args:
        path: The file, relative to the dataset's root.
        steady_state: Unix seconds of its start and end; None for a run without one (diffusion).
        energies: The totals that the run reports.
        samples: By metric and GPU id, read-only arrays of shape `(n, 2)`: unix seconds and value, in the file's order.
        problems: By metric, why the file has no usable samples of it.
    """

    path: str
    steady_state: tuple[float, float] | None
    energies: ReportedEnergies
    samples: Mapping[TimelineMetric, DeviceSamples]
    problems: Mapping[TimelineMetric, str]

    @property
    def nbytes(self) -> int:
        """The memory that the samples take."""
        return sum(array.nbytes for devices in self.samples.values() for array in devices.values())

    def devices_of(self, metric: TimelineMetric) -> DeviceSamples:
        """Return a metric's samples by GPU id.

        Raises:
            RawDataUnavailable: The file lacks the metric, or holds it in another form.
        """
        if metric in self.problems:
            raise RawDataUnavailable(f"{self.path}: {self.problems[metric]}", path=self.path)
        return self.samples[metric]


_DeviceTexts = dict[str, msgspec.Raw]


class _TimelineObject(msgspec.Struct, gc=False):
    """`timeline`; each GPU's samples stay text until they are looked into one by one."""

    steady_state_start_time: float | None = None
    steady_state_end_time: float | None = None
    power: dict[str, _DeviceTexts | None] | None = None
    temperature: _DeviceTexts | None = None


class _SeriesProblem(Exception):  # noqa: N818 -- it never leaves this module: its text becomes a metric's problem
    """Why a metric's samples cannot be used."""


_TIMELINE = msgspec.json.Decoder(_TimelineObject)


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

    A metric that is missing, or whose samples are malformed, is an error when it is asked for; the others stand.

    Args:
        file: The top level.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file has no timeline or one of another form, or its steady state has one bound only or
            ends before it starts.
    """
    if "timeline" not in file:
        raise RawDataUnavailable(f"{path}: Object missing required field timeline", path=path)
    try:
        timeline = _TIMELINE.decode(file["timeline"])
    except msgspec.DecodeError as error:
        raise RawDataUnavailable(f"{path}: {in_short(error, within='$.timeline')}", path=path) from error
    except (RecursionError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    samples: dict[TimelineMetric, DeviceSamples] = {}
    problems: dict[TimelineMetric, str] = {}
    for metric in TimelineMetric:
        try:
            samples[metric] = _device_samples(timeline, metric)
        except _SeriesProblem as problem:
            problems[metric] = str(problem)
    return DecodedTimeline(
        path=path,
        steady_state=_steady_state(timeline, path=path),
        energies=decode_energies(file),
        samples=samples,
        problems=problems,
    )


def _device_samples(timeline: _TimelineObject, metric: TimelineMetric) -> DeviceSamples:
    place = f"timeline.{metric.value}"
    texts = _device_texts(timeline, metric)
    if texts is None:
        raise _SeriesProblem(f"{place} is missing")
    if not texts:
        raise _SeriesProblem(f"{place} has no GPU")
    devices = {_gpu_id(key, place=place): _array(text, place=f"{place}.{key}") for key, text in texts.items()}
    cells = len(devices) * len(devices[min(devices)])
    if cells > MAX_CELLS:
        raise _SeriesProblem(f"{place} has {cells} samples on its grid; at most {MAX_CELLS} are read")
    return devices


def _device_texts(timeline: _TimelineObject, metric: TimelineMetric) -> _DeviceTexts | None:
    if metric is TimelineMetric.TEMPERATURE:
        return timeline.temperature
    return (timeline.power or {}).get(metric.value.removeprefix("power."))


def _gpu_id(key: str, *, place: str) -> int:
    if not _GPU_ID.fullmatch(key):
        raise _SeriesProblem(f"{place} has the GPU id {key[:40]!r}; allowed: whole numbers from 0, such as '0'")
    return int(key)


def _array(text: msgspec.Raw, *, place: str) -> npt.NDArray[np.float64]:
    try:
        pairs = _PAIRS.decode(text)
    except msgspec.DecodeError as error:
        raise _SeriesProblem(f"{place}: {in_short(error)}") from error
    array = np.fromiter(chain.from_iterable(pairs), dtype=np.float64, count=2 * len(pairs)).reshape(-1, 2)
    if array.size and np.abs(array).max() > MAX_MAGNITUDE:
        raise _SeriesProblem(f"{place} holds {np.abs(array).max():g}; allowed: up to {MAX_MAGNITUDE:g}")
    array.setflags(write=False)
    return array


def _steady_state(timeline: _TimelineObject, *, path: str) -> tuple[float, float] | None:
    start, end = timeline.steady_state_start_time, timeline.steady_state_end_time
    if start is None and end is None:
        return None
    if start is None or end is None or not -MAX_MAGNITUDE <= start <= end <= MAX_MAGNITUDE:
        raise RawDataUnavailable(
            f"{path}: timeline.steady_state_start_time is {start} and timeline.steady_state_end_time is {end}; "
            "allowed: unix seconds, the start not after the end, or neither",
            path=path,
        )
    return start, end
