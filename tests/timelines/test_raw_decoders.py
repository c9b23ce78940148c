"""Requests, latency statistics and iterations of a results file."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlenergy.data.records.runs import _smooth_chunked_itl

from errors import RawDataUnavailable
from tests.timelines.timeline_samples import part
from timelines.requests import smoothed
from timelines.results import DecodedResults, decode_results

PATH = "llm/results.json"
REQUEST: dict[str, Any] = {"success": True, "output_len": 3, "itl": [0.1, 0.0, 0.2], "prompt": "p"}


def _decoded(**top_level: object) -> DecodedResults:
    return decode_results(json.dumps(top_level).encode(), path=PATH)


@given(st.lists(st.sampled_from([0.0, -0.0, -1.0, 0.02, 1e-9, 3.0, math.nan, math.inf]), max_size=40))
def test_smoothing_equals_the_toolkits(latencies: list[float]) -> None:
    """Chunks, leading zeros, negative and non-finite latencies: the toolkit's values in its order, to the last bit."""
    expected = [x for x in _smooth_chunked_itl(latencies) if x > 0 and np.isfinite(x)]
    # The decoder reads an infinity as missing, like NaN.
    given_here = [math.nan if not math.isfinite(x) else x for x in latencies]
    assert smoothed(given_here).tolist() == expected


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        (None, "Expected array, got null - at results"),
        ({}, "Expected array, got object - at results"),
        ([1], "Expected object, got int - at results[0]"),
        ([{**REQUEST, "output_len": [1], "itl": ["x"]}], "got array - at results[0].output_len"),
        ([{**REQUEST, "output_len": {}, "itl": {}}], "got object - at results[0].output_len"),
    ],
)
def test_unreadable_requests_are_named(results: object, reason: str) -> None:
    """If no request is readable, lengths and latencies give the reason and the place; the other parts are decoded."""
    decoded = _decoded(timeline={}, results=results, mean_ttft_ms=1.5)
    for name in ("output_lengths", "inter_token_latencies"):
        with pytest.raises(RawDataUnavailable) as caught:
            part(decoded, name)
        assert reason in str(caught.value)
        assert str(caught.value).startswith(f"{PATH}: ")
    assert decoded.latencies.ttft is not None
    assert decoded.latencies.ttft.mean_ms == 1.5
    assert part(decoded, "timeline").path == PATH


@pytest.mark.parametrize("length", [None, 2**31, 1e300])
def test_a_length_out_of_range_is_named(length: object) -> None:
    """A failed request needs no length, a successful one does; the latencies do not depend on it."""
    decoded = _decoded(results=[{**REQUEST, "success": False, "output_len": length}, {**REQUEST, "output_len": length}])
    with pytest.raises(RawDataUnavailable, match=r"results\[1\]\.output_len is .* allowed: -2147483648 to 2147483647"):
        part(decoded, "output_lengths")
    assert part(decoded, "inter_token_latencies").tolist() == [0.05, 0.05, 0.2]


def test_a_run_without_latencies_is_named() -> None:
    """The toolkit refuses it, too; the lengths are decoded."""
    decoded = _decoded(results=[{**REQUEST, "itl": []}, {"success": False}])
    with pytest.raises(RawDataUnavailable, match="no request has an inter-token latency"):
        part(decoded, "inter_token_latencies")
    assert part(decoded, "output_lengths").tolist() == [3]


def test_a_missing_part_does_not_affect_the_other() -> None:
    """The requests without a timeline, and the timeline without requests."""
    with pytest.raises(RawDataUnavailable, match="timeline is missing"):
        part(_decoded(results=[REQUEST]), "timeline")
    with pytest.raises(RawDataUnavailable, match="results is missing"):
        part(_decoded(timeline={}), "output_lengths")


def test_latency_statistics_are_found_by_name() -> None:
    """Any percentile, decimals included; NaN, null and unknown names are ignored, other values are counted."""
    decoded = decode_results(
        b'{"p99.9_ttft_ms": 2, "p5_ttft_ms": 1, "p100_ttft_ms": 3, "p101_ttft_ms": 4, "std_itl_ms": NaN,'
        b' "median_itl_ms": "7", "mean_itl_ms": null, "mean_e2el_ms": "x", "p50_other_ms": 1, "mean_other_ms": "x"}',
        path=PATH,
    )
    assert decoded.latencies.ttft is not None
    assert [(each.p, each.value_ms) for each in decoded.latencies.ttft.percentiles] == [(5, 1), (99.9, 2), (100, 3)]
    assert decoded.latencies.itl is not None
    assert (decoded.latencies.itl.median_ms, decoded.latencies.itl.mean_ms) == (7, None)
    assert decoded.latencies.itl.stddev_ms is None
    assert decoded.latencies.e2el is None
    assert decoded.latencies.skipped_count == 1


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        ([{"time": 1.0}], "missing required field gpu_energy - at iteration_energy_measurements[0]"),
        ([{"time": "x", "gpu_energy": {}}], "Expected float, got str - at iteration_energy_measurements[0].time"),
        ({"time": 1}, "Expected array | null, got object - at iteration_energy_measurements"),
        ([{"time": 1.0, "gpu_energy": {"a": 1.0}}], "iteration_energy_measurements"),
    ],
)
def test_unreadable_iterations_are_named(measured: object, reason: str) -> None:
    """The error has the place and the reason."""
    with pytest.raises(RawDataUnavailable) as caught:
        part(_decoded(iteration_energy_measurements=measured), "iterations")
    assert reason in str(caught.value)
