"""A model's runs by GPU: the models and GPUs that were measured together, with the runs that a filter selects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tables.batch import Batch, Lists
from tables.relations import offsets_of
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

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
    """

    gpus: RowSet
    runs: Mapping[RunKind, Grouped]
    where: Mapping[RunKind, Condition | None]

    def __len__(self) -> int:
        return len(self.gpus)

    def take(self, positions: NDArray[np.int64]) -> MeasuredPairs:
        """Return the pairs at these positions."""
        runs = {kind: runs.of(positions) for kind, runs in self.runs.items()}
        return MeasuredPairs(self.gpus.take(positions), runs, self.where)

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
) -> Lists:
    """Return for each model one pair per GPU that has a run the masks select; the masks come of `where`."""
    pairs = dataset.entities["Model", "ModelGPURuns"].of(models.indices)
    rows = pairs.items
    runs: dict[RunKind, Grouped] = {}
    for kind, mask in masks.items():
        of_pairs = dataset.run_children["ModelGPURuns", kind].of(rows.indices)
        runs[kind] = of_pairs if mask is None else of_pairs.where(mask)
    gpus = RowSet(dataset.gpus, dataset.entities["ModelGPURuns", "GPU"].of(rows.indices).indices)
    found = MeasuredPairs(gpus, runs, where)
    with_runs = sum((group.counts for group in runs.values()), np.zeros(len(rows), np.int64)) > 0
    if with_runs.all():
        return Lists(pairs.offsets, found)
    return Lists(offsets_of(with_runs)[pairs.offsets], found.take(np.flatnonzero(with_runs)))
