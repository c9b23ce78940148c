"""Three views as one would write them by hand in numpy, over plain arrays: what our kernels are measured beside.

Texts are given as codes into their sorted values, as our tables keep them, so that nobody counts the making of those.
Each function computes what the view's fields show, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PERCENTILES = (10.0, 50.0, 90.0)


def groups(keys: Sequence[NDArray[np.int64]], values: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Group by some codes; count, extremes, mean, standard deviation and percentiles of each group's values."""
    code = keys[0]
    for key in keys[1:]:
        code = code * (key.max() + 1) + key
    distinct, group, counts = np.unique(code, return_inverse=True, return_counts=True)
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
    """Return the rows that no other beats in both, by ascending x."""
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
    """Match the least of `pick` on either side by some codes; relative changes, their median, mean and extremes."""
    code = keys[0]
    for key in keys[1:]:
        code = code * (key.max() + 1) + key
    best = []
    for side in sides:
        rows = np.flatnonzero(differs == side)
        rows = rows[np.lexsort((pick[rows], code[rows]))]
        best.append(rows[np.unique(code[rows], return_index=True)[1]])
    _, left, right = np.intersect1d(code[best[0]], code[best[1]], assume_unique=True, return_indices=True)
    baseline, candidate = best[0][left], best[1][right]
    found: dict[str, NDArray[Any]] = {"baseline": baseline, "candidate": candidate}
    for number, values in enumerate(compared):
        change = (values[candidate] - values[baseline]) / values[baseline]
        found[f"change {number}"] = change
        found[f"summary {number}"] = np.array(
            [(change < 0).sum(), (change > 0).sum(), change.min(), np.median(change), change.mean(), change.max()]
        )
    return found
