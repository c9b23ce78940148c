"""The reader of raw files: shared reads, the queue, the cache."""

from __future__ import annotations

import asyncio
import threading

import pytest

from caches import ENTRY_OVERHEAD, ByteCache
from errors import Overloaded
from tables.later import Later
from tests.timelines.reader_scenarios import FILE, SAMPLES, all_of, until
from tests.timelines.timeline_samples import FakeRawFiles, as_bytes, part, request, results_file
from timelines.cache import bytes_of
from timelines.loader import Loaded, Loader
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.reader import RawReader
from timelines.results import decode_results

METRICS = list(TimelineMetric)


def test_identical_requests_share_one_read() -> None:
    """Five hundred concurrent requests for one timeline read the file once and receive the same object."""

    async def scenario() -> None:
        held = threading.Event()
        raw = FakeRawFiles({"a": FILE}, held=held)
        reader = RawReader(Loader(raw), queue=1)
        waiting = all_of(reader.timeline("a", request()) for _ in range(500))
        await until(lambda: reader.in_flight == 1)
        held.set()
        timelines = await waiting
        assert raw.reads == ["a"]
        assert len(timelines) == 500
        assert all(timeline is timelines[0] for timeline in timelines)
        reader.close()

    asyncio.run(scenario())


def test_metrics_of_a_run_share_one_read() -> None:
    """All metrics and windows of a run, concurrent and later, parse its file once."""

    async def scenario() -> None:
        raw = FakeRawFiles({"a": FILE})
        reader = RawReader(Loader(raw))
        requests = [request(metric, window) for metric in METRICS for window in TimelineWindow]
        await all_of(reader.timeline("a", each) for each in requests)
        await all_of(reader.timeline("a", each) for each in requests)
        assert raw.reads == ["a"]
        reader.close()

    asyncio.run(scenario())


def test_all_parts_of_a_file_share_one_read() -> None:
    """Timelines, lengths and latencies of a run, concurrent and later, parse its file once."""
    file = results_file(SAMPLES, results=[])
    file["results"] = [{"success": True, "output_len": 2, "itl": [0.5, 0.25]}]

    async def scenario() -> None:
        raw = FakeRawFiles({"a": as_bytes(file)})
        loaded: list[Loaded] = []
        reader = RawReader(Loader(raw, on_loaded=loaded.append))
        for _ in range(2):
            first, timeline, tokens = await asyncio.gather(
                reader.results("a"), reader.timeline("a", request()), reader.results("a", tokens=True)
            )
            assert part(first, "output_lengths").tolist() == [2]
            assert part(tokens, "inter_token_latencies").tolist() == [0.5, 0.25]
            assert timeline.sample_count == 50
        assert raw.reads == ["a"]
        assert [(each.path, each.origin) for each in loaded] == [("a", "raw")]
        reader.close()

    asyncio.run(scenario())


def test_a_timeline_does_not_wait_for_the_requests_of_its_file() -> None:
    """It is returned while the rest of the file is being decoded."""
    file = results_file(SAMPLES)
    file["results"] = [{"success": True, "output_len": 2, "itl": [0.5, 0.25] * 5_000} for _ in range(400)]

    async def scenario() -> None:
        reader = RawReader(Loader(FakeRawFiles({"a": as_bytes(file)})))
        results = asyncio.ensure_future(reader.results("a"))
        assert (await reader.timeline("a", request())).sample_count == 50
        assert not results.done()
        assert part(await results, "inter_token_latencies").size == 4_000_000
        reader.close()

    asyncio.run(scenario())


