"""Facets: the values that a column has in each group of rows, with their counts; what a filter control shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.views.groups import Groups, split
from tables.batch import Batch, ListColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.relations import Grouped


@dataclass(slots=True)
class Facets(Batch):
    """Facets of some columns over some groups: every group and every column, the columns taking turns.

    Args:
        runs: The groups.
        keys: The columns.
        positions: Which of the pairs these are.
    """

    runs: Grouped
    keys: tuple[str, ...]
    positions: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, positions: NDArray[np.int64]) -> Facets:
        """Return the facets at these positions."""
        return Facets(self.runs, self.keys, self.positions[positions])

    def columns(self) -> list[str]:
        """Return the column of each facet."""
        return [self.keys[position % len(self.keys)] for position in self.positions.tolist()]

    def values(self) -> ListColumn:
        """Return the values of each facet, ascending, the missing value last."""
        groups = [self._groups(position) for position in self.positions.tolist()]
        offsets = np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)
        return ListColumn(offsets, FacetValues(tuple(groups), np.arange(offsets[-1]), offsets))

    def _groups(self, position: int) -> Groups:
        group = np.array([position // len(self.keys)], np.int64)
        return split(self.runs.of(group), (self.keys[position % len(self.keys)],))[1]


@dataclass(slots=True)
class FacetValues(Batch):
    """Values with their counts, facet after facet.

    Args:
        facets: The groups of each facet.
        positions: Which of all values these are.
        offsets: The bounds of the facets among all values.
    """

    facets: tuple[Groups, ...]
    positions: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, positions: NDArray[np.int64]) -> FacetValues:
        """Return the values at these positions."""
        return FacetValues(self.facets, self.positions[positions], self.offsets)

    def values(self) -> list[Any]:
        """Return the values: text, numbers, booleans, None."""
        found = [value for facet in self.facets for value in facet.key().items.values()]  # type: ignore[attr-defined]
        return [found[position] for position in self.positions.tolist()]

    def counts(self) -> pa.Array[Any]:
        """Return how many runs have each value."""
        counts = np.concatenate([np.empty(0, np.int64), *(facet.runs.counts for facet in self.facets)])
        return pa.array(counts[self.positions])


def facets(runs: Grouped, keys: Sequence[str]) -> ListColumn:
    """Return for each group of rows one facet per column."""
    names = tuple(dict.fromkeys(keys))
    offsets = np.arange(len(runs) + 1) * len(names)
    return ListColumn(offsets, Facets(runs, names, np.arange(offsets[-1])))
