"""Energies and statistics of a timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from errors import RawDataUnavailable
from tests.timelines.timeline_samples import (
    START,
    Samples,
    as_bytes,
    decode_timeline,
    device_samples,
    request,
    results_file,
)
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.timeline import build_timeline

if TYPE_CHECKING:
    from timelines.timeline import Timeline, TimelineRequest

STEADY = request(window=TimelineWindow.STEADY_STATE)
TEN_SECONDS: Samples = {gpu: [[START + tick, 100.0] for tick in range(11)] for gpu in ("0", "1")}
STEADY_STATE = (START + 2, START + 8)


@settings(deadline=None)
@given(samples=device_samples())
def test_energy_and_statistics_equal_naive_ones(samples: Samples) -> None:
    """Energy is the sum of the trapezoids under the power; minimum, maximum and mean are of all values."""
    try:
        timeline = _timeline(results_file(samples), request())
    except RawDataUnavailable:
        assert not samples[min(samples, key=int)]
        return
    values, times = timeline.value.tolist(), timeline.relative_time_s.tolist()
    assert timeline.min == min(values)
    assert timeline.max == max(values)
    assert timeline.mean == pytest.approx(sum(values) / len(values))
    if len(values) == 1:
        assert timeline.energy_joules is None
        return
    trapezoids = ((values[i] + values[i + 1]) / 2 * (times[i + 1] - times[i]) for i in range(len(values) - 1))
    assert timeline.energy_joules == pytest.approx(sum(trapezoids), rel=1e-9, abs=1e-9)


def test_the_steady_state_reports_its_own_measurement() -> None:
    """The reported energy is the file's steady-state energy, independent of the integral."""
    file = results_file(
        TEN_SECONDS,
        steady_state=STEADY_STATE,
        steady_state_energy=1234.5,
        entire_benchmark_measurement={"time": 10, "gpu_energy": {"0": 1.0, "1": 2.0}},
    )
    timeline = _timeline(file, STEADY)
    assert timeline.energy_joules == 200 * 6
    assert timeline.reported_energy_joules == 1234.5


@pytest.mark.parametrize("name", ["entire_benchmark_measurement", "energy_measurement"])
def test_the_full_window_reports_the_entire_benchmark(name: str) -> None:
    """The reported energy is the measurement of the entire benchmark, summed over the GPUs."""
    measurement = {"time": 10.0, "gpu_energy": {"0": 900.5, "1": 1000}, "cpu_energy": None, "dram_energy": None}
    file = results_file(TEN_SECONDS, steady_state=STEADY_STATE, steady_state_energy=1234.5) | {name: measurement}
    assert _timeline(file, request()).reported_energy_joules == 1900.5


def test_the_full_window_does_not_report_the_steady_states_energy() -> None:
    """A file that measured only the steady state reports nothing about the whole run."""
    file = results_file(TEN_SECONDS, steady_state=STEADY_STATE, steady_state_energy=1234.5)
    assert _timeline(file, request()).reported_energy_joules is None


@pytest.mark.parametrize(("seconds", "reported"), [(2.5, 2000.0), (2.48, 2000.0), (2.2, None), (3.0, None)])
def test_iterations_count_only_if_they_last_as_long_as_the_timeline(seconds: float, reported: float | None) -> None:
    """Four iterations are the run if they last as long as its ten seconds; otherwise there are gaps."""
    iterations = [{"time": seconds, "gpu_energy": {"0": 200.0, "1": 300.0}}] * 4
    file = results_file(TEN_SECONDS, iteration_energy_measurements=iterations)
    assert _timeline(file, request()).reported_energy_joules == reported


@pytest.mark.parametrize(
    ("metric", "integrated"),
    [(TimelineMetric.POWER_MEMORY_AVERAGE, 1200.0), (TimelineMetric.TEMPERATURE, None)],
)
def test_only_the_power_of_whole_gpus_has_a_reported_energy(metric: TimelineMetric, integrated: float | None) -> None:
    """The counters measure whole GPUs: memory power has only its integral, a temperature neither."""
    file = results_file(TEN_SECONDS, steady_state=STEADY_STATE, steady_state_energy=1234.5)
    timeline = _timeline(file, request(metric, TimelineWindow.STEADY_STATE))
    assert timeline.energy_joules == integrated
    assert timeline.reported_energy_joules is None


@pytest.mark.parametrize("energy", [None, "much", [1], {"joules": 1}, float("nan")])
def test_an_unreadable_energy_is_none(energy: object) -> None:
    """The timeline has no reported energy."""
    file = results_file(TEN_SECONDS, steady_state=STEADY_STATE, steady_state_energy=energy)
    assert _timeline(file, STEADY).reported_energy_joules is None


@pytest.mark.parametrize(
    ("metric", "unit"), [(TimelineMetric.TEMPERATURE, "°C"), (TimelineMetric.POWER_MEMORY_AVERAGE, "W")]
)
def test_a_metric_has_a_unit(metric: TimelineMetric, unit: str) -> None:
    """Power is in watts, a temperature in degrees Celsius."""
    assert metric.unit == unit


def _timeline(file: object, timeline_request: TimelineRequest) -> Timeline:
    return build_timeline(decode_timeline(as_bytes(file), path="results.json"), timeline_request)
