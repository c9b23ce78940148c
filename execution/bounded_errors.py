"""The errors of one execution: at most 10, the last of which counts the omitted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLError

from errors import ClientError, TooManyErrors
from execution.graphql_core import CollectedErrors

if TYPE_CHECKING:
    from collections.abc import Callable

    from execution.graphql_core import Path

MAX_ERRORS = 10


class BoundedErrors(CollectedErrors):
    """Collects the first errors, and counts the others, which are not formatted."""

    def __init__(self) -> None:
        super().__init__()
        self._omitted = 0
        # An error that is logged and masked: the log must have it even if it is not among the first.
        self._unexpected: GraphQLError | None = None

    @property
    def is_full(self) -> bool:
        """Whether the next error is counted only."""
        return len(self.errors) >= MAX_ERRORS

    def add(self, error: GraphQLError, path: Path | None) -> None:
        """Add an error, unless a position above it is null already."""
        super().add(error, path)
        if len(self.errors) > MAX_ERRORS:
            self.errors.pop()
            self._omitted += 1

    def omit(self, raw_error: Exception, path: Path | None, located: Callable[[], GraphQLError]) -> None:
        """Count an error.

        Args:
            raw_error: The exception.
            path: The position that becomes null.
            located: Returns the error with its locations.
        """
        self.add(GraphQLError("omitted"), path)
        if self._unexpected is None and not isinstance(raw_error, (ClientError, GraphQLError)):
            self._unexpected = located()

    def mark(self) -> tuple[int, int]:
        """Return the numbers of collected and omitted errors, for `reset`."""
        return len(self.errors), self._omitted

    def reset(self, mark: tuple[int, int]) -> list[GraphQLError]:
        """Remove and return the errors since a mark."""
        count, self._omitted = mark
        removed = self.errors[count:]
        del self.errors[count:]
        return removed

    def entries(self) -> list[GraphQLError]:
        """Return at most 10 errors; the last counts those that are omitted."""
        if not self._omitted:
            return self.errors
        first = self.errors[: MAX_ERRORS - 1]
        if self._unexpected is not None:
            first[-1] = self._unexpected
        count = len(self.errors) + self._omitted - len(first)
        more = TooManyErrors(count)
        return [*first, GraphQLError(str(more), original_error=more)]
