"""Decode damaged raw files and compare each number with a naive reader's.

`python -m tests.timelines.fuzz_raw_files --files 100000` runs any number of files; the tests run some.
"""

from __future__ import annotations

import argparse
import json
import math
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
from tests.timelines.damaged_files import damaged_files
from timelines.lenient import MAX_MAGNITUDE
from timelines.measurements import Iterations
from timelines.prometheus import ServerGauge, decode_server
from timelines.results import DecodedResults, decode_results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timelines.decode import DecodedTimeline
    from timelines.prometheus import DecodedServer

SLOW_SECONDS = 2.0
_ESCAPE = re.compile(r'\\(?:(u[0-9a-fA-F]{4}|["\\/bfnrt])|.)', re.DOTALL)
_NAME = re.compile(r"\s*([\w:]*)", re.ASCII)


@dataclass
class Found:
    """Outcomes of a run over damaged files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0


def check_damaged(kind: str, raw: bytes, found: Found) -> None:
    """Decode a damaged file: it is refused with a client error, or every number equals a naive reader's."""
    begun = time.perf_counter()
    try:
        decoded = decode_server(raw, path="p") if kind == "prometheus" else decode_results(raw, path="p")
    except RawDataUnavailable:
        found.outcomes["refused"] += 1
        return
    finally:
        found.slowest_seconds = max(found.slowest_seconds, time.perf_counter() - begun)
    found.outcomes["decoded"] += 1
    # Strings that no field reads are not checked: an invalid byte, newline or escape in one is not an error.
    text = _ESCAPE.sub(lambda escape: escape[0] if escape[1] else "?", raw.decode("utf-8", "replace"))
    plain = json.loads(text, strict=False, parse_int=float)
    sound = text.encode() == raw
    if isinstance(decoded, DecodedResults):
        _compare_results(decoded, plain, found, sound=sound)
    else:
        _compare_server(decoded, plain, sound=sound)


def _compare_results(decoded: DecodedResults, plain: dict[str, Any], found: Found, *, sound: bool) -> None:
    if not isinstance(decoded.timeline, str):
        found.outcomes["series"] += bool(decoded.timeline.available_samples())
        _compare_timeline(decoded.timeline, plain["timeline"])
    # The lenient reader skips a request with an invalid escape anywhere in it.
    if not isinstance(decoded.output_lengths, str) and (sound or not decoded.skipped_lengths):
        assert decoded.output_lengths.tolist() == list(_lengths(plain["results"]))
    if not isinstance(decoded.inter_token_latencies, str) and (sound or not decoded.skipped_latencies):
        found.outcomes["tokens"] += 1
        assert decoded.inter_token_latencies.tolist() == list(_tokens(plain["results"]))
    for kind in ("ttft", "tpot", "itl", "e2el"):
        statistics = getattr(decoded.latencies, kind)
        if statistics is not None and statistics.mean_ms is not None:
            assert statistics.mean_ms == float(plain[f"mean_{kind}_ms"])
    if isinstance(decoded.iterations, Iterations):
        found.outcomes["iterations"] += 1
        stated = plain["iteration_energy_measurements"]
        measured = [read for read in map(_iteration, stated) if read is not None]
        assert len(stated) - len(measured) == decoded.iterations.skipped_count
        for ours, theirs in zip(decoded.iterations.measured, measured, strict=True):
            assert (ours.time_s, dict(zip(ours.gpus, ours.gpu_energy_joules, strict=True))) == theirs


def _compare_timeline(decoded: DecodedTimeline, plain: dict[str, Any]) -> None:
    if decoded.steady_state is None or isinstance(decoded.steady_state, tuple):
        steady = (plain.get("steady_state_start_time"), plain.get("steady_state_end_time"))
        assert decoded.steady_state == (None if steady == (None, None) else tuple(map(_float, steady)))
    for metric, devices in decoded.available_samples().items():
        stated = plain
        for name in metric.value.split("."):
            stated = stated[name]
        for gpu, samples in devices.items():
            pairs = [(_float(each[0]), _float(each[1])) for each in stated[str(gpu)] if _is_pair(each)]
            expected = [pair for pair in pairs if not math.isnan(pair[0])]
            np.testing.assert_array_equal(samples, np.array(expected).reshape(-1, 2))
        lost = [text for gpu, text in stated.items() if not gpu.isdecimal() or int(gpu) not in devices]
        assert all(decoded.skipped[metric] > 0 for _ in lost), metric


def _is_pair(sample: object) -> bool:
    return isinstance(sample, list) and len(sample) == 2


def _float(value: object) -> float:
    """Convert a value as the toolkit does, with `float`; NaN unless the result is finite and in range."""
    try:
        found = float(value)  # type: ignore[arg-type] # what it refuses is the point
    except (TypeError, ValueError):
        return math.nan
    return found if abs(found) <= MAX_MAGNITUDE else math.nan


def _lengths(requests: list[Any]) -> Iterator[int]:
    for each in requests:
        try:
            length = int(each["output_len"]) if each.get("success", False) else None
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            continue
        if length is not None and abs(length) < 2**31:
            yield length


def _tokens(requests: list[Any]) -> Iterator[float]:
    for each in requests:
        if isinstance(each, dict) and each.get("success", False) and isinstance(each.get("itl", []), list):
            smoothed = _smooth_chunked_itl([_any_float(x) for x in each.get("itl", [])])
            yield from (latency for latency in smoothed if latency > 0 and math.isfinite(latency))


def _any_float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type] # what it refuses is the point
    except (TypeError, ValueError):
        return math.nan


def _iteration(stated: Any) -> tuple[float, dict[int, float]] | None:  # noqa: ANN401 - any JSON
    try:
        figures = float(stated["time"]), {int(gpu): float(joules) for gpu, joules in stated["gpu_energy"].items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return figures if math.isfinite(figures[0] + sum(figures[1].values())) else None


def _compare_server(decoded: DecodedServer, plain: dict[str, Any], *, sound: bool) -> None:
    if not decoded.skipped_count:
        snapshots = sorted(plain.get("timeline") or [], key=lambda each: float(each["timestamp"]))
        assert decoded.timestamps.tolist() == [float(each["timestamp"]) for each in snapshots]
        for gauge, series in decoded.gauges.items():
            expected = [_gauge(each.get("metrics", ""), gauge) for each in snapshots]
            np.testing.assert_array_equal(series, expected)
    stated = plain.get("steady_state_stats")
    figures = {name: _any_float(value) for name, value in stated.items()} if isinstance(stated, dict) else {}
    assert not sound or decoded.statistics == {name: value for name, value in figures.items() if math.isfinite(value)}


def _gauge(text: str, gauge: ServerGauge) -> float:
    lines = [line for line in text.split("\n") if _NAME.match(line)[1] in gauge.names]  # type: ignore[index] # matches
    samples = [sample for line in lines for family in text_string_to_metric_families(line) for sample in family.samples]
    for name in gauge.names:
        values = [sample.value for sample in samples if sample.name == name]
        if values:
            return math.fsum(values) / (len(values) if gauge.is_share else 1)
    return math.nan


def main() -> None:
    """Damage and decode files; print the outcomes."""
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
