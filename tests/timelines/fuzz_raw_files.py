"""Raw files damaged in many ways, decoded, and compared with what a plain reader makes of them.

`python -m tests.timelines.fuzz_raw_files --files 100000` runs as many as one likes; the tests run a few.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from mlenergy.data.records.runs import _smooth_chunked_itl
from prometheus_client.parser import text_string_to_metric_families

from errors import RawDataUnavailable
from tables.source import open_sample
from tests.timelines.timeline_samples import START
from timelines.prometheus import ServerGauge, decode_server
from timelines.results import DecodedResults, decode_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from timelines.decode import DecodedTimeline
    from timelines.prometheus import DecodedServer

    Mutation = Callable[[random.Random, bytearray], None]

SLOW_SECONDS = 2.0
_TOKENS = (b"NaN", b"-Infinity", b"null", b"true", b'"x"', b"[]", b"{}", b"1e999", b"-0.0", b"1e-320", b"9" * 30)
_ESCAPE = re.compile(r'\\(?:(u[0-9a-fA-F]{4}|["\\/bfnrt])|.)', re.DOTALL)
_MARKS = b'{}[]",:\\\x00\xff\n 0123456789.eE+-'


@dataclass
class Found:
    """What a run of damaged files came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0


def damaged_files(count: int, *, seed: int) -> Iterator[tuple[str, bytes]]:
    """Give damaged files, each with its kind: `results` or `prometheus`; the same for the same seed."""
    generator = random.Random(seed)  # noqa: S311 - to damage files, not to guard secrets
    whole = [(kind, raw) for kind, raw in _whole_files()]
    for _ in range(count):
        kind, raw = generator.choice(whole)
        text = bytearray(raw)
        for _ in range(generator.choice((1, 1, 1, 2, 3, 8))):
            generator.choice(_MUTATIONS)(generator, text)
        yield kind, bytes(text)


def check_damaged(kind: str, raw: bytes, found: Found) -> None:
    """Decode a damaged file: it is refused with an error meant for users, or every number is a plain reader's."""
    begun = time.perf_counter()
    try:
        decoded = decode_server(raw, path="p") if kind == "prometheus" else decode_results(raw, path="p")
    except RawDataUnavailable:
        found.outcomes["refused"] += 1
        return
    finally:
        found.slowest_seconds = max(found.slowest_seconds, time.perf_counter() - begun)
    found.outcomes["decoded"] += 1
    # What a string that nobody reads holds is not looked into: no bad byte, newline or escape in one is an error.
    text = _ESCAPE.sub(lambda escape: escape[0] if escape[1] else "?", raw.decode("utf-8", "replace"))
    plain = json.loads(text, strict=False, parse_int=float)
    if isinstance(decoded, DecodedResults):
        _compare_results(decoded, plain, found)
    else:
        _compare_server(decoded, plain)


def _whole_files() -> Iterator[tuple[str, bytes]]:
    dataset = open_sample()
    for path in dataset.raw_paths()[::97]:
        document = json.loads(bytes(dataset.raw.read(path)))
        kind = "prometheus" if path.endswith("prometheus.json") else "results"
        yield kind, json.dumps(_shortened(document), indent=2).encode()
        yield kind, json.dumps(_shortened(document)).encode()
    odd = {
        "timeline": {"power": {}, "temperature": {"7": [[START, 40]], "0": []}},
        "results": [],
        "p99_itl_ms": math.nan,
    }
    yield "results", json.dumps(odd, indent=2).encode()


def _shortened(value: Any, most: int = 4) -> Any:  # noqa: ANN401 - any JSON
    """Keep the first entries of long lists, so that damage meets structure more often than numbers."""
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value[:most]]
    return value[:400] if isinstance(value, str) and "vllm" not in value else value


def _flip(generator: random.Random, text: bytearray) -> None:
    if text:
        text[generator.randrange(len(text))] = generator.choice(_MARKS)


def _any_byte(generator: random.Random, text: bytearray) -> None:
    if text:
        text[generator.randrange(len(text))] = generator.randrange(256)


def _cut(generator: random.Random, text: bytearray) -> None:
    del text[generator.randrange(len(text) + 1) :]


