from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from caches import ENTRY_OVERHEAD, ByteCache
from errors import Overloaded, RawDataUnavailable
from tests.timelines.timeline_samples import START, FakeRawFiles, Samples, as_bytes, part, request, results_file
from timelines.cache import bytes_of
from timelines.loader import Loaded, Loader
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.reader import RawReader
from timelines.results import decode_results

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import Any

    from timelines.timeline import Timeline

SAMPLES: Samples = {"0": [[START + tick, 100.0 + tick] for tick in range(50)]}
FILE = as_bytes(results_file(SAMPLES, steady_state=(START + 1, START + 40)))
METRICS = list(TimelineMetric)


def test_identical_requests_share_one_read() -> None:
    """Five hundred requests for one timeline at the same time read the file once and get the same answer."""

    async def scenario() -> None:
        held = threading.Event()
        raw = FakeRawFiles({"a": FILE}, held=held)
        reader = RawReader(Loader(raw), queue=1)
        waiting = _all(reader.timeline("a", request()) for _ in range(500))
        await _until(lambda: reader.in_flight == 1)
        held.set()
        timelines = await waiting
        assert raw.reads == ["a"]
        assert len(timelines) == 500
        assert all(timeline is timelines[0] for timeline in timelines)
        reader.close()

    asyncio.run(scenario())


def test_metrics_of_a_run_share_one_read() -> None:
    """All metrics and windows of a run, at once and later, parse its file once."""

    async def scenario() -> None:
        raw = FakeRawFiles({"a": FILE})
        reader = RawReader(Loader(raw))
        asked = [request(metric, window) for metric in METRICS for window in TimelineWindow]
        await _all(reader.timeline("a", each) for each in asked)
        await _all(reader.timeline("a", each) for each in asked)
        assert raw.reads == ["a"]
        reader.close()

    asyncio.run(scenario())


def test_all_that_a_file_says_shares_one_read() -> None:
    """Timelines, lengths and latencies of a run, at once, in any order and later, parse its file once."""
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


def test_timeline_does_not_wait_for_the_requests_behind_it() -> None:
    """It is answered while the rest of the file is still to be decoded."""
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


def test_full_queue_is_overloaded() -> None:
    """Beyond the bound a new timeline is refused with the bound; one already in the making still can be joined."""

    async def scenario() -> None:
        held = threading.Event()
        reader = RawReader(Loader(FakeRawFiles({"a": FILE, "b": FILE}, held=held)), workers=1, queue=2)
        first = asyncio.ensure_future(_all([reader.timeline("a", request()), reader.timeline("b", request())]))
        await _until(lambda: reader.in_flight == 2)
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


def test_event_loop_runs_while_a_file_is_read() -> None:
    """A read that waits for something the loop does would never end if it ran on the loop."""

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


def test_held_file_answers_while_the_disk_hangs() -> None:
    """What is decoded already does not wait for reads that hang, however many there are."""

    async def scenario() -> None:
        held = threading.Event()
        held.set()
        reader = RawReader(Loader(FakeRawFiles(dict.fromkeys("abcd", FILE), held=held)), workers=2)
        await reader.timeline("a", request())
        held.clear()
        hanging = _all(reader.timeline(path, request()) for path in "bcd")
        timeline = await asyncio.wait_for(reader.timeline("a", request(TimelineMetric.TEMPERATURE)), timeout=5)
        assert timeline.sample_count == 50
        held.set()
        await hanging
        reader.close()

    asyncio.run(scenario())


def test_deadline_is_an_error_and_the_read_serves_later_requests() -> None:
    """A request waits so long and says so; the file that came too late is there for the next, read once."""

    async def scenario() -> None:
        held = threading.Event()
        raw = FakeRawFiles({"a": FILE}, held=held)
        reader = RawReader(Loader(raw), deadline_seconds=0.02)
        with pytest.raises(RawDataUnavailable, match=r"^a: not read within 0\.02 s"):
            await reader.timeline("a", request())
        with pytest.raises(RawDataUnavailable, match="not read within"):
            await reader.timeline("a", request(TimelineMetric.TEMPERATURE))
        assert reader.in_flight == 0
        held.set()
        await _until_read(reader, "a")
        assert raw.reads == ["a"]
        reader.close()

    asyncio.run(scenario())


