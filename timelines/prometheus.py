"""The bytes of a raw `prometheus.json` → the inference server's own metrics, snapshot by snapshot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from errors import RawDataUnavailable
from timelines.arrays import Floats, read_only
from timelines.exposition import exposed
from timelines.lenient import DECODE_ERRORS, MAX_MAGNITUDE, NULL, loads, number, optional_number
from timelines.results_text import top_level, value_in_short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tables.file_bytes import FileBytes
    from timelines.results_text import TopLevel

MAX_SNAPSHOTS = 1_000_000  # eleven days at the benchmark's interval of a second


class ServerGauge(Enum):
    """A gauge of vLLM; the value is its name in vLLM."""

    KV_CACHE_USAGE = "vllm:kv_cache_usage_perc"
    NUM_REQUESTS_RUNNING = "vllm:num_requests_running"
    NUM_REQUESTS_WAITING = "vllm:num_requests_waiting"

    @property
    def names(self) -> tuple[str, ...]:
        """Its names in vLLM's versions, the newest first. Some versions export both, with the same value."""
        return (self.value, "vllm:gpu_cache_usage_perc") if self is ServerGauge.KV_CACHE_USAGE else (self.value,)

    @property
    def is_share(self) -> bool:
        """Whether the values of several engines are averaged, being shares, or summed."""
        return self is ServerGauge.KV_CACHE_USAGE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedServer:
    """A decoded `prometheus.json`; immutable.

    Args:
        path: The file's path relative to the dataset's root.
        interval_s: Seconds between snapshots, as the file states; None if it does not.
        steady_state: Unix seconds of its start and end; None unless the file states both.
        statistics: The file's own `steady_state_stats`, finite figures only.
        timestamps: Unix seconds of the snapshots, ascending, shape `(n,)`.
        gauges: By gauge, shape `(n,)`: the sum over the engines, or the mean of a share; NaN where a snapshot lacks it.
        skipped_count: Number of unreadable figures, snapshots, lines of a gauge, and values of single engines.
    """

    path: str
    interval_s: float | None
    steady_state: tuple[float, float] | None
    statistics: Mapping[str, float]
    timestamps: Floats
    gauges: Mapping[ServerGauge, Floats]
    skipped_count: int

    @property
    def nbytes(self) -> int:
        """Bytes of the series in memory."""
        return self.timestamps.nbytes + sum(series.nbytes for series in self.gauges.values())

    def steady_state_of(self, gauge: ServerGauge) -> float | None:
        """Return the file's own figure of a gauge in the steady state, under any of its names; None without one."""
        return next((self.statistics[name] for name in gauge.names if name in self.statistics), None)


class _Snapshot(msgspec.Struct, gc=False):
    timestamp: float
    metrics: str = ""


_SNAPSHOTS = msgspec.json.Decoder(list[msgspec.Raw] | None)
_SNAPSHOT = msgspec.json.Decoder(_Snapshot)
_STATISTICS = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)
_NAMES = frozenset(name for gauge in ServerGauge for name in gauge.names)


def decode_server(raw: FileBytes, *, path: str) -> DecodedServer:
    """Decode a whole `prometheus.json` at `path`; unreadable parts are skipped and counted.

    Raises:
        RawDataUnavailable: The file is not a JSON object, has too many snapshots, or nothing in it is readable.
    """
    members = top_level(raw, path=path)
    file = _ServerFile(members, path)
    statistics = file.statistics()
    interval_s, start, end = map(
        file.number, ("collection_interval", "steady_state_start_time", "steady_state_end_time")
    )
    rows = file.rows()
    if file.skipped_count and not rows and not statistics and interval_s is None and start is None and end is None:
        timeline, stats = (
            value_in_short(str(members.get(name, NULL), "utf-8", "replace"))
            for name in ("timeline", "steady_state_stats")
        )
        raise RawDataUnavailable(
            f"{path}: nothing in it is readable: timeline is {timeline}; allowed: a list of snapshots with a "
            f"timestamp; steady_state_stats is {stats}; allowed: numbers by name",
            path=path,
        )
    table = np.array(rows, np.float64).reshape(-1, 1 + len(ServerGauge))
    table = read_only(table[np.argsort(table[:, 0], kind="stable")])
    return DecodedServer(
        path=path,
        interval_s=interval_s,
        steady_state=None if start is None or end is None else (start, end),
        statistics=statistics,
        timestamps=table[:, 0],
        gauges={gauge: table[:, 1 + index] for index, gauge in enumerate(ServerGauge)},
        skipped_count=file.skipped_count,
    )


class _ServerFile:
    """Decodes the members of a file one by one, and counts the unreadable values that it skips."""

    def __init__(self, members: TopLevel, path: str) -> None:
        self._members = members
        self._path = path
        self.skipped_count = 0

    def number(self, name: str) -> float | None:
        """Return a figure; None if the file does not state it."""
        return self._number(self._text(name))

    def statistics(self) -> dict[str, float]:
        """Return the figures of the steady state by name."""
        try:
            texts = _STATISTICS.decode(self._text("steady_state_stats")) or {}
        except DECODE_ERRORS:
            self.skipped_count += 1
            return {}
        values = {name: self._number(text) for name, text in texts.items()}
        return {name: value for name, value in values.items() if value is not None}

    def rows(self) -> list[list[float]]:
        """Return the time and the gauges of each snapshot that has a time."""
        try:
            texts = _SNAPSHOTS.decode(self._text("timeline")) or []
        except msgspec.DecodeError:
            self.skipped_count += 1
            return []
        if len(texts) > MAX_SNAPSHOTS:
            raise RawDataUnavailable(
                f"{self._path}: timeline has {len(texts)} snapshots; allowed: {MAX_SNAPSHOTS}", path=self._path
            )
        snapshots = (self._snapshot(text) for text in texts)
        return [[each.timestamp, *self._gauges(each.metrics)] for each in snapshots if each is not None]

    def _text(self, name: str) -> msgspec.Raw:
        return self._members.get(name, NULL)

    def _number(self, text: msgspec.Raw) -> float | None:
        value, skipped = optional_number(text)
        self.skipped_count += skipped
        return value

    def _snapshot(self, text: msgspec.Raw) -> _Snapshot | None:
        readable = True
        try:
            snapshot = _SNAPSHOT.decode(text)
        except DECODE_ERRORS:
            value = loads(text)
            members = value if isinstance(value, dict) else {}
            metrics = members.get("metrics")
            readable = isinstance(metrics, str)
            snapshot = _Snapshot(number(members.get("timestamp")), str(metrics) if readable else "")
        has_time = abs(snapshot.timestamp) <= MAX_MAGNITUDE
        self.skipped_count += not (has_time and readable)
        return snapshot if has_time else None

    def _gauges(self, metrics: str) -> list[float]:
        """Return each gauge of a snapshot over its engines; NaN if none has a finite value."""
        values, broken = exposed(metrics, _NAMES)
        self.skipped_count += broken
        gauges = []
        for gauge in ServerGauge:
            engines: list[float] = []
            for name in gauge.names:
                stated = values.get(name, [])
                finite = [value for value in stated if math.isfinite(value)]
                self.skipped_count += len(stated) - len(finite)
                engines = engines or finite
            total = math.fsum(engines) if engines else math.nan
            gauges.append(total / len(engines) if engines and gauge.is_share else total)
        return gauges
