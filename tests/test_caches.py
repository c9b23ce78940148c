"""The cache type compared with a naive list; the division of the memory setting."""

from __future__ import annotations

import sys
from typing import Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import ENTRY_OVERHEAD, SHARES, ByteCache, Caches, SeenBefore, exact_copy, size_of


class NaiveCache:
    """Entries in order of use, the least recently used first."""

    def __init__(self, max_bytes: int, largest: int) -> None:
        self.max_bytes = max_bytes
        self.largest = largest
        self.entries: list[tuple[int, object, int]] = []
        self.evicted: list[tuple[int, object]] = []

    def find(self, key: int, *, touch: bool) -> tuple[int, object, int] | None:
        """Return an entry; with `touch`, move it to the end."""
        for entry in self.entries:
            if entry[0] == key:
                if touch:
                    self.entries.remove(entry)
                    self.entries.append(entry)
                return entry
        return None

    def put(self, key: int, value: object, size: int) -> bool:
        """Add or replace an entry, and evict from the front until all fit."""
        self.entries = [entry for entry in self.entries if entry[0] != key]
        if size + ENTRY_OVERHEAD > self.largest:
            return False
        self.entries.append((key, value, size + ENTRY_OVERHEAD))
        while sum(size for _, _, size in self.entries) > self.max_bytes:
            evicted = self.entries.pop(0)
            self.evicted.append(evicted[:2])
        return True

    def grow(self, key: int, extra: int) -> bool:
        """Replace an entry by a larger one, up to half of the cache."""
        found = self.find(key, touch=True)
        if found is None or found[2] + extra > self.max_bytes // 2:
            return False
        largest, self.largest = self.largest, self.max_bytes
        self.put(key, found[1], found[2] + extra - ENTRY_OVERHEAD)
        self.largest = largest
        return True


Action = Literal["get", "peek", "put", "grow", "pop"]
actions = st.lists(
    st.tuples(st.sampled_from(["get", "peek", "put", "put", "grow", "pop"]), st.integers(0, 9), st.integers(0, 3_000)),
    max_size=60,
)


@given(actions=actions, max_bytes=st.integers(0, 12_000), largest_share=st.sampled_from([1, 2, 8]))
def test_a_cache_behaves_like_a_list_in_order_of_use(
    actions: list[tuple[Action, int, int]], max_bytes: int, largest_share: int
) -> None:
    """Results, size, counters and evictions are equal after each action."""
    cache: ByteCache[int, object] = ByteCache(max_bytes, largest_share=largest_share)
    naive = NaiveCache(max_bytes, max_bytes // largest_share)
    evicted: list[tuple[int, object]] = []
    cache.on_evict = lambda key, value: evicted.append((key, value))
    hits = misses = 0
    for action, key, size in actions:
        if action == "put":
            value = object()
            assert cache.put(key, value, size) == naive.put(key, value, size)
        elif action == "grow":
            assert cache.grow(key, size) == naive.grow(key, size)
        else:
            found = naive.find(key, touch=action == "get")
            assert getattr(cache, action)(key) is (found and found[1])
            if action == "get":
                hits, misses = hits + (found is not None), misses + (found is None)
            if action == "pop" and found:
                naive.entries.remove(found)
        assert [key in cache for key in range(10)] == [naive.find(key, touch=False) is not None for key in range(10)]
        assert cache.size == sum(size for _, _, size in naive.entries) <= max_bytes
    assert (cache.hits, cache.misses) == (hits, misses)
    assert evicted == naive.evicted
    assert cache.evictions == len(evicted)
    assert len(cache) == len(naive.entries)


def test_a_cache_without_memory_caches_nothing() -> None:
    """`--cache-mib 0` is allowed."""
    caches = Caches(0)
    for name in SHARES:
        cache: ByteCache[str, str] = getattr(caches, name)
        assert not cache.put("key", "value", 0)
        assert cache.get("key") is None


def test_the_setting_is_divided_among_the_caches() -> None:
    """The bounds add up to the setting; the statistics list each cache with its counters."""
    caches = Caches(160 * 2**20)
    bounds = {name: statistics.max_bytes // 2**20 for name, statistics in caches.statistics().items()}
    assert bounds == {
        "texts": 48,
        "answers": 36,
        "orders": 24,
        "timelines": 24,
        "documents": 16,
        "frames": 4,
        "persisted_queries": 4,
        "fits": 4,
    }
    assert sum(bounds.values()) == 160
    caches.documents.put("text", "document", 100)
    assert [caches.documents.get(text) for text in ("text", "other", "text")] == ["document", None, "document"]
    found = caches.statistics()["documents"]
    assert (found.entries, found.size, found.hits, found.misses, found.evictions) == (1, 100 + ENTRY_OVERHEAD, 2, 1, 0)


def test_two_orders_of_a_million_rows_fit_the_default() -> None:
    """Twelve bytes per row of an order; one order may take the whole share."""
    orders = Caches(160 * 2**20).orders
    assert [orders.put(number, "order", 12_000_000 + 2_000) for number in range(2)] == [True, True]
    assert len(orders) == 2


def test_a_key_is_recognized_the_second_time() -> None:
    """With up to half of `most` other keys in between; the number of hashes is bounded."""
    seen_before = SeenBefore(most=100)
    assert [seen_before(key) for key in ("a", "b", "a", "a")] == [False, False, True, True]
    assert not any(seen_before(number) for number in range(49))
    assert seen_before("a")
    assert not any(seen_before(number) for number in range(100, 200))
    assert not seen_before("b")


@pytest.mark.parametrize("text", ["", "a" * 100, "é" * 100, "ą" * 100, "😀" * 100])
def test_the_size_of_a_text_depends_on_its_widest_character(text: str) -> None:
    """One, two or four bytes per character, plus the header."""
    assert size_of(text, b"abc", None) == sys.getsizeof(text) + sys.getsizeof(b"abc")


def test_an_exact_copy_is_another_object() -> None:
    """So the block of 4 KiB that orjson allocated can be released."""
    data = orjson.dumps({"a": 1})
    copy = exact_copy(data)
    assert copy == data
    assert copy is not data
