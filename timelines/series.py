"""The GPUs' own samples → one grid, as the toolkit aligns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlignedSeries:
    """Every GPU's samples on one grid of `n` times.

    Args:
        start_time: Unix seconds of `relative_time_s` = 0.
        relative_time_s: Ascending seconds, shape `(n,)`.
        gpus: The GPUs' ids, ascending; `k` of them.
        devices: Their values, shape `(k, n)`; NaN before a GPU's first sample.
        total: The sum over the GPUs, shape `(n,)`; a GPU without a sample yet counts as nothing.
    """

    start_time: float
    relative_time_s: Floats
    gpus: tuple[int, ...]
    devices: Floats
    total: Floats


def aligned_series(devices: Mapping[int, Floats], *, within: tuple[float, float] | None) -> AlignedSeries | None:
    """Put the GPUs on the grid of the one with the smallest id, in the toolkit's way, so that the numbers are equal.

    `mlenergy.data.records.timelines.extract_device_timeline` (0.4.0) defines it: the grid is what lies in the window,
    repeated timestamps included; another GPU's sample counts where its timestamp is exactly the grid's, the later of
    two equal ones wins; a value stays until the next, and none is carried over the window's edge. Without a window,
    time counts from the sample that stands first in the file, which need not be the earliest.

    Args:
        devices: By GPU id, samples of shape `(m, 2)`: unix seconds and value, in the file's order. Not empty.
        within: First and last unix second of the window, both included; None for everything.

    Returns:
        The aligned series, or None if the grid GPU has no sample in the window.
    """
    gpus = tuple(sorted(devices))
    grid = devices[gpus[0]][:, 0]
    if within is not None:
        grid = grid[(grid >= within[0]) & (grid <= within[1])]
    if not grid.size:
        return None
    start_time = float(grid[0]) if within is None else within[0]
    relative = grid - start_time
    order = np.argsort(relative, kind="stable")
    grid = grid[order]
    values = np.empty((len(gpus), grid.size))
    for row, gpu in zip(values, gpus, strict=True):
        row[:] = _carried_forward(_matched(devices[gpu], grid))
    return AlignedSeries(
        start_time=start_time,
        relative_time_s=relative[order],
        gpus=gpus,
        devices=values,
        # GPU by GPU, as pandas adds columns: the rounding is the toolkit's, too.
        total=np.nan_to_num(values, nan=0.0).sum(axis=0),
    )


def _matched(samples: Floats, grid: Floats) -> Floats:
    """The value at each grid time whose timestamp is exactly there, else NaN."""
    if not samples.size:
        return np.full(grid.size, np.nan)
    ordered = samples[np.argsort(samples[:, 0], kind="stable")]
    # The last of equal timestamps in a stable order is the one that came last in the file.
    last = np.searchsorted(ordered[:, 0], grid, side="right") - 1
    found = (last >= 0) & (ordered[last, 0] == grid)
    return np.where(found, ordered[last, 1], np.nan)


def _carried_forward(values: Floats) -> Floats:
    latest = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(values.size)))
    # Before the first sample `latest` points at index 0, which is NaN there: nothing is invented.
    return values[latest]
