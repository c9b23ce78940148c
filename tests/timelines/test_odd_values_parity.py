"""Results files with odd values, compared with the toolkit."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from mlenergy.data.records import LLMRun

from tests.timelines.timeline_samples import START, Samples, part, request, results_file
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.results import DecodedResults, decode_results
from timelines.timeline import build_timeline

if TYPE_CHECKING:
    from pathlib import Path

Place = tuple[str | int, ...]

SAMPLES: Samples = {
    "0": [[START + tick, 100.0 + tick] for tick in range(6)],
    "1": [[START + tick, 200.0 + 2 * tick] for tick in range(6)],
}
REQUESTS = [
    {"success": True, "output_len": 30 + each, "itl": [0.5 + each, 0.0, 0.25, 0.125], "prompt": "p"}
    for each in range(3)
]
WHOLE = results_file(SAMPLES, steady_state=(START + 1, START + 5)) | {"results": REQUESTS}
POWER: Place = ("timeline", "power", "device_instant")
SURROGATE = json.loads(r'"a \ud800 b \udc00 \ud83d\ude00 \\ud800"')


@pytest.mark.parametrize("value", [SURROGATE, None, 7, {SURROGATE: 1}, math.nan], ids=repr)
@pytest.mark.parametrize(
    "place",
    [("results", 1, "prompt"), ("results", 1, "new"), ("timeline", "power", "new"), ("timeline", "new"), ("new",)],
    ids=str,
)
def test_a_value_that_no_field_reads_has_no_effect(tmp_path: Path, place: Place, value: object) -> None:
    """With any value in an unread place, lone surrogates included, every number is the toolkit's."""
    ours = _assert_toolkits(tmp_path, _with(WHOLE, place, value))
    assert _skipped(ours) == (0, 0, 0)


@pytest.mark.parametrize("success", [None, 0, 1, 0.5, "", "yes", "false", [], [0], {}, {"a": 1}, math.nan], ids=repr)
def test_success_is_the_truth_value_of_any_value(tmp_path: Path, success: object) -> None:
    """As `bool` in the toolkit: null is a failure, a non-empty text a success."""
    ours = _assert_toolkits(tmp_path, _with(WHOLE, ("results", 1, "success"), success))
    assert _skipped(ours) == (0, 0, 0)


@pytest.mark.parametrize("length", ["37", " 37 ", "3_7", 3.7, -0.5, True, -1, "-2", 2**31 - 1], ids=repr)
def test_an_output_length_is_converted_with_int(tmp_path: Path, length: object) -> None:
    """Text, decimals and booleans give the toolkit's numbers."""
    ours = _assert_toolkits(tmp_path, _with(WHOLE, ("results", 1, "output_len"), length))
    assert _skipped(ours) == (0, 0, 0)


@pytest.mark.parametrize("latency", ["0.25", " 1e-3 ", True, False, -1, "0", "-0.0"], ids=repr)
def test_a_latency_is_converted_with_float(tmp_path: Path, latency: object) -> None:
    """Text and booleans give the toolkit's numbers, also in the smoothing."""
    ours = _assert_toolkits(tmp_path, _with(WHOLE, ("results", 1, "itl", 0), latency))
    assert _skipped(ours) == (0, 0, 0)


@pytest.mark.parametrize("gpu", ["0", "1"])
@pytest.mark.parametrize("value", [math.nan, "nan", "250.5", "1_0", True, 7], ids=repr)
@pytest.mark.parametrize("sample", [0, 1, 3, 5])
def test_a_sample_is_converted_with_float(tmp_path: Path, gpu: str, value: object, sample: int) -> None:
    """Text gives the toolkit's numbers; NaN keeps its time on the grid and the value before it."""
    ours = _assert_toolkits(tmp_path, _with(WHOLE, (*POWER, gpu, sample, 1), value))
    assert _skipped(ours) == (int(math.isnan(float(value))), 0, 0)  # type: ignore[arg-type] # what float makes of it


def test_times_and_bounds_are_converted_with_float(tmp_path: Path) -> None:
    """Text gives the toolkit's numbers."""
    file = _with(WHOLE, (*POWER, "1", 3, 0), f"{START + 3}")
    file = _with(file, ("timeline", "steady_state_start_time"), f" {START + 1} ")
    assert _skipped(_assert_toolkits(tmp_path, file)) == (0, 0, 0)


def test_a_negative_gpu_id_is_the_first_gpu(tmp_path: Path) -> None:
    """The grid is that of the smallest id, as in the toolkit."""
    assert _skipped(_assert_toolkits(tmp_path, _with(WHOLE, (*POWER, "-1"), [[START + 2, 5.0]]))) == (0, 0, 0)


@pytest.mark.parametrize("odd", [None, 5, "x", [], [1, 2]], ids=repr)
def test_an_unreadable_request_is_skipped(tmp_path: Path, odd: object) -> None:
    """Lengths and latencies are the toolkit's of the file without the request."""
    ours = _ours(_with(WHOLE, ("results", 1), odd))
    _assert_same(ours, _toolkit(tmp_path, WHOLE | {"results": [REQUESTS[0], REQUESTS[2]]}))
    assert _skipped(ours) == (0, 1, 1)


@pytest.mark.parametrize(
    "odd", [None, "x", "3.5", "", [3], {}, math.nan, math.inf, 2**31, "9" * 5000, 10**400], ids=str
)
def test_an_unreadable_length_is_skipped(tmp_path: Path, odd: object) -> None:
    """The other lengths are the toolkit's of the file without the request, and all latencies remain."""
    ours = _ours(_with(WHOLE, ("results", 1, "output_len"), odd))
    assert part(ours, "output_lengths").tolist() == [30, 32]
    assert part(ours, "inter_token_latencies").tolist() == _toolkit(tmp_path, WHOLE)[1]
    assert _skipped(ours) == (0, 1, 0)


