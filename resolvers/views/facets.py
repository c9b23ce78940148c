"""Facets: the distinct values of a column in each group of rows, with their counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resolvers.views.groups import split
from resolvers.views.keys import Cells, cells
from tables.batch import ListColumn
from tables.catalogue import graph_name
from tables.relations import offsets_of
from tables.struct_batch import StructBatch, lists_of_equal_length, take_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.relations import Grouped


@dataclass(slots=True)
class FacetValues(Cells):
    """Distinct values with the number of runs that have each, int64."""

    count: NDArray[np.int64]


@dataclass(slots=True)
class Facets(StructBatch):
    """Facets.

    Args:
        field: The column of each facet, as the graph spells it.
        values: The values of each facet, ascending, null last.
    """

    field: list[str]
    values: ListColumn


def facets(runs: Grouped, keys: Sequence[str]) -> ListColumn:
    """Return for each group of rows one facet per column."""
    names = list(dict.fromkeys(keys))
    values: list[Any] = []
    counts, facet_sizes = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for name in names:
        offsets, groups = split(runs, (name,))
        values += cells(runs.child, name, groups.runs.indices[groups.runs.offsets[:-1]])
        counts.append(groups.runs.counts)
        facet_sizes.append(np.diff(offsets))
    by_column = ListColumn(offsets_of(np.concatenate(facet_sizes)), FacetValues(values, np.concatenate(counts)))
    by_group = np.arange(len(names) * len(runs)).reshape(len(names), len(runs)).T.ravel()
    fields = [graph_name(name) for name in names] * len(runs)
    return lists_of_equal_length(len(runs), Facets(fields, take_rows(by_column, by_group)))
