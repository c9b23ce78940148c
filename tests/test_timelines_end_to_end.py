"""Timelines in the graph, compared with the toolkit's, on a dataset directory that the toolkit wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlenergy.data.records.timelines import extract_device_timeline

from schema.build import build_schema
from tables.directory import open_directory
from tests.graph import Graph
from tests.runs_by_path import MAX_RAW_FILES, fields_by_path

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd  # type: ignore[import-untyped]  # no type information installed
    from mlenergy.data.records import DiffusionRun, LLMRun

    from tests.toolkit_directory import Kind, Written

Answers = dict[str, dict[str, Any]]

TOOLKIT_METRICS: tuple[Literal["power.device_instant", "power.device_average", "temperature"], ...] = (
    "power.device_instant",
    "power.device_average",
    "temperature",
)


def _timelines(graph: Graph, kind: Kind, metric: str, window: str | None = None) -> Answers:
    """Return the timeline of every run by path, in the default window if none is given."""
    window_argument = f"window: {window}," if window else ""
    fields = f"""numGpus timeline(metric: {metric.upper().replace(".", "_")}, {window_argument} maxPoints: null) {{
      metric unit window startTime steadyState {{ start end }} sampleCount relativeTimeS value
      devices {{ index value }} min max mean energyJoules reportedEnergyJoules }}"""
    return fields_by_path(graph, kind, fields, files=1)


def _assert_equal(timeline: dict[str, Any], expected: pd.DataFrame, *, value: str) -> None:
    np.testing.assert_allclose(timeline["relativeTimeS"], expected["relative_time_s"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(timeline["value"], expected[value], rtol=0, atol=1e-6)
    times = [timeline["startTime"] + time for time in timeline["relativeTimeS"]]
    np.testing.assert_allclose(times, expected["timestamp"], rtol=0, atol=1e-6)
    assert timeline["sampleCount"] == len(expected)


def _device_samples(run: LLMRun | DiffusionRun, metric: str) -> dict[str, list[list[float]]]:
    timeline: Any = run.read_results_json()["timeline"]
    for name in metric.split("."):
        timeline = timeline[name]
    samples: dict[str, list[list[float]]] = timeline
    return samples


def test_the_runs_cover_one_to_eight_gpus(written: Written) -> None:
    """The comparisons below cover every number of GPUs, and stable and unstable runs."""
    assert {run.num_gpus for run in written.llm} >= {1, 2, 8}
    assert {run.num_gpus for run in written.diffusion} == {1, 2, 4, 8}
    assert {run.is_stable for run in written.llm} == {True, False}


@pytest.mark.parametrize("metric", TOOLKIT_METRICS)
@pytest.mark.parametrize("kind", ["llm", "diffusion"])
def test_every_timeline_equals_the_toolkits(written: Written, written_graph: Graph, kind: Kind, metric: Any) -> None:  # noqa: ANN401 - the toolkit wants a literal
    """The default window of every run has the toolkit's times and values to 1e-6."""
    answers = _timelines(written_graph, kind, metric)
    runs = dict(written.runs(kind))
    assert answers.keys() == runs.keys()
    for path, run in runs.items():
        _assert_equal(answers[path]["timeline"], run.timelines(metric=metric), value="value")


@pytest.mark.parametrize("metric", TOOLKIT_METRICS)
def test_the_full_window_of_an_llm_run_equals_the_toolkits(written: Written, written_graph: Graph, metric: str) -> None:
    """`LLMRun.timelines` has only the steady state; its helper without bounds is the oracle of the full window."""
    answers = _timelines(written_graph, "llm", metric, window="FULL")
    for path, run in written.runs("llm"):
        expected = extract_device_timeline(_device_samples(run, metric), label="m")
        _assert_equal(answers[path]["timeline"], expected, value="m_total")


@pytest.mark.parametrize("kind", ["llm", "diffusion"])
def test_the_series_of_each_gpu_equals_the_toolkits(written: Written, written_graph: Graph, kind: Kind) -> None:
    """`devices` has a series per GPU on the grid of the sum; null before the GPU's first sample."""
    answers = _timelines(written_graph, kind, "power.device_instant", window="FULL")
    for path, run in written.runs(kind):
        expected = extract_device_timeline(_device_samples(run, "power.device_instant"), label="m")
        devices = answers[path]["timeline"]["devices"]
        assert [device["index"] for device in devices] == list(range(run.num_gpus))
        for device in devices:
            series = expected[f"m_device_{device['index']}"].to_numpy(dtype=float)
            np.testing.assert_array_equal(np.array(device["value"], dtype=float), series)


@pytest.mark.parametrize("window", ["STEADY_STATE", "FULL"])
def test_statistics_equal_those_of_a_loop_over_the_samples(written_graph: Graph, window: str) -> None:
    """Extremes, mean and energy are of all samples; unit and window are the requested ones."""
    for run in _timelines(written_graph, "llm", "power.device_average", window=window).values():
        timeline = run["timeline"]
        times, values = timeline["relativeTimeS"], timeline["value"]
        joules = sum((times[at + 1] - times[at]) * (values[at] + values[at + 1]) / 2 for at in range(len(values) - 1))
        assert (timeline["metric"], timeline["unit"], timeline["window"]) == ("POWER_DEVICE_AVERAGE", "W", window)
        assert (timeline["min"], timeline["max"]) == (min(values), max(values))
        assert timeline["mean"] == pytest.approx(sum(values) / len(values), rel=1e-12)
        assert timeline["energyJoules"] == pytest.approx(joules, rel=1e-9)


