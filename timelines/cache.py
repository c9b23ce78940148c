"""Memory of a decoded file in a cache, and a cache of failures for a few seconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cachetools import TTLCache

from caches import size_of
from errors import RawDataUnavailable
from timelines.measurements import Iterations
from timelines.prometheus import DecodedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from timelines.packed import Decoded

# Bytes beside the contents of the arrays, measured with files of few samples.
_BYTES_OF_A_FILE = 2_000
_BYTES_OF_AN_ARRAY = 250
_BYTES_OF_A_STATISTIC = 150
_BYTES_OF_A_BATCH = 300
_BYTES_OF_A_GPU = 40


def bytes_of(decoded: Decoded) -> int:
    """Return the memory of a decoded file, its objects and texts included."""
    size = _BYTES_OF_A_FILE + size_of(decoded.path) + decoded.nbytes
    if isinstance(decoded, DecodedServer):
        names = size_of(*decoded.statistics) + _BYTES_OF_A_STATISTIC * len(decoded.statistics)
        return size + names + _BYTES_OF_AN_ARRAY * (1 + len(decoded.gauges))
    samples = {} if isinstance(decoded.timeline, str) else decoded.timeline.available_samples()
    arrays = 2 + sum(map(len, samples.values()))
    size += _BYTES_OF_AN_ARRAY * arrays
    if not isinstance(decoded.iterations, Iterations):
        return size + size_of(decoded.iterations)
    return size + sum(_BYTES_OF_A_BATCH + _BYTES_OF_A_GPU * len(batch.gpus) for batch in decoded.iterations.measured)


class RecentFailures:
    """Recent failures to read a file, so that a page of the same broken run does not fetch it again for each field.

    Args:
        seconds: Lifetime of an entry.
        most: Maximum number of entries, some 1 kB each.
        clock: Monotonic seconds.
    """

    def __init__(self, *, seconds: float, most: int = 1024, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures: TTLCache[str, tuple[str, Mapping[str, object]]] = TTLCache(most, seconds, clock)

    def get(self, path: str) -> RawDataUnavailable | None:
        """Return the recent failure of a file, as a new exception, or None."""
        failure = self._failures.get(path)
        if failure is None:
            return None
        message, figures = failure
        return RawDataUnavailable(message, **figures)

    def put(self, path: str, failure: RawDataUnavailable) -> None:
        """Store a failure's message and data; the exception's traceback would keep the file's bytes alive."""
        figures = {name: figure for name, figure in failure.extensions.items() if name != "code"}
        self._failures[path] = (str(failure), figures)
