"""Single flight: concurrent requests for the same key share one computation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

K = TypeVar("K", bound="Hashable")
T = TypeVar("T")


@dataclass(slots=True, kw_only=True, eq=False)
class Job(Generic[T]):
    """A computation in progress.

    Args:
        outcome: Receives its result or error.
        cancel: Cancels it if that is still possible and returns whether it was; called when nobody waits for it.
        waiting: Number of waiting callers.
    """

    outcome: asyncio.Future[T]
    cancel: Callable[[], bool]
    waiting: int = 0


class SingleFlight(Generic[K, T]):
    """The jobs in progress by key; for one event loop."""

    def __init__(self) -> None:
        self._jobs: dict[K, Job[T]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, key: K) -> bool:
        return key in self._jobs

    async def join(self, key: K, start: Callable[[], Job[T]]) -> T:
        """Wait for the job of a key; start it if none is in progress.

        Cancelling one caller does not affect the others. When the last caller leaves, the job is cancelled; a job that
        cannot be cancelled (a thread) continues, and later callers can join it.
        """
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = start()
            job.outcome.add_done_callback(lambda _: self._remove(key, job))
        job.waiting += 1
        try:
            return await asyncio.shield(job.outcome)
        finally:
            job.waiting -= 1
            if not job.waiting and not job.outcome.done() and job.cancel():
                self._remove(key, job)

    def _remove(self, key: K, job: Job[T]) -> None:
        if self._jobs.get(key) is job:
            del self._jobs[key]
        if job.outcome.done() and not job.outcome.cancelled():
            # Marks the error as retrieved: asyncio would log one that no caller waits for.
            job.outcome.exception()
