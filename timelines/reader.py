"""Raw files on request: loaded off the event loop, each file once, a few at a time."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from caches import ByteCache
from defaults import TIMELINE_DEADLINE_SECONDS, TIMELINE_QUEUE, TIMELINE_WORKERS
from errors import Overloaded, RawDataUnavailable
from tables.later import Later
from timelines.available import available
from timelines.cache import RecentFailures, bytes_of
from timelines.prometheus import DecodedServer
from timelines.results import DecodedResults
from timelines.single_flight import Job, SingleFlight
from timelines.store import NOT_STORED, lacks_tokens
from timelines.timeline import build_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable, Iterable

    from timelines.loader import Loader
    from timelines.packed import Decoded
    from timelines.results import Outcome
    from timelines.timeline import Timeline, TimelineRequest

T = TypeVar("T")

# Decoding requests holds the interpreter lock: building the timeline meanwhile would take three times as long.
_HEAD_START_SECONDS = 0.05
_CACHE_BYTES = 24 * 2**20
# Computed on the event loop, in 0.1 to 0.3 ms: handing them to a thread takes as long. A timeline sorts nothing as a
# rule, so it may have more samples.
_VALUES_ON_THE_LOOP = 10_000
_SAMPLES_ON_THE_LOOP = 40_000


@dataclass(frozen=True, slots=True)
class _Opened:
    """A results file whose timeline is decoded and whose requests are not.

    Args:
        timeline: The timeline, or why it is unavailable.
        whole: Receives the whole file.
        resume: The rest is decoded when this is set, or the head start is over.
    """

    timeline: Outcome
    whole: asyncio.Future[Decoded]
    resume: threading.Event


class RawReader:
    """Reads the raw files of one dataset snapshot; belongs to one event loop.

    Concurrent requests for the same file share one load, and requests for the same result share its computation.
    Decoded files are cached, so that all fields of a run parse its file once. A timeline does not wait for the requests
    in the same file: they are decoded after it is built.

    Args:
        loader: Loads a file; blocks.
        workers: Maximum number of files that are loaded at the same time, and held in memory meanwhile.
        queue: Maximum number of distinct results in progress, waiting ones included.
        deadline_seconds: Maximum wait of one request. A load that takes longer continues, for later requests.
        cache: Decoded files by path; 24 MiB by default.
        remember_failures_seconds: Time until a file that could not be read is tried again.
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
        self._load_threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="raw-load")
        # A thread of its own, so that cached files do not wait for a slow disk or Hub.
        self._build_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="raw-build")
        self._loads: SingleFlight[str, _Opened] = SingleFlight()
        self._opened: dict[str, _Opened] = {}
        self._results: SingleFlight[Hashable, Any] = SingleFlight()
        self._cache: ByteCache[str, Decoded] = ByteCache(_CACHE_BYTES, largest_share=1) if cache is None else cache
        self._failures = RecentFailures(seconds=remember_failures_seconds)

    @property
    def in_flight(self) -> int:
        """Number of distinct results in progress, waiting ones included."""
        return len(self._results)

    def immutable(self, paths: Iterable[str]) -> bool:
        """Return whether these files were loaded from sources where they cannot be replaced."""
        return self._loader.replaceable.isdisjoint(paths)

    def timeline_in_memory(self, path: str, request: TimelineRequest) -> Timeline | None:
        """Return a timeline of a decoded file in memory, if it is fast to build; errors as in `timeline`."""
        results = self.results_in_memory(path)
        if results is None or isinstance(results.timeline, str):
            return None
        samples = results.timeline.samples[request.metric]
        if isinstance(samples, str) or sum(map(len, samples.values())) > _SAMPLES_ON_THE_LOOP:
            return None
        return build_timeline(results.timeline, request)

    def results_in_memory(self, path: str, *, tokens: bool = False) -> DecodedResults | None:
        """Return the results file of a run if it is decoded in memory; arguments as in `results`."""
        decoded = self._cache.get(path)
        return decoded if isinstance(decoded, DecodedResults) and not (tokens and lacks_tokens(decoded)) else None

    def server_in_memory(self, path: str) -> DecodedServer | None:
        """Return the `prometheus.json` of a run if it is decoded in memory."""
        decoded = self._cache.get(path)
        return decoded if isinstance(decoded, DecodedServer) else None

    async def timeline(self, path: str, request: TimelineRequest) -> Timeline:
        """Return a timeline of the run whose `results.json` is at `path`, relative to the dataset's root.

        Raises:
            BadUserInput: The request is for the steady state of a run that has none.
            RawDataUnavailable: The file is missing, unreadable, damaged, or not read before the deadline.
            Overloaded: Too many results are in progress.
        """
        return await self._shared(path, (path, request), lambda: self._make_timeline(path, request))

    async def results(self, path: str, *, tokens: bool = False) -> DecodedResults:
        """Return the results file of a run; errors as in `timeline`.

        Args:
            path: The file's path relative to the dataset's root.
            tokens: Whether the inter-token latencies are needed, which a timeline store does not have.
        """
        decoded = await self._shared(path, path, lambda: self._whole(path, DecodedResults))
        if not tokens or not lacks_tokens(decoded):
            return decoded
        return await self._shared(path, (path, NOT_STORED), lambda: self._load_tokens(path, decoded))

    async def server(self, path: str) -> DecodedServer:
        """Return the `prometheus.json` of a run; errors as in `timeline`."""
        return await self._shared(path, path, lambda: self._whole(path, DecodedServer))

    def compute(self, call: Callable[[], T], *, values: int) -> T | Later[T]:
        """Return the result of a computation over a number of values of decoded files; a `Later` if they are many."""
        return call() if values <= _VALUES_ON_THE_LOOP else Later(lambda: self.compute_in_thread(call))

    async def compute_in_thread(self, call: Callable[[], T]) -> T:
        """Return the result of a computation over decoded files that would block the event loop."""
        return await asyncio.wrap_future(self._build_thread.submit(call))

    def close(self) -> None:
        """Drop waiting requests; a load in progress ends by itself and is discarded."""
        self._load_threads.shutdown(wait=False, cancel_futures=True)
        self._build_thread.shutdown(wait=False, cancel_futures=True)

    async def _shared(self, path: str, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if key not in self._results and len(self._results) >= self._queue:
            raise Overloaded(
                f"{len(self._results)} timelines or other results from raw files are in progress or waiting; "
                f"allowed: {self._queue}; retry in a moment",
                limit=self._queue,
            )

        def start() -> Job[T]:
            task = asyncio.ensure_future(make())
            return Job(outcome=task, cancel=task.cancel)

        try:
            async with asyncio.timeout(self._deadline_seconds):
                result: T = await self._results.join(key, start)
                return result
        except TimeoutError:
            raise RawDataUnavailable(
                f"{path}: not read within {self._deadline_seconds:g} s; retry in a moment", path=path
            ) from None

    async def _make_timeline(self, path: str, request: TimelineRequest) -> Timeline:
        cached = self._cache.get(path)
        if isinstance(cached, DecodedResults):
            return await self._build(path, cached.timeline, request)
        opened = await self._open(path)
        try:
            return await self._build(path, opened.timeline, request)
        finally:
            opened.resume.set()

    async def _build(self, path: str, timeline: Outcome, request: TimelineRequest) -> Timeline:
        decoded = available(timeline, path=path)
        return await self.compute_in_thread(lambda: build_timeline(decoded, request))

    async def _whole(self, path: str, form: type[T]) -> T:
        decoded = self._cache.get(path)
        if decoded is None:
            opened = await self._open(path)
            opened.resume.set()
            decoded = await asyncio.shield(opened.whole)
        if not isinstance(decoded, form):
            raise RawDataUnavailable(f"{path}: its content is not of the kind that its name says", path=path)
        return decoded

    async def _load_tokens(self, path: str, stored: DecodedResults) -> DecodedResults:
        try:
            decoded = await asyncio.wrap_future(self._load_threads.submit(self._loader.load, path, stored=False))
        except RawDataUnavailable as error:
            raise RawDataUnavailable(f"{path}: {NOT_STORED} ({error})", path=path) from None
        if not isinstance(decoded, DecodedResults):
            return stored
        self._put(decoded)
        return decoded

    def _put(self, decoded: Decoded) -> None:
        self._cache.put(decoded.path, decoded, bytes_of(decoded))

    async def _open(self, path: str) -> _Opened:
        if path in self._opened:
            return self._opened[path]
        failure = self._failures.get(path)
        if failure is not None:
            raise failure
        return await self._loads.join(path, lambda: self._load(path))

    def _load(self, path: str) -> Job[_Opened]:
        """Load a file in a thread; the outcome is there as soon as its timeline is decoded."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[_Opened] = loop.create_future()
        resume = threading.Event()

        def on_timeline(timeline: Outcome) -> None:  # in the thread
            loop.call_soon_threadsafe(opened, timeline)
            resume.wait(_HEAD_START_SECONDS)

        def opened(timeline: Outcome) -> None:
            if not outcome.done():
                self._opened[path] = _Opened(timeline, whole, resume)
                outcome.set_result(self._opened[path])

        def loaded(whole: asyncio.Future[Decoded]) -> None:
            self._opened.pop(path, None)
            if whole.cancelled():
                outcome.cancel()
                return
            failure = whole.exception()
            if failure is None:
                self._put(whole.result())
                opened("has no timeline")  # a prometheus.json
                self._opened.pop(path, None)
                return
            if isinstance(failure, RawDataUnavailable):
                self._failures.put(path, failure)
            if not outcome.done():
                outcome.set_exception(failure)

        future = self._load_threads.submit(self._loader.load, path, on_timeline=on_timeline)
        whole = asyncio.wrap_future(future)
        whole.add_done_callback(loaded)
        return Job(outcome=outcome, cancel=future.cancel)
