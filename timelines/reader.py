"""What raw files say, on request: read and decoded off the event loop, each file once, few at a time."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from caches import ByteCache
from defaults import TIMELINE_DEADLINE_SECONDS, TIMELINE_QUEUE, TIMELINE_WORKERS
from errors import Overloaded, RawDataUnavailable
from timelines.cache import RecentFailures, bytes_of
from timelines.flights import Flights, Work
from timelines.prometheus import DecodedServer
from timelines.results import DecodedResults
from timelines.store import NOT_KEPT, lacks_tokens
from timelines.timeline import build_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable

    from timelines.loader import Loader
    from timelines.packed import Decoded
    from timelines.results import Outcome
    from timelines.timeline import Timeline, TimelineRequest

T = TypeVar("T")

# Decoding requests keeps the interpreter busy, so that a timeline that was just found would take three times as long.
_HEAD_START_SECONDS = 0.05
_CACHE_BYTES = 24 * 2**20


@dataclass(frozen=True, slots=True)
class _Opened:
    """A results file whose timeline is known, and whose requests are being decoded.

    Args:
        timeline: The timeline, or why there is none.
        rest: The whole file, some time later.
        go_on: The rest is decoded when this is set, or the head start is over.
    """

    timeline: Outcome
    rest: asyncio.Future[Decoded]
    go_on: threading.Event


class RawReader:
    """Reads the raw files of one dataset snapshot; belongs to one event loop.

    Requests for the same file share one read and decode, requests for the same answer share its making, too. Decoded
    files are kept, so that all fields of a run parse its file once. A timeline does not wait for the requests that
    stand behind it in the same file: they are decoded when it is on its way.

    Args:
        loader: Loads a file; blocks.
        workers: How many files are read at the same time, and held in memory until they are decoded.
        queue: How many different answers may be in the making, waiting ones included.
        deadline_seconds: How long one request waits. A read that takes longer goes on, and serves later requests.
        cache: Decoded files by their paths; one of 24 MiB by default.
        remember_failures_seconds: How long a file that could not be read is not tried again.
    """

    def __init__(
        self,
        loader: Loader,
        *,
        workers: int = TIMELINE_WORKERS,
        queue: int = TIMELINE_QUEUE,
        deadline_seconds: float = TIMELINE_DEADLINE_SECONDS,
        cache: ByteCache[str, Decoded] | None = None,
        remember_failures_seconds: float = 5,
    ) -> None:
        self._loader = loader
        self._queue = queue
        self._deadline_seconds = deadline_seconds
        self._loaders = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="raw-load")
        # Apart, so that what is held already need not wait for a slow disk or Hub.
        self._builder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="raw-build")
        self._loads: Flights[str, _Opened] = Flights()
        self._opened: dict[str, _Opened] = {}
        self._answers: Flights[Hashable, Any] = Flights()
        self._decoded: ByteCache[str, Decoded] = ByteCache(_CACHE_BYTES, largest_share=1) if cache is None else cache
        self._failures = RecentFailures(seconds=remember_failures_seconds)

    @property
    def in_flight(self) -> int:
        """How many different answers are in the making, waiting ones included."""
        return len(self._answers)

    async def timeline(self, path: str, request: TimelineRequest) -> Timeline:
        """Return one timeline of the run whose `results.json` is at `path`, relative to the dataset's root.

        Raises:
            BadUserInput: The steady state of a run that has none.
            RawDataUnavailable: The file cannot be had, is not sound, or is not there before the deadline.
            Overloaded: Too many answers are in the making.
        """
        return await self._answer(path, (path, request), lambda: self._make_timeline(path, request))

    async def results(self, path: str, *, tokens: bool = False) -> DecodedResults:
        """Return the whole results file of a run.

        Args:
            path: Which file.
            tokens: Whether the inter-token latencies are needed: a timeline store does not have them.

        Raises:
            RawDataUnavailable: The file cannot be had, is no JSON object, or is not there before the deadline.
            Overloaded: Too many answers are in the making.
        """
        decoded = await self._answer(path, path, lambda: self._whole(path, DecodedResults))
        if not tokens or not lacks_tokens(decoded):
            return decoded
        return await self._answer(path, (path, NOT_KEPT), lambda: self._from_the_raw_file(path, decoded))

    async def server(self, path: str) -> DecodedServer:
        """Return the whole `prometheus.json` of a run.

        Raises:
            RawDataUnavailable: The file cannot be had, is not sound, or is not there before the deadline.
            Overloaded: Too many answers are in the making.
        """
        return await self._answer(path, path, lambda: self._whole(path, DecodedServer))

    async def compute(self, call: Callable[[], T]) -> T:
        """Return what a computation over decoded files gives that would hold up the event loop."""
        return await _threaded(self._builder, call).outcome

    def close(self) -> None:
        """Drop what waits; a read under way ends by itself and is forgotten."""
        self._loaders.shutdown(wait=False, cancel_futures=True)
        self._builder.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, path: str, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if key not in self._answers and len(self._answers) >= self._queue:
            raise Overloaded(
                f"{len(self._answers)} timelines or other answers from raw files are being made or waiting to be; "
                f"allowed: {self._queue}; try again in a moment",
                limit=self._queue,
            )

        def making() -> Work[T]:
            task = asyncio.ensure_future(make())
            return Work(outcome=task, abandon=task.cancel)

        try:
            async with asyncio.timeout(self._deadline_seconds):
                answer: T = await self._answers.join(key, making)
                return answer
        except TimeoutError:
            raise RawDataUnavailable(
                f"{path}: not read within {self._deadline_seconds:g} s; try again in a moment", path=path
            ) from None

    async def _make_timeline(self, path: str, request: TimelineRequest) -> Timeline:
        held = self._decoded.get(path)
        opened: _Opened | None = None
        if isinstance(held, DecodedResults):
            timeline = held.timeline
        else:
            opened = await self._open(path)
            timeline = opened.timeline
        try:
            if isinstance(timeline, str):
                raise RawDataUnavailable(f"{path}: {timeline}", path=path)
            return await self.compute(lambda: build_timeline(timeline, request))
        finally:
            if opened is not None:
                opened.go_on.set()

    async def _whole(self, path: str, form: type[T]) -> T:
        decoded = self._decoded.get(path)
        if decoded is None:
            opened = await self._open(path)
            opened.go_on.set()
            decoded = await asyncio.shield(opened.rest)
        if not isinstance(decoded, form):
            raise RawDataUnavailable(f"{path}: is another file than its name says", path=path)
        return decoded

    async def _from_the_raw_file(self, path: str, stored: DecodedResults) -> DecodedResults:
        job = _threaded(self._loaders, lambda: self._loader.load(path, stored=False))
        try:
            decoded = await job.outcome
        except RawDataUnavailable as error:
            raise RawDataUnavailable(f"{path}: {NOT_KEPT} ({error})", path=path) from None
        if not isinstance(decoded, DecodedResults):
            return stored
        self._cache(decoded)
        return decoded

    def _cache(self, decoded: Decoded) -> None:
        self._decoded.put(decoded.path, decoded, bytes_of(decoded))

    async def _open(self, path: str) -> _Opened:
        if path in self._opened:
            return self._opened[path]
        failure = self._failures.get(path)
        if failure is not None:
            raise failure
        return await self._loads.join(path, lambda: self._opening(path))

    def _opening(self, path: str) -> Work[_Opened]:
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[_Opened] = loop.create_future()
        go_on = threading.Event()

        def on_timeline(timeline: Outcome) -> None:
            loop.call_soon_threadsafe(open_with, timeline)
            go_on.wait(_HEAD_START_SECONDS)

        def open_with(timeline: Outcome) -> None:
            if not opened.done():
                self._opened[path] = _Opened(timeline, rest, go_on)
                opened.set_result(self._opened[path])

        def keep(rest: asyncio.Future[Decoded]) -> None:
            self._opened.pop(path, None)
            if rest.cancelled():
                opened.cancel()
                return
            failure = rest.exception()
            if failure is None:
                self._cache(rest.result())
                open_with("has no timeline")  # a file of another kind
                self._opened.pop(path, None)
                return
            if isinstance(failure, RawDataUnavailable):
                self._failures.put(path, failure)
            if not opened.done():
                opened.set_exception(failure)

        job = self._loaders.submit(self._loader.load, path, on_timeline=on_timeline)
        rest = asyncio.wrap_future(job)
        rest.add_done_callback(keep)
        return Work(outcome=opened, abandon=job.cancel)


def _threaded(pool: ThreadPoolExecutor, call: Callable[[], T]) -> Work[T]:
    job = pool.submit(call)
    return Work(outcome=asyncio.wrap_future(job), abandon=job.cancel)
