"""One raw file → decoded: from the disk cache or the store where it is there, else read, decoded and kept."""

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

    from tables.file_bytes import FileBytes, ReadBuffer
    from tables.raw_files import RawFiles
    from timelines.disk_cache import DiskCache
    from timelines.packed import Decoded
    from timelines.results import Outcome
    from timelines.store import TimelineStore

Origin = Literal["cache", "store", "raw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the log is told of a file that was loaded.

    Args:
        path: The file, relative to the dataset's root.
        origin: Where it came from.
        seconds: How long it took.
        raw_bytes: The size of the raw file; None where it was not read.
    """

    path: str
    origin: Origin
    seconds: float
    raw_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A stored copy of a raw file that could not be used.

    Args:
        path: The raw file, relative to the dataset's root.
        origin: Where the copy was.
        reason: What is wrong with it.
    """

    path: str
    origin: Literal["cache", "store"]
    reason: str


class Loader:
    """Loads files; safe to use from several threads.

    Args:
        raw: The snapshot's raw files.
        revision: The snapshot's; what another revision left in the disk cache is not used.
        disk: Where decoded files are kept; None for nowhere.
        store: What `ingest` wrote; None for nothing.
        max_file_bytes: The largest file to read; None for any.
        on_start: Is told the path of a raw file before it is read.
        on_loaded: Is told of each file that was loaded.
        on_damaged: Receives each copy that is not used because it is damaged; the raw file is read instead.
    """

    def __init__(
        self,
        raw: RawFiles,
        *,
        revision: str = "",
        disk: DiskCache | None = None,
        store: TimelineStore | None = None,
        max_file_bytes: int | None = None,
        on_start: Callable[[str], None] | None = None,
        on_loaded: Callable[[Loaded], None] | None = None,
        on_damaged: Callable[[Damaged], None] | None = None,
    ) -> None:
        self._raw = raw
        self._revision = revision
        self._disk = disk
        self._store = store
        self._max_file_bytes = max_file_bytes
        self._on_start = on_start
        self._on_loaded = on_loaded
        self._on_damaged = on_damaged
        # The decoder keeps the interpreter to itself, some 0.8 ms per MB of file; two at a time are no faster than one
        # and hold up the event loop twice as long. So files are read side by side, and decoded one by one.
        self._decoding = threading.Lock()
        self._buffers = BufferPool()

    def load(self, path: str, *, on_timeline: Callable[[Outcome], None] | None = None, stored: bool = True) -> Decoded:
        """Return a file decoded; blocks on disk and network.

        Args:
            path: Which file; `.../prometheus.json`, or else the results of a run.
            on_timeline: Is told the timeline of a results file as soon as it is known; twice, with the same timeline,
                where the rest of a cached copy turns out to be damaged.
            stored: Whether the store's copy will do, which lacks the inter-token latencies.

        Raises:
            RawDataUnavailable: The file cannot be had or is not sound.
        """
        if not stored or self._store is None:
            return self._load_raw(path, on_timeline)
        started = time.monotonic()
        try:
            kept = self._store.get(path)
        except RawDataUnavailable as damage:
            self._report(path, "store", str(damage).removeprefix(f"{path}: "))
            try:
                return self._load_raw(path, on_timeline)
            except RawDataUnavailable as error:
                raise RawDataUnavailable(f"{damage}; {error}", path=path) from None
        if kept is None:
            return self._load_raw(path, on_timeline)
        if isinstance(kept, DecodedResults) and on_timeline is not None:
            on_timeline(kept.timeline)
        self._say(Loaded(path=path, origin="store", seconds=time.monotonic() - started))
        return kept

    def _load_raw(self, path: str, on_timeline: Callable[[Outcome], None] | None) -> Decoded:
        """Return a raw file decoded, from the disk cache or anew."""
        started = time.monotonic()
        version = ""
        if self._disk is not None:
            version = self._version(path)
            kept = self._cached(self._disk, path, version, on_timeline)
            if kept is not None:
                self._say(Loaded(path=path, origin="cache", seconds=time.monotonic() - started))
                return kept
        if self._on_start is not None:
            self._on_start(path)
        decoded: Decoded
        with self._buffers.borrow() as buffer:
            raw = self._read(path, buffer)
            size = len(raw)
            with self._decoding, _collector_at_rest():
                if path.rpartition("/")[2] == "prometheus.json":
                    decoded = decode_server(raw, path=path)
                else:
                    decoded = decode_results(raw, path=path, on_timeline=on_timeline)
            del raw
        # A file that was replaced while it was read is not kept under the name of either.
        if self._disk is not None and self._version(path) == version:
            self._disk.put(decoded, self._revision, path, version)
        self._say(Loaded(path=path, origin="raw", seconds=time.monotonic() - started, raw_bytes=size))
        return decoded

    def _cached(
        self, disk: DiskCache, path: str, version: str, on_timeline: Callable[[Outcome], None] | None
    ) -> Decoded | None:
        try:
            return disk.get(self._revision, path, version, on_timeline=on_timeline)
        except DamagedEntry as damage:
            self._report(path, "cache", str(damage))
            return None

    def _read(self, path: str, buffer: ReadBuffer) -> FileBytes:
        try:
            return self._raw.read(path, max_bytes=self._max_file_bytes, buffer=buffer)
        except OSError as error:
            raise _unreadable(path, error) from error

    def _version(self, path: str) -> str:
        try:
            return self._raw.version(path)
        except OSError as error:
            raise _unreadable(path, error) from error

    def _report(self, path: str, origin: Literal["cache", "store"], reason: str) -> None:
        if self._on_damaged is not None:
            self._on_damaged(Damaged(path=path, origin=origin, reason=reason))

    def _say(self, loaded: Loaded) -> None:
        if self._on_loaded is not None:
            self._on_loaded(loaded)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the collector from walking what a decoder makes: hundreds of thousands of pairs, and no circle among them.

    It would be called every few hundred pairs, and a full round of it takes as long as decoding a large timeline.
    """
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


def _unreadable(path: str, error: OSError) -> RawDataUnavailable:
    # The system's own text names a place on this machine; its reason is what a client may know.
    return RawDataUnavailable(f"{path}: cannot be read: {error.strerror}", path=path)