def test_the_reported_energy_is_the_files_own(written: Written, written_graph: Graph) -> None:
    """It is the run's own measurement over its steady state, independent of the integral."""
    answers = _timelines(written_graph, "llm", "power.device_instant")
    for path, run in written.runs("llm"):
        reported = run.read_results_json()["steady_state_energy"]
        assert answers[path]["timeline"]["reportedEnergyJoules"] == reported


def test_the_steady_state_equals_the_files(written: Written, written_graph: Graph) -> None:
    """In both windows the span, relative to the window's start, is the file's; a diffusion run has none."""
    for window in ("STEADY_STATE", "FULL"):
        answers = _timelines(written_graph, "llm", "temperature", window=window)
        for path, run in written.runs("llm"):
            timeline, file = answers[path]["timeline"], run.read_results_json()["timeline"]
            assert [timeline["startTime"] + timeline["steadyState"][end] for end in ("start", "end")] == pytest.approx(
                [file["steady_state_start_time"], file["steady_state_end_time"]], abs=1e-6
            )
    diffusion = _timelines(written_graph, "diffusion", "temperature")
    assert {answer["timeline"]["steadyState"] for answer in diffusion.values()} == {None}
    assert {answer["timeline"]["energyJoules"] for answer in diffusion.values()} == {None}


def test_a_request_for_too_many_files_is_refused(written_graph: Graph) -> None:
    """The message names the limit, the number and the setting; no file is read."""
    error = written_graph.answer(
        "query($first: Int) { llmRuns(first: $first) { nodes { timeline { mean } } } }", first=MAX_RAW_FILES + 1
    ).errors
    assert error is not None
    assert "asks for 33 raw files; one request may open at most 32 (MLENERGY_MAX_RAW_FILES)" in error[0].message


@pytest.fixture(scope="module")
def damaged(written: Written, tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, list[str], Path]:
    """A copy of the directory: the first run has no path, the second's file is missing, the third's is truncated."""
    root = tmp_path_factory.mktemp("damaged") / "dataset"
    (root / "runs").mkdir(parents=True)
    table = pq.read_table(written.root / "runs" / "llm.parquet")
    paths = table["results_path"].to_pylist()
    changed = [None, "llm/gone/results.json", "llm-cut.json", *paths[3:]]
    column = table.column_names.index("results_path")
    pq.write_table(table.set_column(column, "results_path", pa.array(changed)), root / "runs" / "llm.parquet")
    pq.write_table(pq.read_table(written.root / "runs" / "diffusion.parquet"), root / "runs" / "diffusion.parquet")
    (root / "llm-cut.json").write_bytes((written.root / paths[2]).read_bytes()[:5000])
    for path in paths[3:6]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes((written.root / path).read_bytes())
    return Graph(build_schema(), open_directory(root)), changed, root


def test_an_unreadable_file_is_an_error_on_its_field_only(damaged: tuple[Graph, list[str], Path]) -> None:
    """No raw file is null; a missing and a truncated one are RAW_DATA_UNAVAILABLE at their timelines."""
    graph, paths, _ = damaged
    answer = graph.answer("{ llmRuns(stability: ANY, first: 6) { nodes { resultsPath nickname timeline { mean } } } }")
    assert answer.data is not None
    nodes = answer.data["llmRuns"]["nodes"]
    assert [node["resultsPath"] for node in nodes] == paths[:6]
    assert [node["timeline"] is None for node in nodes] == [True, True, True, False, False, False]
    assert all(node["nickname"] for node in nodes)
    assert [error.path for error in answer.errors or []] == [["llmRuns", "nodes", at, "timeline"] for at in (1, 2)]
    causes = [error.original_error for error in answer.errors or []]
    assert [getattr(cause, "code", None) for cause in causes] == ["RAW_DATA_UNAVAILABLE"] * 2


def test_errors_name_the_file_and_hide_the_local_path(damaged: tuple[Graph, list[str], Path]) -> None:
    """A client learns the path in the dataset."""
    graph, paths, root = damaged
    answer = graph.answer("{ llmRuns(stability: ANY, first: 3) { nodes { timeline { mean } } } }")
    messages = [error.message for error in answer.errors or []]
    assert [path in message for path, message in zip(paths[1:3], messages, strict=True)] == [True, True]
    assert not any(str(root) in message for message in messages)


def test_the_steady_state_of_a_diffusion_run_is_an_error(written_graph: Graph) -> None:
    """The message says what is allowed, at the field."""
    answer = written_graph.answer(
        "{ diffusionRuns(first: 1) { nodes { id timeline(window: STEADY_STATE) { mean } } } }"
    )
    assert answer.data is not None
    assert answer.data["diffusionRuns"]["nodes"][0]["timeline"] is None
    assert [error.message for error in answer.errors or []] == [
        "window is STEADY_STATE, but this run has no steady state (diffusion runs have none); allowed: FULL"
    ]
