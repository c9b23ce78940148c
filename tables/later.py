"""Values that must be awaited, because a file is read; resolvers return them in the place of columns."""

from __future__ import annotations

from asyncio import gather
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tables.batch import ObjectColumn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence

T = TypeVar("T")


class Later(Generic[T]):
    """A value that must be awaited.

    Unlike a coroutine, it starts nothing before it is awaited, and can be dropped without a warning.

    Args:
        start: Starts the work and returns an awaitable of the value.
    """

    __slots__ = ("_start",)

    def __init__(self, start: Callable[[], Awaitable[T]]) -> None:
        self._start = start

    def __await__(self) -> Generator[Any, Any, T]:
        """Start the work, and wait for the value."""
        return self._start().__await__()


def together(values: Sequence[Any]) -> ObjectColumn | Later[ObjectColumn]:
    """Return a column of values, each an ordinary value or a `Later`, whose exception becomes the value."""
    if not any(isinstance(value, Later) for value in values):
        return ObjectColumn(values)

    async def awaited() -> ObjectColumn:
        found = iter(await gather(*(value for value in values if isinstance(value, Later)), return_exceptions=True))
        return ObjectColumn([next(found) if isinstance(value, Later) else value for value in values])

    return Later(awaited)
