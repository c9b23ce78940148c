"""Timelines on request: read and decoded off the event loop, each file once, few at a time."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from errors import Overloaded, RawDataUnavailable
from timelines.cache import DecodedCache, RecentFailures
from timelines.decode import DecodedTimeline, decode_timeline
from timelines.flights import Flights, Work
from timelines.timeline import Timeline, TimelineRequest, build_timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.raw_files import RawFiles

T = TypeVar("T")


class TimelineReader:
    """Reads the timelines of one dataset snapshot; belongs to one event loop.

    Requests for the same file share one read and decode, requests for the same timeline share its making, too. Decoded
    samples are kept, so that the four metrics of a run parse its file once.

    Args:
        raw: The snapshot's raw files.
        workers: How many files are read at the same time, and held in memory until they are decoded.
        queue: How many different timelines may be in the making, waiting ones included.
        deadline_seconds: How long one request waits. A read that takes longer goes on, and serves later requests.
        max_file_bytes: The largest file to decode; None for any.
        cache_bytes: How much of decoded samples to keep.
        remember_failures_seconds: How long a file that could not be read is not tried again.
    """

    def __init__(
        self,
        raw: RawFiles,
        *,
        workers: int = 2,
        queue: int = 256,
        deadline_seconds: float = 30,
        max_file_bytes: int | None = 512 * 2**20,
        cache_bytes: int = 32 * 2**20,
        remember_failures_seconds: float = 5,
    ) -> None:
        self._raw = raw
        self._queue = queue
        self._deadline_seconds = deadline_seconds
        self._max_file_bytes = max_file_bytes
        self._loaders = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="timeline-load")
        # Apart, so that what is held already need not wait for a slow disk or Hub.
        self._builder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="timeline-build")
        # The decoder keeps the interpreter to itself, some 0.8 ms per MB of file; two at a time are no faster than one
        # and hold up the event loop twice as long. So files are read side by side, and decoded one by one.
        self._decoding = threading.Lock()
        self._loads: Flights[str, DecodedTimeline] = Flights()
        self._timelines: Flights[tuple[str, TimelineRequest], Timeline] = Flights()
        self._decoded = DecodedCache(max_bytes=cache_bytes)
        self._failures = RecentFailures(seconds=remember_failures_seconds)

    @property
    def in_flight(self) -> int:
        """How many different timelines are in the making, waiting ones included."""
        return len(self._timelines)

    async def read(self, path: str, request: TimelineRequest) -> Timeline:
        """Return one timeline of the run whose `results.json` is at `path`, relative to the dataset's root.

        Raises:
            BadUserInput: The steady state of a run that has none.
            RawDataUnavailable: The file cannot be had, is not sound, or is not there before the deadline.
            Overloaded: Too many timelines are in the making.
        """
        key = (path, request)
        if key not in self._timelines and len(self._timelines) >= self._queue:
            raise Overloaded(
                f"{len(self._timelines)} timelines are being read or waiting to be; allowed: {self._queue}; "
                "try again in a moment",
                limit=self._queue,
            )
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._timelines.join(key, lambda: self._making(path, request))
        except TimeoutError:
            raise RawDataUnavailable(
                f"{path}: not read within {self._deadline_seconds:g} s; try again in a moment", path=path
            ) from None

    def close(self) -> None:
        """Drop what waits; a read under way ends by itself and is forgotten."""
        self._loaders.shutdown(wait=False, cancel_futures=True)
        self._builder.shutdown(wait=False, cancel_futures=True)

    def _making(self, path: str, request: TimelineRequest) -> Work[Timeline]:
        task = asyncio.ensure_future(self._make(path, request))
        return Work(outcome=task, abandon=task.cancel)

    async def _make(self, path: str, request: TimelineRequest) -> Timeline:
        decoded = self._decoded.get(path)
        if decoded is None:
            failure = self._failures.get(path)
            if failure is not None:
                raise failure
            decoded = await self._loads.join(path, lambda: self._loading(path))
        return await _threaded(self._builder, lambda: build_timeline(decoded, request)).outcome

    def _loading(self, path: str) -> Work[DecodedTimeline]:
        work = _threaded(self._loaders, lambda: self._load(path))
        work.outcome.add_done_callback(lambda outcome: self._keep(path, outcome))
        return work

    def _load(self, path: str) -> DecodedTimeline:
        try:
            raw = self._raw.read(path)
        except OSError as error:
            # The system's own text names a place on this machine; its reason is what a client may know.
            raise RawDataUnavailable(f"{path}: cannot be read: {error.strerror}", path=path) from error
        if self._max_file_bytes is not None and len(raw) > self._max_file_bytes:
            raise RawDataUnavailable(
                f"{path}: has {len(raw)} bytes; allowed: {self._max_file_bytes}",
                path=path,
                bytes=len(raw),
                limit=self._max_file_bytes,
            )
        with self._decoding:
            return decode_timeline(raw, path=path)

    def _keep(self, path: str, outcome: asyncio.Future[DecodedTimeline]) -> None:
        if outcome.cancelled():
            return
        failure = outcome.exception()
        if failure is None:
            self._decoded.put(outcome.result())
        elif isinstance(failure, RawDataUnavailable):
            self._failures.put(path, failure)


def _threaded(pool: ThreadPoolExecutor, call: Callable[[], T]) -> Work[T]:
    job = pool.submit(call)
    return Work(outcome=asyncio.wrap_future(job), abandon=job.cancel)
