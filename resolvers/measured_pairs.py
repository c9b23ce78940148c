"""Selected runs of pairs of entities, such as a model and a GPU, each pair listed under one of its two entities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from resolvers.narrowing import Narrowing
from tables.batch import Batch, ListColumn
from tables.relations import offsets_of
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from resolvers.filters import Filter
    from resolvers.runs import Stability
    from tables.dataset import Dataset, Entity, Pair
    from tables.relations import Grouped


@dataclass(slots=True)
class MeasuredPairs(Batch):
    """Pairs of entities that were measured together, each listed under one of its two.

    Args:
        others: The other entity of each pair.
        runs: For each kind, the runs of each pair that were selected, in file order.
        where: For each kind, what they were filtered by, if anything.
        narrowing: For each kind, why a pair has none.
    """

    others: RowSet
    runs: Mapping[str, Grouped]
    where: Mapping[str, Filter | None]
    narrowing: Mapping[str, Narrowing]

    def __len__(self) -> int:
        return len(self.others)

    def take(self, positions: NDArray[np.int64]) -> MeasuredPairs:
        """Return the pairs at these positions."""
        runs = {kind: runs.of(positions) for kind, runs in self.runs.items()}
        narrowing = {kind: narrowing.take(positions) for kind, narrowing in self.narrowing.items()}
        return MeasuredPairs(self.others.take(positions), runs, self.where, narrowing)

    def run_count(self) -> pa.Array[Any]:
        """Count the selected runs of each pair, of both kinds."""
        return pa.array(_run_counts(self.runs, len(self)))


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
    """Return for each parent its pairs that have a run the masks select, in the order of the other entity.

    Args:
        dataset: The dataset.
        parents: Entities of one side of the pairs.
        pair: The table of pairs.
        other: The entity on their other side.
        masks: For each kind, whether each run is selected; None where all are.
        where: The filters that the masks come from, for resolvers further down.
        stability: The stability that the masks of LLM runs come from, likewise.
    """
    own = cast("Entity", parents.table.name)  # a table is named by its entity
    pairs = dataset.entities[own, pair].of(parents.indices)
    runs: dict[str, Grouped] = {}
    narrowing: dict[str, Narrowing] = {}
    for kind, mask in masks.items():
        all_of_pairs = partial(dataset.run_children[pair, kind].of, pairs.indices)
        of_pairs = all_of_pairs()
        runs[kind] = of_pairs if mask is None else of_pairs.where(mask)
        narrowing[kind] = Narrowing(all_of_pairs).further(where[kind], stability)
    # Each pair has one entity on either side, so that the relation's indices are its column.
    others = dataset.entities[pair, other]
    found = MeasuredPairs(RowSet(others.child, others.indices.take(pairs.indices)), runs, where, narrowing)
    with_runs = _run_counts(runs, len(found)) > 0
    if with_runs.all():
        return ListColumn(pairs.offsets, found)
    return ListColumn(offsets_of(with_runs)[pairs.offsets], found.take(np.flatnonzero(with_runs)))


def _run_counts(runs: Mapping[str, Grouped], pairs: int) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = sum((of_kind.counts for of_kind in runs.values()), np.zeros(pairs, np.int64))
    return counts
