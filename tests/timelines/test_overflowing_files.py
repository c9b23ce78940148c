"""Raw files of finite numbers whose sums overflow float64: an error or a null, never an infinity.

The samples of a timeline cannot: the decoder refuses any beyond 1e12.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from errors import RawDataUnavailable
from resolvers.samples import Samples
from tests.timelines.timeline_samples import as_bytes
from timelines.gauge_series import gauge_series
from timelines.metrics import TimelineWindow
from timelines.prometheus import ServerGauge, decode_server

LARGEST = 1.7976931348623157e308


def test_gauges_whose_sum_overflows_have_no_mean() -> None:
    """Minimum and maximum remain."""
    texts = [f"vllm:num_requests_running{{}} {LARGEST}\n"] * 2
    snapshots = [{"timestamp": time, "metrics": text} for time, text in enumerate(texts)]
    decoded = decode_server(as_bytes({"timeline": snapshots}), path="p")
    series = gauge_series(decoded, ServerGauge.NUM_REQUESTS_RUNNING, window=TimelineWindow.FULL, max_points=None)
    assert (series.min, series.max, series.mean) == (LARGEST, LARGEST, None)


def test_snapshots_with_times_out_of_range_are_skipped() -> None:
    """Relative to the first, the time of the last would overflow."""
    text = "vllm:num_requests_running{} 1\n"
    snapshots = [{"timestamp": time, "metrics": text} for time in (-LARGEST, 5.0, LARGEST)]
    decoded = decode_server(as_bytes({"timeline": snapshots}), path="p")
    series = gauge_series(decoded, ServerGauge.NUM_REQUESTS_RUNNING, window=TimelineWindow.FULL, max_points=None)
    assert (series.relative_time_s.tolist(), decoded.skipped_count) == ([0.0], 2)
    with pytest.raises(RawDataUnavailable, match="nothing in it is readable"):
        decode_server(as_bytes({"timeline": [snapshots[0], snapshots[2]]}), path="p")


@pytest.mark.parametrize("values", [[LARGEST] * 3, [LARGEST, 1.0], [LARGEST, LARGEST / 2], [1.0, 2.0, 4.5]])
def test_the_mean_of_latencies_is_finite(values: list[float]) -> None:
    """It is between the minimum and the maximum, also if the sum overflows."""
    mean = Samples(np.array(values)).mean()
    assert mean == pytest.approx(float(sum(map(Fraction, values)) / len(values)), rel=1e-12)
    assert min(values) <= mean <= max(values)
