"""Latency statistics that a raw `results.json` states at its top level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from timelines.lenient import optional_number

if TYPE_CHECKING:
    from timelines.results_text import TopLevel

_KINDS = ("ttft", "tpot", "itl", "e2el")
_KEY = re.compile(rf"(mean|median|std|p(\d{{1,3}}(?:\.\d{{1,9}})?))_({'|'.join(_KINDS)})_ms", re.ASCII)
_MAX_PERCENTILE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPercentile:
    """A percentile: `p`, 0 to 100, and its value in ms."""

    p: float
    value_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyStatistics:
    """A latency over the run's successful requests, ms; None for a figure that the file does not state."""

    mean_ms: float | None
    median_ms: float | None
    stddev_ms: float | None
    percentiles: tuple[LatencyPercentile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLatencies:
    """The latencies that the benchmark's client measures; None for one of which the file states no figure.

    Args:
        ttft: Time to first token.
        tpot: Time per output token after the first.
        itl: Inter-token latency.
        e2el: End-to-end latency: from the request to its last token.
        skipped_count: Number of statistics that are neither a number nor null.
    """

    ttft: LatencyStatistics | None
    tpot: LatencyStatistics | None
    itl: LatencyStatistics | None
    e2el: LatencyStatistics | None
    skipped_count: int


def decode_latencies(file: TopLevel) -> RequestLatencies:
    """Decode the statistics. Null and NaN state no figure; numbers may be text."""
    figures: dict[str, dict[str, float]] = {kind: {} for kind in _KINDS}
    percentiles: dict[str, list[LatencyPercentile]] = {kind: [] for kind in _KINDS}
    skipped_count = 0
    for key, text in file.items():
        match = _KEY.fullmatch(key)
        if match is None:
            continue
        value, skipped = optional_number(text)
        skipped_count += skipped
        if value is None:
            continue
        name, p, kind = match.groups()
        if p is None:
            figures[kind][name] = value
        elif float(p) <= _MAX_PERCENTILE:
            percentiles[kind].append(LatencyPercentile(p=float(p), value_ms=value))
    statistics = {kind: _statistics(figures[kind], percentiles[kind]) for kind in _KINDS}
    return RequestLatencies(**statistics, skipped_count=skipped_count)


def _statistics(figures: dict[str, float], percentiles: list[LatencyPercentile]) -> LatencyStatistics | None:
    if not figures and not percentiles:
        return None
    return LatencyStatistics(
        mean_ms=figures.get("mean"),
        median_ms=figures.get("median"),
        stddev_ms=figures.get("std"),
        percentiles=tuple(sorted(percentiles, key=lambda each: each.p)),
    )
