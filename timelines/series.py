"""The samples of each GPU → one grid of times, as the toolkit aligns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

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
    first = devices[gpus[0]]
    times = np.ascontiguousarray(first[:, 0])
    # The benchmark writes samples in order, at the same times for all GPUs. A slice of the window then takes a third of
    # the time of sorting and searching.
    window = _window(times, within) if (times[1:] > times[:-1]).all() else None
    grid = times[_inside(times, within)] if window is None else times[window]
    if not grid.size:
        return None
    start_time = float(grid[0]) if within is None else within[0]
    relative = grid - start_time
    if window is None:
        order = np.argsort(relative, kind="stable")
        grid, relative = grid[order], relative[order]
    devices_on_grid = np.empty((len(gpus), grid.size))
    for row, gpu in zip(devices_on_grid, gpus, strict=True):
        samples = devices[gpu]
        if window is not None and (gpu == gpus[0] or np.array_equal(samples[:, 0], times)):
            row[:] = samples[window, 1]
        else:
            row[:] = _matched(samples, grid)
    without_gaps = devices_on_grid
    if np.isnan(devices_on_grid).any():
        for row in devices_on_grid:
            row[:] = _carried_forward(row)
        without_gaps = np.nan_to_num(devices_on_grid, nan=0.0)
    return AlignedSeries(
        start_time=start_time,
        relative_time_s=relative,
        gpus=gpus,
        devices=devices_on_grid,
        # GPU by GPU, as pandas adds columns, so that the rounding is the toolkit's, too.
        total=without_gaps.sum(axis=0),
    )


def _window(times: Floats, within: tuple[float, float] | None) -> slice:
    """Return the positions of ascending times in a window."""
    if within is None:
        return slice(None)
    return slice(int(times.searchsorted(within[0])), int(times.searchsorted(within[1], side="right")))


def _inside(times: Floats, within: tuple[float, float] | None) -> npt.NDArray[np.bool_]:
    """Return whether each of the times, in any order, is in a window."""
    return np.ones(times.size, np.bool_) if within is None else (times >= within[0]) & (times <= within[1])


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