def _drop(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    del text[start : start + generator.choice((1, 2, 10, 100))]


def _repeat(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    text[start:start] = text[start : start + generator.choice((1, 5, 50, 500))]


def _insert(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    text[start:start] = generator.choice(_TOKENS)


def _replace_number(generator: random.Random, text: bytearray) -> None:
    """Put something else where a number stands: what a typed reader must notice."""
    places = [place for place in range(len(text) - 1) if text[place] in b" [" and chr(text[place + 1]).isdigit()]
    if not places:
        return
    start = generator.choice(places) + 1
    stop = start
    while stop < len(text) and chr(text[stop]) in "0123456789.eE+-":
        stop += 1
    text[start:stop] = generator.choice(_TOKENS)


def _deepen(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    text[start:start] = b"[" * generator.choice((10, 2000))


_MUTATIONS: tuple[Mutation, ...] = (
    _flip, _flip, _any_byte, _cut, _drop, _repeat, _insert, _replace_number, _replace_number, _deepen,
)  # fmt: skip


def _compare_results(decoded: DecodedResults, plain: dict[str, Any], found: Found) -> None:
    if not isinstance(decoded.timeline, str):
        found.outcomes["series"] += bool(decoded.timeline.samples)
        _compare_timeline(decoded.timeline, plain["timeline"])
    if not isinstance(decoded.output_lengths, str):
        lengths = [int(each["output_len"]) for each in plain["results"] if each.get("success", False)]
        assert decoded.output_lengths.tolist() == lengths
    if not isinstance(decoded.inter_token_latencies, str):
        found.outcomes["tokens"] += 1
        assert decoded.inter_token_latencies.tolist() == _tokens(plain["results"])
    for kind in ("ttft", "tpot", "itl", "e2el"):
        statistics = getattr(decoded.latencies, kind)
        if statistics is not None and statistics.mean_ms is not None:
            assert statistics.mean_ms == plain[f"mean_{kind}_ms"]
    if isinstance(decoded.iterations, tuple):
        found.outcomes["iterations"] += 1
        said = plain["iteration_energy_measurements"]
        assert [each.time_s for each in decoded.iterations] == [each["time"] for each in said]
        for ours, theirs in zip(decoded.iterations, said, strict=True):
            energies = {int(gpu): joules for gpu, joules in theirs["gpu_energy"].items()}
            assert dict(zip(ours.gpus, ours.gpu_energy_joules, strict=True)) == energies


def _compare_timeline(decoded: DecodedTimeline, plain: dict[str, Any]) -> None:
    steady = (plain.get("steady_state_start_time"), plain.get("steady_state_end_time"))
    assert decoded.steady_state == (None if steady == (None, None) else steady)
    for metric, devices in decoded.samples.items():
        said = plain
        for name in metric.value.split("."):
            said = said[name]
        assert set(devices) == {int(gpu) for gpu in said}, metric
        for gpu, samples in devices.items():
            assert samples.tolist() == [list(sample) for sample in said[str(gpu)]], metric


def _tokens(requests: list[dict[str, Any]]) -> list[float]:
    return [
        latency
        for each in requests
        if each.get("success", False)
        for latency in _smooth_chunked_itl([math.nan if x is None else x for x in each.get("itl", [])])
        if latency > 0 and math.isfinite(latency)
    ]


def _compare_server(decoded: DecodedServer, plain: dict[str, Any]) -> None:
    snapshots = sorted(plain.get("timeline", []), key=lambda each: each["timestamp"])
    assert decoded.timestamps.tolist() == [each["timestamp"] for each in snapshots]
    for gauge, series in decoded.gauges.items():
        expected = [_gauge(each.get("metrics", ""), gauge) for each in snapshots]
        np.testing.assert_array_equal(series, expected)
    stated = {name: value for name, value in plain.get("steady_state_stats", {}).items() if _is_finite(value)}
    assert decoded.statistics == stated


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _gauge(text: str, gauge: ServerGauge) -> float:
    lines = [line for line in text.split("\n") if line.startswith(gauge.value)]
    values = [
        sample.value
        for family in text_string_to_metric_families("\n".join(lines) + "\n")
        for sample in family.samples
        if sample.name == gauge.value
    ]
    if not values or not all(map(math.isfinite, values)):
        return math.nan
    return math.fsum(values) / (len(values) if gauge is ServerGauge.KV_CACHE_USAGE else 1)


def main() -> None:
    """Damage and decode as many files as are asked for; end with what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found = Found()
    for number, (kind, raw) in enumerate(damaged_files(given.files, seed=given.seed)):
        try:
            check_damaged(kind, raw, found)
        except Exception as error:
            sys.stdout.write(f"file {number} of seed {given.seed} ({kind}): {error!r}\n{raw[:3000]!r}\n")
            raise
    sys.stdout.write(f"{dict(found.outcomes)}; the slowest took {found.slowest_seconds * 1e3:.1f} ms\n")


if __name__ == "__main__":
    main()
