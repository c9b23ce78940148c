"""Timelines of drawn samples, compared with the toolkit's."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from mlenergy.data.records import DiffusionRun, LLMRun
from mlenergy.data.records.timelines import extract_device_timeline

from errors import RawDataUnavailable
from tests.timelines.timeline_samples import (
    START,
    Samples,
    as_bytes,
    decode_timeline,
    device_samples,
    request,
    results_file,
    steady_states,
)
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.timeline import Timeline, build_timeline

if TYPE_CHECKING:
    from pathlib import Path

R = TypeVar("R", LLMRun, DiffusionRun)

TOOLKIT_METRICS = [
    TimelineMetric.POWER_DEVICE_INSTANT,
    TimelineMetric.POWER_DEVICE_AVERAGE,
    TimelineMetric.TEMPERATURE,
]
# Every example writes the file again, so the examples can share the folder of the test.
per_example = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("metric", TOOLKIT_METRICS)
@per_example
@given(samples=device_samples(), steady_state=steady_states())
def test_the_steady_state_of_an_llm_run_equals_the_toolkits(
    tmp_path: Path, metric: TimelineMetric, samples: Samples, steady_state: tuple[float, float]
) -> None:
    """Any samples have the toolkit's times and sums, or are refused by both."""
    file = _only(metric, results_file(samples, steady_state=steady_state))
    _assert_equal(_run(LLMRun, tmp_path, file), file, metric, TimelineWindow.STEADY_STATE)


@pytest.mark.parametrize("metric", TOOLKIT_METRICS)
@per_example
@given(samples=device_samples())
def test_a_diffusion_timeline_equals_the_toolkits(tmp_path: Path, metric: TimelineMetric, samples: Samples) -> None:
    """Any samples have the toolkit's times and sums, or are refused by both."""
    file = _only(metric, results_file(samples))
    _assert_equal(_run(DiffusionRun, tmp_path, file), file, metric, TimelineWindow.FULL)


@settings(deadline=None)
@given(samples=device_samples(), steady_state=steady_states())
def test_the_series_of_each_gpu_equals_the_toolkits(samples: Samples, steady_state: tuple[float, float]) -> None:
    """Each series equals the toolkit's column to the last bit, including gaps before the first sample."""
    timeline = _ours(
        results_file(samples, steady_state=steady_state),
        TimelineMetric.POWER_DEVICE_INSTANT,
        TimelineWindow.STEADY_STATE,
    )
    try:
        start, end = steady_state
        theirs = extract_device_timeline(samples, label="w", steady_state_start=start, steady_state_end=end)
    except ValueError:
        assert timeline is None
        return
    assert timeline is not None
    assert [device.index for device in timeline.devices] == sorted(int(gpu) for gpu in samples)
    for device in timeline.devices:
        column = theirs[f"w_device_{device.index}"].to_numpy(dtype=float)
        np.testing.assert_array_equal(device.value, column)


def test_the_full_window_of_an_llm_run_starts_at_its_first_sample() -> None:
    """The steady state is relative to that."""
    samples: Samples = {"1": [[START + tick, 100.0 + tick] for tick in range(10)]}
    file = results_file(samples, steady_state=(START + 2.5, START + 6.5))
    timeline = _ours(file, TimelineMetric.POWER_DEVICE_INSTANT, TimelineWindow.FULL)
    assert timeline is not None
    assert timeline.start_time == START
    assert timeline.relative_time_s.tolist() == list(range(10))
    assert timeline.steady_state is not None
    assert (timeline.steady_state.start, timeline.steady_state.end) == (2.5, 6.5)


def test_a_value_before_the_window_is_not_carried_into_it() -> None:
    """A GPU whose samples miss the grid in the window has no value there."""
    samples: Samples = {
        "0": [[START, 1.0], [START + 1, 2.0], [START + 2, 3.0]],
        "3": [[START, 50.0], [START + 2, 60.0]],
    }
    file = results_file(samples, steady_state=(START + 1, START + 2))
    timeline = _ours(file, TimelineMetric.POWER_DEVICE_INSTANT, TimelineWindow.STEADY_STATE)
    assert timeline is not None
    np.testing.assert_array_equal(timeline.devices[1].value, [np.nan, 60.0])
    assert timeline.value.tolist() == [2.0, 63.0]


def _only(metric: TimelineMetric, file: dict[str, Any]) -> dict[str, Any]:
    """Overwrite all metrics but one, so that a mix-up is detected."""
    other: Samples = {"0": [[START, -1.0]]}
    timeline = file["timeline"]
    if metric is TimelineMetric.TEMPERATURE:
        timeline["power"] = dict.fromkeys(timeline["power"], other)
    else:
        own = metric.value.removeprefix("power.")
        timeline["power"] = {name: s if name == own else other for name, s in timeline["power"].items()}
        timeline["temperature"] = other
    return file


def _run(kind: type[R], folder: Path, file: dict[str, Any]) -> R:
    """Return the toolkit's record of a run, with only its raw file."""
    path = folder / "results.json"
    path.write_text(json.dumps(file, indent=2))
    known: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(kind))
    return kind(**known | {"_results_path": str(path)})


def _ours(file: dict[str, Any], metric: TimelineMetric, window: TimelineWindow) -> Timeline | None:
    try:
        return build_timeline(decode_timeline(as_bytes(file), path="results.json"), request(metric, window))
    except RawDataUnavailable:
        return None


def _assert_equal(
    run: LLMRun | DiffusionRun, file: dict[str, Any], metric: TimelineMetric, window: TimelineWindow
) -> None:
    timeline = _ours(file, metric, window)
    try:
        theirs = run.timelines(metric=metric.value)
    except ValueError:
        assert timeline is None
        return
    assert timeline is not None
    np.testing.assert_array_equal(timeline.relative_time_s, theirs["relative_time_s"].to_numpy())
    np.testing.assert_allclose(timeline.value, theirs["value"].to_numpy(dtype=float), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(timeline.start_time + timeline.relative_time_s, theirs["timestamp"].to_numpy())
    assert timeline.sample_count == len(theirs)
