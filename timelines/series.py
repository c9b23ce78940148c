"""The samples of each GPU → one grid of times, as the toolkit aligns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timelines.arrays import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlignedSeries:
    """Every GPU's samples on one grid of `n` times.

    Args:
        start_time: Unix seconds of `relative_time_s` = 0.
        relative_time_s: Ascending seconds, shape `(n,)`.
        gpus: GPU ids, ascending, shape `(k,)`.
        devices: Values of each GPU, shape `(k, n)`; NaN before its first sample.
        total: Sum over the GPUs, shape `(n,)`; a GPU before its first sample adds 0.
    """

    start_time: float
    relative_time_s: Floats
    gpus: tuple[int, ...]
    devices: Floats
    total: Floats


def aligned_series(devices: Mapping[int, Floats], *, within: tuple[float, float] | None) -> AlignedSeries | None:
    """Align all GPUs on the grid of the GPU with the smallest id, with exactly the toolkit's numbers.

    `mlenergy.data.records.timelines.extract_device_timeline` (0.4.0) defines it: the grid is the GPU's timestamps in
    the window, repeated ones included; another GPU's sample counts if its timestamp equals one of the grid, the last of
    several equal ones; a value is carried forward to the next, but not across the window's edges. Without a window,
    time counts from the first sample in the file, which need not be the earliest.

    Args:
        devices: By GPU id, samples of shape `(m, 2)`: unix seconds and value, in the file's order. Not empty.
        within: First and last unix second of the window, both included; None for no window.

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
        # GPU by GPU, as pandas adds columns, so that the rounding is the toolkit's, too.
        total=np.nan_to_num(values, nan=0.0).sum(axis=0),
    )


def _matched(samples: Floats, grid: Floats) -> Floats:
    """Return the value of the sample at each grid time, NaN without a sample at exactly that time."""
    if not samples.size:
        return np.full(grid.size, np.nan)
    ordered = samples[np.argsort(samples[:, 0], kind="stable")]
    # In a stable order, the last of equal timestamps is the last in the file.
    last = np.searchsorted(ordered[:, 0], grid, side="right") - 1
    found = (last >= 0) & (ordered[last, 0] == grid)
    return np.where(found, ordered[last, 1], np.nan)


def _carried_forward(values: Floats) -> Floats:
    latest = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(values.size)))
    # Before the first sample `latest` is index 0, whose value is NaN.
    return values[latest]
