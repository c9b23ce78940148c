"""The latency statistics that a raw `results.json` states at its top level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from timelines.lenient import optional_number

if TYPE_CHECKING:
    from timelines.results_text import TopLevel

_KEY = re.compile(r"(mean|median|std|p(\d{1,3}(?:\.\d{1,9})?))_(ttft|tpot|itl|e2el)_ms", re.ASCII)
_WHOLE = 100


class LatencyKind(Enum):
    """A latency that the benchmark's client measures; the value is its name in the file."""

    TTFT = "ttft"
    TPOT = "tpot"
    ITL = "itl"
    E2EL = "e2el"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPercentile:
    """One percentile: `p`, 0 to 100, and its value in ms."""

    p: float
    value_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyStatistics:
    """One latency over the run's successful requests, ms; None where the file does not state the figure."""

    mean_ms: float | None
    median_ms: float | None
    stddev_ms: float | None
    percentiles: tuple[LatencyPercentile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLatencies:
    """The latencies of a run, each None where the file states nothing of it.

    Args:
        ttft: Time to the first token.
        tpot: Time per output token after the first.
        itl: Inter-token latency.
        e2el: From the request to its last token.
        skipped_count: How many statistics are neither a number nor null.
    """

    ttft: LatencyStatistics | None
    tpot: LatencyStatistics | None
    itl: LatencyStatistics | None
    e2el: LatencyStatistics | None
    skipped_count: int


def latencies_of(file: TopLevel) -> RequestLatencies:
    """Collect the statistics of a file whose top level is read; null and NaN state nothing, numbers may be text."""
    figures: dict[str, dict[str, float]] = {kind.value: {} for kind in LatencyKind}
    percentiles: dict[str, list[LatencyPercentile]] = {kind.value: [] for kind in LatencyKind}
    skipped_count = 0
    for key, text in file.items():
        stated = _KEY.fullmatch(key)
        if stated is None:
            continue
        value, skipped = optional_number(text)
        skipped_count += skipped
        if value is None:
            continue
        name, p, kind = stated.groups()
        if p is None:
            figures[kind][name] = value
        elif float(p) <= _WHOLE:
            percentiles[kind].append(LatencyPercentile(p=float(p), value_ms=value))
    statistics = {kind: _statistics(figures[kind], percentiles[kind]) for kind in figures}
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
