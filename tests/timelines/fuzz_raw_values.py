"""Put odd values into raw files: every number that does not depend on one must stay the same.

`python -m tests.timelines.fuzz_raw_values --files 20000` runs any number; the tests run some.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import sys
import time
from typing import TYPE_CHECKING, Any

from errors import RawDataUnavailable
from tests.timelines.timeline_samples import START
from timelines.measurements import Iterations
from timelines.prometheus import ServerGauge, decode_server
from timelines.results import DecodedResults, decode_results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timelines.prometheus import DecodedServer

    Place = tuple[str | int, ...]
    Fact = tuple[Any, ...]

_ODD: tuple[object, ...] = (
    None, "text", "", "17", "0.25", math.nan, -math.inf, 10**400, 1e300, -1, True, {}, {"a": 1}, [], [[]], [1, 2],
    "\ud800", {"\udc00": "\ud83d"},
)  # fmt: skip

_SERIES = {str(gpu): [[START + tick, 100 * (gpu + 1) + tick] for tick in range(3)] for gpu in range(2)}
RESULTS: dict[str, Any] = {
    "steady_state_energy": 5.5,
    "mean_ttft_ms": 1.5,
    "p99.9_itl_ms": 2.5,
    "std_e2el_ms": 3.5,
    "entire_benchmark_measurement": {"time": 3, "gpu_energy": {"0": 11, "1": 12}},
    "iteration_energy_measurements": [{"time": 70.5 + at, "gpu_energy": {"0": 80.5 + at}} for at in range(3)],
    "timeline": {
        "steady_state_start_time": START,
        "steady_state_end_time": START + 2,
        "power": dict.fromkeys(("device_instant", "device_average", "memory_average"), _SERIES),
        "temperature": _SERIES,
    },
    # No figure occurs twice, so that a number identifies its request.
    "results": [
        {"prompt": "p", "success": True, "output_len": 500 + at, "itl": [0.5 + at, 0.25 + at], "error": ""}
        for at in range(3)
    ],
}
PROMETHEUS: dict[str, Any] = {
    "collection_interval": 1.5,
    "steady_state_start_time": START,
    "steady_state_end_time": START + 2,
    "steady_state_stats": {"vllm:a": 1.5, "vllm:b": 2.5},
    "timeline": [
        {"timestamp": START + at, "metrics": "".join(f"{gauge.value} {at}.5\n" for gauge in ServerGauge)}
        for at in range(3)
    ],
}


def check_odd_values(seed: int) -> float:
    """Put one to three odd values into a file and decode it; return the duration in seconds.

    Raises:
        AssertionError: A number that depends on none of them is missing.
    """
    generator = random.Random(seed)  # noqa: S311 - to damage files, not to guard secrets
    whole = generator.choice((RESULTS, PROMETHEUS))
    damaged = json.loads(json.dumps(whole))  # a copy that shares no parts
    odd: list[Place] = []
    for _ in range(generator.choice((1, 1, 2, 3))):
        place = generator.choice(list(_places(damaged)))
        _put(damaged, place, generator.choice(_ODD))
        odd.append(place)
    untouched = {
        fact for fact, sources in _facts(whole) if not any(_meet(each, place) for each in sources for place in odd)
    }
    raw = json.dumps(damaged, indent=generator.choice((None, 2))).encode()
    begun = time.perf_counter()
    try:
        decoded = decode_results(raw, path="p") if whole is RESULTS else decode_server(raw, path="p")
    except RawDataUnavailable:
        found = set()
    else:
        found = set(_found(decoded))
    seconds = time.perf_counter() - begun
    assert untouched <= found, (odd, untouched - found, raw)
    return seconds


def _places(value: Any, above: Place = ()) -> Iterator[Place]:  # noqa: ANN401 - any JSON
    """Yield the place of every value below a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in entries:
        yield (*above, key)
        yield from _places(below, (*above, key))


def _put(document: Any, place: Place, value: object) -> None:  # noqa: ANN401 - any JSON
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = copy.deepcopy(value)


