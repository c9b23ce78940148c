"""A decoded raw file ↔ arrays and a line of JSON: the form in which the disk cache and the timeline store write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from timelines.arrays import read_only
from timelines.decode import DecodedTimeline
from timelines.latencies import RequestLatencies
from timelines.measurements import Iterations, ReportedEnergies
from timelines.metrics import TimelineMetric
from timelines.prometheus import DecodedServer, ServerGauge
from timelines.results import DecodedResults
from timelines.timeline_members import SteadyState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timelines.arrays import Array
    from timelines.results import Outcome

Decoded = DecodedResults | DecodedServer

# A part of every cache key and of the store's description: increase it when the facts, the arrays or the decoders
# change.
FORMAT = 2

LENGTHS = "output_lengths"
_LATENCIES = "inter_token_latencies"
_TIMES = "timestamps"

# Large, and not part of a timeline.
SLOW_ARRAYS = frozenset({_LATENCIES})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packed:
    """A decoded file in parts.

    Args:
        facts: Everything but the arrays, as JSON.
        arrays: By name: float64 or int32, of shape `(n,)`, or `(n, 2)` for a GPU's samples (`metric/gpu`).
    """

    facts: bytes
    arrays: Mapping[str, Array]


class _TimelineFacts(msgspec.Struct):
    """The fields of `DecodedTimeline` without arrays; `problems` are its reasons in place of samples."""

    steady_state: SteadyState
    energies: ReportedEnergies
    skipped: dict[TimelineMetric, int]
    problems: dict[TimelineMetric, str] = {}


class _ResultsFacts(msgspec.Struct, tag="results"):
    """The fields of `DecodedResults` without arrays; `problems` are its reasons in place of arrays."""

    path: str
    timeline: _TimelineFacts | str
    latencies: RequestLatencies
    iterations: Iterations | str | None
    skipped_lengths: int
    skipped_latencies: int
    problems: dict[str, str] = {}


class _ServerFacts(msgspec.Struct, tag="prometheus"):
    """The fields of `DecodedServer` without arrays."""

    path: str
    interval_s: float | None
    steady_state: tuple[float, float] | None
    statistics: dict[str, float]
    skipped_count: int


_FACTS = msgspec.json.Decoder(_ResultsFacts | _ServerFacts)


def packed(decoded: Decoded) -> Packed:
    """Split a decoded file into facts and arrays."""
    if isinstance(decoded, DecodedServer):
        server = msgspec.convert(decoded, _ServerFacts, from_attributes=True)
        gauges = {gauge.value: series for gauge, series in decoded.gauges.items()}
        return Packed(facts=msgspec.json.encode(server), arrays={_TIMES: decoded.timestamps, **gauges})
    facts = msgspec.convert(decoded, _ResultsFacts, from_attributes=True)
    parts = {LENGTHS: decoded.output_lengths, _LATENCIES: decoded.inter_token_latencies}
    facts.problems = {name: part for name, part in parts.items() if isinstance(part, str)}
    arrays: dict[str, Array] = {name: part for name, part in parts.items() if not isinstance(part, str)}
    if isinstance(decoded.timeline, DecodedTimeline) and isinstance(facts.timeline, _TimelineFacts):
        samples = decoded.timeline.samples
        facts.timeline.problems = {metric: problem for metric, problem in samples.items() if isinstance(problem, str)}
        for metric, devices in decoded.timeline.available_samples().items():
            arrays |= {f"{metric.value}/{gpu}": array for gpu, array in devices.items()}
    return Packed(facts=msgspec.json.encode(facts), arrays=arrays)


def unpacked(parts: Packed) -> Decoded:
    """Reassemble a decoded file.

    Raises:
        ValueError: The facts are not those of a decoded file (a `msgspec.DecodeError` is a ValueError).
        KeyError: An array is missing.
    """
    facts = _FACTS.decode(parts.facts)
    arrays = {name: read_only(array) for name, array in parts.arrays.items()}
    members = msgspec.structs.asdict(facts)
    if isinstance(facts, _ServerFacts):
        gauges = {gauge: arrays[gauge.value] for gauge in ServerGauge}
        return DecodedServer(**members, timestamps=arrays[_TIMES], gauges=gauges)
    problems = members.pop("problems")
    for name in (LENGTHS, _LATENCIES):
        members[name] = problems[name] if name in problems else arrays[name]
    return DecodedResults(**members | {"timeline": _timeline(facts, arrays)})


def timeline_of(parts: Packed) -> Outcome | None:
    """Return the timeline of a results file; None for the parts of a `prometheus.json`.

    `SLOW_ARRAYS` may be missing.

    Raises:
        ValueError: The facts are not those of a decoded file (a `msgspec.DecodeError` is a ValueError).
    """
    facts = _FACTS.decode(parts.facts)
    if isinstance(facts, _ServerFacts):
        return None
    return _timeline(facts, {name: read_only(array) for name, array in parts.arrays.items()})


def _timeline(facts: _ResultsFacts, arrays: Mapping[str, Array]) -> Outcome:
    if isinstance(facts.timeline, str):
        return facts.timeline
    problems = facts.timeline.problems
    devices: dict[TimelineMetric, dict[int, Array]] = {each: {} for each in TimelineMetric if each not in problems}
    for name, array in arrays.items():
        metric, slash, gpu = name.partition("/")
        if slash:
            devices[TimelineMetric(metric)][int(gpu)] = array
    return DecodedTimeline(
        path=facts.path,
        steady_state=facts.timeline.steady_state,
        energies=facts.timeline.energies,
        samples={**devices, **problems},
        skipped=facts.timeline.skipped,
    )
