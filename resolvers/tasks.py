"""Tasks: how many runs each has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.runs import Stability, run_mask, runs_of
from tables.dataset import RUN_KINDS

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tables.row_set import RowSet


def run_counts(dataset: Dataset, tasks: RowSet, stability: Stability) -> pa.Array[Any]:
    """Count each task's runs, of both kinds; diffusion runs have no stability and count as stable."""
    counts = np.zeros(len(tasks), np.int64)
    for kind in RUN_KINDS:
        if kind == "diffusion" and stability is Stability.UNSTABLE:
            continue
        runs = runs_of(dataset, kind, tasks)
        mask = run_mask(dataset, kind, None, stability)
        counts += (runs if mask is None else runs.where(mask)).counts
    return pa.array(counts)
