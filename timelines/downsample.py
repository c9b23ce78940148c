"""Downsampling of a series for drawing: MinMaxLTTB, with the ends and the extremes always included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

if TYPE_CHECKING:
    import numpy.typing as npt

_MIN_LTTB_POINTS = 3  # the library panics below
_EXTREMES = 2


def downsampled_indices(values: npt.NDArray[np.float64], *, max_points: int | None) -> npt.NDArray[np.intp]:
    """Choose at most `max_points` samples that show the shape of the whole series.

    MinMaxLTTB (Van Der Donckt et al., 2023, arXiv:2305.00332) preselects minima and maxima and chooses among them the
    points that span the largest triangles. It may drop the highest peak of the series; here the first, last, lowest and
    highest samples are always included (with fewer than four points: first, last, highest).

    Buckets hold equal numbers of samples, not equal times: with equal times the library panics on series with repeated
    timestamps, and returns fewer points where there are gaps.

    Args:
        values: The series in the order of time, finite, shape `(n,)`.
        max_points: 2 or more; None for every sample.

    Returns:
        Ascending indices without repetition: all of them if `n` is at most `max_points`, else `max_points` or up to two
        fewer.
    """
    count = len(values)
    if max_points is None or count <= max_points:
        return np.arange(count)
    extremes = np.array([values.argmax(), values.argmin()], dtype=np.intp)
    chosen = np.empty(count, np.bool_)
    # Reserve points for the extremes only if the algorithm leaves them out.
    for reserved in range(_EXTREMES + 1):
        if max_points - reserved < _MIN_LTTB_POINTS:
            break
        chosen[:] = False
        chosen[_min_max_lttb(values, max_points - reserved)] = True
        chosen[extremes] = True
        indices = np.flatnonzero(chosen)
        if indices.size <= max_points:
            return indices
    ends = np.array([0, count - 1], dtype=np.intp)
    inner = extremes[~np.isin(extremes, ends)]
    return np.unique(np.concatenate([ends, inner[: max_points - ends.size]]))


def _min_max_lttb(values: npt.NDArray[np.float64], max_points: int) -> npt.NDArray[np.intp]:
    algorithm = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]  # the library has no annotations
    algorithm.y_dtype_regex_list = None  # do not match the name of the type, which takes as long as the algorithm
    indices: npt.NDArray[np.uint64] = algorithm.downsample(np.ascontiguousarray(values), n_out=max_points)
    return indices.astype(np.intp)
