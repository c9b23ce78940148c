"""Raw results files for tests, handwritten and drawn by hypothesis, and comparisons of decoded files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from errors import RawDataUnavailable
from tables.raw_files import refuse_over
from timelines.available import available
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.packed import packed
from timelines.results import decode_results
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from timelines.decode import DecodedTimeline
    from timelines.packed import Decoded
    from timelines.results import DecodedResults

START = 1_763_000_000.0

Samples = dict[str, list[list[float]]]


def request(
    metric: TimelineMetric = TimelineMetric.POWER_DEVICE_INSTANT,
    window: TimelineWindow = TimelineWindow.FULL,
    max_points: int | None = None,
) -> TimelineRequest:
    """Return a request, by default for every sample of the instant power."""
    return TimelineRequest(metric=metric, window=window, max_points=max_points)


def results_file(
    samples: Samples,
    *,
    steady_state: tuple[float, float] | None = None,
    temperature: Samples | None = None,
    **top_level: object,
) -> dict[str, Any]:
    """Return a results file with the same samples in every power domain, and as the temperature by default."""
    timeline: dict[str, Any] = {
        "benchmark_start_time": START,
        "benchmark_end_time": START + 100,
        "power": {"device_instant": samples, "device_average": samples, "memory_average": samples},
        "temperature": samples if temperature is None else temperature,
    }
    if steady_state is not None:
        timeline["steady_state_start_time"], timeline["steady_state_end_time"] = steady_state
    return {
        "model_id": "org/model",
        **top_level,
        "timeline": timeline,
        "results": [{"prompt": '{"timeline": [', "itl": []}],
    }


def as_bytes(file: object) -> bytes:
    """Encode a file as the benchmark does."""
    return json.dumps(file, indent=2).encode()


def part(decoded: DecodedResults, name: str) -> Any:  # noqa: ANN401 - the type of the part
    """Return a part of a decoded file.

    Raises:
        RawDataUnavailable: The part is unavailable.
    """
    return available(getattr(decoded, name), path=decoded.path)


def decode_timeline(raw: bytes, *, path: str) -> DecodedTimeline:
    """Decode a file and return its timeline.

    Raises:
        RawDataUnavailable: The file or its timeline is unavailable.
    """
    timeline: DecodedTimeline = part(decode_results(raw, path=path), "timeline")
    return timeline


def same(one: Decoded, other: Decoded) -> bool:
    """Return whether two decoded files are equal to the last bit."""
    first, second = packed(one), packed(other)
    arrays = [
        {name: (array.dtype, array.shape, array.tobytes()) for name, array in each.arrays.items()}
        for each in (first, second)
    ]
    return first.facts == second.facts and arrays[0] == arrays[1]


# Few distinct times, so that those of the GPUs coincide, differ, repeat and descend.
_times = st.integers(0, 40).map(lambda tick: START + tick * 0.1) | st.integers(0, 4).map(lambda tick: int(START) + tick)
_values = st.floats(0, 1000, allow_subnormal=False) | st.integers(0, 1000)
_samples = st.lists(st.tuples(_times, _values).map(list), max_size=30)
_gpus = st.lists(st.integers(0, 20).map(str), min_size=1, max_size=8, unique=True)


def device_samples() -> st.SearchStrategy[Samples]:
    """Draw one to eight GPUs with any ids, whose samples may differ in time, be out of order, or be missing."""
    return _gpus.flatmap(lambda gpus: st.fixed_dictionaries(dict.fromkeys(gpus, _samples)))


def steady_states() -> st.SearchStrategy[tuple[float, float]]:
    """Draw a window whose edges may be at a sample, near one, or equal."""
    edge = st.floats(START - 1, START + 5)
    return st.tuples(_times | edge, _times | edge).map(lambda edges: (min(edges), max(edges)))


class FakeRawFiles:
    """Files in memory; records each read.

    Args:
        files: Contents by path.
        held: Reads wait until this is set.
    """

    immutable = False

    def __init__(self, files: Mapping[str, bytes], *, held: threading.Event | None = None) -> None:
        self._files = files
        self._held = held
        self.reads: list[str] = []

    def version(self, path: str) -> str:
        """Return the file's length."""
        return str(len(self._files.get(path, b"")))

    def read(self, path: str, *, max_bytes: int | None = None, **_wanted: object) -> bytes:
        """Return the file, once `held` is set."""
        self.reads.append(path)
        if self._held is not None and not self._held.wait(timeout=10):
            raise RawDataUnavailable(f"{path}: was not released", path=path)
        if path not in self._files:
            raise RawDataUnavailable(f"{path}: is not in the dataset", path=path)
        refuse_over(max_bytes, len(self._files[path]), path)
        return self._files[path]
