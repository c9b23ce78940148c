"""A decoded raw file ↔ arrays and a line of facts: the form in which caches and stores keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy.typing as npt

from timelines.decode import DecodedTimeline
from timelines.energies import ReportedEnergies
from timelines.iterations import Iterations
from timelines.latencies import RequestLatencies
from timelines.metrics import TimelineMetric
from timelines.prometheus import DecodedServer, ServerGauge
from timelines.results import DecodedResults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timelines.results import Outcome

Decoded = DecodedResults | DecodedServer
Array = npt.NDArray[Any]

# Is part of what a kept file is known by: raise it when what stands below, or what is decoded, changes.
FORMAT = 2

_LENGTHS = "output_lengths"
_LATENCIES = "inter_token_latencies"
_TIMES = "timestamps"

# Large, and needed for no timeline.
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
    steady_state: tuple[float, float] | str | None
    energies: ReportedEnergies
    skipped: dict[TimelineMetric, int]
    problems: dict[TimelineMetric, str]


class _ResultsFacts(msgspec.Struct, tag="results"):
    path: str
    timeline: _TimelineFacts | str
    problems: dict[str, str]
    latencies: RequestLatencies
    iterations: Iterations | str | None
    skipped_lengths: int
    skipped_latencies: int


class _ServerFacts(msgspec.Struct, tag="prometheus"):
    path: str
    interval_s: float | None
    steady_state: tuple[float, float] | None
    statistics: dict[str, float]
    skipped_count: int


_FACTS = msgspec.json.Decoder(_ResultsFacts | _ServerFacts)


def packed(decoded: Decoded) -> Packed:
    """Take a decoded file apart."""
    return _packed_server(decoded) if isinstance(decoded, DecodedServer) else _packed_results(decoded)


def unpacked(parts: Packed) -> Decoded:
    """Put a decoded file together again.

    Raises:
        ValueError: The facts are not those of a decoded file (a `msgspec.DecodeError` is one).
        KeyError: An array is missing.
    """
    facts = _FACTS.decode(parts.facts)
    arrays = {name: _read_only(array) for name, array in parts.arrays.items()}
    if isinstance(facts, _ServerFacts):
        return DecodedServer(
            path=facts.path,
            interval_s=facts.interval_s,
            steady_state=facts.steady_state,
            statistics=facts.statistics,
            skipped_count=facts.skipped_count,
            timestamps=arrays[_TIMES],
            gauges={gauge: arrays[gauge.value] for gauge in ServerGauge},
        )
    return DecodedResults(
        path=facts.path,
        timeline=_timeline(facts, arrays),
        output_lengths=facts.problems[_LENGTHS] if _LENGTHS in facts.problems else arrays[_LENGTHS],
        inter_token_latencies=facts.problems[_LATENCIES] if _LATENCIES in facts.problems else arrays[_LATENCIES],
        latencies=facts.latencies,
        iterations=facts.iterations,
        skipped_lengths=facts.skipped_lengths,
        skipped_latencies=facts.skipped_latencies,
    )


def timeline_of(parts: Packed) -> Outcome | None:
    """Return the timeline of a results file; None for the parts of a `prometheus.json`.

    `SLOW_ARRAYS` may be missing.

    Raises:
        ValueError: The facts are not those of a decoded file (a `msgspec.DecodeError` is one).
    """
    facts = _FACTS.decode(parts.facts)
    if isinstance(facts, _ServerFacts):
        return None
    return _timeline(facts, {name: _read_only(array) for name, array in parts.arrays.items()})


def _packed_results(decoded: DecodedResults) -> Packed:
    arrays: dict[str, Array] = {}
    problems: dict[str, str] = {}
    for name, part in ((_LENGTHS, decoded.output_lengths), (_LATENCIES, decoded.inter_token_latencies)):
        if isinstance(part, str):
            problems[name] = part
        else:
            arrays[name] = part
    timeline: _TimelineFacts | str
    if isinstance(decoded.timeline, str):
        timeline = decoded.timeline
    else:
        found = decoded.timeline
        timeline = _TimelineFacts(
            steady_state=found.steady_state,
            energies=found.energies,
            skipped=dict(found.skipped),
            problems=dict(found.problems),
        )
        for metric, devices in found.samples.items():
            arrays |= {f"{metric.value}/{gpu}": samples for gpu, samples in devices.items()}
    facts = _ResultsFacts(
        path=decoded.path,
        timeline=timeline,
        problems=problems,
        latencies=decoded.latencies,
        iterations=decoded.iterations,
        skipped_lengths=decoded.skipped_lengths,
        skipped_latencies=decoded.skipped_latencies,
    )
    return Packed(facts=msgspec.json.encode(facts), arrays=arrays)


def _packed_server(decoded: DecodedServer) -> Packed:
    facts = _ServerFacts(
        path=decoded.path,
        interval_s=decoded.interval_s,
        steady_state=decoded.steady_state,
        statistics=dict(decoded.statistics),
        skipped_count=decoded.skipped_count,
    )
    gauges = {gauge.value: series for gauge, series in decoded.gauges.items()}
    return Packed(facts=msgspec.json.encode(facts), arrays={_TIMES: decoded.timestamps, **gauges})


def _timeline(facts: _ResultsFacts, arrays: Mapping[str, Array]) -> DecodedTimeline | str:
    if isinstance(facts.timeline, str):
        return facts.timeline
    samples: dict[TimelineMetric, dict[int, Array]] = {
        metric: {} for metric in TimelineMetric if metric not in facts.timeline.problems
    }
    for name, array in arrays.items():
        metric, slash, gpu = name.partition("/")
        if slash:
            samples[TimelineMetric(metric)][int(gpu)] = array
    return DecodedTimeline(
        path=facts.path,
        steady_state=facts.timeline.steady_state,
        energies=facts.timeline.energies,
        samples=samples,
        skipped=facts.timeline.skipped,
        problems=facts.timeline.problems,
    )


def _read_only(array: Array) -> Array:
    if array.flags.writeable:
        array.setflags(write=False)
    return array


def same(one: Decoded, other: Decoded) -> bool:
    """Say whether two decoded files are equal to the last bit."""
    first, second = packed(one), packed(other)
    return (
        first.facts == second.facts
        and all(
            name in second.arrays
            and array.dtype == second.arrays[name].dtype
            and array.shape == second.arrays[name].shape
            and array.tobytes() == second.arrays[name].tobytes()
            for name, array in first.arrays.items()
        )
        and len(first.arrays) == len(second.arrays)
    )
