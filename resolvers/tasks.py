"""Tasks: how many runs each has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.runs import Stability, filtered_runs
from tables.dataset import RUN_KINDS

if TYPE_CHECKING:
    from resolvers.context import RequestContext
    from tables.row_set import RowSet


def run_counts(context: RequestContext, tasks: RowSet, stability: Stability) -> pa.Array[Any]:
    """Count each task's runs, of both kinds; diffusion runs have no stability and count as stable."""
    counts = np.zeros(len(tasks), np.int64)
    for kind in RUN_KINDS:
        if kind == "diffusion" and stability is Stability.UNSTABLE:
            continue
        counts += filtered_runs(context, kind, tasks, where=None, stability=stability).counts
    return pa.array(counts)
