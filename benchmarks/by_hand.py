"""Three views written by hand in numpy over plain arrays, for comparison with our kernels.

Texts are given as codes into their sorted values, as our tables store them: making these codes is not measured. Each
function computes the fields of the view and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PERCENTILES = (10.0, 50.0, 90.0)


def groups(keys: Sequence[NDArray[np.int64]], values: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Group values by some codes; count, extremes, mean, standard deviation and percentiles of each group."""
    distinct, group, counts = np.unique(_combined(keys), return_inverse=True, return_counts=True)
    in_order = values[np.lexsort((values, group))]
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    mean = np.add.reduceat(in_order, starts) / counts
    with np.errstate(invalid="ignore", divide="ignore"):
        deviation = np.sqrt(np.add.reduceat((in_order - mean.repeat(counts)) ** 2, starts) / (counts - 1))
    found = {"code": distinct, "count": counts, "mean": mean, "stddev": deviation}
    found |= {"min": in_order[starts], "max": in_order[starts + counts - 1]}
    for percent in PERCENTILES:
        place = percent / 100 * (counts - 1)
        below = np.floor(place).astype(np.int64)
        low, high = in_order[starts + below], in_order[starts + np.minimum(below + 1, counts - 1)]
        found[f"p{percent:.0f}"] = low + (high - low) * (place - below)
    return found


def frontier(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows that no other row beats in both values, by ascending x."""
    order = np.lexsort((y, x))
    least = np.minimum.accumulate(y[order])
    return order[np.concatenate(([True], y[order][1:] < least[:-1]))]


def pairs(
    keys: Sequence[NDArray[np.int64]],
    differs: NDArray[np.int64],
    sides: tuple[int, int],
    *,
    pick: NDArray[np.float64],
    compared: Sequence[NDArray[np.float64]],
) -> dict[str, NDArray[Any]]:
    """Match the rows with the least `pick` on either side by some codes; relative changes and their summary."""
    code = _combined(keys)
    best = []
    for side in sides:
        rows = np.flatnonzero((differs == side) & ~np.isnan(pick))
        rows = rows[np.lexsort((pick[rows], code[rows]))]
        best.append(rows[np.unique(code[rows], return_index=True)[1]])
    _, left, right = np.intersect1d(code[best[0]], code[best[1]], assume_unique=True, return_indices=True)
    baseline, candidate = best[0][left], best[1][right]
    found: dict[str, NDArray[Any]] = {"baseline": baseline, "candidate": candidate}
    with np.errstate(invalid="ignore", divide="ignore"):
        changes = [(values[candidate] - values[baseline]) / values[baseline] for values in compared]
    pairwise = np.column_stack(changes).ravel()
    found["changes"] = pairwise[np.isfinite(pairwise)]
    for number, all_changes in enumerate(changes):
        change = all_changes[np.isfinite(all_changes)]
        found[f"summary {number}"] = np.array(
            [(change < 0).sum(), (change > 0).sum(), change.min(), np.median(change), change.mean(), change.max()]
        )
    return found


def _combined(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return one code per row for several codes."""
    code = keys[0]
    for key in keys[1:]:
        code = code * (key.max() + 1) + key
    return code