def test_a_full_queue_is_overloaded() -> None:
    """A new timeline is refused with the limit; one in progress can still be joined."""

    async def scenario() -> None:
        held = threading.Event()
        reader = RawReader(Loader(FakeRawFiles({"a": FILE, "b": FILE}, held=held)), workers=1, queue=2)
        first = asyncio.ensure_future(all_of([reader.timeline("a", request()), reader.timeline("b", request())]))
        await until(lambda: reader.in_flight == 2)
        with pytest.raises(Overloaded, match=r"2 timelines or other results .* allowed: 2") as caught:
            await reader.timeline("a", request(TimelineMetric.TEMPERATURE))
        assert caught.value.extensions == {"code": "OVERLOADED", "limit": 2}
        joined = asyncio.ensure_future(reader.timeline("a", request()))
        await asyncio.sleep(0)
        held.set()
        assert await joined in await first
        assert (await reader.timeline("a", request(TimelineMetric.TEMPERATURE))).sample_count == 50
        reader.close()

    asyncio.run(scenario())


def test_the_event_loop_runs_while_a_file_is_read() -> None:
    """A read on the loop that waits for the loop would never end."""

    async def scenario() -> None:
        held = threading.Event()
        reader = RawReader(Loader(FakeRawFiles({"a": FILE}, held=held)))
        reading = asyncio.ensure_future(reader.timeline("a", request()))
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not reading.done()
        held.set()
        assert (await reading).sample_count == 50
        reader.close()

    asyncio.run(scenario())


def test_a_cached_file_does_not_wait_for_a_hanging_disk() -> None:
    """Decoded files are served independent of the number of hanging reads."""

    async def scenario() -> None:
        held = threading.Event()
        held.set()
        reader = RawReader(Loader(FakeRawFiles(dict.fromkeys("abcd", FILE), held=held)), workers=2)
        await reader.timeline("a", request())
        held.clear()
        hanging = all_of(reader.timeline(path, request()) for path in "bcd")
        timeline = await asyncio.wait_for(reader.timeline("a", request(TimelineMetric.TEMPERATURE)), timeout=5)
        assert timeline.sample_count == 50
        held.set()
        await hanging
        reader.close()

    asyncio.run(scenario())


def test_the_cache_is_bounded_in_bytes() -> None:
    """With room for two files, the third replaces the least recently used one."""
    one = ENTRY_OVERHEAD + bytes_of(decode_results(FILE, path="a"))

    async def scenario() -> None:
        raw = FakeRawFiles(dict.fromkeys("abc", FILE))
        reader = RawReader(Loader(raw), cache=ByteCache(2 * one, largest_share=1))
        for path in "abacab":
            await reader.results(path)  # a timeline would come before its file is in the cache
        assert raw.reads == ["a", "b", "c", "b"]
        reader.close()

    asyncio.run(scenario())


def test_a_file_in_memory_is_not_awaited() -> None:
    """Once a file is decoded, its timeline and its parts are there without a thread; before, there is nothing."""

    async def scenario() -> None:
        reader = RawReader(Loader(FakeRawFiles({"a": FILE})))
        assert reader.timeline_in_memory("a", request()) is None
        assert reader.results_in_memory("a") is None
        await reader.results("a")
        reader.close()  # its threads, which a timeline in memory does not use
        timeline = reader.timeline_in_memory("a", request())
        assert timeline is not None
        assert timeline.sample_count == 50
        assert reader.results_in_memory("a") is await reader.results("a")
        assert reader.server_in_memory("a") is None

    asyncio.run(scenario())


def test_a_long_timeline_is_built_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it does not hold up other requests; so is a computation over many values."""
    monkeypatch.setattr("timelines.reader._SAMPLES_ON_THE_LOOP", 1)

    async def scenario() -> None:
        reader = RawReader(Loader(FakeRawFiles({"a": FILE})))
        await reader.results("a")
        assert reader.timeline_in_memory("a", request()) is None
        assert reader.compute(threading.get_ident, values=10) == threading.get_ident()
        computed = reader.compute(threading.get_ident, values=10**6)
        assert isinstance(computed, Later)
        assert await computed != threading.get_ident()
        reader.close()

    asyncio.run(scenario())
