"""The bytes of a raw `prometheus.json` → the inference server's own metrics, snapshot by snapshot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from errors import RawDataUnavailable
from timelines.exposition import exposed
from timelines.lenient import loads, number, optional_number
from timelines.results_text import top_level, value_in_short

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from tables.file_bytes import FileBytes
    from timelines.results_text import TopLevel

MAX_SNAPSHOTS = 1_000_000  # eleven days at the benchmark's one a second
MAX_MAGNITUDE = 1e12  # far over any unix second


class ServerGauge(Enum):
    """A figure of vLLM that goes up and down; the value is its name there."""

    KV_CACHE_USAGE = "vllm:kv_cache_usage_perc"
    NUM_REQUESTS_RUNNING = "vllm:num_requests_running"
    NUM_REQUESTS_WAITING = "vllm:num_requests_waiting"

    @property
    def names(self) -> tuple[str, ...]:
        """Its names in vLLM's versions, the newest first. Some versions export both, with the same value."""
        return (self.value, "vllm:gpu_cache_usage_perc") if self is ServerGauge.KV_CACHE_USAGE else (self.value,)

    @property
    def is_share(self) -> bool:
        """Whether several engines are averaged, being shares, or summed."""
        return self is ServerGauge.KV_CACHE_USAGE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedServer:
    """One raw file; immutable, small enough to keep.

    Args:
        path: The file, relative to the dataset's root.
        interval_s: Seconds between snapshots, as the file states; None where it does not.
        steady_state: Unix seconds of its start and end; None where the file does not state both.
        statistics: The file's own `steady_state_stats`, finite figures only.
        timestamps: Unix seconds of the snapshots, ascending, shape `(n,)`.
        gauges: By gauge, shape `(n,)`: the sum over the engines, of a share the mean; NaN where a snapshot lacks it.
        skipped_count: How many figures, snapshots, lines of a gauge and engines' values cannot be read.
    """

    path: str
    interval_s: float | None
    steady_state: tuple[float, float] | None
    statistics: Mapping[str, float]
    timestamps: npt.NDArray[np.float64]
    gauges: Mapping[ServerGauge, npt.NDArray[np.float64]]
    skipped_count: int

    @property
    def nbytes(self) -> int:
        """The memory that the series take."""
        return self.timestamps.nbytes + sum(series.nbytes for series in self.gauges.values())

    def steady_state_of(self, gauge: ServerGauge) -> float | None:
        """Return what the file states of a gauge for the steady state, under any of its names; None if nothing."""
        return next((self.statistics[name] for name in gauge.names if name in self.statistics), None)


class _Snapshot(msgspec.Struct, gc=False):
    timestamp: float
    metrics: str = ""


_SNAPSHOTS = msgspec.json.Decoder(list[msgspec.Raw] | None)
_SNAPSHOT = msgspec.json.Decoder(_Snapshot)
_STATISTICS = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)
_NULL = msgspec.Raw(b"null")
_NAMES = frozenset(name for gauge in ServerGauge for name in gauge.names)


def decode_server(raw: FileBytes, *, path: str) -> DecodedServer:
    """Decode a `prometheus.json`. What cannot be read in it is skipped and counted; everything else stands.

    Args:
        raw: The whole file.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file is no JSON object, has too many snapshots, or nothing in it can be read.
    """
    file = top_level(raw, path=path)
    statistics, skipped_count = _statistics(file)
    numbers: dict[str, float | None] = {}
    for name in ("collection_interval", "steady_state_start_time", "steady_state_end_time"):
        numbers[name], skipped = optional_number(file.get(name, _NULL))
        skipped_count += skipped
    rows, skipped = _rows(file, path=path)
    skipped_count += skipped
    if skipped_count and not rows and not statistics and all(value is None for value in numbers.values()):
        said = {
            name: value_in_short(str(file.get(name, _NULL), "utf-8", "replace"))
            for name in ("timeline", "steady_state_stats")
        }
        raise RawDataUnavailable(
            f"{path}: nothing in it can be read: timeline is {said['timeline']}; allowed: a list of snapshots with "
            f"a timestamp; steady_state_stats is {said['steady_state_stats']}; allowed: numbers by name",
            path=path,
        )
    table = np.array(rows, np.float64).reshape(-1, 1 + len(ServerGauge))
    table = table[np.argsort(table[:, 0], kind="stable")]
    table.setflags(write=False)
    start, end = numbers["steady_state_start_time"], numbers["steady_state_end_time"]
    return DecodedServer(
        path=path,
        interval_s=numbers["collection_interval"],
        steady_state=None if start is None or end is None else (start, end),
        statistics=statistics,
        timestamps=table[:, 0],
        gauges={gauge: table[:, 1 + place] for place, gauge in enumerate(ServerGauge)},
        skipped_count=skipped_count,
    )


def _statistics(file: TopLevel) -> tuple[dict[str, float], int]:
    """Return the figures of the steady state, and how many values were skipped."""
    try:
        stated = _STATISTICS.decode(file.get("steady_state_stats", _NULL))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}, 1
    statistics: dict[str, float] = {}
    skipped_count = 0
    for name, text in (stated or {}).items():
        value, skipped = optional_number(text)
        skipped_count += skipped
        if value is not None:
            statistics[name] = value
    return statistics, skipped_count


def _rows(file: TopLevel, *, path: str) -> tuple[list[list[float]], int]:
    """Return each snapshot's time and gauges, and how many snapshots, lines and values were skipped."""
    try:
        texts = _SNAPSHOTS.decode(file.get("timeline", _NULL)) or []
    except msgspec.DecodeError:
        return [], 1
    if len(texts) > MAX_SNAPSHOTS:
        raise RawDataUnavailable(
            f"{path}: timeline has {len(texts)} snapshots; at most {MAX_SNAPSHOTS} are read", path=path
        )
    rows: list[list[float]] = []
    skipped_count = 0
    for text in texts:
        snapshot, skipped = _snapshot(text)
        skipped_count += skipped
        if snapshot is not None:
            gauges, skipped = _gauges(snapshot.metrics)
            skipped_count += skipped
            rows.append([snapshot.timestamp, *gauges])
    return rows, skipped_count


def _snapshot(text: msgspec.Raw) -> tuple[_Snapshot | None, int]:
    """Return a snapshot, None if it has no time; and how many of its two members were skipped."""
    try:
        snapshot = _SNAPSHOT.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            stated = loads(text)
        except (ValueError, RecursionError):
            return None, 1
        if not isinstance(stated, dict):
            return None, 1
        metrics = stated.get("metrics")
        snapshot = _Snapshot(number(stated.get("timestamp")), metrics if isinstance(metrics, str) else "")
        skipped = not isinstance(metrics, str)
    else:
        skipped = False
    return (snapshot, int(skipped)) if abs(snapshot.timestamp) <= MAX_MAGNITUDE else (None, 1)


def _gauges(metrics: str) -> tuple[list[float], int]:
    """Return the gauges of one snapshot, and how many lines and engines' values were skipped."""
    values, skipped_count = exposed(metrics, _NAMES)
    gauges = []
    for gauge in ServerGauge:
        engines: list[float] = []
        for name in gauge.names:
            stated = values.get(name, [])
            finite = [value for value in stated if math.isfinite(value)]
            skipped_count += len(stated) - len(finite)
            engines = engines or finite
        gauges.append(_together(gauge, engines))
    return gauges, skipped_count


def _together(gauge: ServerGauge, engines: list[float]) -> float:
    if not engines:
        return math.nan
    total = math.fsum(engines)
    return total / len(engines) if gauge.is_share else total
