"""Which samples of a series to draw: MinMaxLTTB, and never without the ends and the extremes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

if TYPE_CHECKING:
    import numpy.typing as npt

_LEAST_FOR_LTTB = 3  # fewer, and the library panics
_EXTREMES = 2


def downsampled_indices(values: npt.NDArray[np.float64], *, max_points: int | None) -> npt.NDArray[np.intp]:
    """Choose at most `max_points` of the samples that show the shape of the whole series.

    MinMaxLTTB (Van Der Donckt et al., 2023, arXiv:2305.00332) preselects minima and maxima and keeps of them the points
    that span the largest triangles. It alone may drop the highest peak of the series; here the first, last, lowest and
    highest samples are always among the chosen (of fewer than four points: first, last, highest).

    Buckets hold equally many samples rather than equal times: with buckets of equal time the library panics on series
    whose timestamps repeat, and returns fewer points where there are gaps.

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
    # Room for the extremes is made only where the algorithm left them out.
    for reserved in range(_EXTREMES + 1):
        if max_points - reserved < _LEAST_FOR_LTTB:
            break
        chosen = np.union1d(_min_max_lttb(values, max_points - reserved), extremes)
        if chosen.size <= max_points:
            return chosen
    ends = np.array([0, count - 1], dtype=np.intp)
    inner = extremes[~np.isin(extremes, ends)]
    return np.unique(np.concatenate([ends, inner[: max_points - ends.size]]))


def _min_max_lttb(values: npt.NDArray[np.float64], max_points: int) -> npt.NDArray[np.intp]:
    algorithm = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]  # the library has no annotations
    indices: npt.NDArray[np.uint64] = algorithm.downsample(np.ascontiguousarray(values), n_out=max_points)
    return indices.astype(np.intp)
