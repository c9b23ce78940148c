"""The byte-bounded LRU cache of the server, and the division of the memory setting among its caches."""

from __future__ import annotations

import sys
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from defaults import CACHE_MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

Key = TypeVar("Key")
Value = TypeVar("Value")

# Bytes of an entry in addition to key and value: its size, and its place in four hash tables and in the order of use.
# Measured: 184 to 272 while a cache is filled; 480 to 630 under constant eviction, with up to six slots per entry.
ENTRY_OVERHEAD = 512

# Parts of the memory setting, in fortieths. At the default of 160 MiB a part is 4 MiB, and two orders of a million
# rows (12 MB each) fit their share.
SHARES: Mapping[str, int] = {
    "texts": 12,
    "answers": 9,
    "orders": 6,
    "timelines": 6,
    "documents": 4,
    "frames": 1,
    "persisted_queries": 1,
    "fits": 1,
}


@dataclass(frozen=True, slots=True)
class CacheStatistics:
    """State and counters of one cache."""

    max_bytes: int
    size: int  # bytes in use, including the overhead of the entries
    entries: int
    hits: int
    misses: int
    evictions: int  # entries that were removed to make room


class ByteCache(Generic[Key, Value]):
    """An LRU cache bounded in bytes. Not thread-safe.

    Args:
        max_bytes: Bound on the sizes of all entries, including `ENTRY_OVERHEAD` each; 0 caches nothing.
        largest_share: `put` refuses an entry of more than `max_bytes // largest_share`.

    Attributes:
        size: Bytes in use: the sizes of all entries, including overhead.
        largest: The largest entry that `put` accepts, in bytes, including the overhead.
        hits: Calls of `get` that found an entry.
        misses: Calls of `get` that found none.
        evictions: Entries that were removed to make room.
        on_evict: Called with the key and value of each evicted entry, not of a replaced or popped one. Must not use the
            cache.
    """

    def __init__(self, max_bytes: int, *, largest_share: int = 8) -> None:
        self.max_bytes = max_bytes
        self.largest = max_bytes // largest_share
        self.hits = 0
        self.misses = 0
        self.evictions = 0
        self.on_evict: Callable[[Key, Value], None] | None = None
        self.size = 0
        self._values: dict[Key, Value] = {}
        # In the order of use. `LRUCache` of cachetools takes three Python calls for `get`, instead of one.
        self._sizes: OrderedDict[Key, int] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """Return the value, which becomes the most recently used, or None."""
        value = self._values.get(key)
        if value is None:
            self.misses += 1
            return None
        self.hits += 1
        self._sizes.move_to_end(key)
        return value

    def peek(self, key: Key) -> Value | None:
        """Return the value without counting the lookup as a use, or None."""
        return self._values.get(key)

    def put(self, key: Key, value: Value, size: int) -> bool:
        """Add or replace an entry.

        Args:
            key: The key.
            value: The value; not None, which denotes a miss.
            size: Memory of key and value in bytes; `size_of` measures texts and bytes.

        Returns:
            Whether the entry is cached. An entry that is too large is refused; an old entry of the key is removed.
        """
        self.pop(key)
        size += ENTRY_OVERHEAD
        if size > self.largest:
            return False
        self._make_room(size)
        self._sizes[key] = size
        self._values[key] = value
        self.size += size
        return True

    def grow(self, key: Key, extra: int) -> bool:
        """Add bytes to the size of an entry, which becomes the most recently used.

        Args:
            key: The key.
            extra: Additional bytes.

        Returns:
            Whether the entry exists and fits: it may exceed `largest`, up to half of the cache.
        """
        if key not in self._values:
            return False
        self._sizes.move_to_end(key)
        if self._sizes[key] + extra > self.max_bytes // 2:
            return False
        self._make_room(extra)
        self._sizes[key] += extra
        self.size += extra
        return True

    def pop(self, key: Key) -> Value | None:
        """Remove an entry and return its value, or None."""
        if key not in self._values:
            return None
        self.size -= self._sizes.pop(key)
        return self._values.pop(key)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __len__(self) -> int:
        return len(self._values)

    @property
    def statistics(self) -> CacheStatistics:
        """Current state and counters."""
        return CacheStatistics(self.max_bytes, self.size, len(self), self.hits, self.misses, self.evictions)

    def _make_room(self, size: int) -> None:
        """Remove the least recently used entries until another one of this size fits."""
        while self.size + size > self.max_bytes:
            key, freed = self._sizes.popitem(last=False)
            self.size -= freed
            self.evictions += 1
            value = self._values.pop(key)
            if self.on_evict is not None:
                self.on_evict(key, value)


class SeenBefore:
    """Recognizes keys from their second occurrence on, so that keys that occur once evict nothing from a cache.

    Two generations of hashes: when the younger one is full, it replaces the older.

    Args:
        most: Maximum number of remembered keys, 80 bytes each; the minimum is half of it.
    """

    def __init__(self, most: int = 8_192) -> None:
        self._generation = most // 2
        self._younger: set[int] = set()
        self._older: set[int] = set()

    def __call__(self, key: Hashable) -> bool:
        """Return whether the key occurred before, and remember it."""
        mark = hash(key)
        seen = mark in self._younger or mark in self._older
        self._younger.add(mark)
        if len(self._younger) >= self._generation:
            self._older, self._younger = self._younger, set()
        return seen


class Caches:
    """All caches of a server process.

    Args:
        total_bytes: Memory for all caches, divided by `SHARES`; 0 caches nothing.

    Attributes:
        texts: Rendered rows, and templates of answers.
        answers: Whole answers with their compressed forms, and the requests for them.
        orders: Sorted row numbers of tables. One may take the whole share: sorting a million rows takes 240 ms.
        timelines: Decoded raw files. One may take the whole share: otherwise each field would decode it again.
        documents: Parsed, validated and compiled documents.
        frames: Digests of documents that are valid for any plain fields and literals.
        persisted_queries: Texts of documents by SHA-256.
        fits: Logistic fits by digest of the curve.
    """

    def __init__(self, total_bytes: int = CACHE_MIB * 2**20) -> None:
        parts = sum(SHARES.values())
        share = {name: total_bytes * part // parts for name, part in SHARES.items()}
        self.texts: ByteCache[Any, Any] = ByteCache(share["texts"])
        self.answers: ByteCache[Any, Any] = ByteCache(share["answers"])
        self.orders: ByteCache[Any, Any] = ByteCache(share["orders"], largest_share=1)
        self.timelines: ByteCache[str, Any] = ByteCache(share["timelines"], largest_share=1)
        self.documents: ByteCache[Any, Any] = ByteCache(share["documents"])
        self.frames: ByteCache[bytes, Any] = ByteCache(share["frames"])
        self.persisted_queries: ByteCache[str, str] = ByteCache(share["persisted_queries"])
        self.fits: ByteCache[bytes, Any] = ByteCache(share["fits"])

    def statistics(self) -> dict[str, CacheStatistics]:
        """Return state and counters of each cache by name."""
        return {name: getattr(self, name).statistics for name in SHARES}


def size_of(*parts: str | bytes | None) -> int:
    """Return the memory of texts and byte strings in bytes, including headers.

    A text takes one, two or four bytes per character, depending on its widest character.
    """
    return sum(sys.getsizeof(part) for part in parts if part is not None)


def exact_copy(data: bytes) -> bytes:
    """Return a copy without unused memory.

    `orjson.dumps` allocates blocks of 4 KiB: `{"a":1}` takes 4,122 bytes, and its copy 60. The memoryview is needed
    because `bytes(data)` returns `data` itself.
    """
    return bytes(memoryview(data))
