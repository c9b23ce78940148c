"""Alignment of drawn samples in order, which needs no sorting, compared with a naive one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from timelines.series import aligned_series

Sample = tuple[float, float]
Window = tuple[float, float] | None

_times = st.integers(0, 60).map(lambda tick: 1e9 + tick * 0.1)
_values = st.floats(-1000, 1000) | st.just(math.nan)


@st.composite
def _devices(draw: st.DrawFn) -> dict[int, list[Sample]]:
    """Draw GPUs with the times of the first one, with as many other times, and with any others."""
    in_order = st.lists(_times, min_size=1, max_size=40, unique=True).map(sorted)
    few = st.integers(0, 5).map(float)
    first = draw(in_order | st.lists(few, min_size=1, max_size=6).map(sorted) | st.lists(_times, min_size=1))
    others = st.just(first) | st.lists(few | _times, min_size=len(first), max_size=len(first)).map(sorted)
    each = [first, *draw(st.lists(others | st.lists(_times, max_size=40), max_size=4))]
    values = [draw(st.lists(_values, min_size=len(times), max_size=len(times))) for times in each]
    series = [list(zip(times, drawn, strict=True)) for times, drawn in zip(each, values, strict=True)]
    return dict(enumerate(series, draw(st.integers(-3, 3))))


def _naive(devices: dict[int, list[Sample]], within: Window) -> dict[int, list[float]] | None:
    """Return each GPU's values at the times of the first GPU in the window, in order of time."""
    first, last = within or (-math.inf, math.inf)
    grid = sorted(time for time, _ in devices[min(devices)] if first <= time <= last)
    aligned: dict[int, list[float]] = {}
    for gpu, samples in sorted(devices.items()):
        last_at = dict(samples)
        aligned[gpu], latest = [], math.nan
        for time in grid:
            value = last_at.get(time, math.nan)
            latest = latest if math.isnan(value) else value
            aligned[gpu].append(latest)
    return aligned if grid else None


@given(devices=_devices(), edges=st.none() | st.tuples(_times, _times).map(lambda edges: (min(edges), max(edges))))
def test_samples_are_aligned_as_by_a_search_for_each_time(devices: dict[int, list[Sample]], edges: Window) -> None:
    """To the last bit: values, sums and times, with gaps, repeated and descending times."""
    arrays = {gpu: np.array(samples, np.float64).reshape(-1, 2) for gpu, samples in devices.items()}
    aligned, expected = aligned_series(arrays, within=edges), _naive(devices, edges)
    if expected is None:
        assert aligned is None
        return
    assert aligned is not None
    assert aligned.gpus == tuple(expected)
    np.testing.assert_array_equal(aligned.devices, list(expected.values()))
    total = np.zeros(aligned.devices.shape[1])
    for values in expected.values():
        total += np.nan_to_num(values)
    np.testing.assert_array_equal(aligned.total, total)
    assert (np.diff(aligned.relative_time_s) >= 0).all()


@pytest.mark.parametrize("descending", [False, True])
def test_time_counts_from_the_window_or_the_first_sample_of_the_file(descending: bool) -> None:  # noqa: FBT001 - a case
    """Without a window, the first sample need not be the earliest."""
    samples = np.column_stack([np.arange(10.0, 15), np.arange(5.0)])[:: -1 if descending else 1]
    aligned = aligned_series({0: samples}, within=(10.5, 13.0))
    assert aligned is not None
    assert (aligned.start_time, aligned.relative_time_s.tolist()) == (10.5, [0.5, 1.5, 2.5])
    whole = aligned_series({0: samples}, within=None)
    assert whole is not None
    assert whole.start_time == (14.0 if descending else 10.0)
    assert whole.total.tolist() == [0, 1, 2, 3, 4]
