"""Python's frames in one piece of memory, so that the stock server does not suffer from where its stack happens to end.

CPython (3.11 and later) keeps frames in chunks of 16 KiB, and gives a chunk back to the operating system as soon as its
first frame returns. Where the executor's hot calls happen to cross such an edge, each of them costs an `mmap` and a
`munmap`: measured here, 175 ms instead of 45 ms for the nested workload, and whether it happens depends on the number
of frames below, so on the versions of libraries that have nothing to do with it. A benchmark must not owe its result to
that. A frame too large for a chunk gets one of its own, rounded up to a power of two; what it leaves free serves all
the frames above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Slots of 8 bytes: a little over 1 MiB, so that the chunk has 2 MiB, nearly half of it free for thousands of calls.
_SLOTS = 140_000


def run_on_roomy_stack(task: Callable[[], None]) -> None:
    """Call the task from a frame whose memory chunk has room for all calls below it."""

    def frame(task: Callable[[], None]) -> None:
        task()

    frame.__code__ = frame.__code__.replace(co_stacksize=_SLOTS)
    frame(task)
