"""Compressed bodies, and compression of long ones in threads."""

from __future__ import annotations

import asyncio
import gzip
import random
import threading
import time
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard

from caches import ByteCache
from web import compression
from web.answer_cache import AnswerCache, CachedAnswer
from web.compression import MIN_COMPRESSED, MIN_THREADED, Compressor, encoded
from web.negotiation import Negotiated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from web.negotiation import Encoding

LONG = b"x" * MIN_THREADED
GZIP = Negotiated("gzip", identity=True)
GZIP_ONLY = Negotiated("gzip", identity=False)
DECODED: dict[Encoding, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
# Around the blocks and windows of the libraries.
SIZES = sorted(
    {near for size in (2, 258, 1_000, *(2**power for power in range(12, 22))) for near in (size - 1, size, size + 1)}
)


@pytest.mark.parametrize("encoding", DECODED)
def test_compressed_bodies_decode_to_the_same_bytes(encoding: Encoding) -> None:
    """By other decoders, for bodies of any length: rows, random bytes, one repeated byte."""
    draw = random.Random(17)  # noqa: S311 - no secrets
    rows = b",".join(b'{"id":"run-%d","joules":%r}' % (number, draw.random()) for number in range(60_000))
    for size in (1, *SIZES):
        for body in (rows[-size:], draw.randbytes(size), b"x" * size):
            assert len(body) == size
            assert DECODED[encoding](encoded(body, encoding)) == body, size


def test_a_gzip_body_depends_on_the_content_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its header has no time (RFC 1952, bytes 4 to 7), no name and no other optional field."""
    first = encoded(LONG, "gzip")
    monkeypatch.setattr(time, "time", lambda: 4e8)
    assert encoded(LONG, "gzip") == first
    assert first[:4] == b"\x1f\x8b\x08\x00"
    assert first[4:8] == bytes(4)


class Gate:
    """Compression that waits until it may continue."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.started = threading.Semaphore(0)
        self.threads: list[str] = []

    def encoded(self, body: bytes, encoding: Encoding) -> bytes:
        """Compress when the gate is open."""
        self.threads.append(threading.current_thread().name)
        self.started.release()
        assert self.opened.wait(10)
        return b"%d bytes as %b" % (len(body), encoding.encode())


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A closed gate in place of the libraries."""
    gate = Gate()
    monkeypatch.setattr(compression, "encoded", gate.encoded)
    yield gate
    gate.opened.set()


async def started(gate: Gate) -> None:
    """Wait until a body is being compressed, and run the event loop meanwhile."""
    assert await asyncio.to_thread(gate.started.acquire, timeout=10)


def test_a_long_body_leaves_the_event_loop_free(gate: Gate) -> None:
    """It is compressed in another thread; the loop runs until then."""

    async def sent() -> bytes:
        compressor = Compressor()
        task = asyncio.create_task(compressor.encoded(LONG, "gzip"))
        await started(gate)
        assert not task.done()
        gate.opened.set()
        body = await task
        compressor.close()
        return body

    assert asyncio.run(sent()) == b"1048576 bytes as gzip"
    assert gate.threads[0].startswith("compression")


def test_a_short_body_is_compressed_at_once() -> None:
    """A change of threads takes longer."""
    with pytest.raises(StopIteration) as returned:
        Compressor().encoded(LONG[1:], "gzip").send(None)
    assert gzip.decompress(returned.value.value) == LONG[1:]


def test_a_long_body_stays_uncompressed_while_the_queue_is_full(gate: Gate) -> None:
    """If the client accepts that; short bodies are not affected."""

    async def encodings() -> list[Encoding | None]:
        compressor = Compressor(threads=1, queue=2)
        tasks = [asyncio.create_task(compressor.encoded(LONG, "gzip")) for _ in range(2)]
        await started(gate)
        full = [
            compressor.encoding(LONG, GZIP),
            compressor.encoding(LONG, GZIP_ONLY),
            compressor.encoding(LONG[1:], GZIP),
        ]
        gate.opened.set()
        await asyncio.gather(*tasks)
        free = compressor.encoding(LONG, GZIP)
        compressor.close()
        return [*full, free]

    assert asyncio.run(encodings()) == [None, "gzip", "gzip", "gzip"]


def test_a_cancelled_request_leaves_the_queue(gate: Gate) -> None:
    """A waiting body is not compressed for a client that left."""

    async def cancelled() -> Compressor:
        compressor = Compressor(threads=1, queue=2)
        tasks = [asyncio.create_task(compressor.encoded(LONG, "gzip")) for _ in range(2)]
        await started(gate)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        assert compressor.encoding(LONG, GZIP) == "gzip"
        gate.opened.set()
        return compressor

    compressor = asyncio.run(cancelled())
    compressor.close()
    assert len(gate.threads) == 1


def test_closing_cancels_waiting_bodies(gate: Gate) -> None:
    """The one in progress ends by itself."""

    async def closed() -> list[object]:
        compressor = Compressor(threads=1)
        tasks = [asyncio.create_task(compressor.encoded(LONG, "gzip")) for _ in range(3)]
        await started(gate)
        compressor.close()
        gate.opened.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, *others = asyncio.run(closed())
    assert first == b"1048576 bytes as gzip"
    assert all(isinstance(other, asyncio.CancelledError) for other in others)


@pytest.mark.parametrize("size", [0, 1, MIN_COMPRESSED - 1])
def test_a_short_body_is_compressed_only_if_required(size: int) -> None:
    """An empty one never."""
    compressor = Compressor()
    assert compressor.encoding(b"x" * size, GZIP) is None
    assert compressor.encoding(b"x" * size, GZIP_ONLY) == ("gzip" if size else None)


def cached_answer(answers: AnswerCache, number: int) -> CachedAnswer:
    """Return a cached answer with a long body."""
    key = ("r", f"query {number}", None, b"")
    for _ in range(2):
        answers.put(key, LONG, None)
    cached = answers.get(key)
    assert cached is not None
    return cached


def test_concurrent_requests_cache_a_form_once(gate: Gate) -> None:
    """All of them send the same body, so that its memory is counted once."""

    async def forms() -> list[tuple[bytes, Encoding | None]]:
        answers, compressor = AnswerCache(ByteCache(32 * 2**20)), Compressor()
        cached = cached_answer(answers, 1)
        tasks = [asyncio.create_task(answers.form(cached, GZIP, compressor)) for _ in range(3)]
        await started(gate)
        gate.opened.set()
        found = await asyncio.gather(*tasks)
        found.append(await answers.form(cached, GZIP, compressor))
        compressor.close()
        return found

    found = asyncio.run(forms())
    assert {body for body, _ in found} == {b"1048576 bytes as gzip"}
    assert len({id(body) for body, _ in found}) == 1


def test_the_form_of_an_evicted_answer_is_sent_and_not_cached(gate: Gate) -> None:
    """Nothing would count its memory, also if the answer was cached again meanwhile."""

    async def form() -> None:
        answers, compressor = AnswerCache(ByteCache(32 * 2**20)), Compressor()
        cached = cached_answer(answers, 0)
        task = asyncio.create_task(answers.form(cached, GZIP, compressor))
        await started(gate)
        for number in range(1, 40):
            cached_answer(answers, number)
        assert cached_answer(answers, 0) is not cached
        gate.opened.set()
        assert await task == (b"1048576 bytes as gzip", "gzip")
        assert not cached.forms
        compressor.close()

    asyncio.run(form())
