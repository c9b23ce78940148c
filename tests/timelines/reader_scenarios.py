"""A raw file for the tests of the reader, and helpers that wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from errors import RawDataUnavailable
from tests.timelines.timeline_samples import START, Samples, as_bytes, request, results_file

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import Any

    from timelines.reader import RawReader
    from timelines.timeline import Timeline

SAMPLES: Samples = {"0": [[START + tick, 100.0 + tick] for tick in range(50)]}
FILE = as_bytes(results_file(SAMPLES, steady_state=(START + 1, START + 40)))


def all_of(reads: Iterable[Coroutine[Any, Any, Timeline]]) -> asyncio.Future[list[Timeline]]:
    """Read several timelines concurrently."""
    return asyncio.ensure_future(asyncio.gather(*reads))


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 -- the conditions are plain counters, which set no event
            await asyncio.sleep(0.001)


async def until_read(reader: RawReader, path: str) -> None:
    """Wait until a file can be read."""
    async with asyncio.timeout(5):
        while True:
            try:
                await reader.timeline(path, request())
            except RawDataUnavailable:
                continue
            return
