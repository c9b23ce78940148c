"""Single flight: work that is asked for again while it is under way is done once, for all who asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

K = TypeVar("K", bound="Hashable")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[T]):
    """Work under way.

    Args:
        outcome: Where its result or error will be.
        abandon: Stops it if it still can be stopped, and says whether it could; called when nobody waits any more.
    """

    outcome: asyncio.Future[T]
    abandon: Callable[[], bool]


@dataclass(slots=True)
class _Flight(Generic[T]):
    work: Work[T]
    waiting: int = 0


class Flights(Generic[K, T]):
    """The work under way by key; for one event loop."""

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def __contains__(self, key: K) -> bool:
        return key in self._flights

    async def join(self, key: K, start: Callable[[], Work[T]]) -> T:
        """Wait for the key's work, started with `start` if it is not under way.

        Whoever stops waiting leaves the others undisturbed. When the last one leaves, the work is abandoned; what
        cannot be stopped any more (a thread) flies on, and can be joined again.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(start())
            flight.work.outcome.add_done_callback(lambda _: self._land(key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.work.outcome)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.work.outcome.done() and flight.work.abandon():
                self._land(key, flight)

    def _land(self, key: K, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if flight.work.outcome.done() and not flight.work.outcome.cancelled():
            # An error that nobody waited for is no news.
            flight.work.outcome.exception()
