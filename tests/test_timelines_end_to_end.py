"""Timelines as the graph answers them, beside the toolkit's, on a dataset directory that the toolkit wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlenergy.data.records.timelines import extract_device_timeline

from resolvers.context import Limits
from schema.build import build_schema
from tables.directory import open_directory
from tests.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd  # type: ignore[import-untyped]  # no type information installed
    from mlenergy.data.records import DiffusionRun, LLMRun

    from tests.toolkit_directory import Kind, Written

Answers = dict[str, dict[str, Any]]

_PAGE = Limits().max_raw_files
TOOLKIT_METRICS: tuple[Literal["power.device_instant", "power.device_average", "temperature"], ...] = (
    "power.device_instant",
    "power.device_average",
    "temperature",
)
FIELD: dict[Kind, str] = {"llm": "llmRuns(stability: ANY,", "diffusion": "diffusionRuns("}


def _answers(graph: Graph, kind: Kind, metric: str, window: str | None = None) -> Answers:
    """Ask for the timeline of every run, as many at a time as one request may open, and give them by path."""
    query = """query($metric: MLEnergyTimelineMetric!, $after: String) {
      runs: FIELD first: PAGE, after: $after) {
        nodes { resultsPath numGpus timeline(metric: $metric, WINDOW maxPoints: null) {
          metric unit window startTime steadyState { start end } sampleCount relativeTimeS value
          devices { index value } min max mean energyJoules reportedEnergyJoules
        } }
        pageInfo { hasNextPage endCursor }
      }
    }"""
    query = query.replace("FIELD", FIELD[kind]).replace("PAGE", str(_PAGE))
    query = query.replace("WINDOW", f"window: {window}," if window else "")
    answers: Answers = {}
    after = None
    while True:
        page = graph.ask(query, metric=metric.upper().replace(".", "_"), after=after)["runs"]
        answers |= {node["resultsPath"]: node for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return answers
        after = page["pageInfo"]["endCursor"]


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
    """What is compared below is compared on every number of GPUs, stable or not."""
    assert {run.num_gpus for run in written.llm} >= {1, 2, 8}
    assert {run.num_gpus for run in written.diffusion} == {1, 2, 4, 8}
    assert {run.is_stable for run in written.llm} == {True, False}


@pytest.mark.parametrize("metric", TOOLKIT_METRICS)
@pytest.mark.parametrize("kind", ["llm", "diffusion"])
def test_every_timeline_is_the_toolkits(written: Written, written_graph: Graph, kind: Kind, metric: Any) -> None:  # noqa: ANN401 - the toolkit wants a literal
    """For every run the default window has the toolkit's times and values to 1e-6."""
    answers = _answers(written_graph, kind, metric)
    runs = dict(written.runs(kind))
    assert answers.keys() == runs.keys()
    for path, run in runs.items():
        _assert_equal(answers[path]["timeline"], run.timelines(metric=metric), value="value")


@pytest.mark.parametrize("metric", TOOLKIT_METRICS)
def test_the_whole_of_an_llm_run_is_what_the_toolkits_helper_gives(
    written: Written, written_graph: Graph, metric: str
) -> None:
    """`LLMRun.timelines` knows the steady state alone; its helper, without bounds, is the oracle of the full window."""
    answers = _answers(written_graph, "llm", metric, window="FULL")
    for path, run in written.runs("llm"):
        expected = extract_device_timeline(_device_samples(run, metric), label="m")
        _assert_equal(answers[path]["timeline"], expected, value="m_total")


@pytest.mark.parametrize("kind", ["llm", "diffusion"])
def test_every_gpus_own_series_is_the_toolkits(written: Written, written_graph: Graph, kind: Kind) -> None:
    """`devices` has one series per GPU on the grid of the sum; a GPU without a sample yet is null."""
    answers = _answers(written_graph, kind, "power.device_instant", window="FULL")
    for path, run in written.runs(kind):
        expected = extract_device_timeline(_device_samples(run, "power.device_instant"), label="m")
        devices = answers[path]["timeline"]["devices"]
        assert [device["index"] for device in devices] == list(range(run.num_gpus))
        for device in devices:
            series = expected[f"m_device_{device['index']}"].to_numpy(dtype=float)
            np.testing.assert_array_equal(np.array(device["value"], dtype=float), series)


