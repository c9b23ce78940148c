"""The reader of raw files: deadlines, cancellations and errors."""

from __future__ import annotations

import asyncio
import threading

import pytest

from errors import RawDataUnavailable
from tests.timelines.reader_scenarios import FILE, until, until_read
from tests.timelines.timeline_samples import FakeRawFiles, request
from timelines.loader import Loader
from timelines.metrics import TimelineMetric
from timelines.reader import RawReader

METRICS = list(TimelineMetric)


def test_a_read_after_the_deadline_serves_later_requests() -> None:
    """The first request fails with the deadline; a later one finds the file, read once."""

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
        await until_read(reader, "a")
        assert raw.reads == ["a"]
        reader.close()

    asyncio.run(scenario())


def test_cancelling_one_request_does_not_affect_another() -> None:
    """Of two requests for the same timeline one is cancelled; the other receives it."""

    async def scenario() -> None:
        held = threading.Event()
        reader = RawReader(Loader(FakeRawFiles({"a": FILE}, held=held)))
        leaving, staying = (asyncio.ensure_future(reader.timeline("a", request())) for _ in range(2))
        await until(lambda: reader.in_flight == 1)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        held.set()
        assert (await staying).sample_count == 50
        reader.close()

    asyncio.run(scenario())


def test_a_file_without_waiting_requests_is_not_read() -> None:
    """A queued file whose only request is cancelled leaves the queue, and can be requested again."""

    async def scenario() -> None:
        held = threading.Event()
        raw = FakeRawFiles({"a": FILE, "b": FILE}, held=held)
        reader = RawReader(Loader(raw), workers=1)
        first = asyncio.ensure_future(reader.timeline("a", request()))
        await until(lambda: raw.reads == ["a"])
        leaving = asyncio.ensure_future(reader.timeline("b", request()))
        await until(lambda: reader.in_flight == 2)
        leaving.cancel()
        await until(lambda: reader.in_flight == 1)
        held.set()
        await first
        assert raw.reads == ["a"]
        assert (await reader.timeline("b", request())).sample_count == 50
        reader.close()

    asyncio.run(scenario())


def test_a_failure_is_cached_briefly() -> None:
    """An unreadable file is tried once within the time, and again after it."""

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


def test_a_file_over_the_size_limit_is_not_decoded() -> None:
    """It is refused with its size and the limit."""

    async def scenario() -> None:
        reader = RawReader(Loader(FakeRawFiles({"a": FILE}), max_file_bytes=100))
        with pytest.raises(RawDataUnavailable, match=f"^a: has {len(FILE)} bytes; allowed: 100$"):
            await reader.timeline("a", request())
        reader.close()

    asyncio.run(scenario())


def test_a_system_error_hides_the_local_path() -> None:
    """A client receives the run's path and the reason, not the machine's path."""

    class BrokenDisk:
        immutable = False

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