def _meet(one: Place, other: Place) -> bool:
    """Return whether one place is the other, or within it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _facts(file: dict[str, Any]) -> Iterator[tuple[Fact, list[Place]]]:
    """Yield every number of a file, with the places that it depends on."""
    steady: list[Place] = [(*_above(file), f"steady_state_{edge}_time") for edge in ("start", "end")]
    yield ("steady state", START, START + 2), steady
    if file is PROMETHEUS:
        yield ("interval", 1.5), [("collection_interval",)]
        for name, value in file["steady_state_stats"].items():
            yield ("stated", name, value), [("steady_state_stats", name)]
        for at, snapshot in enumerate(file["timeline"]):
            for gauge in ServerGauge:
                yield (gauge, snapshot["timestamp"], at + 0.5), [("timeline", at)]
        return
    yield ("mean ttft", 1.5), [("mean_ttft_ms",)]
    yield ("p99.9 itl", 99.9, 2.5), [("p99.9_itl_ms",)]
    yield ("std e2el", 3.5), [("std_e2el_ms",)]
    entire: Place = ("entire_benchmark_measurement", "gpu_energy")
    timeline: Place = ("timeline", "itself")  # it shows the energies, and no member of it does
    yield ("energy", 5.5, 23.0), [("steady_state_energy",), entire, timeline]
    for at in range(3):
        yield ("iteration", 70.5 + at, (80.5 + at,)), [("iteration_energy_measurements", at)]
        succeeded: Place = ("results", at, "success")
        yield ("length", 500 + at), [succeeded, ("results", at, "output_len")]
        for token, latency in enumerate((0.5 + at, 0.25 + at)):
            sources: list[Place] = [succeeded, ("results", at, "itl", token)]
            # A latency of zero: the token arrived with the previous one, and they share its latency.
            yield ("latency", latency), [*sources, ("results", at, "itl", token + 1)]
    power = ("power.device_instant", "power.device_average", "power.memory_average")
    for metric in (*power, "temperature"):
        for gpu, samples in _SERIES.items():
            for at, (moment, value) in enumerate(samples):
                yield (metric, int(gpu), moment, value), [("timeline", *metric.split("."), gpu, at)]


def _above(file: dict[str, Any]) -> Place:
    return ("timeline",) if file is RESULTS else ()


def _found(decoded: DecodedResults | DecodedServer) -> Iterator[Fact]:
    """Yield every number that was decoded, in the form of `_facts`."""
    if not isinstance(decoded, DecodedResults):
        yield "steady state", *(decoded.steady_state or ())
        yield "interval", decoded.interval_s
        yield from (("stated", *each) for each in decoded.statistics.items())
        for gauge, series in decoded.gauges.items():
            yield from ((gauge, *each) for each in zip(decoded.timestamps.tolist(), series.tolist(), strict=True))
        return
    latencies = decoded.latencies
    yield "mean ttft", latencies.ttft.mean_ms if latencies.ttft else None
    yield from (("p99.9 itl", each.p, each.value_ms) for each in (latencies.itl.percentiles if latencies.itl else ()))
    yield "std e2el", latencies.e2el.stddev_ms if latencies.e2el else None
    if isinstance(decoded.iterations, Iterations):
        yield from (("iteration", each.time_s, each.gpu_energy_joules) for each in decoded.iterations.measured)
    if not isinstance(decoded.output_lengths, str):
        yield from (("length", length) for length in decoded.output_lengths.tolist())
    if not isinstance(decoded.inter_token_latencies, str):
        yield from (("latency", latency) for latency in decoded.inter_token_latencies.tolist())
    if not isinstance(decoded.timeline, str):
        energies = decoded.timeline.energies
        yield "energy", energies.steady_state_joules, energies.entire_joules
        steady = decoded.timeline.steady_state
        yield "steady state", *(steady if isinstance(steady, tuple) else ())
        for metric, devices in decoded.timeline.available_samples().items():
            for gpu, samples in devices.items():
                yield from ((metric.value, gpu, *each) for each in samples.tolist())


def main() -> None:
    """Check files; print the duration of the slowest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    slowest = max(map(check_odd_values, range(parser.parse_args().files)))
    sys.stdout.write(f"the slowest took {slowest * 1e3:.1f} ms\n")


if __name__ == "__main__":
    main()
