"""Batches of log entries: nothing is lost, memory is bounded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from web.log_batch import _MAX_ENTRIES, LogBatch

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_entries_outside_a_loop_are_processed_at_once() -> None:
    """There is no timer that could process them later."""
    batches: list[Sequence[int]] = []
    batch = LogBatch(batches.append)
    for number in range(3):
        batch.add(number)
    assert batches == [[0], [1], [2]]


def test_entries_of_a_moment_are_processed_together() -> None:
    """The first entry starts a timer; entries after the timer start the next one."""
    batches: list[Sequence[int]] = []
    batch = LogBatch(batches.append)

    async def add() -> None:
        for start in (0, 3):
            for number in range(start, start + 3):
                batch.add(number)
            await asyncio.sleep(0.05)

    asyncio.run(add())
    assert batches == [[0, 1, 2], [3, 4, 5]]


def test_a_busy_loop_does_not_fill_the_memory() -> None:
    """A full batch is processed without waiting for the timer."""
    batches: list[Sequence[int]] = []
    batch = LogBatch(batches.append)

    async def add_without_a_pause() -> None:
        for number in range(3 * _MAX_ENTRIES):
            batch.add(number)
        assert [len(each) for each in batches] == [_MAX_ENTRIES] * 3

    asyncio.run(add_without_a_pause())


def test_no_entry_of_a_thread_is_lost() -> None:
    """Threads add to the batch of a loop, whether or not its timer runs, and after the loop has ended."""
    processed: list[int] = []
    batch: LogBatch[int] = LogBatch(processed.extend)

    def add(start: int) -> None:
        for number in range(start, start + 1_000):
            batch.add(number)

    async def add_from_threads() -> None:
        await asyncio.gather(*(asyncio.to_thread(add, start) for start in range(0, 4_000, 1_000)))
        add(4_000)
        await asyncio.sleep(0.05)

    asyncio.run(add_from_threads())
    add(5_000)
    assert sorted(processed) == list(range(6_000))


def test_a_closed_batch_processes_at_once() -> None:
    """A server that shuts down logs what it has, and what still comes."""
    batches: list[Sequence[int]] = []
    batch = LogBatch(batches.append)

    async def close_between() -> None:
        batch.add(1)
        batch.close()
        batch.add(2)

    asyncio.run(close_between())
    assert batches == [[1], [2]]


def test_an_entry_may_be_added_while_a_batch_is_processed() -> None:
    """A finalizer or a warning may log at any moment, in the same thread."""
    processed: list[int] = []

    def process(entries: Sequence[int]) -> None:
        if entries == [1]:
            batch.add(2)
        processed.extend(entries)

    batch = LogBatch(process)
    batch.add(1)
    assert sorted(processed) == [1, 2]
