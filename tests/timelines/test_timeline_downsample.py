"""Downsampling of a timeline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tsdownsample import MinMaxLTTBDownsampler

from errors import BadUserInput
from tests.timelines.timeline_samples import START, Samples, as_bytes, decode_timeline, request, results_file
from timelines.downsample import downsampled_indices
from timelines.timeline import build_timeline

# Noise with plateaus, spikes and repeated values, up to a few thousand samples.
series = st.tuples(st.integers(1, 3000), st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 3, 1e12])).map(
    lambda drawn: np.round(np.random.default_rng(drawn[1]).normal(size=drawn[0]) * drawn[2], 1)
)


@settings(deadline=None)
@given(values=series, max_points=st.integers(2, 400))
def test_downsampling_includes_ends_and_extremes(values: npt.NDArray[np.float64], max_points: int) -> None:
    """The indices ascend, are at most two fewer than allowed, and include the ends, the maximum and the minimum."""
    chosen = downsampled_indices(values, max_points=max_points)
    assert (np.diff(chosen) > 0).all()
    assert {0, len(values) - 1} <= set(chosen.tolist())
    if len(values) <= max_points:
        assert len(chosen) == len(values)
        return
    assert max(2, max_points - 2) <= len(chosen) <= max_points
    if max_points >= 3:
        assert values[chosen].max() == values.max()
    if max_points >= 4:
        assert values[chosen].min() == values.min()


@given(values=series, max_points=st.integers(5, 400))
def test_extremes_are_added_to_the_algorithms_points(values: npt.NDArray[np.float64], max_points: int) -> None:
    """Points are reserved for them, none, one or two, only as far as the algorithm leaves them out."""
    if len(values) <= max_points:
        return
    extremes = {int(values.argmax()), int(values.argmin())}
    algorithm = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]  # the library has no annotations
    candidates = [
        sorted(extremes.union(algorithm.downsample(values, n_out=max_points - reserved).tolist()))
        for reserved in range(3)
    ]
    chosen = next(points for points in candidates if len(points) <= max_points)
    assert downsampled_indices(values, max_points=max_points).tolist() == chosen


def test_no_bound_means_no_downsampling() -> None:
    """All samples are chosen."""
    assert downsampled_indices(np.arange(5000.0), max_points=None).tolist() == list(range(5000))


def test_downsampled_points_are_the_same_for_sum_and_devices() -> None:
    """Time, sum and each GPU's value are those of one sample; the statistics are over all samples."""
    power = np.random.default_rng(0).uniform(100, 700, size=(2, 2000))
    samples: Samples = {
        str(gpu): [[START + tick, watts] for tick, watts in enumerate(row)] for gpu, row in enumerate(power.tolist())
    }
    decoded = decode_timeline(as_bytes(results_file(samples)), path="r")
    timeline = build_timeline(decoded, request(max_points=100))
    whole = build_timeline(decoded, request())
    at = timeline.relative_time_s.astype(int)
    assert 98 <= len(at) <= 100
    np.testing.assert_array_equal([device.value for device in timeline.devices], power[:, at])
    np.testing.assert_array_equal(timeline.value, power.sum(axis=0)[at])
    assert timeline.sample_count == whole.sample_count == 2000
    assert (timeline.min, timeline.max, timeline.mean) == (whole.min, whole.max, whole.mean)
    assert timeline.energy_joules == whole.energy_joules


@pytest.mark.parametrize("max_points", [1, 0, -5])
def test_fewer_than_two_points_are_refused(max_points: int) -> None:
    """The message names the value and what is allowed."""
    with pytest.raises(BadUserInput, match=rf"^maxPoints is {max_points}; allowed: 2 or more, or null"):
        request(max_points=max_points)
