"""Single flight: concurrent requests for the same key share one computation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

K = TypeVar("K", bound="Hashable")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[T]):
    """A computation in progress.

    Args:
        outcome: Receives its result or error.
        cancel: Cancels it if that is still possible and returns whether it was; called when nobody waits for it.
    """

    outcome: asyncio.Future[T]
    cancel: Callable[[], bool]


@dataclass(slots=True)
class _Flight(Generic[T]):
    job: Job[T]
    waiting: int = 0


class SingleFlight(Generic[K, T]):
    """The jobs in progress by key; for one event loop."""

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def __contains__(self, key: K) -> bool:
        return key in self._flights

    async def join(self, key: K, start: Callable[[], Job[T]]) -> T:
        """Wait for the job of a key; start it if none is in progress.

        Cancelling one caller does not affect the others. When the last caller leaves, the job is cancelled; a job that
        cannot be cancelled (a thread) continues, and later callers can join it.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(start())
            flight.job.outcome.add_done_callback(lambda _: self._remove(key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.job.outcome)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.job.outcome.done() and flight.job.cancel():
                self._remove(key, flight)

    def _remove(self, key: K, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if flight.job.outcome.done() and not flight.job.outcome.cancelled():
            # Marks the error as retrieved: asyncio would log one that no caller waits for.
            flight.job.outcome.exception()
