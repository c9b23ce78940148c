"""The bytes of a raw `prometheus.json` → what the inference server said of itself, snapshot by snapshot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from errors import RawDataUnavailable
from timelines.results_text import in_short, top_level, unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from tables.file_bytes import FileBytes

MAX_SNAPSHOTS = 1_000_000  # eleven days at the benchmark's one a second


class ServerGauge(Enum):
    """A figure of vLLM that goes up and down; the value is its name there."""

    KV_CACHE_USAGE = "vllm:kv_cache_usage_perc"
    NUM_REQUESTS_RUNNING = "vllm:num_requests_running"
    NUM_REQUESTS_WAITING = "vllm:num_requests_waiting"

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
    """

    path: str
    interval_s: float | None
    steady_state: tuple[float, float] | None
    statistics: Mapping[str, float]
    timestamps: npt.NDArray[np.float64]
    gauges: Mapping[ServerGauge, npt.NDArray[np.float64]]

    @property
    def nbytes(self) -> int:
        """The memory that the series take."""
        return self.timestamps.nbytes + sum(series.nbytes for series in self.gauges.values())


class _Snapshot(msgspec.Struct, gc=False):
    timestamp: float
    metrics: str = ""


_SNAPSHOTS = msgspec.json.Decoder(list[msgspec.Raw])
_SNAPSHOT = msgspec.json.Decoder(_Snapshot)
_STATISTICS = msgspec.json.Decoder(dict[str, float | None])
_NUMBER = msgspec.json.Decoder(float | None)


def decode_server(raw: FileBytes, *, path: str) -> DecodedServer:
    """Decode a `prometheus.json`.

    Args:
        raw: The whole file.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file is no JSON object, or something in it has another form.
    """
    file = top_level(raw, path=path)
    try:
        statistics = _STATISTICS.decode(file.get("steady_state_stats", b"{}"))
        numbers = {
            name: _NUMBER.decode(file.get(name, b"null"))
            for name in ("collection_interval", "steady_state_start_time", "steady_state_end_time")
        }
        texts = _SNAPSHOTS.decode(file.get("timeline", b"[]"))
        if len(texts) > MAX_SNAPSHOTS:
            raise RawDataUnavailable(
                f"{path}: timeline has {len(texts)} snapshots; at most {MAX_SNAPSHOTS} are read", path=path
            )
        snapshots = [_gauges(_SNAPSHOT.decode(text)) for text in texts]
    except msgspec.DecodeError as error:
        raise RawDataUnavailable(f"{path}: {in_short(error)}", path=path) from error
    except (RecursionError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise RawDataUnavailable(
            f"{path}: timeline holds a text that is not Prometheus's: {error}", path=path
        ) from None
    table = np.array(snapshots, np.float64).reshape(-1, 1 + len(ServerGauge))
    table = table[np.argsort(table[:, 0], kind="stable")]
    table.setflags(write=False)
    start, end = numbers["steady_state_start_time"], numbers["steady_state_end_time"]
    return DecodedServer(
        path=path,
        interval_s=numbers["collection_interval"],
        steady_state=None if start is None or end is None else (start, end),
        statistics={name: value for name, value in statistics.items() if value is not None and math.isfinite(value)},
        timestamps=table[:, 0],
        gauges={gauge: table[:, 1 + place] for place, gauge in enumerate(ServerGauge)},
    )


def _gauges(snapshot: _Snapshot) -> list[float]:
    """Return a snapshot's time and its gauges."""
    # Of some hundred lines a few are wanted, and the library's parser takes its time for each.
    lines = [line for line in snapshot.metrics.split("\n") if line.startswith(_WANTED)]
    found: dict[str, list[float]] = {}
    for family in text_string_to_metric_families("\n".join(lines) + "\n"):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.value)
    return [snapshot.timestamp, *(_together(gauge, found.get(gauge.value, [])) for gauge in ServerGauge)]


_WANTED = tuple(gauge.value for gauge in ServerGauge)


def _together(gauge: ServerGauge, engines: list[float]) -> float:
    if not engines:
        return math.nan
    total = math.fsum(engines) if all(map(math.isfinite, engines)) else math.nan
    return total / len(engines) if gauge.is_share else total