def test_leaving_client_disturbs_nobody_else() -> None:
    """Of two who wait for the same timeline one is cancelled; the other has its answer."""

    async def scenario() -> None:
        held = threading.Event()
        reader = RawReader(Loader(FakeRawFiles({"a": FILE}, held=held)))
        leaving, staying = (asyncio.ensure_future(reader.timeline("a", request())) for _ in range(2))
        await _until(lambda: reader.in_flight == 1)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        held.set()
        assert (await staying).sample_count == 50
        reader.close()

    asyncio.run(scenario())


def test_file_that_nobody_waits_for_any_more_is_not_read() -> None:
    """A file still in the queue when its only client leaves is taken out of it, and can be asked for again."""

    async def scenario() -> None:
        held = threading.Event()
        raw = FakeRawFiles({"a": FILE, "b": FILE}, held=held)
        reader = RawReader(Loader(raw), workers=1)
        first = asyncio.ensure_future(reader.timeline("a", request()))
        await _until(lambda: raw.reads == ["a"])
        leaving = asyncio.ensure_future(reader.timeline("b", request()))
        await _until(lambda: reader.in_flight == 2)
        leaving.cancel()
        await _until(lambda: reader.in_flight == 1)
        held.set()
        await first
        assert raw.reads == ["a"]
        assert (await reader.timeline("b", request())).sample_count == 50
        reader.close()

    asyncio.run(scenario())


def test_failure_is_remembered_briefly() -> None:
    """A file that cannot be read is tried once within the time, and again after it."""

    async def scenario(seconds: float) -> int:
        raw = FakeRawFiles({"a": FILE[:-9]})
        reader = RawReader(Loader(raw), remember_failures_seconds=seconds)
        for metric in METRICS:
            with pytest.raises(RawDataUnavailable, match=r"^a: Input data was truncated$") as caught:
                await reader.timeline("a", request(metric))
            assert caught.value.extensions == {"code": "RAW_DATA_UNAVAILABLE", "path": "a"}
        reader.close()
        return len(raw.reads)

    assert asyncio.run(scenario(60)) == 1
    assert asyncio.run(scenario(0)) == len(METRICS)


def test_file_over_the_cap_is_not_decoded() -> None:
    """A file that is too large is refused with its size and the cap."""

    async def scenario() -> None:
        reader = RawReader(Loader(FakeRawFiles({"a": FILE}), max_file_bytes=100))
        with pytest.raises(RawDataUnavailable, match=f"^a: has {len(FILE)} bytes; allowed: 100$"):
            await reader.timeline("a", request())
        reader.close()

    asyncio.run(scenario())


def test_system_error_names_no_place_on_the_machine() -> None:
    """An error of the file system reaches the client with the run's path and the reason, not the machine's path."""

    class BrokenDisk:
        def version(self, path: str) -> str:
            return path

        def read(self, path: str, **_wanted: object) -> bytes:
            raise OSError(5, "Input/output error", f"/secret/place/{path}")

    async def scenario() -> None:
        reader = RawReader(Loader(BrokenDisk()))
        with pytest.raises(RawDataUnavailable, match=r"^a: cannot be read: Input/output error$"):
            await reader.timeline("a", request())
        reader.close()

    asyncio.run(scenario())


def test_cache_is_bounded_in_bytes() -> None:
    """With room for two files the third takes the place of the one that was least recently used."""
    one = ENTRY_OVERHEAD + bytes_of(decode_results(FILE, path="a"))

    async def scenario() -> None:
        raw = FakeRawFiles(dict.fromkeys("abc", FILE))
        reader = RawReader(Loader(raw), cache=ByteCache(2 * one, largest_share=1))
        for path in "abacab":
            await reader.results(path)  # a timeline would come before its file is in the cache
        assert raw.reads == ["a", "b", "c", "b"]
        reader.close()

    asyncio.run(scenario())


def _all(reads: Iterable[Coroutine[Any, Any, Timeline]]) -> asyncio.Future[list[Timeline]]:
    return asyncio.ensure_future(asyncio.gather(*reads))


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 -- the conditions are plain counters, which set no event
            await asyncio.sleep(0.001)


async def _until_read(reader: RawReader, path: str) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                await reader.timeline(path, request())
            except RawDataUnavailable:
                continue
            return