@pytest.mark.parametrize("odd", [None, "x", "", [0.1], {}, math.nan, -math.inf, "inf"], ids=repr)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_an_unreadable_latency_is_skipped(tmp_path: Path, odd: object, place: int) -> None:
    """The others are the toolkit's of the file with NaN in its place, which it drops."""
    ours = _ours(_with(WHOLE, ("results", 1, "itl", place), odd))
    _assert_same(ours, _toolkit(tmp_path, _with(WHOLE, ("results", 1, "itl", place), math.nan)))
    assert _skipped(ours) == (0, 0, 1)


@pytest.mark.parametrize("odd", [None, "0.1", 5, {"0.1": 1}], ids=repr)
def test_an_unreadable_list_of_latencies_is_skipped(tmp_path: Path, odd: object) -> None:
    """The other latencies are the toolkit's of the file with an empty list in its place, and all lengths remain."""
    ours = _ours(_with(WHOLE, ("results", 1, "itl"), odd))
    _assert_same(ours, _toolkit(tmp_path, _with(WHOLE, ("results", 1, "itl"), [])))
    assert _skipped(ours) == (0, 0, 1)


@pytest.mark.parametrize("gpu", ["0", "1"])
@pytest.mark.parametrize("odd", [None, "x", [1], {}, math.inf, 1e300, 10**400], ids=str)
def test_an_unreadable_value_keeps_its_time(tmp_path: Path, gpu: str, odd: object) -> None:
    """The sample is treated as the toolkit treats NaN."""
    ours = _ours(_with(WHOLE, (*POWER, gpu, 2, 1), odd))
    _assert_same(ours, _toolkit(tmp_path, _with(WHOLE, (*POWER, gpu, 2, 1), math.nan)))
    assert _skipped(ours) == (1, 0, 0)


@pytest.mark.parametrize("gpu", ["0", "1"])
@pytest.mark.parametrize(
    "odd", [None, 5, "ab", {}, {"a": 1, "b": 2}, [], [START + 2], [START + 2, 1, 2], [None, 1], ["x", 1]], ids=repr
)
def test_a_sample_without_a_time_is_skipped(tmp_path: Path, gpu: str, odd: object) -> None:
    """The series is the toolkit's of the file without the sample."""
    without = copy.deepcopy(WHOLE)
    del without["timeline"]["power"]["device_instant"][gpu][2]
    ours = _ours(_with(WHOLE, (*POWER, gpu, 2), odd))
    _assert_same(ours, _toolkit(tmp_path, without))
    assert _skipped(ours) == (1, 0, 0)


@pytest.mark.parametrize("gpu", ["0", "1", "one", "01", "0.5", SURROGATE])
@pytest.mark.parametrize("odd", [None, 5, "x", [None], {"a": 1}], ids=repr)
def test_an_unreadable_gpu_is_skipped(tmp_path: Path, gpu: str, odd: object) -> None:
    """The sum is the toolkit's of the file without the GPU, on the grid of the next GPU if it was the first."""
    without = copy.deepcopy(WHOLE)
    without["timeline"]["power"]["device_instant"].pop(gpu, None)
    ours = _ours(_with(WHOLE, (*POWER, gpu), odd))
    _assert_same(ours, _toolkit(tmp_path, without))
    assert _skipped(ours) == (1, 0, 0)


def _with(file: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(file)
    parent: Any = changed
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    return changed


def _ours(file: dict[str, Any]) -> DecodedResults:
    return decode_results(json.dumps(file, indent=2).encode(), path="results.json")


def _skipped(ours: DecodedResults) -> tuple[int, int, int]:
    """Return the numbers of skipped samples of the instant power, lengths and latencies."""
    skipped = part(ours, "timeline").skipped[TimelineMetric.POWER_DEVICE_INSTANT]
    return skipped, ours.skipped_lengths, ours.skipped_latencies


def _toolkit(folder: Path, file: dict[str, Any]) -> tuple[list[int], list[float], list[Any]]:
    """Return the toolkit's lengths, latencies and, by metric, times and sums of the steady state."""
    path = folder / "results.json"
    path.write_text(json.dumps(file, indent=2))
    known: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(LLMRun))
    run = LLMRun(**known | {"_results_path": str(path)})
    frames = [run.timelines(metric="power.device_instant"), run.timelines(metric="temperature")]
    return (
        run.output_lengths(),
        run.inter_token_latencies(),
        [(frame["relative_time_s"].to_numpy(), frame["value"].to_numpy(dtype=float)) for frame in frames],
    )


def _assert_same(ours: DecodedResults, theirs: tuple[list[int], list[float], list[Any]]) -> None:
    assert part(ours, "output_lengths").tolist() == theirs[0]
    assert part(ours, "inter_token_latencies").tolist() == theirs[1]
    for metric, (times, values) in zip(
        (TimelineMetric.POWER_DEVICE_INSTANT, TimelineMetric.TEMPERATURE), theirs[2], strict=True
    ):
        timeline = build_timeline(part(ours, "timeline"), request(metric, TimelineWindow.STEADY_STATE))
        np.testing.assert_array_equal(timeline.relative_time_s, times)
        np.testing.assert_array_equal(timeline.value, values)


def _assert_toolkits(folder: Path, file: dict[str, Any]) -> DecodedResults:
    ours = _ours(file)
    _assert_same(ours, _toolkit(folder, file))
    return ours
