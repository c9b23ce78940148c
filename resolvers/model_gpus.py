"""A model's runs by GPU: the models and GPUs that were measured together, with the runs that a filter selects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.narrowing import Narrowing
from tables.batch import Batch, Lists
from tables.relations import offsets_of
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from resolvers.runs import Stability
    from tables.conditions import Condition
    from tables.dataset import Dataset, RunKind
    from tables.relations import Grouped


@dataclass(frozen=True, slots=True)
class MeasuredPairs(Batch):
    """Some models on some GPUs.

    Args:
        gpus: The GPU of each pair.
        runs: For each kind, the runs of each pair that were selected, in file order.
        where: For each kind, what they were filtered by, if anything.
        narrowing: For each kind, why a pair has none.
    """

    gpus: RowSet
    runs: Mapping[RunKind, Grouped]
    where: Mapping[RunKind, Condition | None]
    narrowing: Mapping[RunKind, Narrowing]

    def __len__(self) -> int:
        return len(self.gpus)

    def take(self, positions: NDArray[np.int64]) -> MeasuredPairs:
        """Return the pairs at these positions."""
        runs = {kind: runs.of(positions) for kind, runs in self.runs.items()}
        narrowing = {kind: narrowing.take(positions) for kind, narrowing in self.narrowing.items()}
        return MeasuredPairs(self.gpus.take(positions), runs, self.where, narrowing)

    def run_count(self) -> pa.Array[Any]:
        """Count the selected runs of each pair, of both kinds."""
        return pa.array(self._counts())

    def _counts(self) -> NDArray[np.int64]:
        counts: NDArray[np.int64] = sum((runs.counts for runs in self.runs.values()), np.zeros(len(self), np.int64))
        return counts


def measured_pairs(
    dataset: Dataset,
    models: RowSet,
    masks: Mapping[RunKind, NDArray[np.bool_] | None],
    where: Mapping[RunKind, Condition | None],
    stability: Stability,
) -> Lists:
    """Return for each model one pair per GPU that has a run the masks select; they come of `where` and `stability`."""
    pairs = dataset.entities["Model", "ModelGPURuns"].of(models.indices)
    rows = pairs.items
    runs: dict[RunKind, Grouped] = {}
    narrowing: dict[RunKind, Narrowing] = {}
    for kind, mask in masks.items():
        all_of_pairs = partial(dataset.run_children["ModelGPURuns", kind].of, rows.indices)
        of_pairs = all_of_pairs()
        runs[kind] = of_pairs if mask is None else of_pairs.where(mask)
        narrowing[kind] = Narrowing(all_of_pairs).further(where[kind], stability)
    gpus = RowSet(dataset.gpus, dataset.entities["ModelGPURuns", "GPU"].of(rows.indices).indices)
    found = MeasuredPairs(gpus, runs, where, narrowing)
    with_runs = sum((group.counts for group in runs.values()), np.zeros(len(rows), np.int64)) > 0
    if with_runs.all():
        return Lists(pairs.offsets, found)
    return Lists(offsets_of(with_runs)[pairs.offsets], found.take(np.flatnonzero(with_runs)))
