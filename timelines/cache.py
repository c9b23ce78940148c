"""Memory that decoded files take in a cache, and a cache of failures for a few seconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cachetools import TTLCache

from caches import size_of
from errors import RawDataUnavailable
from timelines.prometheus import DecodedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from timelines.iterations import Iterations
    from timelines.packed import Decoded
    from timelines.results import DecodedResults

# Measured with files of few samples: what is there beside the arrays' contents.
_BYTES_OF_A_FILE = 2_000
_BYTES_OF_AN_ARRAY = 250
_BYTES_OF_A_STATISTIC = 150
_BYTES_OF_A_BATCH = 300
_BYTES_OF_A_GPU = 40


def bytes_of(decoded: Decoded) -> int:
    """Return the memory that a decoded file takes, its objects and texts included."""
    size = _BYTES_OF_A_FILE + size_of(decoded.path) + decoded.nbytes
    if isinstance(decoded, DecodedServer):
        names = size_of(*decoded.statistics) + _BYTES_OF_A_STATISTIC * len(decoded.statistics)
        return size + names + _BYTES_OF_AN_ARRAY * (1 + len(decoded.gauges))
    return size + _BYTES_OF_AN_ARRAY * _arrays_in(decoded) + _bytes_of_iterations(decoded.iterations)


def _arrays_in(decoded: DecodedResults) -> int:
    timeline = decoded.timeline
    return 2 + (0 if isinstance(timeline, str) else sum(map(len, timeline.samples.values())))


def _bytes_of_iterations(iterations: Iterations | str | None) -> int:
    if iterations is None or isinstance(iterations, str):
        return size_of(iterations)
    return sum(_BYTES_OF_A_BATCH + _BYTES_OF_A_GPU * len(batch.gpus) for batch in iterations.measured)


class RecentFailures:
    """Files that could not be read a moment ago, so that a page of the same broken run is not fetched over and over.

    Args:
        seconds: How long a failure is remembered.
        most: How many are remembered; a failure takes some 1 kB.
        clock: Seconds that only grow.
    """

    def __init__(self, *, seconds: float, most: int = 1024, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures: TTLCache[str, tuple[str, Mapping[str, object]]] = TTLCache(most, seconds, clock)

    def get(self, path: str) -> RawDataUnavailable | None:
        """Return why the file could not be read, if that was a moment ago."""
        failure = self._failures.get(path)
        if failure is None:
            return None
        message, figures = failure
        return RawDataUnavailable(message, **figures)

    def put(self, path: str, failure: RawDataUnavailable) -> None:
        """Remember what a failure said; the exception itself would hold the file's bytes through its traceback."""
        figures = {name: figure for name, figure in failure.extensions.items() if name != "code"}
        self._failures[path] = (str(failure), figures)
