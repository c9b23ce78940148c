"""Selected runs of pairs of entities, such as a model and a GPU, listed under one of the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from resolvers.narrowing import Narrowing
from tables.batch import ListColumn
from tables.relations import offsets_of
from tables.row_set import RowSet
from tables.struct_batch import StructBatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from resolvers.filters import Filter
    from resolvers.runs import Stability
    from tables.dataset import Dataset, Entity, Pair
    from tables.relations import Grouped


@dataclass(slots=True)
class MeasuredPairs(StructBatch):
    """Pairs of entities that were measured together, listed under one of the two.

    Args:
        pairs: Rows of the table of pairs.
        others: The other entity of each pair.
        runs: For each kind of run, the selected runs of each pair, in file order.
        where: For each kind of run, the filter of the runs.
        stability: The stability of the LLM runs.
    """

    pairs: RowSet
    others: RowSet
    runs: dict[str, Grouped]
    where: Mapping[str, Filter | None]
    stability: Stability

    @property
    def run_count(self) -> NDArray[np.int64]:
        """The number of selected runs of each pair, of both kinds."""
        counts: NDArray[np.int64] = sum(
            (of_kind.counts for of_kind in self.runs.values()), np.zeros(len(self), np.int64)
        )
        return counts

    def narrowing(self, dataset: Dataset, kind: str) -> Narrowing:
        """Return the conditions that the runs of one kind were selected by."""
        return Narrowing(lambda: self.all_runs(dataset, kind)).further(self.where[kind], self.stability)

    def all_runs(self, dataset: Dataset, kind: str) -> Grouped:
        """Return all runs of one kind of each pair, selected or not, in file order."""
        pair = cast("Pair", self.pairs.table.name)  # a table is named by its rows' type
        return dataset.run_children[pair, kind].take(self.pairs.indices)


def measured_pairs(
    dataset: Dataset,
    parents: RowSet,
    pair: Pair,
    other: Entity,
    *,
    masks: Mapping[str, NDArray[np.bool_] | None],
    where: Mapping[str, Filter | None],
    stability: Stability,
) -> ListColumn:
    """Return for each parent its pairs with at least one selected run, in the order of the other entity.

    Args:
        dataset: The dataset.
        parents: Entities on one side of the pairs.
        pair: The table of pairs.
        other: The entity on the other side.
        masks: For each kind of run, whether each run is selected; None for all.
        where: The filters that the masks come from, for the fields below.
        stability: The stability that they come from, for the fields below.
    """
    own = cast("Entity", parents.table.name)  # a table is named by its rows' type
    pairs = dataset.entities[own, pair].take(parents.indices)
    runs: dict[str, Grouped] = {}
    for kind, mask in masks.items():
        of_pairs = dataset.run_children[pair, kind].take(pairs.indices)
        runs[kind] = of_pairs if mask is None else of_pairs.where(mask)
    # Each pair has exactly one entity on either side, so the relation's indices are the column of that entity.
    others = dataset.entities[pair, other]
    other_rows = RowSet(others.child, others.indices.take(pairs.indices))
    found = MeasuredPairs(pairs.items, other_rows, runs, where, stability)
    with_runs = found.run_count > 0
    if with_runs.all():
        return ListColumn(pairs.offsets, found)
    return ListColumn(offsets_of(with_runs)[pairs.offsets], found.take(np.flatnonzero(with_runs)))
