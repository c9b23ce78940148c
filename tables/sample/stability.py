"""Which sample runs are unstable, and why: the toolkit's rules and its wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import numpy.typing as npt

    from tables.sample.grid import Grid, LLMEntry
    from tables.sample.llm_figures import LLMFigures
    from tables.sample.noise import IntArray

LEAST_DURATION_S = 20.0
LEAST_UTILIZATION = 0.85


def stability(grid: Grid[LLMEntry], figures: LLMFigures) -> tuple[npt.NDArray[np.bool_], pa.Array]:
    """Judge the runs.

    The first of these that holds is the reason: a short steady state, energy per token that is not positive, a batch
    far from full, a smaller or equal batch of the same (model, task, GPU, GPU count) that is unstable by itself
    (mlenergy-data 0.4.0, `mlenergy/data/records/runs.py`).

    Returns:
        Stability, of shape (n,), and the reasons, empty where stable.
    """
    batch = np.array([item.max_num_seqs for item in grid.entries], dtype=np.int64)[figures.entry]
    utilization = figures.avg_batch_size / batch
    short = figures.duration_s < LEAST_DURATION_S
    invalid = ~short & (figures.energy_per_token <= 0)
    low = ~short & ~invalid & figures.has_server_statistics & (utilization < LEAST_UTILIZATION)

    threshold = _thresholds(grid, figures, batch, short | invalid | low)
    cascade = ~(short | invalid | low) & (batch >= threshold)
    reasons = np.full(len(batch), "", dtype=object)
    for chosen, reason, values in (
        (short, "short_steady_state:{}", figures.duration_s),
        (invalid, "invalid_energy_per_token:{}", figures.energy_per_token),
        (low, "low_batch_utilization:{:.6f}", utilization),
        (cascade, "cascade_from_unstable_batch:{}", threshold),
    ):
        reasons[chosen] = [reason.format(value) for value in values[chosen].tolist()]
    return ~(short | invalid | low | cascade), pa.array(reasons, type=pa.string())


def _thresholds(
    grid: Grid[LLMEntry], figures: LLMFigures, batch: IntArray, unstable: npt.NDArray[np.bool_]
) -> IntArray:
    """The least batch of each run's group that is unstable by itself, over all seeds; beyond any batch if none is."""
    groups = np.array([item.group for item in grid.entries], dtype=np.int64)
    group = figures.generation * (int(groups.max()) + 1) + groups[figures.entry]
    least: IntArray = np.full(int(group.max()) + 1, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(least, group[unstable], batch[unstable])
    threshold: IntArray = least[group]
    return threshold
