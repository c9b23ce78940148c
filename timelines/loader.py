"""One raw file → decoded: from the timeline store, from the disk cache, or read and decoded."""

from __future__ import annotations

import gc
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from errors import RawDataUnavailable
from tables.file_bytes import BufferPool
from timelines.cache_entry import DamagedEntry
from timelines.prometheus import decode_server
from timelines.results import DecodedResults, decode_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from tables.raw_files import RawFiles
    from timelines.disk_cache import DiskCache
    from timelines.packed import Decoded
    from timelines.results import OnTimeline
    from timelines.store import TimelineStore

    T = TypeVar("T")

Copy = Literal["cache", "store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A file that was loaded from a copy or from the raw file, whose size is None if it was not read."""

    path: str
    origin: Copy | Literal["raw"]
    seconds: float
    raw_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A damaged copy of the raw file at `path`."""

    path: str
    origin: Copy
    reason: str


def _ignore(_event: object) -> None:
    pass


class Loader:
    """Loads files; thread-safe.

    Args:
        raw: The snapshot's raw files.
        revision: The snapshot's revision; entries of another revision in the disk cache are not used.
        disk: Cache of decoded files.
        store: Timeline store.
        max_file_bytes: Maximum size of a raw file; None for no limit.
        on_start: Receives the path of a raw file before it is read.
        on_loaded: Receives each file that was loaded.
        on_damaged: Receives each damaged copy; the raw file is read in its place.

    Attributes:
        replaceable: Paths that were loaded from files whose content neither the revision nor the store's edition
            determines.
    """

    def __init__(
        self,
        raw: RawFiles,
        *,
        revision: str = "",
        disk: DiskCache | None = None,
        store: TimelineStore | None = None,
        max_file_bytes: int | None = None,
        on_start: Callable[[str], None] = _ignore,
        on_loaded: Callable[[Loaded], None] = _ignore,
        on_damaged: Callable[[Damaged], None] = _ignore,
    ) -> None:
        self._raw = raw
        self._revision = revision
        self._disk = disk
        self._store = store
        self._max_file_bytes = max_file_bytes
        self._on_start = on_start
        self._on_loaded = on_loaded
        self._on_damaged = on_damaged
        # Decoding holds the interpreter lock, some 0.8 ms per MB of file; two files at a time are no faster than one
        # and hold up the event loop twice as long. So files are read in parallel and decoded one by one.
        self._decoding = threading.Lock()
        self._buffers = BufferPool()
        self.replaceable: set[str] = set()

    @property
    def edition(self) -> str:
        """The edition of the timeline store; empty without one."""
        return "" if self._store is None else self._store.edition

    def load(self, path: str, *, on_timeline: OnTimeline = None, stored: bool = True) -> Decoded:
        """Return a decoded file; blocks on disk and network.

        Args:
            path: `.../prometheus.json`, or the results of a run.
            on_timeline: Receives the timeline of a results file as soon as it is decoded; twice, with the same
                timeline, if the rest of a cached copy turns out to be damaged.
            stored: Whether to use the store's copy, which lacks the inter-token latencies.

        Raises:
            RawDataUnavailable: The file is missing, unreadable or damaged.
        """
        if not stored or self._store is None:
            return self._load_raw(path, on_timeline)
        started = time.monotonic()
        try:
            copy = self._store.get(path)
        except RawDataUnavailable as damage:
            self._on_damaged(Damaged(path=path, origin="store", reason=str(damage).removeprefix(f"{path}: ")))
            try:
                return self._load_raw(path, on_timeline)
            except RawDataUnavailable as error:
                raise RawDataUnavailable(f"{damage}; {error}", path=path) from None
        if copy is None:
            return self._load_raw(path, on_timeline)
        if not (self._raw.immutable or self._store.edition):
            self.replaceable.add(path)
        if isinstance(copy, DecodedResults) and on_timeline is not None:
            on_timeline(copy.timeline)
        self._on_loaded(Loaded(path=path, origin="store", seconds=time.monotonic() - started))
        return copy

    def _load_raw(self, path: str, on_timeline: OnTimeline) -> Decoded:
        started = time.monotonic()
        if not self._raw.immutable:
            self.replaceable.add(path)
        version = ""
        if self._disk is not None:
            version = _read(path, lambda: self._raw.version(path))
            try:
                cached = self._disk.get(self._revision, path, version, on_timeline=on_timeline)
            except DamagedEntry as damage:
                self._on_damaged(Damaged(path=path, origin="cache", reason=str(damage)))
                cached = None
            if cached is not None:
                self._on_loaded(Loaded(path=path, origin="cache", seconds=time.monotonic() - started))
                return cached
        self._on_start(path)
        decoded: Decoded
        with self._buffers.borrow() as buffer:
            raw = _read(path, lambda: self._raw.read(path, max_bytes=self._max_file_bytes, buffer=buffer))
            size = len(raw)
            with self._decoding, _garbage_collector_disabled():
                if path.rpartition("/")[2] == "prometheus.json":
                    decoded = decode_server(raw, path=path)
                else:
                    decoded = decode_results(raw, path=path, on_timeline=on_timeline)
            del raw
        # A file that was replaced while it was read is not cached under either version.
        if self._disk is not None and _read(path, lambda: self._raw.version(path)) == version:
            self._disk.put(decoded, self._revision, path, version)
        self._on_loaded(Loaded(path=path, origin="raw", seconds=time.monotonic() - started, raw_bytes=size))
        return decoded


def _read(path: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except OSError as error:
        # The system's message names a path on this machine; `strerror` does not.
        raise RawDataUnavailable(f"{path}: cannot be read: {error.strerror}", path=path) from error


@contextmanager
def _garbage_collector_disabled() -> Iterator[None]:
    """Disable the collector while a decoder makes hundreds of thousands of pairs, none of them in a cycle.

    It would run every few hundred pairs, and a full collection takes as long as decoding a large timeline.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
