"""Histograms of one column over each group of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.statistics import present_values
from tables.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.relations import Grouped

_MAX_BINS = 1_000


@dataclass
class Histogram(Batch):
    """One histogram per group, as numpy's: bins of equal width from the least to the greatest value, the last closed.

    Args:
        runs: The groups.
        column: The column.
        bins: How many bins.
        given: The bounds of the bins, where they were given.
    """

    runs: Grouped
    column: str
    bins: int
    given: tuple[float, ...] | None

    def __len__(self) -> int:
        return len(self.runs)

    def take(self, positions: NDArray[np.int64]) -> Histogram:
        """Return the histograms of the groups at these positions."""
        return Histogram(self.runs.of(positions), self.column, self.bins, self.given)

    def edges(self) -> pa.Array[Any]:
        """Return the bounds of each histogram's bins, one more than there are bins; none where there is no value."""
        return pa.array([edges for edges, _ in self._counted], pa.list_(pa.float64()))

    def counts(self) -> pa.Array[Any]:
        """Return how many values each bin holds."""
        return pa.array([counts for _, counts in self._counted], pa.list_(pa.int64()))

    def outside(self) -> pa.Array[Any]:
        """Count the values that lie in no bin."""
        values = present_values(self.runs, self.column)
        inside = [int(counts.sum()) for _, counts in self._counted]
        return pa.array(values.counts - np.array(inside, np.int64))

    def null_count(self) -> pa.Array[Any]:
        """Count the missing values."""
        return pa.array(self.runs.counts - present_values(self.runs, self.column).counts)

    @cached_property
    def _counted(self) -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
        values = present_values(self.runs, self.column)
        bounds = values.offsets.tolist()
        return [self._count(values.array[start:stop]) for start, stop in pairwise(bounds)]

    def _count(self, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        if not len(values) and self.given is None:
            return np.empty(0), np.empty(0, np.int64)
        return counted(values, self.bins if self.given is None else np.array(self.given))


def counted(
    values: NDArray[np.float64], bins: int | NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the edges of bins and how many values each holds, as numpy counts them.

    Args:
        values: The values; at least one, where bins are a number.
        bins: How many, of equal width from the least to the greatest value; or their edges.

    Raises:
        BadUserInput: So many bins cannot be told apart.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            counts, edges = np.histogram(values, bins)
    except (ValueError, IndexError):  # float64 has too few numbers in between, or none that is their distance
        raise BadUserInput(
            f"bins: {bins} bins of equal width cannot be told apart between {values.min()} and "
            f"{values.max()}; ask for fewer, or give edges.",
            argument="bins",
            value=bins,
        ) from None
    return edges.astype(np.float64), counts.astype(np.int64)


def check_bins(bins: int) -> None:
    """Refuse too few or too many bins.

    Raises:
        BadUserInput: It is so.
    """
    if not 1 <= bins <= _MAX_BINS:
        raise BadUserInput(f"bins: {bins} is not allowed; allowed are 1 to {_MAX_BINS}.", argument="bins", value=bins)


def histogram(runs: Grouped, column: str, *, bins: int, edges: Sequence[float] | None) -> Histogram:
    """Count each group's values in bins.

    Raises:
        BadUserInput: There are too few or too many bins, or the edges do not ascend.
    """
    if edges is None:
        check_bins(bins)
    else:
        if not 2 <= len(edges) <= _MAX_BINS + 1:  # noqa: PLR2004 - the bounds of one bin
            raise BadUserInput(
                f"edges: {len(edges)} were given; allowed are 2 to {_MAX_BINS + 1}.", argument="edges", value=len(edges)
            )
        for low, high in pairwise(edges):
            if low >= high:
                raise BadUserInput(
                    f"edges: {low} is followed by {high}; each must be greater than the one before.",
                    argument="edges",
                    value=high,
                )
    return Histogram(runs, column, bins, None if edges is None else tuple(edges))