@pytest.mark.parametrize("window", ["STEADY_STATE", "FULL"])
def test_summaries_are_what_a_loop_over_the_samples_gives(written_graph: Graph, window: str) -> None:
    """Extremes, mean and energy are those of all samples; the unit and the window are those that were asked for."""
    for run in _answers(written_graph, "llm", "power.device_average", window=window).values():
        timeline = run["timeline"]
        times, values = timeline["relativeTimeS"], timeline["value"]
        joules = sum((times[at + 1] - times[at]) * (values[at] + values[at + 1]) / 2 for at in range(len(values) - 1))
        assert (timeline["metric"], timeline["unit"], timeline["window"]) == ("POWER_DEVICE_AVERAGE", "W", window)
        assert (timeline["min"], timeline["max"]) == (min(values), max(values))
        assert timeline["mean"] == pytest.approx(sum(values) / len(values), rel=1e-12)
        assert timeline["energyJoules"] == pytest.approx(joules, rel=1e-9)


def test_the_reported_energy_is_the_files_own(written: Written, written_graph: Graph) -> None:
    """Beside the integral stands what the run itself measured over its steady state."""
    answers = _answers(written_graph, "llm", "power.device_instant")
    for path, run in written.runs("llm"):
        reported = run.read_results_json()["steady_state_energy"]
        assert answers[path]["timeline"]["reportedEnergyJoules"] == reported


def test_the_steady_state_lies_where_the_file_says(written: Written, written_graph: Graph) -> None:
    """In either window the span, counted from the window's start, is the file's; a diffusion run has none."""
    for window in ("STEADY_STATE", "FULL"):
        answers = _answers(written_graph, "llm", "temperature", window=window)
        for path, run in written.runs("llm"):
            timeline, file = answers[path]["timeline"], run.read_results_json()["timeline"]
            assert [timeline["startTime"] + timeline["steadyState"][end] for end in ("start", "end")] == pytest.approx(
                [file["steady_state_start_time"], file["steady_state_end_time"]], abs=1e-6
            )
    diffusion = _answers(written_graph, "diffusion", "temperature")
    assert {answer["timeline"]["steadyState"] for answer in diffusion.values()} == {None}
    assert {answer["timeline"]["energyJoules"] for answer in diffusion.values()} == {None}


def test_one_file_more_than_a_request_may_open_is_refused(written_graph: Graph) -> None:
    """The refusal names the cap, the figure and the setting; nothing is read."""
    error = written_graph.answer(
        "query($first: Int) { llmRuns(first: $first) { nodes { timeline { mean } } } }", first=_PAGE + 1
    ).errors
    assert error is not None
    assert "asks for 33 raw files; one request may open at most 32 (MLENERGY_MAX_RAW_FILES)" in error[0].message


@pytest.fixture(scope="module")
def damaged(written: Written, tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, list[str], Path]:
    """The directory once more: the first run has no path, the second's file is missing, the third's is cut."""
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


def test_what_cannot_be_read_is_an_error_at_its_own_field(damaged: tuple[Graph, list[str], Path]) -> None:
    """No raw file is null; a missing and a cut one are RAW_DATA_UNAVAILABLE at their timelines; the others stand."""
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


def test_the_errors_name_the_file_and_no_place_on_this_machine(damaged: tuple[Graph, list[str], Path]) -> None:
    """A client learns which file of the dataset it is."""
    graph, paths, root = damaged
    answer = graph.answer("{ llmRuns(stability: ANY, first: 3) { nodes { timeline { mean } } } }")
    messages = [error.message for error in answer.errors or []]
    assert [path in message for path, message in zip(paths[1:3], messages, strict=True)] == [True, True]
    assert not any(str(root) in message for message in messages)


def test_a_diffusion_run_has_no_steady_state_to_show(written_graph: Graph) -> None:
    """Asking for it is a mistake that says what is allowed, at the field."""
    answer = written_graph.answer(
        "{ diffusionRuns(first: 1) { nodes { id timeline(window: STEADY_STATE) { mean } } } }"
    )
    assert answer.data is not None
    assert answer.data["diffusionRuns"]["nodes"][0]["timeline"] is None
    assert [error.message for error in answer.errors or []] == [
        "window is STEADY_STATE, but this run has no steady state (diffusion runs have none); allowed: FULL"
    ]
