"""What was read lately: decoded files, bounded in bytes, and failures, for a few seconds."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from errors import RawDataUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from timelines.packed import Decoded


class DecodedCache:
    """The decoded files used last, at most `max_bytes` of arrays together.

    Args:
        max_bytes: The bound; a file that is larger by itself is not kept.
    """

    def __init__(self, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._files: OrderedDict[str, Decoded] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """The arrays held now."""
        return self._bytes

    def get(self, path: str) -> Decoded | None:
        """Return the decoded file, if it is held, and count it as used."""
        decoded = self._files.get(path)
        if decoded is not None:
            self._files.move_to_end(path)
        return decoded

    def put(self, decoded: Decoded) -> None:
        """Hold a decoded file in place of those that were not used for longest."""
        if decoded.nbytes > self._max_bytes:
            return
        held = self._files.pop(decoded.path, None)
        self._bytes += decoded.nbytes - (held.nbytes if held else 0)
        self._files[decoded.path] = decoded
        while self._bytes > self._max_bytes:
            _, oldest = self._files.popitem(last=False)
            self._bytes -= oldest.nbytes


class RecentFailures:
    """Files that could not be read a moment ago, so that a page of the same broken run is not fetched over and over.

    Args:
        seconds: How long a failure is remembered.
        most: How many are remembered.
        clock: Seconds that only grow.
    """

    def __init__(self, *, seconds: float, most: int = 1024, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._failures: OrderedDict[str, tuple[float, str, Mapping[str, object]]] = OrderedDict()

    def get(self, path: str) -> RawDataUnavailable | None:
        """Return why the file could not be read, if that was a moment ago."""
        self._forget()
        if path not in self._failures:
            return None
        _, message, figures = self._failures[path]
        return RawDataUnavailable(message, **figures)

    def put(self, path: str, failure: RawDataUnavailable) -> None:
        """Remember what a failure said; the exception itself would hold the file's bytes through its traceback."""
        figures = {name: figure for name, figure in failure.extensions.items() if name != "code"}
        self._failures.pop(path, None)
        self._failures[path] = (self._clock() + self._seconds, str(failure), figures)
        self._forget()

    def _forget(self) -> None:
        now = self._clock()
        while self._failures:
            oldest = next(iter(self._failures))
            until, _, _ = self._failures[oldest]
            if now < until and len(self._failures) <= self._most:
                return
            del self._failures[oldest]
